/** The extractor on one fixture for each language, on broken text, and at its limits. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createStructureExtractor } from '../../../../src/analysis/structure/extractor.ts';
import { listGrammars } from '../../../../src/languages/grammars/registry.ts';
import { loadGrammar } from '../../../support/load-grammar.ts';
import { formatStructure } from '../../../support/structure-fixture.ts';

const folder = join(import.meta.dirname, '..', '..', '..', 'fixtures', 'structure');
const fixtures = readdirSync(folder).filter((name) => !name.endsWith('.expected'));
const extractor = await createStructureExtractor({ loadGrammar });
const encoder = new TextEncoder();

function extractText(languageId: string, text: string): string {
  const result = extractor.extract(languageId, encoder.encode(text));
  return result.kind === 'structure' ? formatStructure(result.structure) : result.reason;
}

describe('fixtures', () => {
  test.each(fixtures)('%s gives its expected symbols and imports', (name) => {
    const language = name.replace(/\..*$/, '');
    const expected = readFileSync(join(folder, `${language}.expected`), 'utf8').trimEnd();
    expect(extractText(language, readFileSync(join(folder, name), 'utf8'))).toBe(expected);
  });

  test('every language that is parsed has a fixture', () => {
    const covered = new Set(fixtures.map((name) => name.replace(/\..*$/, '')));
    expect(listGrammars().filter(({ language }) => !covered.has(language))).toEqual([]);
  });

  test('the node types of every data file exist in its grammar', () => {
    const unknown = listGrammars().flatMap((grammar) =>
      extractor.host.open(grammar).unknownTypes.map((type) => `${grammar.language}: ${type}`),
    );
    expect(unknown).toEqual([]);
  });
});

describe('broken text', () => {
  test('an error in one function leaves the others', () => {
    const text = 'def a():\n    pass\n\ndef b():\n    x = = 3\n\ndef c():\n    pass\n';
    expect(extractText('python', text)).toContain('1-2 function a');
    expect(extractText('python', text)).toContain('7-8 function c');
  });

  test.each([
    [
      'python',
      'class A:\n    def a(self):\n        pass\n\n    def b(self:\n        x = 3\n\n    def c(self):\n        pass\n\ndef d():\n    pass\n',
      ['a', 'b', 'c', 'd'],
    ],
    [
      'typescript',
      'function a() {}\nfunction b( {\n  return [1;\n}\nexport function c() {\n}\nclass D {}\n',
      ['a', 'b', 'c', 'D'],
    ],
    ['go', 'package p\nfunc a() {}\nfunc b( {\n\treturn (1\n}\nfunc c() {}\n', ['a', 'b', 'c']],
    ['rust', 'fn a() {}\nfn b( {\n  let x = (1;\n}\npub fn c() {}\n', ['a', 'b', 'c']],
    ['ruby', 'def a; end\ndef b(\n  x = [1\nend\ndef c; end\n', ['a', 'b', 'c']],
    ['c', 'int a(void) { }\nint b(void) { return (1; }\nint c(void) { }\n', ['a', 'b', 'c']],
  ])('an open parenthesis hides no function of %s', (languageId, text, names) => {
    const result = extractor.extract(languageId, encoder.encode(text));
    const found =
      result.kind === 'structure' ? result.structure.symbols.map(({ name }) => name) : [];
    expect(found).toEqual(expect.arrayContaining(names));
  });

  test('words of comments and strings are not salvaged', () => {
    const text =
      'def a(:\n    """\n    class of_things\n    """\n# def no_function\ndef b():\n    pass\n';
    const result = extractor.extract('python', encoder.encode(text));
    const found =
      result.kind === 'structure' ? result.structure.symbols.map(({ name }) => name) : [];
    expect(found).toEqual(['a', 'b']);
  });

  test('bytes that are not UTF-8 are read as replacement characters', () => {
    const bytes = Uint8Array.of(
      ...encoder.encode('int a; // '),
      0xff,
      0xfe,
      0x0a,
      ...encoder.encode('int b;\n'),
    );
    const result = extractor.extract('c', bytes);
    expect(result.kind === 'structure' && formatStructure(result.structure)).toBe(
      '1 variable a | int a;\n2 variable b | int b;',
    );
  });

  test.each(['', '\n', '\0\0\0', '{{{{{{{{', '"', '/*', '\u{1F600}\u{1F600}'])(
    'text %j gives a structure in every language',
    (text) => {
      for (const { language } of listGrammars()) {
        expect(extractor.extract(language, encoder.encode(text)).kind).toBe('structure');
      }
    },
  );

  test('five thousand open parentheses give a structure in every language', () => {
    for (const { language } of listGrammars()) {
      expect(extractor.extract(language, encoder.encode('('.repeat(5_000))).kind).toBe('structure');
    }
  });

  test('lines that end with CR LF give the same ranges', () => {
    const text = '/** Doc. */\r\nint f(void)\r\n{\r\n}\r\n';
    expect(extractText('c', text)).toBe('2-4 function f | int f(void) | Doc.');
  });
});

describe('limits', () => {
  test('a language without grammar is told apart', () => {
    expect(extractText('brainfuck', '+')).toBe('no_grammar');
  });

  test('a file over the byte limit is not parsed', async () => {
    const small = await createStructureExtractor({ loadGrammar, limits: { maxFileBytes: 10 } });
    expect(small.extract('c', encoder.encode('int abc = 12345;'))).toEqual({
      kind: 'none',
      reason: 'too_large',
    });
  });

  test('a parse that runs out of time gives up and the next file is parsed from its start', async () => {
    let nowMs = 0;
    let isSlow = true;
    const now = (): number => (isSlow ? (nowMs += 10_000) : nowMs);
    const slow = await createStructureExtractor({ loadGrammar, now, limits: { timeoutMs: 5_000 } });
    const text = 'int f(void) { return (1 + 2) * 3; }\n'.repeat(3_000);
    expect(slow.extract('c', encoder.encode(text))).toEqual({ kind: 'none', reason: 'timeout' });
    isSlow = false;
    const next = slow.extract('c', encoder.encode('int later;\n'));
    expect(next.kind === 'structure' && formatStructure(next.structure)).toBe(
      '1 variable later | int later;',
    );
  });

  test('symbols are capped', async () => {
    const capped = await createStructureExtractor({ loadGrammar, limits: { maxSymbols: 3 } });
    const result = capped.extract('c', encoder.encode('int a;\n'.repeat(10)));
    expect(result.kind === 'structure' && result.structure.symbols.length).toBe(3);
  });
});
