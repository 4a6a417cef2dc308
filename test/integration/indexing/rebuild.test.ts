/** A rebuild from nothing beside the index that answers. */
import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SearchReply } from '../../../src/model/search.ts';
import { writeCodeTree } from '../../support/code-tree.ts';
import {
  createWorkplace,
  listBrokenSums,
  startTestApp,
  type TestApp,
  type Workplace,
} from '../../support/start-test-app.ts';

const FILES = 600;

let place: Workplace;
let app: TestApp;
beforeAll(async () => {
  place = createWorkplace();
  writeCodeTree(place.root, { files: FILES });
  app = await startTestApp(place, { mode: 'serve' });
  await app.app.idle();
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  place[Symbol.dispose]();
});

/** Searches and reads the status again and again until the job has ended. */
async function pollUntilEnded(jobId: string, query: string) {
  const replies: SearchReply[] = [];
  const broken: string[] = [];
  const progress: number[] = [];
  let walBytes = 0;
  for (;;) {
    const status = await app.status();
    const job = status.jobs.find(({ job_id: id }) => id === jobId);
    broken.push(...listBrokenSums(status));
    walBytes = Math.max(walBytes, statSync(`${place.databasePath}-wal`).size);
    progress.push(job?.progress ?? -1);
    replies.push(await app.search(query, { mode: 'literal', top_k: 1, max_tokens: 500 }));
    if (job?.ended_at !== null) return { replies, broken, progress, walBytes, job };
  }
}

test('force_reindex answers from the old index meanwhile and swaps', async () => {
  const before = place.rows('SELECT id, active_tree FROM source') as { active_tree: number }[];
  const oldBlobs = place.rows('SELECT max(id) AS id FROM blob') as { id: number }[];
  const { job_id: jobId = '' } = await app.control('force_reindex');
  const { replies, broken, progress, walBytes, job } = await pollUntilEnded(jobId, 'everyfile');
  expect(job).toMatchObject({ state: 'completed', action: 'force_reindex' });
  expect(replies.length).toBeGreaterThan(5);
  expect(new Set(replies.map(({ total_count: count }) => count))).toEqual(new Set([FILES]));
  expect(replies.filter(({ coverage }) => coverage !== undefined)).toEqual([]);
  expect(broken).toEqual([]);
  expect(walBytes).toBeLessThan(256 * 1024 * 1024);
  expect(progress).toEqual(progress.toSorted((left, right) => left - right));
  const after = place.rows('SELECT id, active_tree, building_tree FROM source');
  expect(after).not.toEqual(before);
  expect(after).toMatchObject([{ building_tree: null }]);
  expect(place.rows('SELECT id FROM tree')).toHaveLength(1);
  expect(place.rows('SELECT id FROM blob WHERE id <= ?', oldBlobs[0]?.id)).toEqual([]);
  const last = await app.search('everyfile', { mode: 'literal', top_k: 1 });
  expect(last.total_count).toBe(FILES);
});

test('what changes during a rebuild is in the index after it', async () => {
  const { job_id: jobId = '' } = await app.control('force_reindex');
  const status = await app.control('status', { job_id: jobId });
  expect(status.index_status?.is_indexing).toBe(true);
  place.write('part0/file0.ts', 'changedmeanwhile\n');
  place.write('part0/new.ts', 'newmeanwhile\n');
  rmSync(join(place.root, 'part0/file1.ts'));
  await app.app.idle();
  const count = async (text: string): Promise<number> =>
    (await app.search(text, { mode: 'literal' })).total_count;
  expect(await count('changedmeanwhile')).toBe(1);
  expect(await count('newmeanwhile')).toBe(1);
  expect([await count('onlyfile0end'), await count('onlyfile1end')]).toEqual([0, 0]);
  expect((await app.run('verify')).details).toMatchObject({ repaired: 0 });
});

test('a rebuild that is stopped leaves the old index, and the next one goes on', async () => {
  const { job_id: jobId = '' } = await app.control('force_reindex');
  const startMs = performance.now();
  await app.control('stop', { job_id: jobId });
  expect(performance.now() - startMs).toBeLessThan(4000);
  const stopped = await app.control('status', { job_id: jobId });
  expect(stopped.index_status?.jobs[0]).toMatchObject({ state: 'cancelled', phase: 'idle' });
  expect((await app.search('everyfile', { mode: 'literal' })).total_count).toBe(FILES - 2);
  expect(await app.run('force_reindex')).toMatchObject({ state: 'completed' });
  expect((await app.search('everyfile', { mode: 'literal' })).total_count).toBe(FILES - 2);
  expect(place.rows('SELECT id FROM tree')).toHaveLength(1);
});
