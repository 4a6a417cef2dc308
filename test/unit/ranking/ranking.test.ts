/** The pieces of the score: rarity, saturation, choice of terms. */
import { describe, expect, test } from 'vitest';
import { K1, saturate, toIdf } from '../../../src/ranking/bm25.ts';
import { weighTerms } from '../../../src/ranking/select-terms.ts';
import { isStopWord } from '../../../src/ranking/stop-words.ts';
import { ROLE_FACTORS } from '../../../src/ranking/weights.ts';

const term = (text: string, raw = 1) => ({ text, key: text.length, raw });

describe('rarity', () => {
  test('falls with the number of files and is positive even for a term of all of them', () => {
    const values = [1, 2, 10, 500, 1000].map((frequency) => toIdf(1000, frequency));
    expect(values).toEqual(values.toSorted((left, right) => right - left));
    expect(values.at(-1)).toBeGreaterThan(0);
    expect(toIdf(1000, 1)).toBeCloseTo(Math.log(1 + 999.5 / 1.5), 10);
  });
});

describe('saturation', () => {
  test('grows with the frequency, less each time, to K1 + 1 at most', () => {
    const gains = [0, 1, 2, 3, 100].map((frequency) => saturate(frequency, 1));
    expect(gains[0]).toBe(0);
    expect(gains[1]).toBeCloseTo(1, 10);
    expect(gains).toEqual(gains.toSorted((left, right) => left - right));
    expect(saturate(1e9, 1)).toBeCloseTo(K1 + 1, 5);
  });

  test('is less in a longer text', () => {
    expect(saturate(2, 3)).toBeLessThan(saturate(2, 1));
    expect(saturate(2, 0.2)).toBeGreaterThan(saturate(2, 1));
  });
});

describe('the weights of terms', () => {
  test('leaves out what no file holds and puts the rarest first', () => {
    const counts: Record<string, number> = { rare: 1, usual: 500, none: 0 };
    const chosen = weighTerms(
      [term('usual'), term('none'), term('rare')],
      1000,
      ({ text }) => counts[text] ?? 0,
    );
    expect(chosen.map(({ text, fileCount }) => [text, fileCount])).toEqual([
      ['rare', 1],
      ['usual', 500],
    ]);
  });

  test('weighs what the query says more often more, by its logarithm', () => {
    const [first] = weighTerms([term('a', 3)], 100, () => 10);
    expect(first?.weight).toBeCloseTo(2 * toIdf(100, 10), 10);
  });

  test('keeps the light ones too, in the order of the query where they weigh the same', () => {
    const many = Array.from({ length: 100 }, (_, at) => term(`t${at}`));
    const kept = weighTerms(many, 1000, () => 3).map(({ text }) => text);
    expect(kept).toEqual(many.map(({ text }) => text));
  });
});

test('words of issue templates and keywords say nothing, names do', () => {
  const words = ['the', 'expected', 'function', 'import', 'parser', 'socket'];
  expect(words.map(isStopWord)).toEqual([true, true, true, true, false, false]);
});

test('no role is worth more than source', () => {
  expect(Object.values(ROLE_FACTORS).filter((factor) => factor > 1 || factor <= 0)).toEqual([]);
  expect(ROLE_FACTORS.source).toBe(1);
});
