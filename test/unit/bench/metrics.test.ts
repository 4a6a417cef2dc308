/** The measures on ranks that were worked out by hand. */
import { describe, expect, test } from 'vitest';
import {
  coversRange,
  isAccurate,
  isHit,
  rankFiles,
  rankRanges,
  toMean,
  toNdcg10,
  toPercentile,
  toReciprocalRank,
  toShare,
} from '../../../bench/quality/metrics.ts';

describe('ranks', () => {
  test('accuracy asks for all golds, a hit for one', () => {
    expect(isAccurate([2, 4], 3)).toBe(false);
    expect(isAccurate([2, 4], 4)).toBe(true);
    expect(isAccurate([1, null], 10)).toBe(false);
    expect(isHit([null, 4], 3)).toBe(false);
    expect(isHit([null, 4], 4)).toBe(true);
  });

  test('a row without golds is neither accurate nor a hit', () => {
    expect(isAccurate([], 10)).toBe(false);
    expect(isHit([], 10)).toBe(false);
  });

  test('the reciprocal rank counts the first gold', () => {
    expect(toReciprocalRank([5, 2, null])).toBe(1 / 2);
    expect(toReciprocalRank([null])).toBe(0);
  });

  test.each([
    ['one gold first', [1], 1],
    ['one gold third', [3], 1 / 2], // 1 / log2(4)
    ['one gold eleventh', [11], 0],
    // (1 / log2(2) + 1 / log2(4)) / (1 / log2(2) + 1 / log2(3)) = 1.5 / 1.63093
    ['two golds, first and third', [1, 3], 1.5 / (1 + 1 / Math.log2(3))],
    ['no gold', [], 0],
  ])('NDCG@10 with %s', (_, ranks, expected) => {
    expect(toNdcg10(ranks)).toBeCloseTo(expected, 10);
  });
});

describe('finding golds', () => {
  test('files are ranked by their first place', () => {
    expect(rankFiles(['a.ts', 'b.ts'], ['b.ts', 'c.ts'])).toEqual([2, null]);
  });

  test.each([
    ['a window inside a long function', [40, 60], [10, 200], true],
    ['a small function inside a block', [1, 40], [20, 22], true],
    ['the end of a function at the start of a block', [10, 50], [1, 20], true],
    ['only the last lines of a function', [18, 50], [1, 20], false],
    ['the lines before it', [1, 9], [10, 20], false],
  ])('%s', (_, [first = 0, last = 0], [goldFirst = 0, goldLast = 0], expected) => {
    const shown = { path: 'a.py', startLine: first, endLine: last };
    const gold = { path: 'a.py', startLine: goldFirst, endLine: goldLast };
    expect(coversRange(shown, gold)).toBe(expected);
    expect(coversRange({ ...shown, path: 'b.py' }, gold)).toBe(false);
  });

  test('each gold takes the first stretch that covers it', () => {
    const shown = [
      { path: 'a.py', startLine: 100, endLine: 120 },
      { path: 'a.py', startLine: 1, endLine: 30 },
    ];
    const golds = [
      { path: 'a.py', startLine: 5, endLine: 9 },
      { path: 'a.py', startLine: 60, endLine: 70 },
    ];
    expect(rankRanges(shown, golds)).toEqual([2, null]);
  });
});

describe('sums', () => {
  test('mean and share of nothing are 0', () => {
    expect(toMean([])).toBe(0);
    expect(toShare([], () => true)).toBe(0);
    expect(toShare([1, 2, 3, 4], (value) => value > 3)).toBe(1 / 4);
  });

  test('a percentile is a value of the list', () => {
    const values = [40, 10, 30, 20];
    expect(toPercentile(values, 0.5)).toBe(20);
    expect(toPercentile(values, 0.95)).toBe(40);
    expect(toPercentile([], 0.5)).toBe(0);
  });
});
