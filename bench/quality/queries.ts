/**
 * Reads files of labelled queries: JSON lines of `{id, repo, base_commit, query, gold_files, language}` and,
 * where functions are labelled, `gold_functions` as `path:name` or `path:Class.name`. `base_commit` is the
 * tree to search, `repo` is `owner/name`. A line that lacks a field is an error that names the line.
 *
 * The texts are other people's: they are searched for and never written anywhere; results name rows by id.
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

/** One labelled query. */
export interface QueryRow {
  /** Name of the file it came from, without `.jsonl`. */
  readonly set: string;
  readonly id: string;
  /** `owner/name`. */
  readonly repo: string;
  readonly baseCommit: string;
  readonly query: string;
  /** Relative to the root of the repository; at least one. */
  readonly goldFiles: readonly string[];
  /** `path:name` or `path:Class.name`; empty when no function is labelled. */
  readonly goldFunctions: readonly string[];
  readonly language: string;
}

/** Which rows to keep. */
export interface RowSelection {
  /** `owner/name`; empty keeps all repositories. */
  readonly repos: readonly string[];
  /** At most this many rows of each repository and set, spread evenly over its rows; 0 keeps all. */
  readonly limit: number;
}

/** Reads the rows of one file, in its order. Errors: a plain error that names file and line. */
export function readQueries(file: string): readonly QueryRow[] {
  const set = basename(file).replace(/\.jsonl$/, '');
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line, index) => {
      if (line.trim() === '') return [];
      try {
        return [toRow(set, JSON.parse(line) as Readonly<Record<string, unknown>>)];
      } catch (error) {
        throw new Error(`${file}, line ${index + 1}: ${String(error)}`, { cause: error });
      }
    });
}

function toRow(set: string, raw: Readonly<Record<string, unknown>>): QueryRow {
  const goldFiles = toTexts(raw['gold_files'], 'gold_files');
  if (goldFiles.length === 0) throw new Error('gold_files is empty');
  return {
    set,
    id: toText(raw['id'], 'id'),
    repo: toText(raw['repo'], 'repo'),
    baseCommit: toText(raw['base_commit'], 'base_commit'),
    query: toText(raw['query'], 'query'),
    goldFiles,
    goldFunctions: toTexts(raw['gold_functions'] ?? [], 'gold_functions'),
    language: toText(raw['language'], 'language'),
  };
}

function toText(value: unknown, name: string): string {
  if (typeof value !== 'string' || value === '') throw new Error(`${name} is not a text`);
  return value;
}

function toTexts(value: unknown, name: string): readonly string[] {
  if (!Array.isArray(value)) throw new Error(`${name} is not a list`);
  return value.map((item: unknown) => toText(item, name));
}

/** Keeps what was asked for. */
export function selectRows(
  rows: readonly QueryRow[],
  selection: RowSelection,
): readonly QueryRow[] {
  const wanted = rows.filter(
    ({ repo }) => selection.repos.length === 0 || selection.repos.includes(repo),
  );
  if (selection.limit === 0) return wanted;
  const groups = Object.values(Object.groupBy(wanted, ({ set, repo }) => `${set}\t${repo}`));
  return groups.flatMap((group) => spread(group ?? [], selection.limit));
}

function spread(rows: readonly QueryRow[], count: number): readonly QueryRow[] {
  if (rows.length <= count) return rows;
  return Array.from({ length: count }, (_, index) => {
    return rows[Math.floor((index * rows.length) / count)] as QueryRow;
  });
}
