import { spawnSync } from 'node:child_process';
import { mkdirSync, rmdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { walk } from '../../../../src/connectors/filesystem/walk.ts';
import { collectWalk } from '../../../support/collect-walk.ts';
import { createTempDir } from '../../../support/temp-dir.ts';

describe('walk', () => {
  test('gives size and whole milliseconds, shallow folders first', async () => {
    using dir = createTempDir();
    dir.write('z/y/x/deep.txt', 'abc');
    dir.write('a.txt', '12345');
    const { files, summary } = await collectWalk({ root: dir.path });
    expect(files.map(({ path, sizeBytes }) => [path, sizeBytes])).toEqual([
      ['a.txt', 5],
      ['z/y/x/deep.txt', 3],
    ]);
    expect(files.every(({ mtimeMs }) => Number.isInteger(mtimeMs) && mtimeMs > 0)).toBe(true);
    expect(summary).toEqual({
      ignoredFiles: 0,
      ignoredFolders: 0,
      topRule: null,
      unreadableFolders: [],
      listedCompletely: true,
    });
  });

  test('settles links, special files, large files and secrets without reading them', async () => {
    using dir = createTempDir();
    symlinkSync('.', join(dir.path, 'loop'));
    symlinkSync('nowhere', join(dir.path, 'broken'));
    spawnSync('mkfifo', [join(dir.path, 'pipe')]);
    await using socket = createServer();
    await new Promise<void>((resolve) => socket.listen(join(dir.path, 'socket'), resolve));
    truncateSync(dir.write('large.txt', ''), 50_000_000);
    dir.write('.env', 'A=1');
    dir.write('.env.example', 'A=1');
    const { files } = await collectWalk({ root: dir.path });
    expect(Object.fromEntries(files.map(({ path, skip }) => [path, skip ?? 'listed']))).toEqual({
      loop: 'symlink',
      broken: 'symlink',
      pipe: 'special_file',
      socket: 'special_file',
      'large.txt': 'too_large',
      '.env': 'secret',
      '.env.example': 'listed',
    });
    const allowed = await collectWalk({ root: dir.path, allowSensitive: ['**/.env'] });
    expect(allowed.files.find(({ path }) => path === '.env')?.skip).toBeUndefined();
  });

  test('takes any name: line breaks, glob characters, backslashes, not UTF-8', async () => {
    using dir = createTempDir();
    const names = [
      'line\nbreak',
      '*',
      '**',
      '{a,b}',
      '[x]',
      'back\\slash',
      '!not',
      '(x)',
      '\uFFFD',
      ' ',
      '日本',
    ];
    for (const name of names) dir.write(join(name, name), '');
    const bytes = Buffer.concat([Buffer.from(`${dir.path}/bad-`), Buffer.from([0xff, 0xe9])]);
    writeFileSync(bytes, '');
    mkdirSync(Buffer.concat([bytes, Buffer.from('-folder')]));
    const { files } = await collectWalk({ root: dir.path });
    const good = files.filter(({ skip }) => skip === undefined).map(({ path }) => path);
    expect(good.sort()).toEqual(names.map((name) => `${name}/${name}`).sort());
    const bad = files.filter(({ skip }) => skip === 'name_not_utf8').map(({ path }) => path);
    expect(bad.sort()).toEqual(['bad-\uFFFD\uFFFD', 'bad-\uFFFD\uFFFD-folder']);
  });

  test('lists a root whose own path holds odd characters', async () => {
    using dir = createTempDir();
    dir.write('we\\ird [root]/{x}/a.txt', '');
    expect((await collectWalk({ root: join(dir.path, 'we\\ird [root]') })).paths).toEqual([
      '{x}/a.txt',
    ]);
  });

  test('goes 500 folders deep and does not mind an empty one', async () => {
    using dir = createTempDir();
    const deep = Array.from({ length: 500 }, () => 'd').join('/');
    dir.write(`${deep}/leaf.txt`, '');
    mkdirSync(join(dir.path, 'empty'));
    expect((await collectWalk({ root: dir.path })).paths).toEqual([`${deep}/leaf.txt`]);
  });

  test('hands out batches of at most 2,000', async () => {
    using dir = createTempDir();
    for (let index = 0; index < 4100; index++) writeFileSync(join(dir.path, `f${index}`), '');
    const { batchLengths, files } = await collectWalk({ root: dir.path });
    expect(Math.max(...batchLengths)).toBe(2000);
    expect(new Set(files.map(({ path }) => path)).size).toBe(4100);
  });

  test('filters by include, exclude and sub-paths, and leaves out the files of the server', async () => {
    using dir = createTempDir();
    for (const path of [
      'src/a.ts',
      'src/a.js',
      'src/gen/b.ts',
      'doc/c.ts',
      'conexus.db',
      'conexus.db-wal',
      'd.ts',
    ])
      dir.write(path, '');
    const options = { root: dir.path, excludedPaths: [join(dir.path, 'conexus.db')] };
    const list = async (filter: object) => (await collectWalk({ ...options, ...filter })).paths;
    expect(await list({})).toEqual(['d.ts', 'doc/c.ts', 'src/a.js', 'src/a.ts', 'src/gen/b.ts']);
    expect(await list({ include: ['**/*.ts'], exclude: ['src/gen'] })).toEqual([
      'd.ts',
      'doc/c.ts',
      'src/a.ts',
    ]);
    expect(await list({ include: ['src'] })).toEqual(['src/a.js', 'src/a.ts', 'src/gen/b.ts']);
    expect(await list({ subPaths: ['src/gen', 'doc/c.ts'] })).toEqual(['doc/c.ts', 'src/gen/b.ts']);
    expect(await list({ subPaths: ['src'], include: ['**/*.js'] })).toEqual(['src/a.js']);
  });

  test('does not descend to a sub-path that is ignored', async () => {
    using dir = createTempDir();
    dir.write('.gitignore', 'out/\n');
    dir.write('out/deep/a.txt', '');
    const { paths, summary } = await collectWalk({ root: dir.path, subPaths: ['out/deep'] });
    expect(paths).toEqual([]);
    expect(summary.topRule).toEqual({
      rule: 'out/',
      file: join(dir.path, '.gitignore'),
      line: 1,
      count: 1,
    });
  });

  test('names the rule that removed most', async () => {
    using dir = createTempDir();
    dir.write('.gitignore', '*.a\n\n*.b\n');
    for (const name of ['1.a', '1.b', '2.b', '3.b']) dir.write(name, '');
    const { summary } = await collectWalk({ root: dir.path });
    expect(summary).toMatchObject({ ignoredFiles: 4, topRule: { rule: '*.b', line: 3, count: 3 } });
  });

  test('reports a missing root as a value', async () => {
    using dir = createTempDir();
    const { paths, summary } = await collectWalk({ root: join(dir.path, 'nowhere') });
    expect(paths).toEqual([]);
    expect(summary).toMatchObject({ listedCompletely: false, error: { code: 'ROOT_MISSING' } });
    const file = await collectWalk({ root: dir.write('file', '') });
    expect(file.summary.error?.message).toContain('is not a folder');
  });

  test('stops when told to and says that the listing is not complete', async () => {
    using dir = createTempDir();
    for (let index = 0; index < 50; index++) dir.write(`d${index}/f`, '');
    const stopped = await collectWalk({ root: dir.path, signal: AbortSignal.abort() });
    expect(stopped.summary.listedCompletely).toBe(false);
    expect(stopped.paths.length).toBeLessThan(50);
  });

  test('reports a folder that cannot be read as one failed entry', () => {
    using dir = createTempDir();
    dir.write('open/a.txt', '');
    dir.write('closed/b.txt', '');
    spawnSync('chmod', ['000', join(dir.path, 'closed')]);
    spawnSync('chmod', ['755', dir.path]);
    // The superuser reads everything, so the listing process gives up its rights first, if it has any.
    const module = join(import.meta.dirname, '../../../support/collect-walk.ts');
    const script = `const { collectWalk } = await import(${JSON.stringify(module)});
      if (process.getuid() === 0) { process.setgid(65534); process.setuid(65534); }
      const { files, summary } = await collectWalk({ root: ${JSON.stringify(dir.path)} });
      process.stdout.write(JSON.stringify({ files, summary }));`;
    const child = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
    });
    expect(JSON.parse(child.stdout)).toMatchObject({
      files: [{ path: 'closed', fail: 'permission_denied' }, { path: 'open/a.txt' }],
      summary: { unreadableFolders: ['closed'], listedCompletely: true },
    });
  });

  test('survives a folder that vanishes while it is listed', async () => {
    using dir = createTempDir();
    for (let index = 0; index < 2000; index++) writeFileSync(join(dir.path, `f${index}`), '');
    mkdirSync(join(dir.path, 'gone'));
    const listing = walk({ root: dir.path, maxFileBytes: 1 });
    expect((await listing.next()).done).toBe(false);
    rmdirSync(join(dir.path, 'gone'));
    expect(await listing.next()).toMatchObject({ done: true, value: { listedCompletely: true } });
  });
});
