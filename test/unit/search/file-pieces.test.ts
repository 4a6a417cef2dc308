/** What of a file is compared: functions with the comments above them, and what no function holds. */
import { expect, test } from 'vitest';
import { TermCounter } from '../../../src/analysis/term-counter.ts';
import { toTermKey } from '../../../src/analysis/terms.ts';
import { listPieces } from '../../../src/search/file-pieces.ts';
import type { OutlineView, SymbolsView } from '../../../src/search/ports.ts';
import type { RankedFile } from '../../../src/search/rank-files.ts';
import { TextLines } from '../../../src/search/text-lines.ts';

const LINES = [
  '#include <stdio.h>',
  '/* Writes the greeting.',
  ' * Slowly. */',
  'void greet(void)',
  '{',
  '}',
  '// Leaves with a farewell.',
  'void leave(void)',
  '{',
  '}',
  '',
  'int greeting = 1;',
  'int farewell = 2;',
];

function define(name: string, startLine: number, endLine: number): OutlineView {
  return { name, kind: 'function', container: '', nameLine: startLine, startLine, endLine };
}

function list(
  words: readonly string[],
  chunk?: readonly [number, number],
  outline: readonly OutlineView[] = [define('greet', 4, 6), define('leave', 8, 10)],
) {
  const terms = words.map((text) => ({
    text,
    key: toTermKey(text),
    raw: 1,
    weight: 1,
    fileCount: 1,
  }));
  const [startLine = 0, endLine = 0] = chunk ?? [];
  const chunks = chunk === undefined ? [] : [{ startLine, endLine, score: 1 }];
  return listPieces(
    { blobId: 1, chunks } as unknown as RankedFile,
    new TextLines(Buffer.from(LINES.join('\n'))),
    {
      terms,
      counter: new TermCounter(terms.map(({ key }) => key)),
      symbols: { outlineOf: () => outline } as unknown as SymbolsView,
      names: new Set(),
    },
  );
}

test('a function brings the comment above it, but not the directive above that', () => {
  const [piece] = list(['slowly'], [2, 6]);
  expect(piece).toMatchObject({ startLine: 2, endLine: 6, definitionLine: 4, kind: 'function' });
  expect([...(piece?.frequencies ?? [])]).toEqual([1]);
});

test('a comment belongs to the function below it alone', () => {
  const pieces = list(['farewell'], [2, 10]);
  expect(pieces.map(({ startLine }) => startLine)).toEqual([7]);
});

test('a chunk that lies mostly outside of functions is a piece of its own', () => {
  const pieces = list(['greeting'], [9, 13]);
  expect(pieces.map(({ startLine, kind }) => [startLine, kind])).toEqual([
    [2, 'function'],
    [9, 'block'],
  ]);
});

test('a word in the name counts more than one in the text', () => {
  const [piece] = list(['greet'], [2, 6]);
  expect([...(piece?.frequencies ?? [])]).toEqual([4]);
});

test('the names of a function and of its class count beside its body', () => {
  const outline = [{ ...define('leave', 8, 10), container: 'FarewellParty' }];
  const [piece] = list(['leave', 'party', 'party_of'], undefined, outline);
  // Once in its text and three times for its name; once for its class; a word of neither.
  expect([...(piece?.frequencies ?? [])]).toEqual([4, 1, 0]);
});
