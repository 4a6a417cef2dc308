/**
 * The configuration, in three steps: what the file, the environment and the flags say (`raw-values.ts`),
 * checked against the table of options (`check-value.ts`), built and frozen (`build-config.ts`).
 * Precedence: defaults < file < environment < flags. Every problem is found before any is reported.
 * Relative paths are relative to the current directory wherever they are written, and the environment
 * comes in as an argument, so that nothing here reads the process.
 */
import { existsSync, readFileSync } from 'node:fs';
import { AppError } from '../errors/app-error.ts';
import { buildConfig, type BuildReply } from './build-config.ts';
import { checkValue, toAbsolutePath, type Place } from './check-value.ts';
import { CheckedValues } from './checked-values.ts';
import type { Config } from './config.ts';
import { CONFIG_FILE_ENV, OPTIONS, type OptionRow } from './options.ts';
import {
  collectEnvironment,
  collectFileValues,
  collectFlags,
  type ConfigFlags,
  type ConfigProblem,
  type Environment,
  type RawValue,
  type RawValues,
} from './raw-values.ts';

export interface LoadConfigOptions {
  /** The configuration's own flags: `config`, `host`, `port`, `root`, `db`, `log-level`, `log-format`. */
  readonly flags: ConfigFlags;
  readonly env: Environment;
  /** Absolute current directory. */
  readonly cwd: string;
  /** True for a process that is going to listen: then the rules about who may reach it apply. */
  readonly listens: boolean;
}

/** Where one value that is not the default came from. Safe to log: passwords in addresses are masked. */
export interface ConfigOrigin {
  readonly key: string;
  readonly source: RawValue['source'];
  /** The file's path, the variable or the flag. */
  readonly place: string;
  /** The value as written, variables of the file not put in. */
  readonly shown: string;
}

export interface LoadedConfig {
  /** Frozen all the way down. */
  readonly config: Config;
  /** In the order of the table of options. */
  readonly origins: readonly ConfigOrigin[];
  /** Whole sentences for the start-up log; nothing here keeps the server from starting. */
  readonly warnings: readonly string[];
  /** The file that was read; null when there is none. */
  readonly file: string | null;
}

/**
 * Loads the configuration. Reads at most one file and stats the roots.
 * Errors: `CONFIG_INVALID` with every problem in `details.problems` (`{key, place, message}`).
 */
export async function loadConfig(options: LoadConfigOptions): Promise<LoadedConfig> {
  const values: RawValues = new Map();
  const problems: ConfigProblem[] = [];
  const file = findFile(options);
  if (file !== null) {
    const tree = await readFile(file, problems);
    collectFileValues(tree, file, { values, problems, env: options.env });
  }
  const warnings = collectEnvironment(options.env, values);
  collectFlags(options.flags, values);
  const checked = checkAll(values, options, problems);
  const built = build(checked, values, options);
  problems.push(...built.problems);
  if (problems.length > 0) throw toError(problems);
  return {
    config: built.config,
    origins: listOrigins(values),
    warnings: [...warnings, ...built.warnings],
    file,
  };
}

/** An error with one line for each problem: `key (place): what is wrong and how to put it right`. */
function toError(problems: readonly ConfigProblem[]): AppError {
  const lines = problems.map(({ key, place, message }) =>
    place === '' || place === key ? `  ${key}: ${message}` : `  ${key} (${place}): ${message}`,
  );
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
  return new AppError('CONFIG_INVALID', [`The configuration has ${count}:`, ...lines].join('\n'), {
    details: { problems },
  });
}

/** The file that is named must exist; the two usual places are looked at when none is named. */
function findFile({ flags, env, cwd }: LoadConfigOptions): string | null {
  const place: Place = { cwd, env };
  const named = flags['config'] ?? env[CONFIG_FILE_ENV];
  if (typeof named === 'string' && named !== '') return toAbsolutePath(named, place);
  const usual = [toAbsolutePath('config.yml', place), '/app/config.yml'];
  return usual.find((path) => existsSync(path)) ?? null;
}

/** Parses the file; the YAML reader is loaded only when there is one. */
async function readFile(file: string, problems: ConfigProblem[]): Promise<unknown> {
  const { parseDocument } = await import('yaml');
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    problems.push({
      key: file,
      place: file,
      message: `The configuration file cannot be read (${reason}). Check --config and ${CONFIG_FILE_ENV}.`,
    });
    return null;
  }
  const document = parseDocument(text, { prettyErrors: true });
  for (const { message, linePos } of document.errors) {
    const line = linePos?.[0].line;
    const where = line === undefined ? '' : `Line ${line}: `;
    problems.push({ key: file, place: file, message: where + (message.split('\n')[0] ?? message) });
  }
  return document.errors.length > 0 ? null : document.toJS();
}

/** Checks every option; a wrong value is reported and its default stands in, so that joint rules can be checked too. */
function checkAll(
  values: RawValues,
  { env, cwd }: LoadConfigOptions,
  problems: ConfigProblem[],
): CheckedValues {
  const place: Place = { cwd, env };
  const checked = new Map<string, unknown>();
  for (const row of OPTIONS) {
    const raw = values.get(row.key);
    const fallback = checkDefault(row, place);
    const reply = raw === undefined ? undefined : checkValue(row, raw.value, place);
    if (reply?.kind === 'wrong') {
      for (const message of reply.messages) {
        problems.push({ key: row.key, place: raw?.place ?? '', message });
      }
    }
    checked.set(row.key, reply?.kind === 'ok' ? reply.value : fallback);
  }
  return new CheckedValues(checked);
}

function checkDefault(row: OptionRow, place: Place): unknown {
  if (row.default === null) return null;
  const reply = checkValue(row, row.default, place);
  return reply.kind === 'ok' ? reply.value : null;
}

function build(
  checked: CheckedValues,
  values: RawValues,
  { env, cwd, listens }: LoadConfigOptions,
): BuildReply {
  return buildConfig(checked, {
    place: { cwd, env },
    hasOwnRoots: listOrigins(values).some((origin) => origin.key === 'indexer.root_path'),
    listens,
  });
}

function listOrigins(values: RawValues): ConfigOrigin[] {
  return OPTIONS.flatMap((row): ConfigOrigin[] => {
    const raw = values.get(row.key);
    if (raw === undefined || isDefault(row, raw)) return [];
    return [{ key: row.key, source: raw.source, place: raw.place, shown: show(row, raw.written) }];
  });
}

function isDefault(row: OptionRow, raw: RawValue): boolean {
  return JSON.stringify(raw.value) === JSON.stringify(row.default);
}

function show(row: OptionRow, written: unknown): string {
  if (row.type === 'connectors') {
    return `${Array.isArray(written) ? written.length : 0} connectors`;
  }
  const text = typeof written === 'string' ? written : JSON.stringify(written);
  return text.replace(/\/\/[^/@\s]+@/g, '//[secret]@');
}
