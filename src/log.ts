/**
 * The log: one line for each event, message constant and lower-case, values as fields. JSON by
 * default, readable text on request. The level can change while the process runs, for every child
 * logger too. Fields that carry secrets are masked by name at the top level and two levels down.
 *
 * Levels: `error` something failed and someone must look; `warn` it works but not as asked; `info`
 * what an operator wants to know of a healthy day; `debug` what a developer needs to find a fault.
 */
import { pino, stdTimeFunctions, type Logger as PinoLogger } from 'pino';
import type { Config } from './config/config.ts';

/** A logger as every room takes it; `child({ room })` makes one that names its room. */
export type Logger = PinoLogger;

/** Where lines go; standard output and standard error are such. */
export interface LogTarget {
  write(text: string): unknown;
}

export interface Log {
  readonly logger: Logger;
  /** Changes the level of the logger and of every child of it. */
  setLevel(level: Config['logging']['level']): void;
  readonly level: Config['logging']['level'];
}

/** Makes the log of a process. Writes are handed to `target` at once; nothing is buffered here. */
export function createLog(logging: Config['logging'], target: LogTarget): Log {
  const children = new Set<WeakRef<Logger>>();
  const forget = new FinalizationRegistry<WeakRef<Logger>>((ref) => children.delete(ref));
  let level = logging.level;
  const logger = pino(
    {
      level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: REDACTED_PATHS, censor: '[secret]' },
      // A child copies its parent's level when it is made, so a later change has to reach each one.
      onChild: (child) => {
        const ref = new WeakRef(child);
        children.add(ref);
        forget.register(child, ref);
      },
    },
    logging.format === 'json' ? target : { write: (line) => target.write(formatTextLine(line)) },
  );
  return {
    logger,
    get level() {
      return level;
    },
    setLevel(next) {
      level = next;
      logger.level = next;
      for (const ref of children) {
        const child = ref.deref();
        if (child !== undefined) child.level = next;
      }
    },
  };
}

/**
 * Formats one JSON line for people: time, level, room, message, `key=value` fields, then the stack.
 * A line that is not JSON is given back as it is.
 */
export function formatTextLine(line: string): string {
  const event = parseEvent(line);
  if (event === undefined) return line;
  const { level, time, msg, room, err, ...fields } = event;
  const head = [
    toText(time),
    toText(level).toUpperCase().padEnd(5),
    ...(room === undefined ? [] : [`[${toText(room)}]`]),
    toText(msg),
    ...Object.entries(fields).map(([name, value]) => `${name}=${toText(value)}`),
  ];
  return `${head.filter((part) => part !== '').join(' ')}\n${formatStack(err)}`;
}

function parseEvent(line: string): Record<string, unknown> | undefined {
  try {
    const event: unknown = JSON.parse(line);
    return typeof event === 'object' && event !== null ? { ...event } : undefined;
  } catch {
    return undefined;
  }
}

/** Texts with blanks are quoted, so that fields can be told apart. */
function toText(value: unknown): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return value;
  return JSON.stringify(value) ?? '';
}

function formatStack(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('stack' in error)) return '';
  return `    ${toText(error.stack).replaceAll('\n', '\n    ')}\n`;
}

const SECRET_NAMES = [
  'authorization',
  'cookie',
  'token',
  'password',
  'secret',
  'access_token',
  'api_key',
] as const;

const REDACTED_PATHS = SECRET_NAMES.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
