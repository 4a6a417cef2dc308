/** Several processes on one database, one that is killed, and databases that cannot be opened. */
import type { ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { MIGRATIONS } from '../../../src/store/schema.ts';
import { writeCodeTree } from '../../support/code-tree.ts';
import { runConexus, startConexus } from '../../support/run-conexus.ts';
import {
  createWorkplace,
  listBrokenSums,
  startTestApp,
  type Workplace,
} from '../../support/start-test-app.ts';
import { untilElsewhere } from '../../support/until.ts';

const FILES = 500;

/** Arguments of a process on the workplace. */
function argumentsFor(place: Workplace): readonly string[] {
  return ['--root', place.root, '--db', place.databasePath];
}

function startIndex(place: Workplace): ChildProcess {
  return startConexus(['index', ...argumentsFor(place)], { cwd: place.dir.path });
}

/** Files that the manifest holds as settled, 0 before there is one. */
function countSettled(place: Workplace): number {
  if (!existsSync(place.databasePath)) return 0;
  try {
    const [row] = place.rows('SELECT count(*) AS count FROM document WHERE is_pending = 0') as {
      count: number;
    }[];
    return row?.count ?? 0;
  } catch {
    return 0;
  }
}

describe('a second process', () => {
  test('reads, refuses to write with the pid of the first, and writes once that has ended', async () => {
    using place = createWorkplace({ 'a.txt': 'firstword\n' });
    {
      await using first = await startTestApp(place);
      await first.run('start');
      const args = ['search', 'firstword', '--json', ...argumentsFor(place)];
      const [index, search] = await Promise.all([
        runConexus(['index', ...argumentsFor(place)], { cwd: place.dir.path }),
        runConexus(args, { cwd: place.dir.path }),
      ]);
      expect(index.code).toBe(1);
      expect(index.stderr).toContain('WRITER_ELSEWHERE');
      expect(index.stderr).toContain(`pid ${process.pid} `);
      expect(search).toMatchObject({ code: 0, stderr: '' });
      expect(JSON.parse(search.stdout)).toMatchObject({ total_count: 1 });
      await using second = await startTestApp(place);
      expect(second.app.isWriter).toBe(false);
      expect((await second.search('firstword')).total_count).toBe(1);
      place.write('b.txt', 'secondword\n');
      await first.run('start');
      expect((await second.search('secondword')).total_count).toBe(1);
      await expect(second.run('start')).rejects.toMatchObject({ code: 'WRITER_ELSEWHERE' });
    }
    const after = await runConexus(['index', ...argumentsFor(place)], { cwd: place.dir.path });
    expect(after.code).toBe(0);
  });
});

describe('a process that is killed while it indexes', () => {
  test('at any moment leaves an index that goes on: nothing twice, nothing lost', async () => {
    using place = createWorkplace();
    writeCodeTree(place.root, { files: FILES, linesPerFile: 150 });
    const moments = [0, 1, 150];
    const kept: number[] = [];
    for (const moment of moments) {
      const child = startIndex(place);
      await untilElsewhere(
        () => existsSync(place.databasePath) && countSettled(place) >= moment,
        60_000,
      );
      child.kill('SIGKILL');
      await once(child, 'close');
      kept.push(countSettled(place));
    }
    expect(kept).toEqual(kept.toSorted((left, right) => left - right));
    expect(kept.filter((count) => count > 0 && count < FILES)).not.toEqual([]);
    await using app = await startTestApp(place);
    const job = await app.run('start');
    expect(job.state).toBe('completed');
    const status = await app.status();
    expect(listBrokenSums(status)).toEqual([]);
    expect(status.coverage).toMatchObject({ discovered: FILES, indexed: FILES, pending: 0 });
    expect(place.rows('SELECT path FROM document GROUP BY path HAVING count(*) > 1')).toEqual([]);
    expect(place.rows('SELECT hash FROM blob GROUP BY hash HAVING count(*) > 1')).toEqual([]);
    expect(place.rows('SELECT id FROM blob WHERE document_count <> 1')).toEqual([]);
    expect(place.rows('SELECT id FROM segment WHERE is_ready <> 1')).toEqual([]);
    expect((await app.run('verify')).details).toMatchObject({ repaired: 0, problems: [] });
    using fresh = createWorkplace();
    await using other = await startTestApp({ root: place.root, databasePath: fresh.databasePath });
    await other.run('start');
    for (const query of ['everyfile_17', 'onlyfile3end onlyfile400end', 'export function']) {
      for (const mode of ['auto', 'literal'] as const) {
        const left = await app.search(query, { mode, top_k: 50 });
        const right = await other.search(query, { mode, top_k: 50 });
        expect(left.total_count).toBe(right.total_count);
        expect(new Set(left.results.map(({ id }) => id))).toEqual(
          new Set(right.results.map(({ id }) => id)),
        );
      }
    }
  });
});

describe('a database', () => {
  test('that is newer than the program ends the command with 3', async () => {
    using place = createWorkplace({ 'a.txt': 'x\n' });
    mkdirSync(join(place.dir.path, 'data'));
    const connection = new Database(place.databasePath);
    connection.pragma(`user_version = ${MIGRATIONS.length + 1}`);
    connection.close();
    const finished = await runConexus(['index', ...argumentsFor(place)], { cwd: place.dir.path });
    expect(finished.code).toBe(3);
    expect(finished.stderr).toContain('STORE_SCHEMA_TOO_NEW');
    expect(place.rows('PRAGMA user_version')).toEqual([{ user_version: MIGRATIONS.length + 1 }]);
  });

  test('that is none is left as it is', async () => {
    using place = createWorkplace({ 'a.txt': 'x\n' });
    mkdirSync(join(place.dir.path, 'data'));
    writeFileSync(place.databasePath, 'this is no database '.repeat(1000));
    await expect(startTestApp(place)).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
  });

  test('in a folder that may not be written names the folder', async () => {
    using place = createWorkplace({ 'a.txt': 'x\n' });
    const folder = join(place.dir.path, 'data');
    mkdirSync(folder);
    chmodSync(place.dir.path, 0o755);
    chmodSync(folder, 0o555);
    // The superuser may write anywhere, so the program runs as nobody.
    const identity = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
    const finished = await runConexus(['index', ...argumentsFor(place)], {
      cwd: place.dir.path,
      ...identity,
    });
    expect(finished.code).toBe(1);
    expect(finished.stderr).toContain('STORE_UNWRITABLE');
    expect(finished.stderr).toContain(place.databasePath);
  });

  test('beside the files of the root is not indexed itself', async () => {
    using place = createWorkplace({ 'a.txt': 'x\n' });
    await using app = await startTestApp({
      root: place.root,
      databasePath: join(place.root, 'data/conexus.db'),
    });
    await app.run('start');
    await app.run('start');
    expect((await app.status()).coverage).toMatchObject({ discovered: 1, indexed: 1 });
  });
});
