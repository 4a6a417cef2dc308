/**
 * Evaluates one repository: walks its commits in the order in which they were made, brings the index up to
 * date at each, and asks every query of that commit of every system.
 */
import { join } from 'node:path';
import { Bm25Baseline } from './bm25-baseline.ts';
import { resolveGoldFunctions } from './gold-functions.ts';
import { type Golds, judge } from './judge.ts';
import { toPercentile } from './metrics.ts';
import { WorkTree } from './mirror.ts';
import { Product } from './product.ts';
import type { QueryRow } from './queries.ts';
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
  readonly withBaselines: boolean;
  /** Called after each row. */
  onRow(outcome: RowOutcome): void;
}

/** Evaluates all rows. Errors: a commit is not in the mirror, or the server failed. */
export async function evaluateRepository(options: EvaluationOptions): Promise<IndexingCost> {
  const tree = new WorkTree(options.mirror, join(options.folder, 'tree'));
  const commits = listCommits(tree, options.rows);
  const bm25 = new Bm25Baseline();
  const moves: number[] = [];
  const first = commits[0];
  if (first !== undefined) tree.moveTo(first);
  await using product = await Product.start(tree.path, join(options.folder, 'index.db'));
  let fileCount = 0;
  for (const commit of commits) {
    const absent = tree.moveTo(commit);
    if (absent.length > 0)
      process.stderr.write(`${commit}: ${absent.length} files not in the mirror\n`);
    moves.push(await product.refresh());
    fileCount = tree.files.length;
    if (options.withBaselines) bm25.load(tree.path, tree.files);
    for (const row of options.rows.filter(({ baseCommit }) => baseCommit === commit)) {
      options.onRow(await evaluateRow(row, { tree, product, bm25, options }));
    }
  }
  const [firstMs = 0, ...others] = moves;
  return {
    repo: options.repo,
    commits: commits.length,
    files: fileCount,
    firstMs: Math.round(firstMs),
    moveMs: others.length === 0 ? null : Math.round(toPercentile(others, 0.5)),
  };
}

function listCommits(tree: WorkTree, rows: readonly QueryRow[]): readonly string[] {
  return [...new Set(rows.map(({ baseCommit }) => baseCommit))]
    .map((commit) => ({ commit, time: tree.readCommitTime(commit) }))
    .toSorted((left, right) => left.time - right.time)
    .map(({ commit }) => commit);
}

interface Systems {
  readonly tree: WorkTree;
  readonly product: Product;
  readonly bm25: Bm25Baseline;
  readonly options: EvaluationOptions;
}

async function evaluateRow(row: QueryRow, systems: Systems): Promise<RowOutcome> {
  const { tree, product, bm25, options } = systems;
  const ranges = resolveGoldFunctions(tree.path, row.goldFunctions);
  const golds = { files: row.goldFiles, ranges };
  return {
    set: row.set,
    id: row.id,
    repo: row.repo,
    language: row.language,
    systems: await askAll(row.query, golds, {
      product,
      folder: tree.path,
      bm25: options.withBaselines ? bm25 : null,
    }),
  };
}

/** The systems over one tree. */
export interface AskedSystems {
  readonly product: Product;
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
