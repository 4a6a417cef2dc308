/**
 * What a run found, row by row, and how it is kept. The JSON file has one line for each row: ids, ranks and
 * costs, no texts, so it may be committed and compared with a later run row by row.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import type { GoldRanks } from './metrics.ts';

/** What one system found for one row. */
export interface SystemOutcome {
  /** Ranks of the gold files among different files, up to 20. */
  readonly fileRanks: GoldRanks;
  /** Ranks of the gold lines among the stretches shown by a default call; null without labels or without lines. */
  readonly functionRanks: GoldRanks | null;
  readonly latencyMs: number;
  /** 0 for systems that only name files. */
  readonly tokens: number;
}

/** One query and what each system found. */
export interface RowOutcome {
  readonly set: string;
  readonly id: string;
  readonly repo: string;
  readonly language: string;
  /** By the name of the system. */
  readonly systems: Readonly<Record<string, SystemOutcome>>;
}

/** What indexing one repository cost. */
export interface IndexingCost {
  readonly repo: string;
  readonly commits: number;
  readonly files: number;
  /** The first commit, into an empty database. */
  readonly firstMs: number;
  /** Median of the moves to the other commits; null when there was one commit only. */
  readonly moveMs: number | null;
}

/** All of a run. */
export interface RunResults {
  /** RFC 3339. */
  readonly madeAt: string;
  /** Commit of this program, with `+` when its work tree had changes. */
  readonly version: string;
  readonly machine: string;
  /** Repositories of the queries that had no mirror, with how many rows that left out. */
  readonly missing: Readonly<Record<string, number>>;
  readonly indexing: readonly IndexingCost[];
  readonly rows: readonly RowOutcome[];
}

/** Describes the program and the machine of this run. */
export function describeRun(): Pick<RunResults, 'madeAt' | 'version' | 'machine'> {
  const isChanged = askGit('status', '--porcelain', '--', '../../src', '../../workers') !== '';
  return {
    madeAt: new Date().toISOString(),
    version: askGit('rev-parse', '--short', 'HEAD') + (isChanged ? '+' : ''),
    machine: `${availableParallelism()} x ${cpus()[0]?.model ?? 'unknown'}, Node ${process.versions.node}`,
  };
}

function askGit(...args: readonly string[]): string {
  return execFileSync('git', ['-C', import.meta.dirname, ...args], { encoding: 'utf8' }).trim();
}

/** Writes the results; one line for each row. */
export function writeResults(file: string, results: RunResults): void {
  const { rows, ...frame } = results;
  const head = JSON.stringify(frame, null, 2).replace(/\n\}$/, '');
  const lines = rows.map((row) => JSON.stringify(row)).join(',\n');
  writeFileSync(file, `${head},\n  "rows": [\n${lines}\n  ]\n}\n`);
}

/** Reads what `writeResults` wrote. */
export function readResults(file: string): RunResults {
  return JSON.parse(readFileSync(file, 'utf8')) as RunResults;
}
