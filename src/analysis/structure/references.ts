/**
 * What each occurrence of a name in a piece of source is: a call, an import, a definition, a type, a word in a
 * comment or a string, or a plain reference; and in which definition it stands. Also the other way round: what a
 * piece calls. One parse of the piece, then one look into the tree for each occurrence; candidates come from
 * the text, so that the answer covers exactly what a word search finds.
 *
 * Exact: comments, strings, imports, and definitions that the structure pass lists. By the shape of the tree alone, without
 * resolving names: calls (the name is what is called, or the last part of it) and types. A piece that begins in the
 * middle of a definition is parsed with errors at its edges; what is inside is told apart all the same.
 */
import type { Node, Tree } from 'web-tree-sitter';
import type { Grammar, ReferenceTypes } from '../../languages/grammars/grammar.ts';
import { findGrammar } from '../../languages/grammars/registry.ts';
import type { OutlineSymbol } from '../../model/symbol.ts';
import type { StructureExtractor } from './extractor.ts';
import { createSourceText, findLine, type SourceText } from './source-text.ts';

export type ReferenceKind =
  | 'call'
  | 'import'
  | 'definition'
  | 'comment'
  | 'string'
  | 'type'
  | 'reference';

/** A file, or whole lines of it. */
export interface SourcePart {
  readonly languageId: string;
  readonly text: string;
  /** Line of the file at which the text begins; 1 for the file itself. */
  readonly firstLine: number;
}

/** One occurrence of a name. */
export interface Reference {
  readonly kind: ReferenceKind;
  /** Of the file, 1-based. */
  readonly line: number;
  /** The innermost definition around it; absent at the top of the file. */
  readonly enclosing?: OutlineSymbol;
}

export interface ReferenceQuery {
  /** The whole name, case-sensitive. */
  readonly name: string;
  /** The definitions of the file, in the order of the text. */
  readonly symbols: readonly OutlineSymbol[];
}

/** Something that is called by name. */
export interface Call {
  readonly name: string;
  /** Of the file, 1-based. */
  readonly line: number;
}

/** Occurrences kept of one piece. */
const MAX_OCCURRENCES = 2_000;
/** Calls kept of one piece. */
const MAX_CALLS = 1_000;
/** A call is looked for so far up: `a.b.c()` is a chain of member nodes. */
const MAX_CLIMB = 6;

/**
 * Classifies the occurrences of a name, in the order of the text. Undefined when the language is not parsed or the
 * parse fails: then only the text is known. Blocks for one parse of the text (see `extract`).
 */
export function classifyReferences(
  extractor: StructureExtractor,
  part: SourcePart,
  query: ReferenceQuery,
): readonly Reference[] | undefined {
  const grammar = findGrammar(part.languageId);
  if (grammar === undefined || query.name === '') return undefined;
  const text = toParsable(grammar, part);
  const offsets = listOccurrences(text, query.name);
  if (offsets.length === 0) return [];
  const source = createSourceText(text);
  return withTree(extractor, { grammar, text }, (tree) =>
    classify({ tree, source, offsets, part, query, types: grammar.references }),
  );
}

/**
 * Lists what a piece calls by name, in the order of the text. Undefined as for `classifyReferences`, and for languages
 * in which nothing marks a call. Blocks for one parse of the text and a walk over all of its nodes.
 */
export function listCalls(
  extractor: StructureExtractor,
  part: SourcePart,
): readonly Call[] | undefined {
  const grammar = findGrammar(part.languageId);
  if (grammar === undefined || Object.keys(grammar.references.calls).length === 0) return undefined;
  const text = toParsable(grammar, part);
  const source = createSourceText(text);
  const types = grammar.references;
  return withTree(extractor, { grammar, text }, (tree) =>
    tree.rootNode
      .descendantsOfType(Object.keys(types.calls))
      .slice(0, MAX_CALLS)
      .flatMap((node) => (node === null ? [] : (findCalledName(node, types) ?? [])))
      // The node of `a().b()` stands before that of `a()`.
      .toSorted((left, right) => left.startIndex - right.startIndex)
      .map((leaf) => ({
        name: leaf.text,
        line: findLine(source, leaf.startIndex) + part.firstLine - 1,
      })),
  );
}

/** A piece from the middle of a file may need a mark that the file has at its top. */
function toParsable(grammar: Grammar, { text, firstLine }: SourcePart): string {
  return firstLine > 1 ? `${grammar.partPrefix ?? ''}${text}` : text;
}

function withTree<T>(
  { host }: StructureExtractor,
  { grammar, text }: { readonly grammar: Grammar; readonly text: string },
  use: (tree: Tree) => T,
): T | undefined {
  const parsed = host.withTree(host.open(grammar), grammar.prepare?.(text) ?? text, use);
  return parsed.kind === 'done' ? parsed.value : undefined;
}

function classify(found: {
  readonly tree: Tree;
  readonly source: SourceText;
  readonly offsets: readonly number[];
  readonly part: SourcePart;
  readonly query: ReferenceQuery;
  readonly types: ReferenceTypes;
}): readonly Reference[] {
  const { tree, source, offsets, part, query, types } = found;
  const { name, symbols } = query;
  const definitionLines = new Set(
    symbols.filter((symbol) => symbol.name === name).map(({ nameLine }) => nameLine),
  );
  return offsets.map((offset) => {
    const line = findLine(source, offset) + part.firstLine - 1;
    const node = tree.rootNode.descendantForIndex(offset, offset + name.length);
    const byTree = node === null ? 'reference' : classifyNode(node, types);
    const isDefinition = definitionLines.has(line) && isDefiningKind(byTree);
    // One name on one line is defined once: `a = a + 1` refers to it, too.
    if (isDefinition) definitionLines.delete(line);
    const enclosing = findEnclosing(symbols, line, isDefinition ? name : undefined);
    const kind = isDefinition ? 'definition' : byTree;
    return { kind, line, ...(enclosing === undefined ? {} : { enclosing }) };
  });
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

/** The name that a call calls: the last part of `a.b.c`, `f` of `f<T>`; undefined for `list[0]()` and the like. */
function findCalledName(call: Node, types: ReferenceTypes): Node | undefined {
  const field = types.calls[call.type] ?? '';
  let node = field === '' ? call.firstNamedChild : call.childForFieldName(field);
  for (let depth = 0; node !== null && depth < MAX_CLIMB; depth++) {
    if (node.namedChildCount === 0) {
      return types.identifiers.includes(node.type) || types.types.includes(node.type)
        ? node
        : undefined;
    }
    const last: Node | null = node.lastNamedChild;
    const isAtEnd = last?.endIndex === node.endIndex && !last.type.includes('argument');
    node = isAtEnd ? last : findNamePart(node);
  }
  return undefined;
}

/** The name in `f<T>`, whose last part is the list of types. */
function findNamePart(node: Node): Node | null {
  const byField = node.childForFieldName('name') ?? node.childForFieldName('function');
  if (byField !== null) return byField;
  return node.lastNamedChild?.type.includes('type_argument') === true ? node.firstNamedChild : null;
}

/**
 * The innermost definition whose lines hold the line; constants and the like of one line count for nothing. With
 * `own`, the one outside of the definition of that name.
 */
export function findEnclosing(
  symbols: readonly OutlineSymbol[],
  line: number,
  own?: string,
): OutlineSymbol | undefined {
  let best: OutlineSymbol | undefined;
  let bestLength = Infinity;
  for (const symbol of symbols) {
    if (symbol.startLine > line || symbol.endLine < line) continue;
    if (symbol.startLine === symbol.endLine && !isScope(symbol)) continue;
    if (own !== undefined && symbol.nameLine === line && symbol.name === own) continue;
    const length = symbol.endLine - symbol.startLine;
    if (length < bestLength || (length === bestLength && isScope(symbol))) {
      best = symbol;
      bestLength = length;
    }
  }
  return best;
}

function isScope({ kind }: OutlineSymbol): boolean {
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
