/**
 * The table of sub-commands: name, what it does, its flags, examples, and where its code is. Help,
 * parsing and suggestions come from it. The code of a command is loaded only when it runs, which
 * keeps `--version` and `healthcheck` fast. This is a data table, so it may be long.
 */
import { OPTIONS } from '../config/options.ts';
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
