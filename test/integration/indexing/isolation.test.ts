/** A file that breaks its thread is one failed file; the others of its batch are indexed. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { indexPaths, indexRoot, type IndexRootOptions } from '../../../src/indexing/index-root.ts';
import type { IndexWriter } from '../../../src/indexing/ports.ts';
import { createThreadClient } from '../../../src/pool/thread-client.ts';
import { ThreadPool } from '../../../src/pool/thread-pool.ts';
import { createAnalysers } from '../../../src/threads/analyser-client.ts';
import type { WriterReply } from '../../../src/threads/writer-thread.ts';
import { createWorkplace, type Workplace } from '../../support/start-test-app.ts';

const top = join(import.meta.dirname, '../../..');
const BATCH_LIMIT_MS = 6_000;

let place: Workplace;
let writers: ThreadPool;
let analysers: ThreadPool;
let writer: IndexWriter;

beforeAll(async () => {
  place = createWorkplace({
    'a.txt': 'first\n',
    'crash-1.txt': 'crashes\n',
    'b.txt': 'second\n',
    'hang-1.txt': 'hangs\n',
    'c.txt': 'third\n',
    'deep/crash-folder.txt': 'in order\n',
  });
  const workerData = {
    databasePath: place.databasePath,
    cacheBytes: 1_000_000,
    maxFileBytes: 1_000_000,
    allowSensitive: [],
  };
  writers = new ThreadPool({
    entry: join(top, 'workers/writer.worker.ts'),
    threads: 1,
    workerData,
  });
  await writers.call('open', []);
  analysers = new ThreadPool({
    entry: join(top, 'test/fixtures/workers/brittle-analyse.worker.ts'),
    threads: 2,
    workerData,
  });
  writer = createThreadClient<IndexWriter>(writers, (reply) => (reply as WriterReply).value);
  // Starting a thread takes its share of the limit below, so that is done before.
  await Promise.all([1, 2].map(async () => analysers.call('explainPath', [[], 'x'])));
});
afterAll(async () => {
  await analysers[Symbol.asyncDispose]();
  await writers.call('close', []);
  await writers[Symbol.asyncDispose]();
  place[Symbol.dispose]();
});

async function makeOptions(failures: string[]): Promise<IndexRootOptions> {
  const source = await writer.ensureSource({
    connectorId: 'app',
    type: 'filesystem',
    name: 'app',
    path: place.root,
    config: {},
    isDeclared: true,
  });
  return {
    listing: { root: place.root, include: [], exclude: [], subPaths: [] },
    treeId: source.activeTree ?? 0,
    epoch: 0,
    isForced: false,
    writer,
    analysers: createAnalysers(analysers, BATCH_LIMIT_MS),
    limits: { firstBytes: 1_000_000, maxBytes: 1_000_000, maxFiles: 100 },
    signal: new AbortController().signal,
    onListed: () => undefined,
    onFailure: ({ path, reason }) => failures.push(`${path}: ${reason}`),
  };
}

const EXPECTED = [
  { path: 'a.txt', outcome: 1, reason: null },
  { path: 'b.txt', outcome: 1, reason: null },
  { path: 'c.txt', outcome: 1, reason: null },
  { path: 'crash-1.txt', outcome: 3, reason: 'crashed' },
  { path: 'deep/crash-folder.txt', outcome: 1, reason: null },
  { path: 'hang-1.txt', outcome: 3, reason: 'timeout' },
];

describe('a file that breaks its thread', () => {
  test('in a run over the root fails alone, with its reason', async () => {
    const failures: string[] = [];
    await indexRoot(await makeOptions(failures));
    expect(place.rows('SELECT path, outcome, reason FROM document ORDER BY path')).toEqual(
      EXPECTED,
    );
    expect(failures.toSorted((left, right) => left.localeCompare(right))).toEqual([
      'crash-1.txt: crashed',
      'hang-1.txt: timeout',
    ]);
  });

  test('is not tried again while it is as it was, and when it changed it is', async () => {
    const failures: string[] = [];
    await indexRoot(await makeOptions(failures));
    expect(failures).toEqual([]);
    place.write('crash-1.txt', 'crashes in another way\n');
    await indexRoot(await makeOptions(failures));
    expect(failures).toEqual(['crash-1.txt: crashed']);
  });

  test('among single paths fails alone too', async () => {
    const failures: string[] = [];
    place.write('b.txt', 'second, changed\n');
    place.write('crash-1.txt', 'crashes once more\n');
    const options = await makeOptions(failures);
    await indexPaths({ ...options, paths: ['b.txt', 'crash-1.txt', 'c.txt'] });
    expect(place.rows('SELECT path, outcome, reason FROM document ORDER BY path')).toEqual(
      EXPECTED,
    );
    expect(failures).toEqual(['crash-1.txt: crashed']);
  });
});
