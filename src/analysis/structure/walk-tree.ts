/**
 * One pass over a syntax tree by a cursor, from the root downwards, that gives definitions and imports. It
 * enters only what the grammar's tables name, so expressions are never visited. State of the walk: the
 * stack of open scopes (each with the depth of its node, popped as soon as the cursor leaves that node), the start
 * of the wrapper around the present node, and the start of a prefix that stands before it.
 */
import type { Tree, TreeCursor } from 'web-tree-sitter';
import type {
  DefinedName,
  DefinitionRule,
  Grammar,
  Place,
  SyntaxNode,
} from '../../languages/grammars/grammar.ts';
import type { ImportReference, SymbolDefinition } from '../../model/symbol.ts';
import { ACTION, type CompiledGrammar } from './compiled-grammar.ts';
import {
  findDocComment,
  findDocstring,
  findHeadLineEnd,
  findLine,
  formatSignature,
  toFirstSentence,
  type SourceText,
} from './source-text.ts';

/** What a walk found, in the order of the text. */
export interface WalkResult {
  readonly symbols: SymbolDefinition[];
  readonly imports: ImportReference[];
}

export interface WalkOptions {
  readonly compiled: CompiledGrammar;
  readonly source: SourceText;
  /** The walk ends when it has so many symbols. */
  readonly maxSymbols: number;
  /** Signatures and documentation stay empty. */
  readonly isOutlineOnly: boolean;
}

/** Walks the tree; the tree stays the caller's. O(nodes entered). */
export function walkTree(tree: Tree, options: WalkOptions): WalkResult {
  return new TreeWalk(tree, options).run();
}

interface Scope {
  readonly depth: number;
  readonly name: string;
  readonly place: Place;
}

/** One name at a definition's node. */
interface FoundDefinition {
  readonly node: SyntaxNode;
  readonly name: DefinedName;
  readonly rule: DefinitionRule;
  /** Offset at which the definition starts, its prefix and wrapper included. */
  readonly start: number;
  readonly place: Place;
}

const NO_TEXT = { signature: '', doc: '' } as const;

/** The type id of nodes that hold what the parser could not read. */
const ERROR_TYPE_ID = 0xffff;

class TreeWalk {
  readonly #cursor: TreeCursor;
  readonly #options: WalkOptions;
  readonly #symbols: SymbolDefinition[] = [];
  readonly #imports: ImportReference[] = [];
  readonly #scopes: Scope[] = [];
  #depth = 0;
  #isUnordered = false;
  /** Start of the outermost wrapper whose child is being visited, valid while the depth is `#wrapperDepth` + 1. */
  #wrapperStart = 0;
  #wrapperDepth = -2;
  #isLineWrapper = false;
  /** Start of the first prefix before the present sibling; -1 when there is none. */
  #prefixStart = -1;

  constructor(tree: Tree, options: WalkOptions) {
    this.#cursor = tree.walk();
    this.#options = options;
  }

  run(): WalkResult {
    try {
      if (this.#cursor.gotoFirstChild()) {
        this.#depth = 1;
        do {
          if (this.#visit()) this.#descend();
        } while (this.#advance());
      }
    } finally {
      this.#cursor.delete();
    }
    // A name behind a type that the parser took for a part of it comes before what is inside.
    if (this.#isUnordered) this.#symbols.sort((a, b) => a.startLine - b.startLine);
    return { symbols: this.#symbols, imports: this.#imports };
  }

  /** Enters the first child; on a leaf stays where it is. */
  #descend(): void {
    while (this.#cursor.gotoFirstChild()) {
      this.#depth++;
      if (!this.#visit()) return;
    }
  }

  /** Goes to the next node that is not below the present one; false at the end. */
  #advance(): boolean {
    if (this.#symbols.length >= this.#options.maxSymbols) return false;
    for (;;) {
      this.#closeScopes();
      if (this.#cursor.gotoNextSibling()) return true;
      if (--this.#depth === 0) return false;
      this.#cursor.gotoParent();
      this.#prefixStart = -1;
    }
  }

  #closeScopes(): void {
    while ((this.#scopes.at(-1)?.depth ?? -1) >= this.#depth) this.#scopes.pop();
  }

  /** Does what the tables say at this node; true when its children are to be visited. */
  #visit(): boolean {
    const typeId = this.#cursor.nodeTypeId;
    if (this.#depth <= this.#wrapperDepth) this.#wrapperDepth = -2;
    if (typeId === ERROR_TYPE_ID) return true;
    const action = this.#options.compiled.actions[typeId] ?? ACTION.skip;
    if (action === ACTION.skip || action === ACTION.comment) return false;
    if (action === ACTION.rule) return this.#visitDefinition(typeId);
    return action === ACTION.prefix ? this.#visitPrefix() : this.#visitPassage(action, typeId);
  }

  #visitPrefix(): boolean {
    if (this.#prefixStart < 0) this.#prefixStart = this.#cursor.startIndex;
    return false;
  }

  /** A node that defines nothing itself. */
  #visitPassage(action: number, typeId: number): boolean {
    if (this.#readImport(typeId) || !this.#isToWalk(action, typeId)) return false;
    if (action === ACTION.wrapper || action === ACTION.lineWrapper) this.#openWrapper(action);
    this.#prefixStart = -1;
    return action !== ACTION.import;
  }

  /** False for nodes that are walked on a condition which does not hold here. */
  #isToWalk(action: number, typeId: number): boolean {
    if (action === ACTION.walkOutside) return this.#scopes.at(-1)?.place !== 'function';
    return this.#matches(this.#options.compiled.conditions[typeId]);
  }

  /** True when there is no condition or the text of the present node fulfils it. */
  #matches(condition: RegExp | undefined): boolean {
    if (condition === undefined) return true;
    const { startIndex, endIndex } = this.#cursor;
    return condition.test(this.#options.source.text.slice(startIndex, endIndex));
  }

  #openWrapper(action: number): void {
    this.#isLineWrapper = action === ACTION.lineWrapper;
    if (this.#depth !== this.#wrapperDepth + 1) this.#wrapperStart = this.#takePrefix();
    this.#wrapperDepth = this.#depth;
  }

  /** Start of the present node, its prefix included. */
  #takePrefix(): number {
    const start = this.#prefixStart < 0 ? this.#cursor.startIndex : this.#prefixStart;
    this.#prefixStart = -1;
    return start;
  }

  #visitDefinition(typeId: number): boolean {
    const rule = this.#options.compiled.rules[typeId];
    if (rule === undefined) return false;
    const start = this.#findStart();
    const place = this.#scopes.at(-1)?.place ?? 'file';
    if (this.#readImport(typeId)) return false;
    const unread = this.#passBy(rule, place);
    if (unread !== undefined) return unread;
    const node: SyntaxNode = this.#cursor.currentNode;
    const names = listNames(rule, node, place);
    if (rule.kind !== undefined) {
      for (const name of names) {
        if (name.isScopeOnly !== true) this.#define({ node, name, rule, start, place });
      }
    }
    this.#openScope(rule, names[0]);
    return rule.scope !== undefined && names[0]?.scope !== 'none';
  }

  /** For a definition whose node need not be read: whether its children are to be visited. */
  #passBy(rule: DefinitionRule, place: Place): boolean | undefined {
    const isLocal = place === 'function';
    if (rule.isOutsideFunctions === true && isLocal) return rule.scope !== undefined;
    if (!this.#matches(isLocal ? (rule.when ?? rule.whenLocal) : rule.when)) return false;
    if (rule.isNameless !== true) return undefined;
    this.#openScope(rule, undefined);
    return true;
  }

  /** Where the definition at the present node starts: at its wrapper, its prefix or itself. */
  #findStart(): number {
    const start = this.#takePrefix();
    if (this.#depth !== this.#wrapperDepth + 1) return start;
    if (!this.#isLineWrapper) return this.#wrapperStart;
    const end = this.#options.source.text.indexOf('\n', this.#wrapperStart);
    return end < 0 || start < end ? this.#wrapperStart : start;
  }

  #openScope(rule: DefinitionRule, first: DefinedName | undefined): void {
    const isNameless = first === undefined && rule.kind === undefined && rule.scope === 'function';
    if (isNameless) this.#scopes.push({ depth: this.#depth, name: '', place: 'function' });
    if (rule.scope === undefined || rule.scope === 'pass') return;
    if (first === undefined || first.scope === 'none') return;
    const own = first.name ?? first.node.text;
    const outer = first.container ?? '';
    const name = outer === '' ? own : `${outer}.${own}`;
    this.#scopes.push({ depth: this.#depth, name, place: rule.scope });
  }

  #define(found: FoundDefinition): void {
    const { name, rule, place } = found;
    const { source, isOutlineOnly } = this.#options;
    const text = name.name ?? name.node.text;
    if (text === '') return;
    const span = name.span ?? found.node;
    const start = name.span === undefined ? found.start : span.startIndex;
    const startLine = findLine(source, start);
    this.#keep({
      name: text,
      kind: pickKind(rule, name, place),
      container: this.#joinContainer(name),
      startLine,
      endLine: findEndLine(source, (name.lastNode ?? span).endIndex),
      nameLine: name.node.startPosition.row + 1,
      ...(isOutlineOnly ? NO_TEXT : this.#readText(found, start)),
    });
  }

  /** What is shown of a definition: its head on one line and its documentation. */
  #readText(
    { node, name, rule }: FoundDefinition,
    start: number,
  ): Pick<SymbolDefinition, 'signature' | 'doc'> {
    const { source, compiled } = this.#options;
    const body = findBody(node, rule);
    const span = name.span ?? node;
    const end = Math.min(span.endIndex, this.#findHeadEnd(body, span, rule));
    return {
      signature: formatSignature(source, { start, nameStart: name.node.startIndex, end }),
      doc: findDoc(source, { grammar: compiled.grammar, start, body }),
    };
  }

  /** Adds the symbol, or lengthens the one before when it is another clause of that. */
  #keep(symbol: SymbolDefinition): void {
    const last = this.#symbols.at(-1);
    const isClause =
      this.#options.compiled.grammar.mergesClauses === true &&
      last?.name === symbol.name &&
      last.container === symbol.container &&
      last.kind === symbol.kind;
    if (last !== undefined && symbol.startLine < last.startLine) this.#isUnordered = true;
    if (isClause) this.#symbols[this.#symbols.length - 1] = { ...last, endLine: symbol.endLine };
    else this.#symbols.push(symbol);
  }

  /** Where the signature ends: at the body, at the brace of a type without one, at the end. */
  #findHeadEnd(body: SyntaxNode | null, span: SyntaxNode, rule: DefinitionRule): number {
    const { source, compiled } = this.#options;
    const end = body?.startIndex ?? span.endIndex;
    if (compiled.grammar.hasLineHeads === true) {
      return Math.min(end, findHeadLineEnd(source.text, span.startIndex));
    }
    if (body !== null || rule.scope !== 'type') return end;
    const brace = source.text.indexOf('{', span.startIndex);
    return brace < 0 ? end : Math.min(brace, end);
  }

  #joinContainer({ container, isOfOuterScope }: DefinedName): string {
    const scopes = isOfOuterScope === true ? this.#scopes.slice(0, -1) : this.#scopes;
    const names = scopes.map(({ name }) => name).filter((name) => name !== '');
    if (container !== undefined && container !== '') names.push(container);
    return names.join('.');
  }

  /** Reads the node's import; true when it was one. */
  #readImport(typeId: number): boolean {
    const read = this.#options.compiled.imports[typeId];
    if (read === undefined) return false;
    const { source } = this.#options;
    const start = this.#cursor.startIndex;
    const found = read(source.text.slice(start, this.#cursor.endIndex));
    if (found.length === 0) return false;
    const line = findLine(source, start);
    for (const { module, names } of found) this.#imports.push({ module, names, line });
    return true;
  }
}

/** The documentation from wherever the language keeps it. */
function findDoc(
  source: SourceText,
  at: {
    readonly grammar: Grammar;
    readonly start: number;
    readonly body: SyntaxNode | null;
  },
): string {
  const { grammar, start, body } = at;
  if (grammar.hasDocstrings === true && body !== null) {
    const docstring = findDocstring(source, body.startIndex);
    if (docstring !== '') return docstring;
  }
  const found = grammar.findDoc?.(source.text, start) ?? '';
  return found === '' ? findDocComment(source, start, grammar.comments) : toFirstSentence(found);
}

/** The body of the node or, for a name that is given a function, of its value. */
function findBody(node: SyntaxNode, rule: DefinitionRule): SyntaxNode | null {
  const type = rule.body ?? 'body';
  const body = node.childForFieldName(type);
  if (body !== null) return body;
  if (rule.body !== undefined && type !== 'none') {
    return node.namedChildren.find((child) => child.type === type) ?? null;
  }
  if (rule.scope !== 'function') return null;
  const value = node.childForFieldName('value') ?? node.childForFieldName('right');
  return value?.childForFieldName('body') ?? null;
}

function listNames(rule: DefinitionRule, node: SyntaxNode, place: Place): readonly DefinedName[] {
  if (typeof rule.names === 'function') return rule.names(node, place);
  const name = node.childForFieldName(rule.names ?? 'name');
  return name === null ? [] : [{ node: name }];
}

function pickKind(rule: DefinitionRule, name: DefinedName, place: Place): SymbolDefinition['kind'] {
  if (name.kind !== undefined) return name.kind;
  return (place === 'type' ? rule.memberKind : undefined) ?? rule.kind ?? 'block';
}

/** The last line that has a character of the node: an end at a line's start belongs to the line before. */
function findEndLine(source: SourceText, endIndex: number): number {
  let end = endIndex;
  while (end > 0 && /\s/.test(source.text[end - 1] ?? '')) end--;
  return findLine(source, Math.max(0, end - 1));
}
