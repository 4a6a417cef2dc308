/**
 * The first of the three steps of the configuration: what the file, the environment and the command
 * line say, unchecked, each value with the place it came from. Keys that no option has are reported
 * here; values are not looked at, but for `${NAME}` in the file, which is replaced by the variable.
 */
import { findNearest } from '../errors/nearest.ts';
import { CONFIG_FILE_ENV, OPTIONS, SECRET_ENV_PREFIX, type OptionRow } from './options.ts';

/** Variables by name; an empty text counts as not set, as compose files write unset variables so. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Flags as given, by name without dashes; `root` may be given several times. */
export type ConfigFlags = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface RawValue {
  readonly value: unknown;
  readonly source: 'file' | 'environment' | 'flag';
  /** The place for a message: `config.yml`, `CONEXUS_PORT`, `--port`. */
  readonly place: string;
  /** The value as written, before variables were put in. */
  readonly written: unknown;
}

/** Something that keeps the configuration from being used, and what to do about it. */
export interface ConfigProblem {
  /** Dotted key, or the name of the variable or file when there is none. */
  readonly key: string;
  /** Where it was said; empty for a rule that joins several values. */
  readonly place: string;
  /** What is wrong and how to put it right, in whole sentences. */
  readonly message: string;
}

/** Values by key; where several places say one, the last of file, environment, flags. */
export type RawValues = Map<string, RawValue>;

/** Adds the values of a parsed file. `tree` is whatever the YAML reader made of it. */
export function collectFileValues(
  tree: unknown,
  place: string,
  into: {
    readonly values: RawValues;
    readonly problems: ConfigProblem[];
    readonly env: Environment;
  },
): void {
  if (tree === null || tree === undefined) return;
  if (!isPlainObject(tree)) {
    const message = 'The file must hold keys and values. See config.example.yml.';
    into.problems.push({ key: place, place, message });
    return;
  }
  for (const { key, value } of flatten(tree, '')) {
    if (!OPTION_BY_KEY.has(key)) {
      into.problems.push({ key, place, message: describeUnknownKey(key) });
      continue;
    }
    if (value === null) continue;
    const expanded = expand(value, into.env);
    for (const message of expanded.problems) into.problems.push({ key, place, message });
    if (expanded.problems.length > 0) continue;
    into.values.set(key, { value: expanded.value, source: 'file', place, written: value });
  }
}

/** Adds the values of the environment; gives a warning for each name that looks like ours and is not. */
export function collectEnvironment(env: Environment, values: RawValues): string[] {
  const known = new Set([CONFIG_FILE_ENV, ...OPTIONS.map((row) => row.env ?? '')]);
  for (const row of OPTIONS) {
    const value = row.env === null ? undefined : env[row.env];
    if (row.env === null || value === undefined || value === '') continue;
    values.set(row.key, { value, source: 'environment', place: row.env, written: value });
  }
  return Object.keys(env)
    .filter((name) => name.startsWith('CONEXUS_') && !name.startsWith(SECRET_ENV_PREFIX))
    .filter((name) => !known.has(name))
    .map((name) => {
      const nearest = findNearest(name, known);
      const advice = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
      return `The environment variable ${name} is not known and has no effect.${advice}`;
    });
}

/** Adds the values of the command line. */
export function collectFlags(flags: ConfigFlags, values: RawValues): void {
  for (const row of OPTIONS) {
    const value = row.flag === null ? undefined : flags[row.flag];
    if (value === undefined) continue;
    values.set(row.key, { value, source: 'flag', place: `--${row.flag}`, written: value });
  }
}

/** True for an object made of keys and values, which a list, a date or a text is not. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

interface FlatValue {
  readonly key: string;
  readonly value: unknown;
}

/** Turns nested keys into dotted ones. A section with a scalar in it is given as an unknown key. */
function flatten(tree: Record<string, unknown>, prefix: string): FlatValue[] {
  return Object.entries(tree).flatMap(([name, value]): FlatValue[] => {
    const key = prefix + name;
    if (key === 'connectors' && Array.isArray(value)) return [{ key: 'connectors.list', value }];
    const isSection = SECTIONS.has(key);
    if (isSection && value === null) return [];
    if (isSection && isPlainObject(value)) return flatten(value, `${key}.`);
    return [{ key, value }];
  });
}

function describeUnknownKey(key: string): string {
  if (SECTIONS.has(key)) return 'This is a section: it takes keys of its own, not a value.';
  const nearest = findNearest(key, OPTION_BY_KEY.keys()) ?? findByLastName(key);
  const advice =
    nearest === undefined ? 'config.example.yml lists every key.' : `Did you mean ${nearest}?`;
  return `This key is not known. ${advice}`;
}

/** A key in the wrong section: `port` or `database.port` for `server.port`. */
function findByLastName(key: string): string | undefined {
  const known = [...OPTION_BY_KEY.keys()];
  const lastName = findNearest(
    key.split('.').at(-1) ?? '',
    known.map((name) => name.split('.').at(-1) ?? ''),
  );
  return known.find((name) => name.split('.').at(-1) === lastName);
}

interface Expanded {
  readonly value: unknown;
  readonly problems: readonly string[];
}

/** Puts variables into every text of a value. `$${NAME}` stands for the text `${NAME}`. */
function expand(value: unknown, env: Environment): Expanded {
  if (typeof value === 'string') return expandText(value, env);
  if (Array.isArray(value)) {
    const items = value.map((item) => expand(item, env));
    return {
      value: items.map((item) => item.value),
      problems: items.flatMap((item) => item.problems),
    };
  }
  if (!isPlainObject(value)) return { value, problems: [] };
  const entries = Object.entries(value).map(([name, item]) => ({ name, ...expand(item, env) }));
  return {
    value: Object.fromEntries(entries.map((entry) => [entry.name, entry.value])),
    problems: entries.flatMap((entry) => entry.problems),
  };
}

function expandText(text: string, env: Environment): Expanded {
  const problems: string[] = [];
  const value = text.replace(/\$(\$?)\{([^}]*)\}/g, (whole, dollar: string, name: string) => {
    if (dollar !== '') return whole.slice(1);
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      problems.push(
        `${whole} is not the name of a variable. Write \${NAME}, or $${whole} for the text itself.`,
      );
      return whole;
    }
    const found = env[name];
    if (found === undefined) {
      problems.push(
        `The environment variable ${name} is not set. Set it, or write $${whole} for the text itself.`,
      );
    }
    return found ?? whole;
  });
  return { value, problems };
}

/** The table by key. */
const OPTION_BY_KEY: ReadonlyMap<string, OptionRow> = new Map(OPTIONS.map((row) => [row.key, row]));

/** Keys that have keys below them: `server`, `observability`, `observability.tracing`. */
const SECTIONS: ReadonlySet<string> = new Set(
  OPTIONS.flatMap(({ key }) => {
    const names = key.split('.');
    return names.slice(1).map((_, depth) => names.slice(0, depth + 1).join('.'));
  }),
);
