/** What an occurrence of a name is, in the languages whose trees differ most. */
import { describe, expect, test } from 'vitest';
import { createStructureExtractor } from '../../../../src/analysis/structure/extractor.ts';
import { classifyReferences } from '../../../../src/analysis/structure/references.ts';
import { loadGrammar } from '../../../support/load-grammar.ts';

const extractor = await createStructureExtractor({ loadGrammar });

/** One `line:kind` for each occurrence, with the enclosing definition where there is one. */
function classifyText(languageId: string, text: string, name = 'load'): readonly string[] {
  const bytes = new TextEncoder().encode(text);
  const found = classifyReferences(extractor, { languageId, bytes, name });
  return (found?.references ?? []).map(({ line, kind, enclosing, startByte }) => {
    expect(new TextDecoder().decode(bytes.subarray(startByte)).startsWith(name)).toBe(true);
    const around = enclosing === undefined ? '' : ` in ${found?.symbols[enclosing]?.name}`;
    return `${line}:${kind}${around}`;
  });
}

describe('classifyReferences', () => {
  test('tells the occurrences of TypeScript apart', () => {
    const text = [
      "import { load } from './load.ts';",
      '// load é it',
      'class A {',
      '  load(x: load): string {',
      '    this.load(other.load);',
      '    new load();',
      '    return `load ${load}`;',
      '  }',
      '}',
    ].join('\n');
    expect(classifyText('typescript', text)).toEqual([
      '1:import',
      '1:import',
      '2:comment',
      '4:definition in A',
      '4:type in load',
      '5:call in load',
      '5:reference in load',
      '6:call in load',
      '7:string in load',
      '7:reference in load',
    ]);
  });

  test.each([
    [
      'python',
      'from m import load\ndef f():\n    x.load(load)  # load\n    "load"\n',
      ['1:import', '3:call in f', '3:reference in f', '3:comment in f', '4:string in f'],
    ],
    [
      'c',
      '#define load 1\nint g(void)\n{\n\tload(a->load);\n\treturn "load";\n}\n',
      ['1:definition', '4:call in g', '4:reference in g', '5:string in g'],
    ],
    [
      'go',
      'package p\nfunc load() {}\nfunc g() { p.load(); var x load }\n',
      ['2:definition', '3:call in g', '3:type in g'],
    ],
    [
      'rust',
      'use a::load;\nfn g() { load(1); load!(); x.load() }\n',
      ['1:import', '2:call in g', '2:call in g', '2:call in g'],
    ],
    [
      'java',
      'class A { void g() { load(load); new load(); } }\n',
      ['1:call in g', '1:reference in g', '1:call in g'],
    ],
    [
      'ruby',
      'def g\n  load(load)\n  x.load\nend\n',
      ['2:call in g', '2:reference in g', '3:call in g'],
    ],
    [
      'kotlin',
      'fun g() { load(load); x.load() }\n',
      ['1:call in g', '1:reference in g', '1:call in g'],
    ],
    [
      'php',
      '<?php\nfunction g() { load($x->load()); A::load(); }\n',
      ['2:call in g', '2:call in g', '2:call in g'],
    ],
  ] as const)('tells calls apart in %s', (languageId, text, expected) => {
    expect(classifyText(languageId, text)).toEqual(expected);
  });

  test('whole words only, and every one of them', () => {
    expect(classifyText('c', 'int reload, load_all, load;\n')).toEqual(['1:definition']);
  });

  test('a language without a parser is told apart from a file without the name', () => {
    const bytes = new TextEncoder().encode('x');
    expect(
      classifyReferences(extractor, { languageId: 'markdown', bytes, name: 'x' }),
    ).toBeUndefined();
    expect(classifyReferences(extractor, { languageId: 'c', bytes, name: 'y' })).toEqual({
      symbols: [],
      references: [],
    });
  });
});
