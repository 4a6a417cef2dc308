/** Help as text, made from the table of commands: one page for the program, one for each command. */
import { COMMANDS, CONFIG_FLAGS, META_FLAGS, type CommandRow, type FlagRow } from './commands.ts';

/** Gives the help of a command, or of the program for null. Lines fit 80 columns where words allow. */
export function formatHelp(command: CommandRow | null): string {
  return `${(command === null ? listProgramLines() : listCommandLines(command)).join('\n')}\n`;
}

function listProgramLines(): string[] {
  return [
    'Conexus indexes code bases and answers over MCP while it indexes.',
    '',
    'Usage: conexus [command] [flags]',
    '',
    'Commands:',
    ...COMMANDS.flatMap((row) => formatRow(`${row.name} ${row.operands}`.trim(), row.summary)),
    '',
    'Flags of every command:',
    ...[...CONFIG_FLAGS, ...META_FLAGS].flatMap(formatFlag),
    '',
    'Every option can stand in config.yml or in the environment: see config.example.yml.',
    'Exit codes: 0 done, 1 unexpected, 2 bad arguments or configuration, 3 database newer',
    'than the program. Help for a command: conexus <command> --help',
  ];
}

function listCommandLines(command: CommandRow): string[] {
  return [
    command.summary,
    '',
    `Usage: conexus ${command.name} ${command.operands === '' ? '' : `${command.operands} `}[flags]`,
    ...command.details.flatMap((text) => ['', ...wrap(text, WIDTH_CHARS)]),
    ...(command.flags.length === 0 ? [] : ['', 'Flags:', ...command.flags.flatMap(formatFlag)]),
    '',
    'Flags of every command:',
    ...[...CONFIG_FLAGS, ...META_FLAGS].flatMap(formatFlag),
    '',
    'Examples:',
    ...command.examples.map((example) => `  ${example}`),
  ];
}

function formatFlag(row: FlagRow): string[] {
  const short = row.short === undefined ? '' : `-${row.short}, `;
  const value = row.valueName === undefined ? '' : ` ${row.valueName}`;
  return formatRow(`${short}--${row.name}${value}`, row.effect);
}

function formatRow(head: string, text: string): string[] {
  const [first = '', ...rest] = wrap(text, WIDTH_CHARS - TEXT_COLUMN);
  const start = `  ${head}`;
  const indent = ' '.repeat(TEXT_COLUMN);
  const lines =
    start.length < TEXT_COLUMN ? [start.padEnd(TEXT_COLUMN) + first] : [start, indent + first];
  return [...lines, ...rest.map((line) => indent + line)];
}

function wrap(text: string, widthChars: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length + 1 > widthChars) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

const WIDTH_CHARS = 88;
const TEXT_COLUMN = 23;
