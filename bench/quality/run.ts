/**
 * Measures retrieval quality on labelled queries, through the product:
 *
 *   npm run bench:quality -- --queries FILE.jsonl --mirrors DIR [--limit N] [--repo owner/name] [--out NAME]
 *                            [--against RESULTS.json] [--no-baselines] [--keep DIR]
 *
 * `--queries` and `--repo` may be given several times. `--limit` keeps N rows of each repository. The results go to
 * `bench/results/NAME.json` and `.md` (default `quality`), or to a path that ends in `.json`. `--against` adds a
 * comparison with an earlier run, row by row. `--keep` stores the index of each commit in DIR, or uses it when it is there: a
 * run that changes the ranking alone then takes a minute or two (about 100 MB a commit). The exit code is 1 when no row could be evaluated.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { evaluateRepository } from './evaluate.ts';
import { KeptIndexes } from './kept-index.ts';
import { findMirror } from './mirror.ts';
import { publish } from './publish.ts';
import { readQueries, selectRows } from './queries.ts';
import { describeRun, type IndexingCost, type RowOutcome } from './results.ts';

const { values } = parseArgs({
  allowNegative: true,
  options: {
    queries: { type: 'string', multiple: true, default: [] },
    mirrors: { type: 'string', default: '' },
    repo: { type: 'string', multiple: true, default: [] },
    limit: { type: 'string', default: '0' },
    out: { type: 'string', default: 'quality' },
    against: { type: 'string' },
    baselines: { type: 'boolean', default: true },
    keep: { type: 'string' },
  },
});
const rows = selectRows(
  values.queries.flatMap((file) => readQueries(file)),
  { repos: values.repo, limit: Number(values.limit) },
);
const outcomes: RowOutcome[] = [];
const indexing: IndexingCost[] = [];
const missing: Record<string, number> = {};
const started = performance.now();
const folder = mkdtempSync(join(tmpdir(), 'conexus-quality-'));
try {
  for (const [repo, group = []] of Object.entries(Object.groupBy(rows, ({ repo }) => repo))) {
    const mirror = findMirror(resolve(values.mirrors), repo);
    if (mirror === null) missing[repo] = group.length;
    else indexing.push(await evaluate(repo, group, mirror));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const flags = [
  ...(values.limit === '0' ? [] : [`--limit ${values.limit}`]),
  ...values.repo.map((repo) => `--repo ${repo}`),
];
publish(
  { ...describeRun(), missing, indexing, rows: outcomes },
  {
    out: values.out,
    title: `Retrieval quality: ${[...new Set(rows.map(({ set }) => set))].join(', ')}`,
    command: ['npm run bench:quality -- --queries … --mirrors …', ...flags].join(' '),
    against: values.against,
  },
);
process.exitCode = outcomes.length > 0 ? 0 : 1;

async function evaluate(repo: string, group: typeof rows, mirror: string): Promise<IndexingCost> {
  const place = join(folder, repo.replace('/', '+'));
  const cost = await evaluateRepository({
    repo,
    rows: group,
    mirror,
    folder: place,
    withBaselines: values.baselines,
    kept: values.keep === undefined ? null : new KeptIndexes(resolve(values.keep), repo),
    onRow: (outcome) => {
      outcomes.push(outcome);
      const ranks = Object.entries(outcome.systems)
        .map(([name, { fileRanks }]) => `${name} ${fileRanks.map((rank) => rank ?? '-').join(',')}`)
        .join('  ');
      const seconds = Math.round((performance.now() - started) / 1000);
      process.stderr.write(
        `${seconds} s  ${outcomes.length}/${rows.length}  ${outcome.id}  ${ranks}\n`,
      );
    },
  });
  rmSync(place, { recursive: true, force: true });
  return cost;
}
