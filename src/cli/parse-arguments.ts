/**
 * From the command line to a command, its flags and operands. Node's own parser splits the words;
 * what they mean is looked up in the table of commands. Every fault is reported at once, unknown
 * names with the nearest known one. Values of the configuration's flags are not looked at here.
 */
import { parseArgs } from 'node:util';
import { AppError } from '../errors/app-error.ts';
import { findNearest } from '../errors/nearest.ts';
import { COMMANDS, CONFIG_FLAGS, META_FLAGS, type CommandRow, type FlagRow } from './commands.ts';

/** Flags by name without dashes; a flag that may be repeated gives a list. */
export type FlagValues = ReadonlyMap<string, string | boolean | number | readonly string[]>;

export interface CommandArguments {
  readonly flags: FlagValues;
  readonly operands: readonly string[];
}

export type ParsedCommandLine =
  | { readonly kind: 'run'; readonly command: CommandRow; readonly args: CommandArguments }
  | { readonly kind: 'help'; readonly command: CommandRow | null }
  | { readonly kind: 'version' };

/**
 * Parses the words after the program. The command is the first word that is no flag and no flag's
 * value; without one it is the first of the table. Errors: `INVALID_ARGUMENT` with every fault.
 */
export function parseCommandLine(argv: readonly string[]): ParsedCommandLine {
  const found = findCommand(argv);
  const rows = [...META_FLAGS, ...CONFIG_FLAGS, ...(found.command ?? DEFAULT_COMMAND).flags];
  const tokens = tokenize(found.rest, rows);
  const meta = tokens.flatMap((token) => (token.kind === 'option' ? [token.name] : []));
  if (meta.includes('help')) return { kind: 'help', command: found.command };
  if (meta.includes('version')) return { kind: 'version' };
  const command = found.command ?? DEFAULT_COMMAND;
  const reply = collect(tokens, { command, rows });
  if (reply.faults.length > 0) {
    const advice = `conexus ${command === DEFAULT_COMMAND ? '' : `${command.name} `}--help`;
    throw new AppError('INVALID_ARGUMENT', `${reply.faults.join('\n')}\nSee ${advice}.`, {
      details: { problems: reply.faults },
    });
  }
  return { kind: 'run', command, args: reply.args };
}

/** Gives the texts of a flag that may be repeated; empty when it was not given. */
export function listFlag(args: CommandArguments, name: string): readonly string[] {
  const value = args.flags.get(name);
  return Array.isArray(value) ? value.map(String) : [];
}

/** True when a flag without value was given. */
export function hasFlag(args: CommandArguments, name: string): boolean {
  return args.flags.get(name) === true;
}

/** Gives the number of a flag, or the default. */
export function numberFlag(args: CommandArguments, name: string, fallback: number): number {
  const value = args.flags.get(name);
  return typeof value === 'number' ? value : fallback;
}

type Token = NonNullable<ReturnType<typeof parseArgs>['tokens']>[number];

/** Every flag that some command has, so that values are not taken for the command. */
function findCommand(argv: readonly string[]): {
  command: CommandRow | null;
  rest: readonly string[];
} {
  const rows = [...META_FLAGS, ...CONFIG_FLAGS, ...COMMANDS.flatMap((command) => command.flags)];
  const first = tokenize(argv, rows).find((token) => token.kind === 'positional');
  if (first === undefined) return { command: null, rest: argv };
  const command = COMMANDS.find(({ name }) => name === first.value);
  const isHelp = first.value === 'help';
  const rest = argv.filter((_, index) => index !== first.index);
  if (isHelp) return { command: findCommand(rest).command, rest: [...rest, '--help'] };
  return command === undefined ? { command: null, rest: argv } : { command, rest };
}

function tokenize(argv: readonly string[], rows: readonly FlagRow[]): readonly Token[] {
  const options = Object.fromEntries(
    rows.map((row) => [
      row.name,
      {
        type: row.type === 'boolean' ? ('boolean' as const) : ('string' as const),
        ...(row.short === undefined ? {} : { short: row.short }),
      },
    ]),
  );
  // Not strict: the strict parser stops at the first fault and knows no nearest name.
  return parseArgs({ args: [...argv], options, strict: false, tokens: true, allowNegative: false })
    .tokens;
}

interface Collected {
  readonly args: CommandArguments;
  readonly faults: readonly string[];
}

function collect(
  tokens: readonly Token[],
  { command, rows }: { command: CommandRow; rows: readonly FlagRow[] },
): Collected {
  const flags = new Map<string, string | boolean | number | string[]>();
  const operands: string[] = [];
  const faults: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') operands.push(token.value);
    if (token.kind !== 'option') continue;
    const row = rows.find(({ name }) => name === token.name);
    const value = row === undefined ? undefined : checkFlag(row, token);
    if (row === undefined) faults.push(describeUnknownFlag(token.rawName, command));
    else if (value?.kind === 'wrong') faults.push(`${token.rawName}: ${value.message}`);
    else if (value?.kind === 'ok') setFlag(flags, row, value.value);
  }
  // After an unknown flag a stray word may be its value, so that judging it would mislead.
  if (faults.length === 0) faults.push(...checkOperands(command, operands));
  return { args: { flags, operands }, faults };
}

function setFlag(
  flags: Map<string, string | boolean | number | string[]>,
  row: FlagRow,
  value: string | boolean | number,
): void {
  const before = flags.get(row.name);
  if (row.multiple !== true) flags.set(row.name, value);
  else flags.set(row.name, [...(Array.isArray(before) ? before : []), String(value)]);
}

type CheckedFlag =
  | { readonly kind: 'ok'; readonly value: string | boolean | number }
  | { readonly kind: 'wrong'; readonly message: string };

function checkFlag(
  row: FlagRow,
  { value, inlineValue }: Extract<Token, { kind: 'option' }>,
): CheckedFlag {
  if (row.type === 'boolean') {
    return value === undefined
      ? { kind: 'ok', value: true }
      : { kind: 'wrong', message: 'it takes no value.' };
  }
  if (value === undefined || (!inlineValue && value.startsWith('-'))) {
    return { kind: 'wrong', message: `a value is missing. Write --${row.name}=VALUE.` };
  }
  if (row.choices !== undefined && !row.choices.includes(value)) {
    return {
      kind: 'wrong',
      message: `${JSON.stringify(value)} is not one of ${row.choices.join(', ')}.`,
    };
  }
  return row.type === 'integer' ? checkInteger(row, value) : { kind: 'ok', value };
}

function checkInteger(row: FlagRow, value: string): CheckedFlag {
  const { min = 0, max = Number.MAX_SAFE_INTEGER } = row;
  const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
  if (number >= min && number <= max) return { kind: 'ok', value: number };
  const message = `${JSON.stringify(value)} is not a whole number from ${min} to ${max}.`;
  return { kind: 'wrong', message };
}

function describeUnknownFlag(rawName: string, command: CommandRow): string {
  const rows = [...META_FLAGS, ...CONFIG_FLAGS, ...command.flags];
  const nearest = findNearest(
    rawName.replace(/^-+/, ''),
    rows.map(({ name }) => name),
  );
  const advice = nearest === undefined ? '' : ` Did you mean --${nearest}?`;
  const dash = command.operandsMin > 0 ? ' Put -- before words that start with a dash.' : '';
  return `${rawName}: ${command.name} has no such flag.${advice || dash}`;
}

function checkOperands(command: CommandRow, operands: readonly string[]): string[] {
  const extra = operands[command.operandsMax];
  if (extra !== undefined && command === DEFAULT_COMMAND) {
    const nearest = findNearest(
      extra,
      COMMANDS.map(({ name }) => name),
    );
    const advice = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
    return [`${extra}: there is no such command.${advice}`];
  }
  if (extra !== undefined) return [`${extra}: ${command.name} takes no such argument.`];
  if (operands.length < command.operandsMin) {
    return [`${command.operands} is missing.`];
  }
  return [];
}

const DEFAULT_COMMAND: CommandRow = getDefaultCommand();

function getDefaultCommand(): CommandRow {
  const [first] = COMMANDS;
  if (first === undefined) throw new Error('the table of commands is empty');
  return first;
}
