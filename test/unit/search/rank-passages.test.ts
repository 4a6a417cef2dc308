/** The order of passages: files appear in their own order, and may show more before the next one appears. */
import { expect, test } from 'vitest';
import { toTermKey } from '../../../src/analysis/terms.ts';
import { findMentions } from '../../../src/query/mentions.ts';
import { splitRegions } from '../../../src/query/regions.ts';
import type { OutlineView, SymbolsView } from '../../../src/search/ports.ts';
import type { RankedFile } from '../../../src/search/rank-files.ts';
import { rankPassages } from '../../../src/search/rank-passages.ts';
import { TextLines } from '../../../src/search/text-lines.ts';

/** One function to each line. */
const TEXTS = [
  ['function a1() { apple }', 'function a2() { apple; pear; plum }'],
  ['function b1() { pear }'],
  ['function c1() { apple; pear; plum; apple; pear; plum }', 'function c2() { pear }'],
  [],
];

function rank(scores: readonly number[]): string[] {
  const files = TEXTS.map((lines, blobId) => ({
    blobId,
    slot: blobId,
    score: scores[blobId],
    chunks: lines.length === 0 ? [] : [{ startLine: 1, endLine: lines.length, score: 1 }],
  })) as unknown as RankedFile[];
  const terms = ['apple', 'pear', 'plum'].map((text) => {
    return { text, key: toTermKey(text), raw: 1, weight: 1, fileCount: 1 };
  });
  const passages = rankPassages(
    files.toSorted((left, right) => right.score - left.score),
    {
      terms,
      mentions: findMentions(splitRegions('apple pear plum')),
      symbols: { outlineOf: (blobId: number) => outlineOf(blobId) } as unknown as SymbolsView,
      names: new Set(),
      statementLines: new Map(),
      readText: (blobId) => new TextLines(Buffer.from((TEXTS[blobId] ?? []).join('\n'))),
      maxFiles: 10,
    },
  );
  return passages.map(({ symbol }) => symbol ?? '');
}

function outlineOf(blobId: number): OutlineView[] {
  return (TEXTS[blobId] ?? []).map((line, at) => ({
    name: line.slice(9, 11),
    kind: 'function',
    container: '',
    nameLine: at + 1,
    startLine: at + 1,
    endLine: at + 1,
  }));
}

test('the best passage of a later file waits until the files before it have appeared', () => {
  // By themselves: c1, a2, a1, b1, c2.
  expect(rank([1, 0.7, 0.69, 0])).toEqual(['a2', 'a1', 'b1', 'c1', 'c2']);
});

test('a file with nothing to show holds nobody up', () => {
  expect(rank([0.5, 0.1, 0.09, 1])).toEqual(['a2', 'a1', 'b1', 'c1', 'c2']);
});
