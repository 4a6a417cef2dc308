/**
 * Evaluates one repository: walks its commits in the order in which they were made, brings the index up to
 * date at each, and asks every query of that commit of every system. Where indexes are kept, a commit that has
 * one is asked as it is, and one that has none is kept once it is indexed.
 */
import { join } from 'node:path';
import { Bm25Baseline } from './bm25-baseline.ts';
import { resolveGoldFunctions } from './gold-functions.ts';
import type { KeptIndexes } from './kept-index.ts';
import { type Golds, judge } from './judge.ts';
import { toPercentile } from './metrics.ts';
import { WorkTree } from './mirror.ts';
import { Product } from './product.ts';
import type { QueryRow } from './queries.ts';
import type { Searcher } from './retrieve.ts';
import type { IndexingCost, RowOutcome, SystemOutcome } from './results.ts';
import { searchWithRipgrep } from './ripgrep-baseline.ts';

/** What to evaluate and where to work. */
export interface EvaluationOptions {
  readonly repo: string;
  /** All of this repository. */
  readonly rows: readonly QueryRow[];
  /** Git folder of the mirror. */
  readonly mirror: string;
  /** An empty folder for the work tree and the database. */
  readonly folder: string;
  /** They need the tree: not asked of a kept index. */
  readonly withBaselines: boolean;
  /** Null keeps nothing and uses nothing kept. */
  readonly kept: KeptIndexes | null;
  /** Called after each row. */
  onRow(outcome: RowOutcome): void;
}

/** Evaluates all rows. Errors: a commit is not in the mirror, or the server failed. */
export async function evaluateRepository(options: EvaluationOptions): Promise<IndexingCost> {
  const tree = new WorkTree(options.mirror, join(options.folder, 'tree'));
  const commits = listCommits(tree, options.rows);
  const { kept } = options;
  const moves: number[] = [];
  const listIds = (commit: string): string[] =>
    options.rows.filter(({ baseCommit }) => baseCommit === commit).map(({ id }) => id);
  const known = commits.filter((commit) => kept?.has(commit, listIds(commit)) === true);
  for (const commit of known) {
    if (kept !== null) await evaluateKept(commit, kept, options);
  }
  const unknown = commits.filter((commit) => !known.includes(commit));
  const fileCount =
    unknown.length === 0 ? 0 : await evaluateInTurn({ commits: unknown, tree, moves, options });
  const [firstMs = 0, ...others] = moves;
  return {
    repo: options.repo,
    commits: commits.length,
    files: fileCount,
    firstMs: Math.round(firstMs),
    moveMs: others.length === 0 ? null : Math.round(toPercentile(others, 0.5)),
  };
}

/** Indexes commit after commit in one database. Gives the files of the last one. */
async function evaluateInTurn({
  commits,
  tree,
  moves,
  options,
}: {
  readonly commits: readonly string[];
  readonly tree: WorkTree;
  /** Milliseconds that each commit took are added. */
  readonly moves: number[];
  readonly options: EvaluationOptions;
}): Promise<number> {
  const bm25 = new Bm25Baseline();
  const database = join(options.folder, 'index.db');
  tree.moveTo(commits[0] as string);
  await using product = await Product.start(tree.path, database);
  for (const commit of commits) {
    const absent = tree.moveTo(commit);
    if (absent.length > 0)
      process.stderr.write(`${commit}: ${absent.length} files not in the mirror\n`);
    moves.push(await product.refresh());
    if (options.withBaselines) bm25.load(tree.path, tree.files);
    const rows = options.rows.filter(({ baseCommit }) => baseCommit === commit);
    const golds = Object.fromEntries(
      rows.map(({ id, goldFunctions }) => [id, resolveGoldFunctions(tree.path, goldFunctions)]),
    );
    await options.kept?.keep(commit, database, golds);
    const systems = { product, folder: tree.path, bm25: options.withBaselines ? bm25 : null };
    for (const row of rows) options.onRow(await evaluateRow(row, golds[row.id] ?? null, systems));
  }
  return tree.files.length;
}

async function evaluateKept(
  commit: string,
  kept: KeptIndexes,
  options: EvaluationOptions,
): Promise<void> {
  const { rows, folder } = options;
  const golds = kept.readGolds(commit);
  const product = kept.open(commit);
  for (const row of rows.filter(({ baseCommit }) => baseCommit === commit)) {
    options.onRow(await evaluateRow(row, golds[row.id] ?? null, { product, folder, bm25: null }));
  }
}

function listCommits(tree: WorkTree, rows: readonly QueryRow[]): readonly string[] {
  return [...new Set(rows.map(({ baseCommit }) => baseCommit))]
    .map((commit) => ({ commit, time: tree.readCommitTime(commit) }))
    .toSorted((left, right) => left.time - right.time)
    .map(({ commit }) => commit);
}

async function evaluateRow(
  row: QueryRow,
  ranges: Golds['ranges'],
  systems: AskedSystems,
): Promise<RowOutcome> {
  return {
    set: row.set,
    id: row.id,
    repo: row.repo,
    language: row.language,
    systems: await askAll(row.query, { files: row.goldFiles, ranges }, systems),
  };
}

/** The systems over one tree. */
export interface AskedSystems {
  readonly product: Searcher;
  readonly folder: string;
  /** Null leaves out both baselines. */
  readonly bm25: Bm25Baseline | null;
}

/** Asks one query of every system and judges the answers. */
export async function askAll(
  query: string,
  golds: Golds,
  { product, folder, bm25 }: AskedSystems,
): Promise<Readonly<Record<string, SystemOutcome>>> {
  const conexus = judge(golds, await product.search(query), true);
  if (bm25 === null) return { conexus };
  return {
    conexus,
    bm25: judge(golds, bm25.search(query), false),
    ripgrep: judge(golds, await searchWithRipgrep(folder, query), false),
  };
}
