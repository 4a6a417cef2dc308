/** Tables written as C and minified scripts: the cheap path keeps what is useful and leaves the rest to text search. */
import { describe, expect, test } from 'vitest';
import { createStructureExtractor } from '../../../../src/analysis/structure/extractor.ts';
import { loadGrammar } from '../../../support/load-grammar.ts';
import { formatStructure } from '../../../support/structure-fixture.ts';

const extractor = await createStructureExtractor({ loadGrammar });
const encoder = new TextEncoder();

function extractText(languageId: string, text: string): string {
  const result = extractor.extract(languageId, encoder.encode(text));
  return result.kind === 'structure' ? formatStructure(result.structure) : result.reason;
}

function makeNumbers(count: number): readonly string[] {
  return Array.from(
    { length: count },
    (_, at) => `#define mmREGISTER_NUMBER_${at}    0x${at.toString(16)}`,
  );
}

describe('a large register header', () => {
  test('of fewer than 4,000 numbers gives a symbol for each', () => {
    const lines = extractText('c', `#ifndef A\n${makeNumbers(3_999).join('\n')}\n#endif\n`).split(
      '\n',
    );
    expect(lines).toHaveLength(3_999);
    expect(lines[10]).toBe('12 constant mmREGISTER_NUMBER_10 | #define mmREGISTER_NUMBER_10 0xa');
  });

  test('of more gives what is no number: guards, macros with parameters, texts, includes', () => {
    const text = [
      '#ifndef REGISTERS_H',
      '#define REGISTERS_H',
      '#include "base.h"',
      '#define REGISTER_AT(n) (0x10 + (n))',
      '#define BLOCK_NAME "display"',
      '#define FLAG_A (1 << 3)',
      '#define FLAG_B -0x10UL /* signed */',
      ...makeNumbers(4_000),
      '#endif',
    ].join('\n');
    expect(extractText('c', text)).toBe(
      [
        '2 constant REGISTERS_H | #define REGISTERS_H',
        '4 function REGISTER_AT | #define REGISTER_AT(n) (0x10 + (n))',
        '5 constant BLOCK_NAME | #define BLOCK_NAME "display"',
        'import 3 base.h',
      ].join('\n'),
    );
  });

  test('that is not mostly numbers keeps them', () => {
    const macros = makeNumbers(4_000).map((row) =>
      row.replace('#define mm', '#define at').replace(/0x\w+$/, 'mmBASE'),
    );
    const text = [...makeNumbers(4_000), ...macros].join('\n');
    expect(extractText('c', text).split('\n')).toHaveLength(8_000);
  });
});

describe('an array of numbers', () => {
  const row = `\t${'0x00, 0x01, 12, '.repeat(40)} /* 0x00-0x07 */\n`;

  test('is one symbol with its rows', () => {
    const text = `/* data */\n#include "a.h"\nstatic const u8 firmware[] __initconst = {\n${row.repeat(400)}};\nint last[2] = {\n${row.repeat(4)}};\n`;
    expect(extractText('c', text)).toBe(
      [
        '3-404 variable firmware | static const u8 firmware[] __initconst',
        '405-410 variable last | int last[2]',
        'import 2 a.h',
      ].join('\n'),
    );
  });

  test('is judged in time linear in the length of its rows', () => {
    const text = `static const char a[] = {\n${row.repeat(400)}};\n${'word '.repeat(50_000)}= 1;\n`;
    const startMs = performance.now();
    expect(extractText('c', text)).toContain('variable a |');
    expect(performance.now() - startMs).toBeLessThan(10_000);
  });
});

describe('minified JavaScript', () => {
  const code = 'function a(b){return b+1}var c=a(2);';

  test('gives no symbols', () => {
    expect(extractText('javascript', `/* license */\n${code.repeat(1_000)}\n`)).toBe('');
  });

  test.each([
    ['one function to a line', `${code}\n`.repeat(1_000)],
    [
      'a bundle of little code with one long line of data',
      `${`${code}\n`.repeat(100)}var t="${'x'.repeat(3_500)}";\n`,
    ],
    ['a short text', code.repeat(40)],
  ])('is not %s', (_name, text) => {
    expect(extractText('javascript', text)).toContain('function a');
  });
});
