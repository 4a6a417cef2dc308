/** Lines of stored texts, and cutting long ones. */
import { describe, expect, test } from 'vitest';
import { cutLine, TextLines } from '../../../src/search/text-lines.ts';
import { createRandom } from '../../support/random.ts';
import { makeSourceText } from '../../support/random-text.ts';

function listLines(text: string): readonly string[] {
  const lines = new TextLines(Buffer.from(text));
  return lines.slice(1, lines.count);
}

describe('lines', () => {
  test.each([
    ['an empty text has none', '', []],
    ['a line feed alone is one empty line', '\n', ['']],
    ['the last line needs no end', 'a\nb', ['a', 'b']],
    ['an end starts no further line', 'a\nb\n', ['a', 'b']],
    ['ends of two bytes are left out', 'a\r\nb\r\n', ['a', 'b']],
    ['a return within a line stays', 'a\rb\n', ['a\rb']],
    ['blank lines count', 'a\n\n\nb', ['a', '', '', 'b']],
  ])('%s', (_reason, text, lines) => {
    expect(listLines(text)).toEqual(lines);
  });

  test('beyond the text are empty, and a slice is what is there', () => {
    const lines = new TextLines(Buffer.from('a\nb\nc\n'));
    expect([lines.get(0), lines.get(4), lines.get(2)]).toEqual(['', '', 'b']);
    expect(lines.slice(-5, 2)).toEqual(['a', 'b']);
    expect(lines.slice(3, 99)).toEqual(['c']);
  });
});

describe('a cut line', () => {
  test('is the line itself up to the limit', () => {
    expect(cutLine('x'.repeat(1000))).toBe('x'.repeat(1000));
    expect(cutLine('short', 3, 80)).toBe('short');
  });

  test('shows the column, keeps the limit and breaks no character', () => {
    const random = createRandom(8);
    for (let round = 0; round < 300; round++) {
      const line = makeSourceText(random, 400).replace(/[\r\n]/g, ' ');
      const limit = random.pick([80, 160, 400, 1000]);
      const column = random.below(line.length);
      const cut = cutLine(line, column, limit);
      expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(limit);
      expect(cut.isWellFormed()).toBe(true);
      const inner = cut.replace(/^…|…$/g, '');
      const start = line.indexOf(inner);
      expect(start).toBeGreaterThanOrEqual(0);
    }
  });

  test('holds the needle at the column wherever it is', () => {
    for (const column of [0, 10, 500, 4995]) {
      const line = `${'a'.repeat(column)}NEEDLE${'b'.repeat(5000 - column)}`;
      expect(cutLine(line, column)).toContain('NEEDLE');
      expect(cutLine(line, column, 80)).toContain('NEEDLE');
    }
    const wide = `${'語'.repeat(3000)}NEEDLE${'語'.repeat(3000)}`;
    expect(cutLine(wide, 3000, 80)).toContain('NEEDLE');
  });
});
