/**
 * What each occurrence of a name in a file is: a call, an import, a definition, a type, a word in a comment or
 * a string, or a plain reference; and in which definition it stands. One parse, then one look into the tree for each
 * occurrence; candidates come from the text, so that the answer covers exactly what a word search finds.
 *
 * Exact: comments, strings, imports, and definitions that the structure pass lists. By the shape of the tree alone, without
 * resolving names: calls (the name is what is called, or the last part of it) and types.
 */
import type { Node, Tree } from 'web-tree-sitter';
import type { ReferenceTypes } from '../../languages/grammars/grammar.ts';
import { findGrammar } from '../../languages/grammars/registry.ts';
import type { SymbolDefinition } from '../../model/symbol.ts';
import type { StructureExtractor } from './extractor.ts';
import { createSourceText, findLine, type SourceText } from './source-text.ts';
import { walkTree } from './walk-tree.ts';

export type ReferenceKind =
  | 'call'
  | 'import'
  | 'definition'
  | 'comment'
  | 'string'
  | 'type'
  | 'reference';

/** One occurrence of a name. */
export interface Reference {
  readonly kind: ReferenceKind;
  /** 1-based. */
  readonly line: number;
  /** Offset of the name in the file's UTF-8 bytes. */
  readonly startByte: number;
  /** The innermost definition around it, as an index into `symbols`; absent at the top of the file. */
  readonly enclosing?: number;
}

export interface ClassifiedReferences {
  /** The definitions of the file, in the order of the text. */
  readonly symbols: readonly SymbolDefinition[];
  /** In the order of the text. */
  readonly references: readonly Reference[];
}

export interface ReferenceQuery {
  readonly languageId: string;
  /** UTF-8. */
  readonly bytes: Uint8Array;
  /** The whole name, case-sensitive. */
  readonly name: string;
}

/** Occurrences kept of one file. */
const MAX_OCCURRENCES = 2_000;
/** A call is looked for so far up: `a.b.c()` is a chain of member nodes. */
const MAX_CLIMB = 6;

/**
 * Classifies the occurrences of a name. Undefined when the language is not parsed or the parse fails: then
 * only the text is known. Blocks for one parse of the file (see `extract`).
 */
export function classifyReferences(
  extractor: StructureExtractor,
  { languageId, bytes, name }: ReferenceQuery,
): ClassifiedReferences | undefined {
  const grammar = findGrammar(languageId);
  if (grammar === undefined || name === '') return undefined;
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  const offsets = listOccurrences(text, name);
  if (offsets.length === 0) return { symbols: [], references: [] };
  const compiled = extractor.host.open(grammar);
  const source = createSourceText(text);
  const parsed = extractor.host.withTree(compiled, grammar.prepare?.(text) ?? text, (tree) => {
    const { symbols } = walkTree(tree, {
      compiled,
      source,
      maxSymbols: Infinity,
      isOutlineOnly: true,
    });
    return classify({ tree, source, offsets, name, symbols, types: grammar.references });
  });
  return parsed.kind === 'done' ? parsed.value : undefined;
}

function classify(found: {
  readonly tree: Tree;
  readonly source: SourceText;
  readonly offsets: readonly number[];
  readonly name: string;
  readonly symbols: readonly SymbolDefinition[];
  readonly types: ReferenceTypes;
}): ClassifiedReferences {
  const { tree, source, offsets, name, symbols, types } = found;
  const toByte = createByteCounter(source.text);
  const definitionLines = new Set(
    symbols.filter((symbol) => symbol.name === name).map(({ nameLine }) => nameLine),
  );
  const references: Reference[] = [];
  for (const offset of offsets) {
    const line = findLine(source, offset);
    const node = tree.rootNode.descendantForIndex(offset, offset + name.length);
    const byTree = node === null ? 'reference' : classifyNode(node, types);
    const isDefinition = definitionLines.has(line) && isDefiningKind(byTree);
    const kind = isDefinition ? 'definition' : byTree;
    // One name on one line is defined once: `a = a + 1` refers to it, too.
    if (isDefinition) definitionLines.delete(line);
    const enclosing = findEnclosing(symbols, line, isDefinition ? name : undefined);
    references.push({
      kind,
      line,
      startByte: toByte(offset),
      ...(enclosing < 0 ? {} : { enclosing }),
    });
  }
  return { symbols, references };
}

function isDefiningKind(kind: ReferenceKind): boolean {
  return kind === 'reference' || kind === 'type' || kind === 'call';
}

/** Looks at the leaf and what is around it, from the inside outwards. */
function classifyNode(leaf: Node, types: ReferenceTypes): ReferenceKind {
  const around = findSurrounding(leaf, types);
  if (around !== undefined) return around;
  if (isCalled(leaf, types)) return 'call';
  return types.types.includes(leaf.type) ? 'type' : 'reference';
}

/**
 * Comments, strings and imports around a leaf; the string of an import is import. A name inside `${…}` of a
 * string is code again.
 */
function findSurrounding(leaf: Node, types: ReferenceTypes): ReferenceKind | undefined {
  const isName = types.identifiers.includes(leaf.type);
  let found: ReferenceKind | undefined;
  for (let node: Node | null = leaf; node !== null; node = node.parent) {
    if (types.comments.includes(node.type)) return 'comment';
    if (types.imports.includes(node.type)) return 'import';
    if (!isName && types.strings.includes(node.type)) found = 'string';
  }
  return found;
}

/** True when the leaf is what a call around it calls, or the last name of that. */
function isCalled(leaf: Node, types: ReferenceTypes): boolean {
  let callee: Node = leaf;
  for (let climb = 0; climb < MAX_CLIMB; climb++) {
    const outer: Node | null = callee.parent;
    if (outer === null) return false;
    const field = types.calls[outer.type];
    if (field !== undefined) {
      const called = field === '' ? outer.firstNamedChild : outer.childForFieldName(field);
      return called?.equals(callee) ?? false;
    }
    // The name of `a.b` is its last part; an argument or an operand ends differently.
    if (outer.endIndex !== callee.endIndex) return false;
    callee = outer;
  }
  return false;
}

/** The innermost symbol whose range holds the line; with `own`, the one outside of that definition. */
function findEnclosing(
  symbols: readonly SymbolDefinition[],
  line: number,
  own: string | undefined,
): number {
  let best = -1;
  let bestLength = Infinity;
  for (const [at, symbol] of symbols.entries()) {
    if (symbol.startLine > line || symbol.endLine < line) continue;
    if (symbol.startLine === symbol.endLine && !isScope(symbol)) continue;
    if (own !== undefined && symbol.nameLine === line && symbol.name === own) continue;
    const length = symbol.endLine - symbol.startLine;
    if (length < bestLength || (length === bestLength && isScope(symbol))) {
      best = at;
      bestLength = length;
    }
  }
  return best;
}

function isScope({ kind }: SymbolDefinition): boolean {
  return kind === 'function' || kind === 'method' || kind === 'class';
}

/** Offsets at which the name stands as a whole word. */
function listOccurrences(text: string, name: string): readonly number[] {
  const offsets: number[] = [];
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + name.length)) {
    if (isWordChar(text, at - 1) || isWordChar(text, at + name.length)) continue;
    offsets.push(at);
    if (offsets.length >= MAX_OCCURRENCES) break;
  }
  return offsets;
}

function isWordChar(text: string, at: number): boolean {
  return /[\p{L}\p{N}_]/u.test(text[at] ?? '');
}

/** Turns UTF-16 offsets that never fall into UTF-8 ones. */
function createByteCounter(text: string): (offset: number) => number {
  let at = 0;
  let sizeBytes = 0;
  return (offset) => {
    sizeBytes += Buffer.byteLength(text.slice(at, offset), 'utf8');
    at = offset;
    return sizeBytes;
  };
}
