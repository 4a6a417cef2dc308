import { expect, test } from 'vitest';
import {
  countTerms,
  forEachTerm,
  packPathIds,
  packTerms,
  unpackPathIds,
} from '../../../src/store/commit-codec.ts';

test('ids of paths are kept ascending', () => {
  expect(unpackPathIds(packPathIds([900, 3, 70_000, 4]))).toEqual([3, 4, 900, 70_000]);
  expect(unpackPathIds(packPathIds([]))).toEqual([]);
});

test('terms are kept with how often they stand there', () => {
  const high = 0xffff_ffff_ffff;
  const packed = packTerms([high, 7, 7, 0x1_0000_0000, 7]);
  const found: [number, number][] = [];
  forEachTerm(packed, (key, frequency) => found.push([key, frequency]));
  expect(found).toEqual([
    [7, 3],
    [0x1_0000_0000, 1],
    [high, 1],
  ]);
  expect(countTerms(packed)).toBe(3);
  expect(packed.buffer.byteLength).toBe(21);
});

test('a long message keeps its first 300 terms, and counts them to 255', () => {
  const keys = Array.from({ length: 400 }, (_, index) => index);
  const packed = packTerms([...keys, ...Array.from({ length: 300 }, () => 5)]);
  expect(countTerms(packed)).toBe(300);
  const found = new Map<number, number>();
  forEachTerm(packed, (key, frequency) => found.set(key, frequency));
  expect(found.get(5)).toBe(255);
  expect(found.has(399)).toBe(false);
});
