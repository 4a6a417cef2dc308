/** The table against what the same questions give on a plain list. */
import { posix } from 'node:path';
import { expect, test } from 'vitest';
import { FileTable } from '../../../../src/analysis/imports/file-table.ts';

const PATHS = [
  'main.c',
  'a/b.c',
  'a/b/c.h',
  'a/b/d/e.h',
  'a/b-c/x.h',
  'a/b.d/x.h',
  'a/z.c',
  'lib/c.h',
  'über/c.h',
  'go.mod',
];
const table = new FileTable(
  PATHS.map((path, documentId) => ({ documentId, path })),
  (documentId) => `text of ${PATHS[documentId]}`,
);

test('knows exactly its files', () => {
  for (const [documentId, path] of PATHS.entries()) {
    expect(table.find(path)).toEqual({ documentId, path });
  }
  for (const path of ['a', 'a/b', '', 'main', 'main.cc', 'zz'])
    expect(table.hasFile(path)).toBe(false);
});

test.each(['c.h', 'x.h', 'main.c', 'e.h', 'none.c', ''])('files named %s', (name) => {
  const expected = PATHS.filter((path) => posix.basename(path) === name);
  expect([...table.filesNamed(name)].toSorted()).toEqual(expected.toSorted());
});

test.each(['', 'a', 'a/b', 'a/b/d', 'a/b-c', 'lib', 'none', 'über'])('files in "%s"', (folder) => {
  const expected = PATHS.filter((path) => posix.dirname(path) === (folder === '' ? '.' : folder));
  expect([...table.filesIn(folder)].toSorted()).toEqual(expected.toSorted());
});

test('reads a configuration of its own', () => {
  expect(table.readConfig('go.mod')).toBe('text of go.mod');
  expect(table.readConfig('package.json')).toBeUndefined();
});
