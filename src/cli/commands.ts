/**
 * The table of sub-commands: name, what it does, its flags, examples, and where its code is. Help,
 * parsing and suggestions come from it. The code of a command is loaded only when it runs, which
 * keeps `--version` and `healthcheck` fast. This is a data table, so it may be long.
 */
import { OPTIONS } from '../config/options.ts';
import { ROLES, SOURCE_TYPES, CHUNK_KINDS } from '../model/document.ts';
import { CASE_MODES } from '../model/search.ts';
import type { CommandContext } from './cli-io.ts';

export interface FlagRow {
  readonly name: string;
  readonly type: 'boolean' | 'string' | 'integer';
  /** One letter. */
  readonly short?: string;
  /** May be given several times. */
  readonly multiple?: boolean;
  /** Stands for the value in help: `N`, `PATH`. */
  readonly valueName?: string;
  readonly choices?: readonly string[];
  /** Inclusive. */
  readonly min?: number;
  /** Inclusive. */
  readonly max?: number;
  readonly effect: string;
}

/** A command's code: gives the exit code. */
export type RunCommand = (context: CommandContext) => Promise<number>;

export interface CommandRow {
  readonly name: string;
  /** Positional arguments as help shows them: `<query>`, `[path…]`; empty for none. */
  readonly operands: string;
  readonly operandsMin: number;
  readonly operandsMax: number;
  readonly summary: string;
  /** More paragraphs for the command's own help. */
  readonly details: readonly string[];
  readonly flags: readonly FlagRow[];
  readonly examples: readonly string[];
  readonly load: () => Promise<RunCommand>;
}

const VALUE_NAMES: Readonly<Record<string, string>> = {
  host: 'HOST',
  port: 'PORT',
  root: 'PATH',
  db: 'FILE',
  'log-level': 'LEVEL',
  'log-format': 'FORMAT',
};

/** Flags that every command takes. Values are checked with the configuration. */
export const CONFIG_FLAGS: readonly FlagRow[] = [
  {
    name: 'config',
    type: 'string',
    valueName: 'FILE',
    effect: 'Configuration file (also CONEXUS_CONFIG; else ./config.yml or /app/config.yml).',
  },
  ...OPTIONS.flatMap((row): FlagRow[] => {
    if (row.flag === null) return [];
    const valueName = VALUE_NAMES[row.flag];
    return [
      {
        name: row.flag,
        type: 'string',
        ...(valueName === undefined ? {} : { valueName }),
        multiple: row.type === 'paths',
        effect: `${toFirstSentence(row.effect)} (${row.key}${row.env === null ? '' : `, ${row.env}`})`,
      },
    ];
  }),
];

/** Flags that are answered before anything else. */
export const META_FLAGS: readonly FlagRow[] = [
  { name: 'help', short: 'h', type: 'boolean', effect: 'Prints help, for a command too.' },
  { name: 'version', short: 'V', type: 'boolean', effect: 'Prints the version.' },
];

const JSON_FLAG: FlagRow = { name: 'json', type: 'boolean', effect: 'Prints JSON.' };

const SEARCH_FLAGS: readonly FlagRow[] = [
  { name: 'literal', short: 'F', type: 'boolean', effect: 'Finds the text exactly as written.' },
  { name: 'regex', short: 'E', type: 'boolean', effect: 'Finds a regular expression.' },
  { name: 'symbol', type: 'boolean', effect: 'Finds definitions by name.' },
  { name: 'path', type: 'boolean', effect: 'Finds files by path.' },
  {
    name: 'top-k',
    short: 'k',
    type: 'integer',
    valueName: 'N',
    min: 1,
    max: 100,
    effect: 'Results at most, 1 to 100, default 20.',
  },
  {
    name: 'offset',
    type: 'integer',
    valueName: 'N',
    min: 0,
    max: 1_000_000,
    effect: 'Leaves out the first N results.',
  },
  {
    name: 'lang',
    short: 'l',
    type: 'string',
    valueName: 'ID',
    multiple: true,
    effect: 'Only this language, such as typescript; may be given several times, as all below.',
  },
  filterFlag('role', ROLES),
  filterFlag('kind', CHUNK_KINDS),
  filterFlag('source', SOURCE_TYPES),
  {
    name: 'in',
    short: 'i',
    type: 'string',
    valueName: 'PATH',
    multiple: true,
    effect: 'Only below this path, or paths that match this glob.',
  },
  {
    name: 'exclude',
    short: 'x',
    type: 'string',
    valueName: 'PATH',
    multiple: true,
    effect: 'Not below this path, nor paths that match this glob.',
  },
  {
    name: 'case',
    type: 'string',
    valueName: 'CASE',
    choices: CASE_MODES,
    effect: `Case of literal and regex: ${CASE_MODES.join(', ')}; default sensitive.`,
  },
  { name: 'word', short: 'w', type: 'boolean', effect: 'Whole words only (literal, regex).' },
  { name: 'multiline', type: 'boolean', effect: 'Lets a match span lines (literal, regex).' },
  {
    name: 'context',
    short: 'C',
    type: 'integer',
    valueName: 'N',
    min: 0,
    max: 20,
    effect: 'Lines around a match, 0 to 20, default 2 (literal, regex).',
  },
  JSON_FLAG,
];

function filterFlag(name: string, choices: readonly string[]): FlagRow {
  return {
    name,
    type: 'string',
    valueName: name.toUpperCase(),
    multiple: true,
    choices,
    effect: `Only this ${name}: ${choices.join(', ')}.`,
  };
}

function toFirstSentence(text: string): string {
  return `${text.split(/[.;] /)[0]?.replace(/\.$/, '')}.`;
}

const NO_OPERANDS = { operands: '', operandsMin: 0, operandsMax: 0 } as const;

/** The table, in the order of help. The first is the default. */
export const COMMANDS: readonly CommandRow[] = [
  {
    name: 'serve',
    ...NO_OPERANDS,
    summary: 'Serve MCP over HTTP, index the roots and keep them fresh (the default).',
    details: [
      'SIGTERM or Ctrl-C ends it gracefully, a second signal at once. SIGUSR2 switches the log level to debug and back.',
    ],
    flags: [],
    examples: ['conexus serve --root ~/src/app --port 8080'],
    load: async () => (await import('./serve.ts')).runServe,
  },
  {
    name: 'stdio',
    ...NO_OPERANDS,
    summary: 'Serve MCP over stdin and stdout, for desktop clients. The log goes to stderr.',
    details: [],
    flags: [],
    examples: ['conexus stdio --root ~/src/app'],
    load: async () => (await import('./stdio.ts')).runStdio,
  },
  {
    name: 'index',
    operands: '[path…]',
    operandsMin: 0,
    operandsMax: 1000,
    summary: 'Index once, with a progress bar, and end.',
    details: [
      'Paths inside the configured roots are refreshed; other folders become the roots of this run. Without paths all roots are indexed.',
      'Exit code 0 when the job completed, also with errors in single files, which are then listed by reason; 1 when it failed.',
    ],
    flags: [{ ...JSON_FLAG, effect: 'Prints one JSON object for each step, the last is the sum.' }],
    examples: ['conexus index', 'conexus index ~/src/app --db /tmp/app.db --json'],
    load: async () => (await import('./index-command.ts')).runIndex,
  },
  {
    name: 'search',
    operands: '<query>',
    operandsMin: 1,
    operandsMax: 1000,
    summary: 'Search the index; ranked unless a mode is named.',
    details: [
      'Put -- before a query that starts with a dash. Colours are off with NO_COLOR and where the output is no terminal.',
    ],
    flags: SEARCH_FLAGS,
    examples: [
      'conexus search where are retries configured',
      'conexus search --regex "fn \\w+_retry" --lang rust --in crates',
    ],
    load: async () => (await import('./search.ts')).runSearch,
  },
  {
    name: 'status',
    ...NO_OPERANDS,
    summary: 'Show what is indexed and what is being done.',
    details: ['Asks the server on the configured port; where none answers, reads the database.'],
    flags: [
      JSON_FLAG,
      { name: 'watch', short: 'w', type: 'boolean', effect: 'Shows it again on each change.' },
    ],
    examples: ['conexus status --watch'],
    load: async () => (await import('./status.ts')).runStatus,
  },
  {
    name: 'doctor',
    ...NO_OPERANDS,
    summary: 'Check configuration, database, disk, watcher limits, roots and port.',
    details: ['Exit code 1 when a check failed. Warnings do not count.'],
    flags: [JSON_FLAG],
    examples: ['conexus doctor'],
    load: async () => (await import('./doctor.ts')).runDoctor,
  },
  {
    name: 'healthcheck',
    ...NO_OPERANDS,
    summary: 'Ask GET /health of the configured port; exit code 0 or 1.',
    details: [],
    flags: [],
    examples: ['conexus healthcheck'],
    load: async () => (await import('./healthcheck.ts')).runHealthcheck,
  },
  {
    name: 'backup',
    operands: '<file>',
    operandsMin: 1,
    operandsMax: 1,
    summary: 'Copy the database to a file, also while a server runs.',
    details: ['An existing file is replaced once the copy is complete.'],
    flags: [],
    examples: ['conexus backup /backups/conexus.db'],
    load: async () => (await import('./backup.ts')).runBackup,
  },
  {
    name: 'restore',
    operands: '<file>',
    operandsMin: 1,
    operandsMax: 1,
    summary: 'Put a copy in place of the database; refused while a server runs.',
    details: [],
    flags: [],
    examples: ['conexus restore /backups/conexus.db'],
    load: async () => (await import('./backup.ts')).runRestore,
  },
];
