/**
 * Makes short queries from real code bases by rule (see `short-rules.ts`) and measures the product on them:
 *
 *   npm run bench:short -- [--code DIR]… [--mirrors DIR --repo owner/name]… [--seed 1] [--per-kind 10]
 *                          [--write FILE.jsonl] [--out NAME] [--against RESULTS.json] [--no-baselines]
 *
 * `--code` takes a folder (copied without `node_modules`, `site-packages` and names that start with a dot), `--repo`
 * the newest commit of a mirror. The queries hold other people's words: `--write` keeps them where it says, outside
 * the project; the results hold ids and ranks. The figure is NDCG@10, of lines and of files, for each kind.
 * The exit code is 1 when fewer than 150 queries were made.
 */
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Bm25Baseline } from './bm25-baseline.ts';
import { askAll } from './evaluate.ts';
import { findMirror, type TreeFile, WorkTree } from './mirror.ts';
import { Product } from './product.ts';
import { publish } from './publish.ts';
import { describeRun, type IndexingCost, type RowOutcome } from './results.ts';
import { makeShortQueries, type ShortQuery } from './short-rules.ts';
import { isSourceFile } from './source-files.ts';

const MIN_QUERIES = 150;
/** Larger sources are data. */
const MAX_SOURCE_BYTES = 300_000;

const { values } = parseArgs({
  allowNegative: true,
  options: {
    code: { type: 'string', multiple: true, default: [] },
    mirrors: { type: 'string', default: '' },
    repo: { type: 'string', multiple: true, default: [] },
    seed: { type: 'string', default: '1' },
    'per-kind': { type: 'string', default: '10' },
    write: { type: 'string' },
    out: { type: 'string', default: 'short' },
    against: { type: 'string' },
    baselines: { type: 'boolean', default: true },
  },
});

interface CodeBase {
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  readonly files: readonly TreeFile[];
}

interface NamedQuery extends ShortQuery {
  readonly id: string;
}

const outcomes: RowOutcome[] = [];
const written: object[] = [];
const indexing: IndexingCost[] = [];
const missing: Record<string, number> = {};
const folder = mkdtempSync(join(tmpdir(), 'conexus-short-'));
try {
  for (const code of values.code) await evaluate(copyFolder(resolve(code)));
  for (const repo of values.repo) {
    const mirror = findMirror(resolve(values.mirrors), repo);
    if (mirror === null) missing[repo] = 0;
    else await evaluate(checkOut(repo, mirror));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
if (values.write !== undefined) {
  writeFileSync(values.write, written.map((row) => `${JSON.stringify(row)}\n`).join(''));
}
publish(
  { ...describeRun(), missing, indexing, rows: outcomes },
  {
    out: values.out,
    title: `Short queries made by rule, seed ${values.seed}`,
    command: `npm run bench:short -- ${[
      ...values.code.map((code) => `--code ${basename(code)}`),
      ...values.repo.map((repo) => `--repo ${repo}`),
    ].join(' ')} --seed ${values.seed} --per-kind ${values['per-kind']}`,
    against: values.against,
  },
);
process.exitCode = outcomes.length >= MIN_QUERIES ? 0 : 1;

function copyFolder(source: string): CodeBase {
  const name = basename(source);
  const path = join(folder, name);
  cpSync(source, path, {
    recursive: true,
    filter: (entry) =>
      entry === source || !/^(?:\.|node_modules$|site-packages$)/.test(basename(entry)),
  });
  const files = readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(path, join(entry.parentPath, entry.name)))
    .sort();
  return { name, path, files: files.map((file) => ({ path: file, blob: file })) };
}

function checkOut(repo: string, mirror: string): CodeBase {
  const tree = new WorkTree(mirror, join(folder, repo.replace('/', '+')));
  const git = ['--git-dir', mirror, 'rev-parse', 'HEAD'];
  tree.moveTo(execFileSync('git', git, { encoding: 'utf8' }).trim());
  return { name: repo, path: tree.path, files: tree.files };
}

function makeQueries(code: CodeBase): readonly NamedQuery[] {
  const texts = code.files
    .filter(({ path }) => isSourceFile(path))
    .filter(({ path }) => statSync(join(code.path, path)).size <= MAX_SOURCE_BYTES)
    .map(({ path }) => ({ path, text: readFileSync(join(code.path, path), 'utf8') }));
  const selection = { seed: Number(values.seed), perKind: Number(values['per-kind']) };
  return makeShortQueries(texts, selection).map((query) => ({
    ...query,
    id: `${code.name}:${query.kind}:${query.gold.path}:${query.gold.startLine}`,
  }));
}

async function evaluate(code: CodeBase): Promise<void> {
  const queries = makeQueries(code);
  await using product = await Product.start(code.path, join(folder, 'index.db'));
  const firstMs = Math.round(await product.refresh());
  indexing.push({ repo: code.name, commits: 1, files: code.files.length, firstMs, moveMs: null });
  const bm25 = values.baselines ? new Bm25Baseline() : null;
  bm25?.load(code.path, code.files);
  for (const { id, kind, query, gold, language } of queries) {
    const golds = { files: [gold.path], ranges: [gold] };
    written.push({ id, kind, query, repo: code.name, language, gold });
    const systems = await askAll(query, golds, { product, folder: code.path, bm25 });
    outcomes.push({ set: `short-${kind}`, id, repo: code.name, language, systems });
  }
  process.stderr.write(`${code.name}: ${queries.length} queries\n`);
  rmSync(code.path, { recursive: true, force: true });
}
