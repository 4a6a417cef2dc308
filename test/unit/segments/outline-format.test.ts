import { expect, test } from 'vitest';
import type { Outline } from '../../../src/model/symbol.ts';
import {
  decodeOutline,
  decodeSymbols,
  encodeOutline,
} from '../../../src/segments/outline-format.ts';

const OUTLINE: Outline = {
  symbols: [
    { name: 'Größe', kind: 'class', container: '', startLine: 3, endLine: 90, nameLine: 5 },
    { name: 'a', kind: 'method', container: 'Größe', startLine: 7, endLine: 7, nameLine: 7 },
    { name: '𝒳y', kind: 'commit', container: 'Größe.a', startLine: 2, endLine: 2, nameLine: 1 },
    {
      name: '',
      kind: 'file',
      container: '',
      startLine: 70_000,
      endLine: 900_000,
      nameLine: 70_000,
    },
  ],
  imports: [
    { module: './b', names: ['x', 'ß'], line: 40 },
    { module: 'linux/slab.h', names: [], line: 1 },
  ],
};

test('an outline comes back as it was packed', () => {
  expect(decodeOutline(encodeOutline(OUTLINE))).toEqual(OUTLINE);
  expect(decodeSymbols(encodeOutline(OUTLINE))).toEqual(OUTLINE.symbols);
});

test('an empty outline takes three bytes', () => {
  const empty = { symbols: [], imports: [] };
  expect(encodeOutline(empty)).toHaveLength(3);
  expect(decodeOutline(encodeOutline(empty))).toEqual(empty);
});
