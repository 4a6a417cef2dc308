/**
 * From a pattern's tree to the source of a JavaScript regular expression with the meaning ripgrep gives
 * it, for one alphabet (see `emit-set.ts`). Everything Unicode is spelled out, so the only flags are `g`
 * and, when line ends are native, `m`. Groups capture only when a back-reference needs them.
 */
import {
  type Assertion,
  type BackReferenceNode,
  type GroupNode,
  listChildren,
  type LookNode,
  type PatternNode,
  type RepeatNode,
} from './ast.ts';
import { type CodePointSet, hasCodePoint, intersectSets } from './code-point-set.ts';
import { type Alphabet, emitSet } from './emit-set.ts';
import { getPerlClass } from './unicode-classes.ts';

export interface MatcherOptions {
  readonly alphabet: Alphabet;
  /**
   * True when the text has none of `\r`, U+2028 and U+2029, which JavaScript takes for line ends and
   * ripgrep does not. Then `^` and `$` are emitted as such, else as look-around.
   */
  readonly hasNativeLineEnds: boolean;
}

export interface Matcher {
  readonly source: string;
  readonly flags: 'g' | 'gm';
  /**
   * Set when the pattern starts with an open loop over one set and has no back-reference: a test that
   * the character before is not in the set. A match that starts inside of a run of such characters
   * could start one earlier as well, so the leftmost one starts where the search does or where this holds.
   */
  readonly runStartSource: string | undefined;
}

interface Context extends MatcherOptions {
  /** Group number in the tree -> number in the source, for the groups that are referred to. */
  readonly groupNumbers: ReadonlyMap<number, number>;
}

/** Gives source and flags for `new RegExp`. O(nodes), times the size of the sets. */
export function emitMatcher(node: PatternNode, options: MatcherOptions): Matcher {
  const context: Context = { ...options, groupNumbers: numberGroups(node) };
  const loop = context.groupNumbers.size === 0 ? findLeadingLoop(node) : undefined;
  return {
    source: emitPart(node, context),
    flags: options.hasNativeLineEnds ? 'gm' : 'g',
    runStartSource: loop === undefined ? undefined : `(?<!${emitSet(loop, options.alphabet)})`,
  };
}

function findLeadingLoop(node: PatternNode): CodePointSet | undefined {
  if (node.kind === 'group') return findLeadingLoop(node.node);
  if (node.kind === 'concat') {
    const [first] = node.parts;
    return first === undefined ? undefined : findLeadingLoop(first);
  }
  const isLoop = node.kind === 'repeat' && node.max === Infinity && node.node.kind === 'set';
  return isLoop && node.node.kind === 'set' ? node.node.set : undefined;
}

/** Puts a whole-word test around a pattern: no word character on the outer side of either end. */
export function wrapWholeWord(node: PatternNode): PatternNode {
  const starts = findEdge(node, 'first');
  const ends = findEdge(node, 'last');
  return {
    kind: 'concat',
    parts: [
      { kind: 'assert', assertion: EDGE_TESTS.first[starts], isUnicode: true },
      node,
      { kind: 'assert', assertion: EDGE_TESTS.last[ends], isUnicode: true },
    ],
  };
}

type Edge = 'word' | 'other' | 'unknown';

/** Next to a known character the half tests equal plain ones, which the linear engine can run. */
const EDGE_TESTS: Readonly<Record<'first' | 'last', Readonly<Record<Edge, Assertion>>>> = {
  first: { word: 'word-boundary', other: 'not-word-boundary', unknown: 'word-start-half' },
  last: { word: 'word-boundary', other: 'not-word-boundary', unknown: 'word-end-half' },
};

/** Tells whether every match begins (ends) with a word character, with another one, or with either. */
function findEdge(node: PatternNode, side: 'first' | 'last'): Edge {
  if (node.kind === 'set') return toEdge(node.set);
  if (node.kind === 'concat') {
    const part = node.parts.at(side === 'first' ? 0 : -1);
    return part === undefined ? 'unknown' : findEdge(part, side);
  }
  if (node.kind === 'alternate') {
    const edges = new Set(node.parts.map((part) => findEdge(part, side)));
    const [edge = 'unknown'] = edges;
    return edges.size === 1 ? edge : 'unknown';
  }
  if (node.kind === 'group') return findEdge(node.node, side);
  return node.kind === 'repeat' && node.min > 0 ? findEdge(node.node, side) : 'unknown';
}

function toEdge(set: CodePointSet): Edge {
  const word = intersectSets(set, getPerlClass('w', true));
  if (word.length === 0) return 'other';
  const isWhole = word.length === set.length && word.every((bound, at) => bound === set[at]);
  return isWhole ? 'word' : 'unknown';
}

function numberGroups(node: PatternNode): ReadonlyMap<number, number> {
  const used = new Set<number>();
  collectReferences(node, used);
  const inOrder = [...used].sort((left, right) => left - right);
  return new Map(inOrder.map((index, at) => [index, at + 1]));
}

function collectReferences(node: PatternNode, used: Set<number>): void {
  if (node.kind === 'back-reference') used.add(node.index);
  for (const child of listChildren(node)) collectReferences(child, used);
}

function emit(node: PatternNode, context: Context): string {
  switch (node.kind) {
    case 'set':
      return emitSet(node.set, context.alphabet);
    case 'concat':
      return node.parts.map((part) => emitPart(part, context)).join('');
    case 'alternate':
      return node.parts.map((part) => emit(part, context)).join('|');
    case 'group':
      return emitGroup(node, context);
    case 'repeat':
      return emitRepeat(node, context);
    case 'look':
      return emitLook(node, context);
    case 'back-reference':
      return emitReference(node, context);
    case 'assert':
    default:
      return emitAssertion(node.assertion, node.isUnicode, context);
  }
}

function emitRepeat(node: RepeatNode, context: Context): string {
  return `${emitAtom(node.node, context)}${emitBounds(node.min, node.max)}${node.isLazy ? '?' : ''}`;
}

function emitLook(node: LookNode, context: Context): string {
  const sign = node.isNegated ? '!' : '=';
  return `(?${node.direction === 'ahead' ? '' : '<'}${sign}${emit(node.node, context)})`;
}

function emitReference(node: BackReferenceNode, context: Context): string {
  const reference = `(?:\\${context.groupNumbers.get(node.index) ?? 0})`;
  return node.ignoresCase ? `(?i:${reference})` : reference;
}

function emitPart(node: PatternNode, context: Context): string {
  const source = emit(node, context);
  return node.kind === 'alternate' ? `(?:${source})` : source;
}

/** Gives source that a quantifier may follow. */
function emitAtom(node: PatternNode, context: Context): string {
  const source = emit(node, context);
  const isSingleUnit =
    node.kind === 'set' && (source.length === 1 || /^(\[|\\x|\(|\\u[^\\]*$)/.test(source));
  return isSingleUnit ? source : `(?:${source})`;
}

function emitGroup(node: GroupNode, context: Context): string {
  const source = emit(node.node, context);
  return context.groupNumbers.has(node.index) ? `(${source})` : `(?:${source})`;
}

function emitBounds(min: number, max: number): string {
  if (max === Infinity) return min === 0 ? '*' : min === 1 ? '+' : `{${min},}`;
  if (min === 0 && max === 1) return '?';
  return min === max ? `{${min}}` : `{${min},${max}}`;
}

function emitAssertion(assertion: Assertion, isUnicode: boolean, context: Context): string {
  if (assertion === 'line-start') return context.hasNativeLineEnds ? '^' : '(?<![^\\n])';
  if (assertion === 'line-end') return context.hasNativeLineEnds ? '$' : '(?![^\\n])';
  if (assertion === 'text-start') return '(?<![^])';
  if (assertion === 'text-end') return '(?![^])';
  return emitWordTest(assertion, isUnicode, context);
}

/** JavaScript's own `\b` knows ASCII letters only, which is right when the text or the flag is ASCII. */
function emitWordTest(assertion: Assertion, isUnicode: boolean, context: Context): string {
  const isNative = !isUnicode || context.alphabet === 'ascii';
  if (isNative && assertion === 'word-boundary') return '\\b';
  if (isNative && assertion === 'not-word-boundary') return '\\B';
  const word = emitSet(getPerlClass('w', isUnicode), context.alphabet);
  const after = `(?<=${word})`;
  const notAfter = `(?<!${word})`;
  const before = `(?=${word})`;
  const notBefore = `(?!${word})`;
  if (assertion === 'word-start') return notAfter + before;
  if (assertion === 'word-end') return after + notBefore;
  if (assertion === 'word-start-half') return notAfter;
  if (assertion === 'word-end-half') return notBefore;
  return assertion === 'word-boundary'
    ? `(?:${after}${notBefore}|${notAfter}${before})`
    : `(?:${after}${before}|${notAfter}${notBefore})`;
}

/** True when the pattern is a plain text: gives it, so that no regular expression is needed. */
export function findPlainText(node: PatternNode): string | undefined {
  const parts = node.kind === 'concat' ? node.parts : [node];
  let text = '';
  for (const part of parts) {
    if (part.kind !== 'set' || part.set.length !== 2 || part.set[0] !== part.set[1])
      return undefined;
    text += String.fromCodePoint(part.set[0] ?? 0);
  }
  return text === '' || hasCodePoint([0xd800, 0xdfff], text.codePointAt(0) ?? 0) ? undefined : text;
}
