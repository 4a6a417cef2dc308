/** The token budget: never over, generous first, drops from the end last. */
import { describe, expect, test } from 'vitest';
import {
  countTokens,
  fitResults,
  getLineLimit,
  LINE_LEVEL_COUNT,
} from '../../../src/search/budget.ts';
import { createRandom } from '../../support/random.ts';

interface Rendered {
  readonly lines: readonly string[];
}

/** Hits are numbers of lines; a level shows at most its line limit of them. */
function fit(hits: readonly number[], maxTokens: number, frameBytes = 200) {
  return fitResults<number, Rendered>(hits, {
    maxTokens,
    frameBytes,
    levels: LINE_LEVEL_COUNT,
    render: (lines, place) => ({
      lines: Array.from({ length: Math.min(lines, getLineLimit(place)) }, () => 'é'.repeat(20)),
    }),
  });
}

describe('tokens', () => {
  test('are thirds of UTF-8 bytes, rounded up', () => {
    expect(['', 'abc', 'abcd', 'é語'].map(countTokens)).toEqual([0, 1, 2, 2]);
  });
});

describe('results', () => {
  test('are never over the budget, from 200 to 20,000 tokens', () => {
    const random = createRandom(10);
    for (let round = 0; round < 150; round++) {
      const maxTokens = 200 + random.below(19_801);
      const hits = Array.from({ length: 1 + random.below(100) }, () => 1 + random.below(60));
      const frameBytes = 100 + random.below(400);
      const { results, dropped } = fit(hits, maxTokens, frameBytes);
      const bytes = frameBytes + Buffer.byteLength(JSON.stringify(results));
      expect(Math.ceil(bytes / 3)).toBeLessThanOrEqual(maxTokens);
      expect(results.length + dropped).toBe(hits.length);
    }
  });

  test('are whole when they fit, else shortened before one is dropped', () => {
    const hits = Array.from({ length: 10 }, () => 60);
    const whole = fit(hits, 20_000);
    expect(whole.dropped).toBe(0);
    expect(whole.results.map(({ lines }) => lines.length)).toEqual(hits);
    const shortened = fit(hits, 2000);
    expect(shortened.dropped).toBe(0);
    expect(shortened.results[0]?.lines.length).toBeGreaterThan(1);
    expect(shortened.results[9]?.lines.length).toBeLessThan(60);
    const dropped = fit(
      Array.from({ length: 100 }, () => 60),
      300,
    );
    expect(dropped.results.length).toBeGreaterThan(0);
    expect(dropped.dropped).toBe(100 - dropped.results.length);
  });

  test('use the most generous level that fits', () => {
    const hits = Array.from({ length: 5 }, () => 60);
    for (const maxTokens of [400, 800, 1600, 3200]) {
      const { results } = fit(hits, maxTokens);
      const shown = results.map(({ lines }) => lines.length).join();
      const fitting = Array.from({ length: LINE_LEVEL_COUNT }, (_, level) =>
        hits.map((lines, index) => Math.min(lines, getLineLimit({ level, index }))),
      ).find(
        (counts) => counts.reduce((sum, count) => sum + 13 + 43 * count, 0) <= maxTokens * 3 - 328,
      );
      expect(shown).toBe(fitting?.join());
    }
  });
});
