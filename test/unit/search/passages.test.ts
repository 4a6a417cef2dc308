/** Which lines of a hit are shown. */
import { describe, expect, test } from 'vitest';
import type { WeightedTerm } from '../../../src/ranking/select-terms.ts';
import { choosePassage } from '../../../src/search/passages.ts';
import { TextLines } from '../../../src/search/text-lines.ts';

const term = (text: string, weight: number): WeightedTerm => ({
  text,
  weight,
  key: 0,
  raw: 1,
  fileCount: 1,
});

function choose(lines: readonly string[], maxLines: number, terms: readonly WeightedTerm[] = []) {
  const text = new TextLines(Buffer.from(`${lines.join('\n')}\n`));
  return choosePassage(text, { startLine: 1, endLine: lines.length }, { terms, maxLines });
}

const filler = Array.from({ length: 20 }, (_, index) => `line ${index + 1}`);

describe('a passage', () => {
  test('is the whole range when it fits, without blank lines around it', () => {
    const passage = choose(['', 'a', '', 'b', '', ''], 10);
    expect(passage).toEqual({ startLine: 2, endLine: 4, content: 'a\n\nb', isLineCut: false });
  });

  test('is the stretch that holds most of the query', () => {
    const lines = filler.with(14, 'needle').with(16, 'thread needle');
    const passage = choose(lines, 4, [term('needle', 2), term('thread', 1)]);
    expect(passage.content).toContain('needle\nline 16\nthread needle');
    expect(passage.endLine - passage.startLine).toBe(3);
  });

  test('starts at the first line when the rest is no better', () => {
    const lines = filler.with(0, 'function needle').with(12, 'needle');
    expect(choose(lines, 3, [term('needle', 1)]).startLine).toBe(1);
  });

  test('shows the line that names the definition before a longer comment above it', () => {
    const lines = filler
      .with(2, 'needle of the comment')
      .with(9, 'function stack')
      .with(17, 'other');
    const text = new TextLines(Buffer.from(lines.join('\n')));
    const range = { startLine: 1, endLine: lines.length, definitionLine: 10 };
    const options = { terms: [term('needle', 2)], maxLines: 8 };
    const passage = choosePassage(text, range, options);
    expect(passage.content).toContain('needle');
    expect(passage.content).toContain('function stack');
  });

  test('finds terms whatever their case', () => {
    expect(choose(filler.with(10, 'NEEDLE'), 1, [term('needle', 1)]).content).toBe('NEEDLE');
  });

  test('cuts long lines around the term and says so', () => {
    const passage = choose([`${'x'.repeat(5000)}needle${'x'.repeat(5000)}`], 3, [
      term('needle', 1),
    ]);
    expect(passage.isLineCut).toBe(true);
    expect(passage.content).toContain('needle');
    expect(Buffer.byteLength(passage.content)).toBeLessThanOrEqual(1000);
  });

  test('of a range beyond the text ends with it', () => {
    const text = new TextLines(Buffer.from('a\nb\n'));
    const options = { terms: [], maxLines: 9 };
    expect(choosePassage(text, { startLine: 2, endLine: Infinity }, options)).toMatchObject({
      startLine: 2,
      endLine: 2,
    });
  });
});
