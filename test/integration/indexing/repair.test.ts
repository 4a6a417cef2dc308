/** `verify` against damage of every kind, and documents that clients push. */
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ControlReply } from '../../../src/model/control.ts';
import {
  addRoot,
  createWorkplace,
  listPaths,
  startTestApp,
  type TestApp,
  type TestRoot,
  type Workplace,
} from '../../support/start-test-app.ts';

let place: Workplace;
let app: TestApp;
beforeAll(async () => {
  place = createWorkplace({ 'base.txt': 'base\n' });
  app = await startTestApp(place);
  await app.run('start');
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  place[Symbol.dispose]();
});

/** Changes rows behind the back of the running system; nobody writes meanwhile. */
function damage(sql: string, ...values: readonly unknown[]): void {
  const connection = new Database(place.databasePath);
  connection.pragma('foreign_keys = 0');
  const { changes } = connection.prepare(sql).run(...values);
  connection.close();
  expect(changes).toBeGreaterThan(0);
}

async function find(root: TestRoot, text: string): Promise<readonly string[]> {
  return listPaths(await root.search(text, { mode: 'literal' }));
}

async function push(path: string, content: string, extra: object = {}): Promise<ControlReply> {
  return app.control('index', { content: { path, content, source_type: 'slack', ...extra } });
}

describe('verify', () => {
  test.each([
    ['a content that is missing', 'DELETE FROM blob_content WHERE blob_id = ?'],
    [
      'a content that does not decompress',
      "UPDATE blob_content SET data = x'00112233' WHERE blob_id = ?",
    ],
    [
      'a content that is another one',
      'UPDATE blob_content SET data = (SELECT data FROM blob_content WHERE blob_id = 1) WHERE blob_id = ?',
    ],
    ['a content that is gone as a row', 'DELETE FROM blob WHERE id = ?'],
    [
      'a segment that is missing',
      'DELETE FROM segment WHERE id = (SELECT segment_id FROM blob WHERE id = ?)',
    ],
    [
      'a block of a segment that is missing',
      `DELETE FROM segment_block WHERE id = (SELECT first_block + block_count - 1 FROM segment
         WHERE id = (SELECT segment_id FROM blob WHERE id = ?))`,
    ],
    ['a document that refers to nothing', 'UPDATE document SET blob_id = 999999 WHERE blob_id = ?'],
    [
      'counts that are wrong',
      'UPDATE tally SET files = files + 7, bytes = bytes + ? WHERE outcome = 1',
    ],
  ])('repairs %s', async (_reason, sql) => {
    const root = await addRoot(app, place, {
      'a.txt': `damaged ${performance.now()}\n`,
      'b.txt': `whole ${performance.now()}\n`,
    });
    const [first] = root.listDocuments();
    damage(sql, first?.blob_id);
    const job = await root.run('verify');
    expect(job).toMatchObject({ state: 'completed', action: 'verify' });
    const details = job.details as { checked: number; repaired: number; problems: string[] };
    expect(details.checked).toBeGreaterThanOrEqual(2);
    expect(details.repaired).toBeGreaterThan(0);
    expect(details.problems.length).toBeGreaterThan(0);
    expect(await find(root, 'damaged')).toEqual(['a.txt']);
    expect(await find(root, 'whole')).toEqual(['b.txt']);
    expect(await root.coverage()).toMatchObject({ discovered: 2, indexed: 2, pending: 0 });
    expect((await root.run('verify')).details).toMatchObject({ repaired: 0, problems: [] });
  });

  test('finds a file that changed without a new time or size', async () => {
    const root = await addRoot(app, place, { 'a.txt': 'first\n' });
    damage(
      'UPDATE document SET blob_id = (SELECT min(id) FROM blob) WHERE id = ?',
      root.listDocuments()[0]?.id,
    );
    await root.run('start');
    await root.run('verify');
    expect(await find(root, 'first')).toEqual(['a.txt']);
  });
});

describe('a pushed document', () => {
  const only = { connectors: ['pushed'] };

  test('can be found at once, and the same path overwrites', async () => {
    const reply = await push('team/thread-1', 'pushedword one\n', {
      updated_at: '2026-01-02T03:04:05Z',
    });
    expect(reply).toMatchObject({ status: 'ok' });
    const found = await app.search('pushedword', { filters: only });
    expect(found.results[0]).toMatchObject({
      id: 'engine://file/pushed/team/thread-1#L1-L1',
      source_type: 'slack',
      metadata: { file_path: 'team/thread-1', updated_at: '2026-01-02T03:04:05.000Z' },
    });
    await push('team/thread-1', 'otherword two\n');
    expect((await app.search('pushedword', { mode: 'literal' })).total_count).toBe(0);
    const other = await app.search('otherword', { mode: 'literal', filters: only });
    expect(listPaths(other)).toEqual(['team/thread-1']);
  });

  test('is filtered by its source type and does not count as a file of a root', async () => {
    await push('team/thread-2', 'slackword\n');
    const types = async (type: 'slack' | 'file') =>
      (await app.search('slackword', { filters: { source_types: [type] } })).total_count;
    expect([await types('slack'), await types('file')]).toEqual([1, 0]);
    const status = await app.status();
    expect(status.roots.map(({ connector_id: id }) => id)).not.toContain('pushed');
    expect(status.coverage.percent).toBe(100);
    expect((await app.search('slackword')).coverage).toBeUndefined();
  });

  test('with a time that is none is refused', async () => {
    await expect(push('x', 'y', { updated_at: 'yesterday' })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });

  test.each(['', '\n\n', 'lone \ud800 surrogate', '\0 zero', '漢字'.repeat(1000)])(
    'may hold %j',
    async (content) => {
      await push('team/odd', content);
      const text = await app.engine.readResource('engine://file/pushed/team/odd');
      expect(text.text).toBe(content.toWellFormed());
    },
  );

  test('goes with its connector', async () => {
    await push('team/last', 'lastword\n');
    await app.engine.connectors({ action: 'remove', connector_id: 'pushed', confirm: true });
    expect((await app.search('lastword', { mode: 'literal' })).total_count).toBe(0);
    await push('team/again', 'againword\n');
    expect((await app.search('againword', { mode: 'literal' })).total_count).toBe(1);
  });
});
