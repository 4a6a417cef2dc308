/** Trees that real disks hold: what cannot be read, odd names, no file at all, and why for each. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PathExplanation } from '../../../src/model/control.ts';
import {
  addRoot,
  createWorkplace,
  listBrokenSums,
  listPaths,
  startTestApp,
  type TestApp,
  type TestRoot,
  type Workplace,
} from '../../support/start-test-app.ts';
import { runConexus } from '../../support/run-conexus.ts';

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

async function explain(root: TestRoot, path: string): Promise<PathExplanation> {
  const reply = await app.control('explain_path', { path: `${root.id}:${path}` });
  return reply.details as PathExplanation;
}

describe('a nasty tree', () => {
  let root: TestRoot;
  beforeAll(async () => {
    root = await addRoot(app, place, {
      'plain.txt': 'plain needle\n',
      'line\nfeed.txt': 'needle in a name with a line feed\n',
      ' spaces and #hash?.txt': 'needle in a name with signs\n',
      'große/検索.txt': 'needle in a name beyond ASCII\n',
      'secret/.env': 'TOKEN=abc\n',
      'ignored/.gitignore': '*.log\n!keep.log\n',
      'ignored/a.log': 'needle ignored\n',
      'ignored/keep.log': 'needle kept\n',
      'empty.txt': '',
    });
    const { path } = root;
    writeFileSync(join(path, 'binary.dat'), Buffer.from([1, 0, 2, 0, 3]));
    writeFileSync(join(path, 'huge-line.js'), Buffer.alloc(50 * 1024 * 1024, 'x'));
    writeFileSync(
      join(path, 'long-line.js'),
      `${'y'.repeat(500_000)} needle ${'z'.repeat(400_000)}`,
    );
    writeFileSync(join(path, 'utf16.txt'), Buffer.from('\ufeffneedle in UTF-16\n', 'utf16le'));
    writeFileSync(join(path, 'latin1.txt'), Buffer.from('needle caf\xe9\n', 'latin1'));
    writeFileSync(Buffer.concat([Buffer.from(`${path}/bad-`), Buffer.from([0xff, 0xfe])]), 'x\n');
    symlinkSync('plain.txt', join(path, 'link.txt'));
    symlinkSync('.', join(path, 'loop'));
    symlinkSync('/etc', join(path, 'outside'));
    symlinkSync('nowhere', join(path, 'dangling'));
    execFileSync('mkfifo', [join(path, 'pipe')]);
    const socket = createServer().listen(join(path, 'socket'));
    await once(socket, 'listening');
    await root.run('start');
    socket.close();
    await once(socket, 'close');
  });

  test('is indexed or skipped file by file, each with its reason', async () => {
    const coverage = await root.coverage();
    expect(coverage).toMatchObject({
      indexed: 10,
      skipped: {
        binary: 1,
        too_large: 1,
        secret: 1,
        symlink: 4,
        special_file: 2,
        name_not_utf8: 1,
      },
      failed: {},
      pending: 0,
      percent: 100,
    });
    expect(coverage.discovered).toBe(10 + 10);
    expect(coverage.examples).toMatchObject({
      too_large: ['huge-line.js'],
      secret: ['secret/.env'],
      name_not_utf8: ['bad-\ufffd\ufffd'],
    });
    expect(listBrokenSums(await app.status())).toEqual([]);
  });

  test('answers with every file that was read, whatever its name and encoding', async () => {
    const reply = await root.search('needle', { mode: 'literal' });
    expect(listPaths(reply).toSorted((left, right) => (left < right ? -1 : 1))).toEqual([
      ' spaces and #hash?.txt',
      'große/検索.txt',
      'ignored/keep.log',
      'latin1.txt',
      'line\nfeed.txt',
      'long-line.js',
      'plain.txt',
      'utf16.txt',
    ]);
    const long = reply.results.find(({ metadata }) => metadata.file_path === 'long-line.js');
    expect(long?.metadata.line_cut).toBe(true);
    expect(Buffer.byteLength(long?.content ?? '')).toBeLessThanOrEqual(1000);
    for (const { id } of reply.results) {
      const resource = await app.engine.readResource(id);
      expect(resource.text).toContain('needle');
    }
  });

  test.each([
    ['plain.txt', { state: 'indexed' }],
    ['huge-line.js', { state: 'skipped', reason: 'too_large' }],
    ['pipe', { state: 'skipped', reason: 'special_file' }],
    ['loop', { state: 'skipped', reason: 'symlink' }],
    ['secret/.env', { state: 'skipped', reason: 'secret' }],
    ['none.txt', { state: 'absent' }],
    ['ignored', { state: 'absent' }],
    ['../../etc/passwd', { state: 'outside' }],
    ['outside/passwd', { state: 'outside' }],
  ])('explains %s', async (path, expected) => {
    expect(await explain(root, path)).toMatchObject(expected);
  });

  test('explains an ignored file by the rule, its file and its line', async () => {
    expect(await explain(root, 'ignored/a.log')).toMatchObject({
      state: 'ignored',
      rule: '*.log',
      rule_file: join(root.path, 'ignored/.gitignore'),
      rule_line: 1,
    });
  });

  test('explains what waits to be read', async () => {
    root.write('later.txt', 'later\n');
    const { state, reason } = await explain(root, 'later.txt');
    expect([state, reason]).toEqual(['absent', 'the next run will index it; start one']);
  });
});

describe('a root', () => {
  test('without a file to index says which rule removed most', async () => {
    const root = await addRoot(app, place, {
      '.gitignore': '*.gen\n*.tmp\n.gitignore\n',
      'a.gen': 'x\n',
      'b.gen': 'x\n',
      'c.tmp': 'x\n',
    });
    const job = await root.run('start');
    expect(job).toMatchObject({
      state: 'completed_with_errors',
      last_error: {
        code: 'NO_FILES',
        message: expect.stringContaining(
          `the rule "*.gen" in ${root.path}/.gitignore line 1`,
        ) as string,
      },
    });
  });

  test('that is empty says so', async () => {
    const root = await addRoot(app, place, {});
    expect((await root.run('start')).last_error).toMatchObject({
      code: 'NO_FILES',
      message: expect.stringContaining('the folder holds none') as string,
    });
  });

  test('that is missing fails, keeps what it had, and goes on when it is back', async () => {
    const root = await addRoot(app, place, { 'a.txt': 'patient\n' });
    renameSync(root.path, `${root.path}-away`);
    expect(await root.run('start')).toMatchObject({
      state: 'failed',
      last_error: { code: 'ROOT_MISSING' },
    });
    expect((await root.search('patient', { mode: 'literal' })).total_count).toBe(1);
    renameSync(`${root.path}-away`, root.path);
    expect(await root.run('start')).toMatchObject({ state: 'completed' });
  });

  test('that appears later is found by a running server', async () => {
    using late = createWorkplace();
    rmSync(late.root, { recursive: true });
    await using server = await startTestApp(late, { mode: 'serve' });
    await server.app.idle();
    expect((await server.status()).jobs[0]).toMatchObject({ state: 'failed' });
    expect(server.engine.readiness().ready).toBe(true);
    mkdirSync(late.root);
    late.write('a.txt', 'latecomer\n');
    for (;;) {
      const { revision, coverage } = await server.status();
      if (coverage.indexed === 1) break;
      await server.engine.status({ waitMs: 10_000, since: revision });
    }
    expect((await server.search('latecomer', { mode: 'literal' })).total_count).toBe(1);
  });
});

describe('files that may not be read', () => {
  test('fail with permission_denied, and their folder keeps what was known of it', async () => {
    using own = createWorkplace({
      'open.txt': 'open\n',
      'locked.txt': 'locked\n',
      'folder/inner.txt': 'inner\n',
    });
    chmodSync(own.dir.path, 0o777);
    const options = { cwd: own.dir.path, ...(process.getuid?.() === 0 ? NOBODY : {}) };
    const args = ['--root', own.root, '--db', own.databasePath, '--json'];
    const first = await runConexus(['index', ...args], options);
    expect(first.code).toBe(0);
    chmodSync(join(own.root, 'locked.txt'), 0o000);
    writeFileSync(join(own.root, 'locked.txt'), 'locked and changed\n');
    chmodSync(join(own.root, 'folder'), 0o000);
    const second = await runConexus(['index', ...args], options);
    expect(second.stderr).toContain('FILES_FAILED');
    chmodSync(join(own.root, 'folder'), 0o755);
    expect(own.rows('SELECT path, outcome, reason FROM document ORDER BY path')).toEqual([
      { path: 'folder', outcome: 3, reason: 'permission_denied' },
      { path: 'folder/inner.txt', outcome: 1, reason: null },
      { path: 'locked.txt', outcome: 3, reason: 'permission_denied' },
      { path: 'open.txt', outcome: 1, reason: null },
    ]);
  });
});

const NOBODY = { uid: 65_534, gid: 65_534 };
