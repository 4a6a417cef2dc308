/** Cutting texts into chunks of lines. */
import { describe, expect, test } from 'vitest';
import { cutChunks } from '../../../src/analysis/chunk-lines.ts';
import { createRandom } from '../../support/random.ts';
import { makeSourceText } from '../../support/random-text.ts';

/** First lines of the chunks of a text. */
function listStarts(text: string): readonly string[] {
  const bytes = Buffer.from(text);
  return cutChunks(bytes).map(({ start, end }) =>
    (bytes.toString('utf8', start, end).split('\n')[0] ?? '').trim(),
  );
}

const body = (indent: string): string => `${indent}step();\n`.repeat(8);

describe('chunks', () => {
  test('are disjoint, in order, of whole lines, and cover the text', () => {
    const random = createRandom(7);
    for (let round = 0; round < 200; round++) {
      const bytes = Buffer.from(makeSourceText(random, random.below(1500)));
      const chunks = cutChunks(bytes);
      let position = 0;
      for (const { start, end, lineCount } of chunks) {
        expect(start).toBe(position);
        const text = bytes.subarray(start, end);
        const feeds = text.filter((byte) => byte === 0x0a).length;
        expect(lineCount).toBe(text.at(-1) === 0x0a ? feeds : feeds + 1);
        expect(lineCount).toBeLessThanOrEqual(64);
        expect(end === bytes.length || text.at(-1) === 0x0a).toBe(true);
        position = end;
      }
      expect(position).toBe(bytes.length);
    }
  });

  test('an empty text has none, a long line is one', () => {
    expect(cutChunks(new Uint8Array(0))).toEqual([]);
    expect(cutChunks(Buffer.alloc(3_000_000, 'x'))).toEqual([
      { start: 0, end: 3_000_000, lineCount: 1 },
    ]);
  });

  test('start where C functions start, with the comment above', () => {
    const text = `#include <a.h>\n\n/* First. */\nint first(void)\n{\n${body('\t')}}\n\nstatic long second(int a)\n{\n${body('\t')}}\n\nstruct third {\n${body('\t')}};\n`;
    expect(listStarts(text)).toEqual(
      expect.arrayContaining(['static long second(int a)', 'struct third {']),
    );
  });

  test('start where Python definitions start, methods and decorators included', () => {
    const text = `import os\n\n\nclass Reader:\n    """Reads."""\n\n    def open(self):\n${body('        ')}\n    @property\n    def name(self):\n${body('        ')}\n\ndef main():\n${body('    ')}`;
    expect(listStarts(text)).toEqual(
      expect.arrayContaining(['class Reader:', 'def open(self):', '@property', 'def main():']),
    );
  });

  test('start where TypeScript definitions start', () => {
    const text = `import a from 'a';\nimport b from 'b';\n\nexport interface Options {\n${body('  ')}}\n\n/** Runs. */\nexport async function run() {\n${body('  ')}}\n\nconst limit = 5;\nconst least = 1;\n\nexport class Engine {\n${body('  ')}}\n`;
    expect(listStarts(text)).toEqual([
      "import a from 'a';",
      'export interface Options {',
      '/** Runs. */',
      'const limit = 5;',
      'export class Engine {',
    ]);
  });
});
