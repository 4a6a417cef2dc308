/** A content that breaks the parser's thread is given up alone, and a run that is stopped stops at once. */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { indexRoot } from '../../../src/indexing/index-root.ts';
import type { IndexWriter } from '../../../src/indexing/ports.ts';
import { StructurePass } from '../../../src/indexing/structure-pass.ts';
import { createThreadClient } from '../../../src/pool/thread-client.ts';
import { ThreadPool } from '../../../src/pool/thread-pool.ts';
import { createAnalysers } from '../../../src/threads/analyser-client.ts';
import type { WriterReply } from '../../../src/threads/writer-thread.ts';
import { createWorkplace, type Workplace } from '../../support/start-test-app.ts';
import { until } from '../../support/until.ts';

const top = join(import.meta.dirname, '../../..');
/** A new thread has to start and load a grammar in it, on a busy machine too. */
const STRUCTURE_LIMIT_MS = 6_000;
const FILES = {
  'a.py': 'def first(): pass\n',
  'b.py': 'def hangs(): pass  # HANG_PARSER\n',
  'c.py': 'def second(): pass\n',
  'd.py': 'def crashes(): pass  # CRASH_PARSER\n',
  'e.py': 'def third(): pass\n',
};

let place: Workplace;
let writers: ThreadPool;
let brittle: ThreadPool;
let writer: IndexWriter;

function startPool(entry: string): ThreadPool {
  const workerData = {
    databasePath: place.databasePath,
    cacheBytes: 1_000_000,
    maxFileBytes: 1_000_000,
    allowSensitive: [],
  };
  return new ThreadPool({ entry: join(top, entry), threads: 1, workerData });
}

beforeAll(async () => {
  place = createWorkplace(FILES);
  writers = startPool('workers/writer.worker.ts');
  await writers.call('open', []);
  brittle = startPool('test/fixtures/workers/brittle-analyse.worker.ts');
  writer = createThreadClient<IndexWriter>(writers, (reply) => (reply as WriterReply).value);
});
afterAll(async () => {
  await brittle[Symbol.asyncDispose]();
  await writers.call('close', []);
  await writers[Symbol.asyncDispose]();
  place[Symbol.dispose]();
});

/** Indexes the texts of the root; no content has a structure after that. */
async function indexTexts(): Promise<void> {
  const source = await writer.ensureSource({
    connectorId: 'app',
    type: 'filesystem',
    name: 'app',
    path: place.root,
    config: {},
    isDeclared: true,
  });
  await indexRoot({
    listing: { root: place.root, include: [], exclude: [], subPaths: [] },
    treeId: source.activeTree ?? 0,
    epoch: 0,
    isForced: false,
    writer,
    analysers: createAnalysers(brittle),
    limits: { firstBytes: 1_000_000, maxBytes: 1_000_000, maxFiles: 100 },
    signal: new AbortController().signal,
    onListed: () => undefined,
    onFailure: () => undefined,
  });
}

function createPass(pool: ThreadPool, failures: string[] = []): StructurePass {
  return new StructurePass({
    writer,
    analysers: createAnalysers(pool, 60_000, STRUCTURE_LIMIT_MS),
    maxHeapBytes: Infinity,
    onFailure: ({ reason }) => failures.push(reason),
  });
}

/** Each file with the state of its structure: 0 waits, 1 done, 3 failed. */
function listStates(): readonly unknown[] {
  return place.rows(
    `SELECT path, structure FROM document JOIN blob ON blob.id = blob_id ORDER BY path`,
  );
}

describe('the structure pass', () => {
  test('that is stopped while a parser hangs ends within 2 s and leaves the contents for later', async () => {
    await indexTexts();
    const stop = new AbortController();
    const run = createPass(brittle).run([], { signal: stop.signal });
    await until(() => existsSync(`${place.databasePath}.hangs`), 60_000);
    const stoppedAtMs = performance.now();
    stop.abort();
    await run;
    expect(performance.now() - stoppedAtMs).toBeLessThan(2_000);
    expect(listStates()).toEqual(Object.keys(FILES).map((path) => ({ path, structure: 0 })));
  }, 90_000);

  test('gives up the contents that hang and crash the parser, and only those', async () => {
    rmSync(`${place.databasePath}.hangs`);
    const failures: string[] = [];
    await createPass(brittle, failures).run([], { signal: new AbortController().signal });
    expect(failures.toSorted()).toEqual(['crashed', 'timeout']);
    expect(listStates()).toEqual([
      { path: 'a.py', structure: 1 },
      { path: 'b.py', structure: 3 },
      { path: 'c.py', structure: 1 },
      { path: 'd.py', structure: 3 },
      { path: 'e.py', structure: 1 },
    ]);
  }, 90_000);

  test('does not try them again, and their texts stay in the index', async () => {
    const failures: string[] = [];
    await createPass(brittle, failures).run([], { signal: new AbortController().signal });
    expect(failures).toEqual([]);
    expect(place.rows('SELECT path FROM document WHERE outcome = 1')).toHaveLength(5);
  });
});
