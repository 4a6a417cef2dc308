/** Work trees of bare mirrors, made with real git. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findMirror, WorkTree } from '../../../bench/quality/mirror.ts';
import { resolveGoldFunctions } from '../../../bench/quality/gold-functions.ts';
import { createTempDir, type TempDir } from '../../support/temp-dir.ts';

function runGit(folder: string, ...args: readonly string[]): string {
  const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.invalid'];
  return execFileSync('git', ['-C', folder, ...identity, ...args], { encoding: 'utf8' }).trim();
}

/** Makes a mirror with two commits on one branch. */
function makeMirror(folder: TempDir, name: string): { mirror: string; commits: string[] } {
  folder.write('origin/a.py', 'def first():\n    pass\n');
  const origin = join(folder.path, 'origin');
  runGit(origin, 'init', '--quiet');
  runGit(origin, 'add', '.');
  runGit(origin, 'commit', '--quiet', '--message', 'one');
  folder.write('origin/b.py', 'def second():\n    pass\n');
  runGit(origin, 'add', '.');
  runGit(origin, 'commit', '--quiet', '--message', 'two');
  const mirror = join(folder.path, 'mirrors', name);
  mkdirSync(join(folder.path, 'mirrors'), { recursive: true });
  runGit(folder.path, 'clone', '--quiet', '--bare', origin, mirror);
  return { mirror, commits: runGit(origin, 'rev-list', '--reverse', 'HEAD').split('\n') };
}

test('a tree moves between commits and knows only the ancestors of where it stands', () => {
  using folder = createTempDir();
  const { mirror, commits } = makeMirror(folder, 'owner+name');
  const [first = '', second = ''] = commits;
  const tree = new WorkTree(mirror, join(folder.path, 'tree'));
  tree.moveTo(second);
  expect(readFileSync(join(tree.path, 'b.py'), 'utf8')).toContain('second');
  expect(tree.files.map(({ path }) => path)).toEqual(['a.py', 'b.py']);
  folder.write('tree/left-over.txt', 'not of the commit');
  tree.moveTo(first);
  expect(existsSync(join(tree.path, 'b.py'))).toBe(false);
  expect(existsSync(join(tree.path, 'left-over.txt'))).toBe(false);
  expect(runGit(tree.path, 'status', '--porcelain')).toBe('');
  expect(runGit(tree.path, 'rev-list', '--all', 'HEAD')).toBe(first);
  expect(tree.readCommitTime(first)).toBeLessThanOrEqual(tree.readCommitTime(second));
});

test('files whose content the mirror lacks are left out and named', () => {
  using folder = createTempDir();
  const { mirror, commits } = makeMirror(folder, 'owner+name');
  const [first = '', second = ''] = commits;
  const blob = runGit(mirror, 'rev-parse', `${second}:b.py`);
  rmSync(join(mirror, 'objects', blob.slice(0, 2), blob.slice(2)));
  const tree = new WorkTree(mirror, join(folder.path, 'tree'));
  expect(tree.moveTo(first)).toEqual([]);
  expect(tree.moveTo(second)).toEqual([{ path: 'b.py', blob }]);
  expect(existsSync(join(tree.path, 'b.py'))).toBe(false);
  expect(tree.files.map(({ path }) => path)).toEqual(['a.py']);
});

test('a move rewrites only what differs', () => {
  using folder = createTempDir();
  const { mirror, commits } = makeMirror(folder, 'owner+name');
  const tree = new WorkTree(mirror, join(folder.path, 'tree'));
  tree.moveTo(commits[0] ?? '');
  const before = statSync(join(tree.path, 'a.py')).mtimeMs;
  tree.moveTo(commits[1] ?? '');
  expect(statSync(join(tree.path, 'a.py')).mtimeMs).toBe(before);
  expect(existsSync(join(tree.path, 'b.py'))).toBe(true);
});

test('a mirror is found under the name of its owner and under that of another organisation', () => {
  using folder = createTempDir();
  using other = createTempDir();
  const { mirror } = makeMirror(folder, 'owner+name');
  const { mirror: foreign } = makeMirror(other, 'other+own__thing');
  expect(findMirror(join(folder.path, 'mirrors'), 'owner/name')).toBe(mirror);
  expect(findMirror(join(other.path, 'mirrors'), 'own/thing')).toBe(foreign);
  expect(findMirror(join(folder.path, 'mirrors'), 'own/absent')).toBeNull();
});

test('labels of functions become lines, with decorators and by class', () => {
  using folder = createTempDir();
  folder.write(
    'm.py',
    'import x\n\nclass A:\n    @property\n    def size(self):\n        def inner():\n            pass\n        return 1\n\ndef free(): pass\n',
  );
  expect(resolveGoldFunctions(folder.path, ['m.py:A.size', 'm.py:free'])).toEqual([
    { path: 'm.py', startLine: 4, endLine: 8 },
    { path: 'm.py', startLine: 10, endLine: 10 },
  ]);
  expect(resolveGoldFunctions(folder.path, ['m.py:A.size.inner'])).toEqual([
    { path: 'm.py', startLine: 4, endLine: 8 },
  ]);
  expect(resolveGoldFunctions(folder.path, ['m.py:A.size', 'm.py:gone'])).toBeNull();
  expect(resolveGoldFunctions(folder.path, [])).toBeNull();
});
