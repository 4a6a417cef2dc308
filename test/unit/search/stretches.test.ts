/** Grouping matches into stretches of lines. */
import { describe, expect, test } from 'vitest';
import { cutStretches } from '../../../src/search/stretches.ts';
import { createRandom } from '../../support/random.ts';

const at = (line: number, column = 1) => ({
  line,
  column,
  endColumn: column + 1,
  lineStartByte: 0,
});

function listRanges(lines: readonly number[], context: number, count: number) {
  return cutStretches(
    lines.map((line) => at(line)),
    context,
    count,
  ).map(
    ({ startLine, endLine, firstMatchLine, lastMatchLine }) =>
      `${startLine}-${endLine} (${firstMatchLine}-${lastMatchLine})`,
  );
}

describe('stretches', () => {
  test.each([
    ['one match with its context', [10], 2, ['8-12 (10-10)']],
    ['the context ends at the file', [1, 100], 5, ['1-6 (1-1)', '95-100 (100-100)']],
    ['matches whose context touches go together', [10, 15], 2, ['8-17 (10-15)']],
    ['a line between keeps them apart', [10, 16], 2, ['8-12 (10-10)', '14-18 (16-16)']],
    ['without context only neighbours go together', [3, 4, 6], 0, ['3-4 (3-4)', '6-6 (6-6)']],
    ['several matches of a line are one', [7, 7, 7], 0, ['7-7 (7-7)']],
  ])('%s', (_reason, lines, context, expected) => {
    expect(listRanges(lines, context, 100)).toEqual(expected);
  });

  test('are cut at 40 lines and lose or repeat no match and no line', () => {
    const random = createRandom(9);
    for (let round = 0; round < 300; round++) {
      const lineCount = 1 + random.below(300);
      const lines = Array.from({ length: random.below(200) }, () => 1 + random.below(lineCount));
      const sorted = lines.toSorted((left, right) => left - right);
      const context = random.below(21);
      const stretches = cutStretches(
        sorted.map((line, index) => at(line, index + 1)),
        context,
        lineCount,
      );
      expect(stretches.flatMap(({ matches }) => matches.map(({ line }) => line))).toEqual(sorted);
      let end = 0;
      for (const { startLine, endLine, firstMatchLine, lastMatchLine } of stretches) {
        expect(startLine).toBeGreaterThan(end);
        expect(startLine).toBeLessThanOrEqual(firstMatchLine);
        expect(lastMatchLine).toBeLessThanOrEqual(endLine);
        expect(lastMatchLine - firstMatchLine).toBeLessThan(40);
        end = endLine;
      }
      expect(end).toBeLessThanOrEqual(lineCount);
    }
  });
});
