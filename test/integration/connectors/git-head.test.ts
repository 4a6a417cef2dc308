import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readGitHead } from '../../../src/connectors/git-head.ts';
import { createTempDir } from '../../support/temp-dir.ts';

const hasGit = spawnSync('git', ['--version']).status === 0;

function runGit(cwd: string, ...args: string[]): string {
  const author = [
    '-c',
    'user.name=t',
    '-c',
    'user.email=t@example.org',
    '-c',
    'init.defaultBranch=main',
  ];
  const env = { PATH: process.env['PATH'], HOME: '/nonexistent', GIT_CONFIG_NOSYSTEM: '1' };
  return execFileSync('git', [...author, ...args], {
    cwd,
    env,
    encoding: 'utf8',
    stdio: 'pipe',
  }).trim();
}

// Skipped where git is not installed: there is no repository to read then.
test.skipIf(!hasGit)('agrees with git through a repository’s life', () => {
  using dir = createTempDir();
  const head = () => readGitHead(dir.path);
  expect(head()).toBeNull();
  runGit(dir.path, 'init', '-q');
  expect(head()).toMatchObject({ commit: null, branch: 'main' });
  dir.write('sub/a', '1');
  runGit(dir.path, 'add', '.');
  runGit(dir.path, 'commit', '-qm', 'first');
  const first = runGit(dir.path, 'rev-parse', 'HEAD');
  expect(head()).toMatchObject({ commit: first, branch: 'main' });
  expect(readGitHead(join(dir.path, 'sub'))?.commit).toBe(first);
  runGit(dir.path, 'pack-refs', '--all');
  expect(head()).toMatchObject({ commit: first, branch: 'main' });
  runGit(dir.path, 'worktree', 'add', '-q', '-b', 'feature/x', 'tree');
  runGit(join(dir.path, 'tree'), 'commit', '-q', '--allow-empty', '-m', 'second');
  const second = runGit(join(dir.path, 'tree'), 'rev-parse', 'HEAD');
  expect(readGitHead(join(dir.path, 'tree'))).toMatchObject({
    commit: second,
    branch: 'feature/x',
  });
  expect(head()?.commit).toBe(first);
  runGit(dir.path, 'checkout', '-q', '--detach', second);
  expect(head()).toMatchObject({ commit: second, branch: null });
  expect(head()?.watchedFiles).toContain(join(dir.path, '.git/HEAD'));
});
