/**
 * Latency of relations over HTTP, warm: `npm run bench:related -- DIR [DATABASE]`. Samples files, lines, symbols and
 * folders of the tree evenly, asks for each once, and prints the percentiles by kind with the slowest question. A database
 * of an earlier run saves indexing; it is changed, so give a copy. Fails when an answer has no item.
 */
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { inTemporaryFolder, percentile, printRows, ServerProcess } from './server-process.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { samples: { type: 'string', default: '150' } },
});
const [root, database] = positionals.map((path) => resolve(path));
if (root === undefined)
  throw new Error('usage: npm run bench:related -- DIR [DATABASE] [--samples N]');
const samples = Number(values.samples);
/** Words whose definitions are sampled: names of every kind and frequency. */
const SEEDS = [
  'init',
  'read',
  'get',
  'set',
  'alloc',
  'parse',
  'probe',
  'handle',
  'find',
  'write',
  'open',
  'state',
];
const TARGET_P95_MS = 300;

interface Question {
  readonly kind: 'file' | 'line' | 'symbol' | 'folder';
  readonly given: Readonly<Record<string, unknown>>;
}

interface Timing {
  readonly question: Question;
  readonly wallMs: number;
  readonly ownMs: number;
  readonly items: number;
}

await inTemporaryFolder(async (folder) => {
  const server = await ServerProcess.start(root, database ?? join(folder, 'bench.db'));
  try {
    await server.untilIdle();
    const questions = await listQuestions(server);
    for (const question of questions.slice(0, 8)) await ask(server, question);
    const timings: Timing[] = [];
    for (const question of questions) timings.push(await ask(server, question));
    const kinds = Object.entries(Object.groupBy(timings, ({ question }) => question.kind));
    printRows(`relations ${root}`, {
      ...Object.fromEntries(kinds.map(([kind, ofKind]) => [kind, describe(ofKind)])),
      all: describe(timings),
    });
    const p95 = percentile(
      timings.map(({ wallMs }) => wallMs),
      0.95,
    );
    if (p95 > TARGET_P95_MS) process.exitCode = 1;
  } finally {
    await server.stop();
  }
});

/** Evenly over the tree: files by path, the middle of some, definitions by word, folders of the files. */
async function listQuestions(server: ServerProcess): Promise<readonly Question[]> {
  const files = new Map<string, number>();
  const symbols = new Set<string>();
  for (const seed of SEEDS) {
    for (const offset of [0, 100, 300]) {
      const page = { top_k: 100, offset, max_tokens: 20_000 };
      const byPath = await server.search({ query: seed, mode: 'path', ...page });
      for (const { metadata } of byPath.reply.results)
        files.set(metadata.file_path, metadata.end_line);
      const byName = await server.search({ query: seed, mode: 'symbol', ...page });
      for (const { metadata } of byName.reply.results) {
        files.set(metadata.file_path, metadata.start_line);
        if (metadata.symbol !== undefined) symbols.add(metadata.symbol);
      }
    }
  }
  const paths = pickEvenly([...files], samples);
  const folders = new Set(paths.map(([path]) => path.slice(0, path.lastIndexOf('/'))));
  return [
    ...paths.map(([path]): Question => ({ kind: 'file', given: { file_path: path } })),
    ...paths.map(([path, line]): Question => ({ kind: 'line', given: { file_path: path, line } })),
    ...pickEvenly([...symbols], samples).map((symbol): Question => ({
      kind: 'symbol',
      given: { symbol },
    })),
    ...pickEvenly(
      [...folders].filter((path) => path !== ''),
      samples / 3,
    ).map((path): Question => ({ kind: 'folder', given: { file_path: path } })),
  ];
}

function pickEvenly<T>(all: readonly T[], count: number): readonly T[] {
  const step = Math.max(1, all.length / count);
  return Array.from(
    { length: Math.min(all.length, Math.floor(count)) },
    (_, index) => all[Math.floor(index * step)] as T,
  );
}

async function ask(server: ServerProcess, question: Question): Promise<Timing> {
  const { reply, wallMs } = await server.related(question.given);
  if (reply.related_items.length === 0) {
    throw new Error(`no item for ${JSON.stringify(question.given)}`);
  }
  return { question, wallMs, ownMs: reply.query_time_ms, items: reply.related_items.length };
}

function describe(timings: readonly Timing[] = []): string {
  const wall = timings.map(({ wallMs }) => wallMs);
  const own = timings.map(({ ownMs }) => ownMs);
  const items = timings.reduce((sum, timing) => sum + timing.items, 0) / timings.length;
  const [slowest] = timings.toSorted((left, right) => right.wallMs - left.wallMs);
  const at = (share: number): string =>
    `${percentile(wall, share).toFixed(0)} (${percentile(own, share).toFixed(0)} in the thread)`;
  return `${timings.length} questions, ${items.toFixed(1)} items each, p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, slowest ${slowest?.wallMs.toFixed(0)} ms ${JSON.stringify(slowest?.question.given)}`;
}
