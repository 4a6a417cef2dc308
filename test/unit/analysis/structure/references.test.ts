/** What an occurrence of a name is, in the languages whose trees differ most. */
import { describe, expect, test } from 'vitest';
import { createStructureExtractor } from '../../../../src/analysis/structure/extractor.ts';
import { classifyReferences, listCalls } from '../../../../src/analysis/structure/references.ts';
import type { OutlineSymbol } from '../../../../src/model/symbol.ts';
import { loadGrammar } from '../../../support/load-grammar.ts';

const extractor = await createStructureExtractor({ loadGrammar });

/** The definitions of a text, as the structure pass stores them. */
function listSymbols(languageId: string, text: string): readonly OutlineSymbol[] {
  const result = extractor.extract(languageId, new TextEncoder().encode(text));
  return result.kind === 'structure' ? result.structure.symbols : [];
}

/** One `line:kind` for each occurrence, with the enclosing definition where there is one. */
function classifyText(languageId: string, text: string, name = 'load'): readonly string[] {
  const symbols = listSymbols(languageId, text);
  const part = { languageId, text, firstLine: 1 };
  const found = classifyReferences(extractor, part, { name, symbols });
  return (found ?? []).map(({ line, kind, enclosing }) => {
    const around = enclosing === undefined ? '' : ` in ${enclosing.name}`;
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

  test('a language without a parser is told apart from a text without the name', () => {
    const query = { name: 'y', symbols: [] };
    const part = { languageId: 'markdown', text: 'x', firstLine: 1 };
    expect(classifyReferences(extractor, part, query)).toBeUndefined();
    expect(classifyReferences(extractor, { ...part, languageId: 'c' }, query)).toEqual([]);
  });

  test('lines from the middle of a file count as in the file', () => {
    const lines = ['class A {', '  run() {', '    // load', '    this.load("load");', '  }', '}'];
    const symbols = listSymbols('typescript', lines.join('\n'));
    const part = { languageId: 'typescript', text: lines.slice(1, 5).join('\n'), firstLine: 2 };
    const found = classifyReferences(extractor, part, { name: 'load', symbols }) ?? [];
    expect(found.map(({ line, kind, enclosing }) => [line, kind, enclosing?.name])).toEqual([
      [3, 'comment', 'run'],
      [4, 'call', 'run'],
      [4, 'string', 'run'],
    ]);
    const php = { languageId: 'php', text: 'function g() { load(1); }', firstLine: 9 };
    expect(classifyReferences(extractor, php, { name: 'load', symbols: [] })).toEqual([
      { line: 9, kind: 'call' },
    ]);
  });
});

describe('listCalls', () => {
  test.each([
    ['typescript', 'f(a.b.load(x), new Load<T>(y), (g)(), list[0](), h?.i());', 'f load Load i'],
    ['python', 'def g():\n    a.load(f(x))[0]()\n', 'load f'],
    ['c', 'int g(void)\n{\n\treturn load(a->ops->open(b), (*p)(1));\n}\n', 'load open'],
    ['cpp', 'void g() { std::move(x); load<int>(y); new Thing(z); a::b c; }', 'move load Thing'],
    ['go', 'package p\nfunc g() { p.load(f(1)) }\n', 'load f'],
    ['rust', 'fn g() { a::load::<T>(1); x.y()?.z(); println!("f()") }\n', 'load z y println'],
    ['java', 'class A { void g() { x.load(f()); new Load<T>(1); } }\n', 'load f Load'],
    ['csharp', 'class A { void G() { x.Load(F()); new Thing(1); } }\n', 'Load F Thing'],
    ['ruby', 'def g\n  x.load(f(1))\nend\n', 'load f'],
    ['kotlin', 'fun g() { x.load(f(1)) }\n', 'load f'],
    ['php', '<?php function g() { $x->load(f(1)); A::make(); new Thing(2); }', 'load f make Thing'],
    ['swift', 'func g() { x.load(f(1)) }\n', 'load f'],
    ['scala', 'def g() = { x.load(f(1)) }\n', 'load f'],
    ['lua', 'function g() x.load(f(1)) y:run() end\n', 'load f run'],
    ['bash', 'g() { load "$(f 1)"; }\n', 'load f'],
    ['zig', 'fn g() void { x.load(f(1)); }\n', 'load f'],
  ])('names what %s calls', (languageId, text, expected) => {
    const calls = listCalls(extractor, { languageId, text, firstLine: 1 }) ?? [];
    expect(calls.map(({ name }) => name).toSorted()).toEqual(expected.split(' ').toSorted());
  });

  test('gives lines of the file, and nothing where calls are not marked', () => {
    const part = { languageId: 'c', text: '\tload(1);\n\tload(2);\n', firstLine: 40 };
    expect(listCalls(extractor, part)).toEqual([
      { name: 'load', line: 40 },
      { name: 'load', line: 41 },
    ]);
    expect(listCalls(extractor, { ...part, languageId: 'dart' })).toBeUndefined();
    expect(listCalls(extractor, { ...part, languageId: 'markdown' })).toBeUndefined();
  });
});
