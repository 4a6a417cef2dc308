import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { findRemoteType } from '../../../src/connectors/filesystem/file-system-type.ts';
import {
  createWatcher,
  type RootChange,
  type WatcherOptions,
} from '../../../src/connectors/filesystem/watcher.ts';
import type { GitHead } from '../../../src/connectors/git-head.ts';
import type { Watching } from '../../../src/model/status.ts';
import { createTempDir } from '../../support/temp-dir.ts';

const hasGit = spawnSync('git', ['--version']).status === 0;

/** Polls a condition; the time limit is the test's own. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(10);
}

async function startWatcher(root: string, options: Partial<WatcherOptions> = {}) {
  const changes: RootChange[] = [];
  const problems: Watching[] = [];
  const watcher = await createWatcher({
    root,
    onChange: (change) => changes.push(change),
    onProblem: (watching) => problems.push(watching),
    ...options,
  });
  const paths = (): string[] =>
    changes.flatMap((change) => (change.kind === 'paths' ? change.paths : []));
  return { watcher, changes, problems, paths };
}

test('tells created, changed, moved and removed files, and not ignored ones', async () => {
  using dir = createTempDir();
  dir.write('old.txt', '');
  dir.write('moved.txt', '');
  mkdirSync(join(dir.path, 'node_modules/a'), { recursive: true });
  const { watcher, paths } = await startWatcher(dir.path, {
    isIgnored: (path) => path.endsWith('.tmp'),
  });
  await using _ = watcher;
  expect(watcher.watching.mode).toBe('events');
  dir.write('node_modules/a/b.js', '');
  dir.write('x.tmp', '');
  dir.write('new.txt', '');
  rmSync(join(dir.path, 'old.txt'));
  renameSync(join(dir.path, 'moved.txt'), join(dir.path, 'there.txt'));
  const wanted = ['new.txt', 'old.txt', 'moved.txt', 'there.txt'];
  await until(() => wanted.every((path) => paths().includes(path)));
  expect(paths().filter((path) => !wanted.includes(path))).toEqual([]);
});

test('a folder that appears stands for what it holds', async () => {
  using dir = createTempDir();
  const { watcher, paths } = await startWatcher(dir.path);
  await using _ = watcher;
  dir.write('a/b/c.txt', '');
  await until(() => paths().some((path) => path === 'a' || path.startsWith('a/')));
  expect(paths()[0]).toBe('a');
});

test('a storm becomes one rescan', async () => {
  using dir = createTempDir();
  const { watcher, changes, paths } = await startWatcher(dir.path, { maxPaths: 20 });
  await using _ = watcher;
  for (let index = 0; index < 100; index++) writeFileSync(join(dir.path, `f${index}`), '');
  await until(() => changes.some(({ kind }) => kind === 'rescan'));
  expect(changes.at(-1)).toEqual({ kind: 'rescan', reason: 'more than 20 paths changed' });
  expect(paths().length).toBeLessThanOrEqual(20);
});

test('a root that is removed while it is watched is polled from then on', async () => {
  using dir = createTempDir();
  const root = join(dir.path, 'root');
  mkdirSync(root);
  const { watcher, changes, problems } = await startWatcher(root);
  await using _ = watcher;
  rmSync(root, { recursive: true });
  await until(() => problems.length > 0);
  expect(problems).toEqual([{ mode: 'polling', reason: 'the folder was removed' }]);
  expect(watcher.watching).toEqual(problems[0]);
  expect(changes.at(-1)).toEqual({ kind: 'rescan', reason: 'the folder was removed' });
});

test('a root that is missing at the start is polled', async () => {
  using dir = createTempDir();
  const { watcher, problems } = await startWatcher(join(dir.path, 'nowhere'));
  await using _ = watcher;
  expect(watcher.watching.mode).toBe('polling');
  expect(watcher.watching.reason).toContain('ENOENT');
  expect(problems).toEqual([]);
});

test('is silent once it is closed', async () => {
  using dir = createTempDir();
  const { watcher, changes } = await startWatcher(dir.path);
  writeFileSync(join(dir.path, 'a'), '');
  await watcher[Symbol.asyncDispose]();
  const other = await startWatcher(dir.path);
  await using _ = other.watcher;
  writeFileSync(join(dir.path, 'b'), '');
  await until(() => other.paths().includes('b'));
  expect(changes).toEqual([]);
  expect(watcher.watching.mode).toBe('off');
});

// Skipped where git is not installed: there is no HEAD to move then.
test.skipIf(!hasGit)('tells when HEAD moves, by a commit and by a switch of branch', async () => {
  using dir = createTempDir();
  const env = { PATH: process.env['PATH'], HOME: '/nonexistent', GIT_CONFIG_NOSYSTEM: '1' };
  const author = ['-c', 'user.name=t', '-c', 'user.email=t@example.org'];
  const runGit = (...args: string[]): string =>
    execFileSync('git', [...author, ...args], {
      cwd: dir.path,
      env,
      encoding: 'utf8',
      stdio: 'pipe',
    });
  runGit('init', '-q', '-b', 'main');
  const heads: GitHead[] = [];
  const { watcher } = await startWatcher(dir.path, { onHeadMove: (head) => heads.push(head) });
  await using _ = watcher;
  runGit('commit', '-q', '--allow-empty', '-m', 'first');
  await until(() => heads.some(({ commit }) => commit !== null));
  expect(heads.at(-1)).toMatchObject({
    branch: 'main',
    commit: runGit('rev-parse', 'HEAD').trim(),
  });
  runGit('switch', '-q', '-c', 'other');
  await until(() => heads.at(-1)?.branch === 'other');
});

test.each([
  [0x6969, 'NFS'],
  [0x01021997, '9p'],
  [0x65735546, 'FUSE or virtiofs'],
  [-11_317_950, 'SMB'],
  [0xef53, null],
  [0x794c7630, null],
])('the file system of type %d: %s', (typeNumber, expected) => {
  expect(findRemoteType(typeNumber)).toBe(expected);
});
