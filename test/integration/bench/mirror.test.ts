/** Work trees of bare mirrors, made with real git. */
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findMirror, WorkTree } from '../../../bench/quality/mirror.ts';
import { resolveGoldFunctions } from '../../../bench/quality/gold-functions.ts';
import { makeMirror, runGit } from '../../support/make-mirror.ts';
import { createTempDir } from '../../support/temp-dir.ts';

test('a tree moves between commits and knows only the ancestors of where it stands', () => {
  using folder = createTempDir();
  const { mirror, first, second } = makeMirror(folder, 'owner+name');
  const tree = new WorkTree(mirror, join(folder.path, 'tree'));
  tree.moveTo(second);
  expect(readFileSync(join(tree.path, 'b.py'), 'utf8')).toContain('render_footer');
  expect(tree.files.map(({ path }) => path)).toEqual(['a.py', 'b.py']);
  folder.write('tree/left-over.txt', 'not of the commit');
  tree.moveTo(first);
  expect(existsSync(join(tree.path, 'b.py'))).toBe(false);
  expect(existsSync(join(tree.path, 'left-over.txt'))).toBe(false);
  expect(runGit(tree.path, 'status', '--porcelain')).toBe('');
  expect(runGit(tree.path, 'rev-list', '--all', 'HEAD')).toBe(first);
  expect(tree.readCommitTime(second) - tree.readCommitTime(first)).toBe(24 * 60 * 60);
});

test('files whose content the mirror lacks are left out and named', () => {
  using folder = createTempDir();
  const { mirror, first, second } = makeMirror(folder, 'owner+name');
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
  const { mirror, first, second } = makeMirror(folder, 'owner+name');
  const tree = new WorkTree(mirror, join(folder.path, 'tree'));
  tree.moveTo(first);
  const before = statSync(join(tree.path, 'a.py')).mtimeMs;
  tree.moveTo(second);
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
