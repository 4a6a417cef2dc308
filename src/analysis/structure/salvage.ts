/**
 * Definitions that a broken text hides from the parser. An open parenthesis makes a parser read the next function
 * as part of the parameters; a line that starts like a definition is one all the same. Looked for only in files with
 * errors, and only where the walk found no symbol and the tree sees neither comment nor string. Languages whose
 * definitions start with a keyword, and types of C and C++; the others recover at braces.
 */
import type { Tree } from 'web-tree-sitter';
import type { Grammar } from '../../languages/grammars/grammar.ts';
import type { ChunkKind } from '../../model/document.ts';
import type { SymbolDefinition } from '../../model/symbol.ts';
import { findDocComment, formatSignature, getLine, type SourceText } from './source-text.ts';

const KINDS: Readonly<Record<string, ChunkKind>> = {
  def: 'function',
  defp: 'function',
  fn: 'function',
  fun: 'function',
  func: 'function',
  function: 'function',
  class: 'class',
  struct: 'class',
  interface: 'interface',
  trait: 'interface',
  protocol: 'interface',
  enum: 'enum',
};
const HEAD = new RegExp(
  '^([ \\t]*)(?:(?:export|default|pub(?:\\([^)]*\\))?|public|private|protected|internal|static|abstract|final|sealed|async|' +
    `override|open|data|unsafe|const|local)[ \\t]+)*(${Object.keys(KINDS).join('|')})[ \\t]+([A-Za-z_]\\w*)(?![\\w.:])`,
);
/** C and C++: types whose body opens on their line; `struct x *f(` is none. Functions have no keyword. */
const TYPE_HEAD =
  /^([ \t]*)(?:template[ \t]*<[^;{]*>[ \t]*)?(?:(?:enum[ \t]+)(?=class|struct))?(class|struct|enum)[ \t]+([A-Za-z_]\w*)(?=[ \t]*(?:final[ \t]*)?(?::[^;()]*)?\{)/;
/** How definitions start in the languages in which no line starts so without defining anything. */
const HEADS: ReadonlyMap<string, RegExp> = new Map([
  ...'python javascript typescript tsx go rust ruby php kotlin swift scala lua elixir'
    .split(' ')
    .map((language) => [language, HEAD] as const),
  ['c', TYPE_HEAD],
  ['cpp', TYPE_HEAD],
]);

/** Gives the symbols that are missing, in the order of the text; empty for a text without errors. O(lines). */
export function salvageSymbols(
  tree: Tree,
  found: {
    readonly source: SourceText;
    readonly grammar: Grammar;
    readonly symbols: readonly SymbolDefinition[];
  },
): readonly SymbolDefinition[] {
  const { source, grammar, symbols } = found;
  const pattern = HEADS.get(grammar.language);
  if (pattern === undefined || !tree.rootNode.hasError) return [];
  const knownLines = new Set(symbols.map(({ nameLine }) => nameLine));
  return listHeads(source, pattern)
    .filter(({ line, name }) => !knownLines.has(line) && !Object.hasOwn(KINDS, name))
    .filter(({ nameStart }) => !isProse(tree, nameStart, grammar))
    .map((head) => toSymbol(head, findOwner(symbols, head.line), { source, grammar }));
}

/** A line that starts like a definition. Offsets are UTF-16. */
interface Head {
  readonly line: number;
  readonly indent: number;
  readonly keyword: string;
  readonly name: string;
  readonly start: number;
  readonly nameStart: number;
}

function listHeads(source: SourceText, pattern: RegExp): readonly Head[] {
  return Array.from(source.lineStarts).flatMap((lineStart, at) => {
    const match = pattern.exec(getLine(source, at + 1));
    const [head, indent, keyword, name] = match ?? [];
    if (head === undefined || indent === undefined) return [];
    if (keyword === undefined || name === undefined) return [];
    const nameStart = lineStart + head.length - name.length;
    const start = lineStart + indent.length;
    return [{ line: at + 1, indent: indent.length, keyword, name, start, nameStart }];
  });
}

function toSymbol(
  { line, indent, keyword, name, start, nameStart }: Head,
  owner: SymbolDefinition | undefined,
  { source, grammar }: { readonly source: SourceText; readonly grammar: Grammar },
): SymbolDefinition {
  const kind = KINDS[keyword] ?? 'function';
  const lineEnd = (source.lineStarts[line - 1] ?? 0) + getLine(source, line).length;
  return {
    name,
    kind: kind === 'function' && indent > 0 && owner !== undefined ? 'method' : kind,
    container: owner === undefined ? '' : joinNames(owner),
    startLine: line,
    endLine: findBlockEnd(source, line, indent),
    nameLine: line,
    signature: formatSignature(source, { start, nameStart, end: lineEnd }),
    doc: findDocComment(source, start, grammar.comments),
  };
}

function isProse(tree: Tree, offset: number, grammar: Grammar): boolean {
  const { comments, strings } = grammar.references;
  const leaf = tree.rootNode.descendantForIndex(offset, offset + 1);
  for (let node = leaf; node !== null; node = node.parent) {
    if (comments.includes(node.type) || strings.includes(node.type)) return true;
  }
  return false;
}

/** The innermost type around the line. */
function findOwner(
  symbols: readonly SymbolDefinition[],
  line: number,
): SymbolDefinition | undefined {
  return symbols.findLast(
    ({ kind, startLine, endLine }) =>
      startLine < line && endLine >= line && /^(?:class|interface|enum|module)$/.test(kind),
  );
}

function joinNames({ container, name }: SymbolDefinition): string {
  return container === '' ? name : `${container}.${name}`;
}

/** The last line that is indented deeper than the head, or closes it. */
function findBlockEnd(source: SourceText, line: number, indent: number): number {
  let end = line;
  for (let at = line + 1; at <= source.lineStarts.length; at++) {
    const text = getLine(source, at);
    if (text.trim() === '') continue;
    const depth = text.search(/\S/);
    if (depth < indent) return end;
    if (depth === indent) return /^\s*(?:[})\]]|end\b)/.test(text) ? at : end;
    end = at;
  }
  return end;
}
