/** `backup` and `restore` as an operator uses them: real processes, a real server in between. */
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { loadStoreTools } from '../../../src/app.ts';
import { writeCodeTree } from '../../support/code-tree.ts';
import { runConexus, type Finished } from '../../support/run-conexus.ts';
import {
  createWorkplace,
  listBrokenSums,
  startTestApp,
  type Workplace,
} from '../../support/start-test-app.ts';
import { untilElsewhere } from '../../support/until.ts';

const FILES = 600;

/** Runs `backup` or `restore` on the workplace's database. */
async function copy(
  place: Workplace,
  command: 'backup' | 'restore',
  file: string,
): Promise<Finished> {
  return runConexus([command, file, '--db', place.databasePath], { cwd: place.dir.path });
}

function readCopy(file: string, pragma: string): unknown {
  const connection = new Database(file, { readonly: true });
  try {
    return connection.pragma(pragma, { simple: true });
  } finally {
    connection.close();
  }
}

test(
  'a backup that is made while files are indexed is whole, and goes on where it stood',
  {
    timeout: 240_000,
  },
  async () => {
    using place = createWorkplace();
    writeCodeTree(place.root, { files: FILES, linesPerFile: 150 });
    const file = join(place.dir.path, 'copy.db');
    let settled = 0;
    let isIndexing = true;
    {
      const tools = await loadStoreTools();
      await using app = await startTestApp(place);
      const job = app.run('start');
      const countSettled = (): number => {
        const [row] = place.rows('SELECT count(*) AS n FROM document WHERE is_pending = 0');
        return (row as { n: number }).n;
      };
      await untilElsewhere(() => countSettled() > 0, 60_000);
      settled = countSettled();
      await tools.backup(place.databasePath, file);
      isIndexing = (await app.status()).is_indexing;
      await job;
    }
    // Else the test would say nothing about writes during the copy.
    expect(isIndexing).toBe(true);
    expect(readCopy(file, 'quick_check')).toBe('ok');
    expect(readCopy(file, 'journal_mode')).toBe('delete');
    expect(['-wal', '-shm', '.part'].filter((suffix) => existsSync(`${file}${suffix}`))).toEqual(
      [],
    );

    await using app = await startTestApp({ root: place.root, databasePath: file });
    const before = await app.status();
    expect(before.files_processed).toBeGreaterThanOrEqual(settled);
    expect(before.files_processed).toBeLessThan(FILES);
    expect(listBrokenSums(before)).toEqual([]);
    await app.run('start');
    expect((await app.status()).coverage).toMatchObject({ indexed: FILES, pending: 0 });
    expect((await app.run('verify')).details).toMatchObject({ repaired: 0, problems: [] });
  },
);

test('restore is refused while a server runs, and brings everything back afterwards', async () => {
  using place = createWorkplace({ 'a.txt': 'firstword\n' });
  const file = join(place.dir.path, 'copy.db');
  {
    await using app = await startTestApp(place);
    await app.run('start');
    const content = { path: 'note.md', content: 'pushedword', source_type: 'file' as const };
    await app.control('index', { content });
    expect((await copy(place, 'backup', file)).code).toBe(0);
    const refused = await copy(place, 'restore', file);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(
      new RegExp(`WRITER_ELSEWHERE: The process with pid ${process.pid} .*Stop it`),
    );
    place.write('b.txt', 'secondword\n');
    await app.run('start');
    expect((await app.search('secondword')).total_count).toBe(1);
  }
  expect(await copy(place, 'restore', file)).toMatchObject({ code: 0, stderr: '' });
  await using app = await startTestApp(place);
  expect((await app.search('pushedword')).total_count).toBe(1);
  expect((await app.search('secondword')).total_count).toBe(0);
  await app.run('start');
  expect((await app.search('secondword')).total_count).toBe(1);
  expect((await app.run('verify')).details).toMatchObject({ repaired: 0, problems: [] });
});

test('restore leaves the database alone when the copy is damaged, foreign or too new', async () => {
  using place = createWorkplace({ 'a.txt': 'firstword\n' });
  {
    await using app = await startTestApp(place);
    await app.run('start');
  }
  const damaged = join(place.dir.path, 'damaged.db');
  cpSync(place.databasePath, damaged);
  writeFileSync(damaged, Buffer.alloc(65_536, 7), { flag: 'r+' });
  const foreign = join(place.dir.path, 'foreign.db');
  new Database(foreign).exec('CREATE TABLE birds (name TEXT)').close();
  const newer = join(place.dir.path, 'newer.db');
  const connection = new Database(newer);
  connection.pragma('user_version = 1000');
  connection.close();
  const refusals: readonly (readonly [string, number, string])[] = [
    [damaged, 1, 'STORE_CORRUPT'],
    [foreign, 1, 'STORE_CORRUPT'],
    [newer, 3, 'STORE_SCHEMA_TOO_NEW'],
  ];
  for (const [file, code, reason] of refusals) {
    const refused = await copy(place, 'restore', file);
    expect([refused.code, refused.stderr]).toEqual([code, expect.stringContaining(reason)]);
  }
  await using app = await startTestApp(place);
  expect((await app.search('firstword')).total_count).toBe(1);
});

test('a backup into a folder that is not there leaves nothing behind', async () => {
  using place = createWorkplace({ 'a.txt': 'x\n' });
  {
    await using app = await startTestApp(place);
    await app.run('start');
  }
  const folder = join(place.dir.path, 'out');
  mkdirSync(folder);
  const refused = await copy(place, 'backup', join(folder, 'missing/copy.db'));
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain(`${join(folder, 'missing')} is missing`);
});
