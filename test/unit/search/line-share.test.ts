/** A statement of the query is found where its words stand together, and only there. */
import { expect, test } from 'vitest';
import { toTermKey } from '../../../src/analysis/terms.ts';
import { findStatementLines } from '../../../src/search/line-share.ts';
import type { RankedFile } from '../../../src/search/rank-files.ts';
import { TextLines } from '../../../src/search/text-lines.ts';

const TEXTS = [
  ['first', 'raise Error("cannot open socket")', 'last'],
  ['cannot', '', '', 'open', '', '', 'socket'],
  ['"cannot open " +', '"socket"', ''],
  ['nothing of it'],
].map((lines) => new TextLines(Buffer.from(lines.join('\n'))));

function find(statements: readonly string[], words = 'cannot open socket raise') {
  const terms = words.split(' ').map((text) => ({
    text,
    key: toTermKey(text),
    raw: 1,
    weight: 1,
    fileCount: 1,
  }));
  const files = TEXTS.map((text, slot) => ({
    slot,
    blobId: slot,
    chunks: [{ startLine: 1, endLine: text.count, score: 1 }],
  })) as unknown as RankedFile[];
  return findStatementLines(files, statements, {
    terms,
    readText: (blobId) => TEXTS[blobId] as TextLines,
  });
}

test('all words in one line, or broken over two, count in full', () => {
  const found = find(['cannot open socket']);
  expect(found.get(0)).toEqual({ value: 1, line: 2 });
  expect(found.get(2)).toEqual({ value: 1, line: 2 });
});

test('words far apart count little, and none at all nothing', () => {
  const found = find(['cannot open socket']);
  expect(found.get(1)?.value).toBeCloseTo(1 / 27, 10);
  expect(found.has(3)).toBe(false);
});

test('of several statements the one that is found best counts', () => {
  expect(find(['open socket raise it', 'cannot open socket']).get(2)?.value).toBe(1);
});

test('a statement of fewer than three known words says nothing', () => {
  expect(find(['open socket']).size).toBe(0);
  expect(find(['cannot open socket'], 'open socket').size).toBe(0);
});
