/**
 * From a pattern to the trigrams that every matching text must hold. The promise: a text that matches
 * satisfies the query; the reverse is not promised, so candidates are verified. Byte strings are kept
 * as JavaScript strings of one char per byte (UTF-8, `A-Z` folded), and strings with a line feed give
 * no trigram, so that an index of lines serves as well as an index of texts.
 *
 * For each part of the pattern are kept: all texts it matches while they are few and short (`exact`),
 * else the possible beginnings and ends (`prefix`, `suffix`), and what is already required (`match`).
 * Source: Russ Cox, "Regular Expression Matching with a Trigram Index", https://swtch.com/~rsc/regexp/regexp4.html
 */
import type { PatternNode, RepeatNode } from './ast.ts';
import { type CodePointSet, countCodePoints, listRanges } from './code-point-set.ts';
import {
  ALL,
  andQueries,
  NONE,
  orQueries,
  toTrigramAnd,
  type TrigramQuery,
} from './trigram-query.ts';

/** Exact texts kept for one part; more become beginnings and ends. */
const MAX_EXACT = 7;
/** Beginnings or ends kept for one part; more are cut shorter until they fit. */
const MAX_SET = 20;
/** Members of a character set that are spelled out; larger sets match "anything". */
const MAX_MEMBERS = 16;
/** Parts of one sequence that are looked at; what follows counts as anything. */
const MAX_PARTS = 400;
/** Copies of a counted repetition that are looked at. */
const MAX_COPIES = 8;

interface Knowledge {
  readonly canBeEmpty: boolean;
  /** All the texts matched, or undefined when they are too many. */
  readonly exact: readonly string[] | undefined;
  /** Every match starts (ends) with one of these; meaningless while `exact` is set. */
  readonly prefix: readonly string[];
  readonly suffix: readonly string[];
  readonly match: TrigramQuery;
}

const UNKNOWN: Knowledge = {
  canBeEmpty: true,
  exact: undefined,
  prefix: [''],
  suffix: [''],
  match: ALL,
};
const EMPTY_TEXT: Knowledge = { ...UNKNOWN, exact: [''] };

/** Gives the trigrams a text must hold to match the pattern. O(nodes), bounded by the limits above. */
export function planTrigrams(node: PatternNode): TrigramQuery {
  const known = requireExact(analyse(node));
  if (known.exact?.length === 0) return NONE;
  const parts = [known.match];
  if (known.exact === undefined) {
    parts.push(requireOneOf(known.prefix), requireOneOf(known.suffix));
  }
  return andQueries(parts);
}

function analyse(node: PatternNode): Knowledge {
  switch (node.kind) {
    case 'set':
      return analyseSet(node.set);
    case 'concat':
      return analyseSequence(node.parts);
    case 'alternate':
      return alternate(node.parts.map(analyse));
    case 'repeat':
      return analyseRepeat(node);
    case 'group':
      return analyse(node.node);
    case 'look':
      return node.isNegated ? EMPTY_TEXT : { ...EMPTY_TEXT, match: planTrigrams(node.node) };
    case 'back-reference':
      return UNKNOWN;
    case 'assert':
    default:
      return EMPTY_TEXT;
  }
}

/** Runs of characters without alternatives are one text, so that long literals cost no steps. */
function analyseSequence(parts: readonly PatternNode[]): Knowledge {
  let known = EMPTY_TEXT;
  let run = '';
  const flush = (): void => {
    if (run !== '')
      known = concat(known, simplify({ ...EMPTY_TEXT, exact: [run], canBeEmpty: false }));
    run = '';
  };
  for (const part of parts.slice(0, MAX_PARTS)) {
    const single = part.kind === 'set' ? findSingle(part.set) : undefined;
    if (single !== undefined) {
      run += single;
      continue;
    }
    flush();
    known = concat(known, analyse(part));
  }
  flush();
  return parts.length > MAX_PARTS ? concat(known, UNKNOWN) : known;
}

function findSingle(set: CodePointSet): string | undefined {
  const texts = listTexts(set);
  return texts?.length === 1 ? texts[0] : undefined;
}

function analyseSet(set: CodePointSet): Knowledge {
  const texts = listTexts(set);
  if (texts === undefined) return { ...UNKNOWN, canBeEmpty: false };
  return simplify({ ...EMPTY_TEXT, canBeEmpty: false, exact: texts });
}

/** Spells out the members of a set as folded bytes; undefined when they are too many. */
function listTexts(set: CodePointSet): readonly string[] | undefined {
  if (countCodePoints(set) > MAX_MEMBERS * 2) return undefined;
  const texts = new Set<string>();
  for (const [low, high] of listRanges(set)) {
    for (let codePoint = low; codePoint <= high; codePoint += 1) texts.add(toBytes(codePoint));
  }
  return texts.size > MAX_MEMBERS ? undefined : [...texts];
}

function toBytes(codePoint: number): string {
  if (codePoint < 0x80) return String.fromCharCode(codePoint).toLowerCase();
  return Buffer.from(String.fromCodePoint(codePoint), 'utf8').toString('latin1');
}

/** `x*` may be absent; `x+` begins and ends as `x` does; a counted one is written out in part. */
function analyseRepeat({ node, min, max }: RepeatNode): Knowledge {
  if (max === 0) return EMPTY_TEXT;
  const once = analyse(node);
  if (min === 0) return max === 1 ? alternate([once, EMPTY_TEXT]) : { ...UNKNOWN };
  const copies = Array.from({ length: Math.min(min, MAX_COPIES) }, () => once);
  const start = copies.reduce(concat);
  return max === min && min <= MAX_COPIES ? start : toOpen(start);
}

/** Gives up the exact texts: they become beginnings and ends. */
function toOpen(known: Knowledge): Knowledge {
  if (known.exact === undefined) return known;
  const match = andQueries([known.match, requireOneOf(known.exact)]);
  return trim({ ...known, exact: undefined, prefix: known.exact, suffix: known.exact, match });
}

function concat(left: Knowledge, right: Knowledge): Knowledge {
  const canBeEmpty = left.canBeEmpty && right.canBeEmpty;
  const match = andQueries([left.match, right.match]);
  if (left.exact !== undefined && right.exact !== undefined) {
    return simplify({ ...left, canBeEmpty, match, exact: cross(left.exact, right.exact) });
  }
  const prefix =
    left.exact !== undefined
      ? cross(left.exact, right.prefix)
      : left.canBeEmpty
        ? union(left.prefix, right.exact ?? right.prefix)
        : left.prefix;
  const suffix =
    right.exact !== undefined
      ? cross(left.suffix, right.exact)
      : right.canBeEmpty
        ? union(right.suffix, left.exact ?? left.suffix)
        : right.suffix;
  const seam =
    left.exact === undefined && right.exact === undefined
      ? requireSeam(left.suffix, right.prefix)
      : ALL;
  return trim({ canBeEmpty, exact: undefined, prefix, suffix, match: andQueries([match, seam]) });
}

function requireSeam(ends: readonly string[], beginnings: readonly string[]): TrigramQuery {
  const isSmall = ends.length <= MAX_SET && beginnings.length <= MAX_SET;
  return isSmall ? requireOneOf(cross(ends, beginnings)) : ALL;
}

function alternate(alternatives: readonly Knowledge[]): Knowledge {
  const canBeEmpty = alternatives.some((known) => known.canBeEmpty);
  const texts = new Set<string>();
  let areExact = true;
  for (const { exact, match } of alternatives) {
    areExact &&= exact !== undefined && match.kind === 'all';
    for (const text of exact ?? []) texts.add(text);
  }
  if (areExact && texts.size <= MAX_EXACT) {
    return simplify({ ...EMPTY_TEXT, canBeEmpty, exact: [...texts] });
  }
  const open = alternatives.map(toOpen);
  return trim({
    canBeEmpty,
    exact: undefined,
    prefix: [...new Set(open.flatMap(({ prefix }) => prefix))],
    suffix: [...new Set(open.flatMap(({ suffix }) => suffix))],
    match: orQueries(open.map(({ match }) => match)),
  });
}

/** Gives up exact texts that are too many, or long enough to say all they can. */
function simplify(known: Knowledge): Knowledge {
  if (known.exact === undefined) return trim(known);
  const isLong = minLength(known.exact) >= 4 && known.exact.length > 0;
  return known.exact.length > MAX_EXACT || isLong ? toOpen(known) : known;
}

/** Notes what the beginnings and ends require, then cuts them to two bytes, or shorter to be few. */
function trim(known: Knowledge): Knowledge {
  const match = andQueries([known.match, requireOneOf(known.prefix), requireOneOf(known.suffix)]);
  return {
    ...known,
    match,
    prefix: shorten(known.prefix, (text, length) => text.slice(0, length)),
    suffix: shorten(known.suffix, (text, length) => (length === 0 ? '' : text.slice(-length))),
  };
}

function shorten(
  texts: readonly string[],
  cut: (text: string, length: number) => string,
): readonly string[] {
  let short = texts;
  for (let length = 2; length >= 0; length -= 1) {
    short = [...new Set(short.map((text) => cut(text, length)))];
    if (short.length <= MAX_SET) break;
  }
  return short.includes('') ? [''] : short;
}

function requireExact(known: Knowledge): Knowledge {
  if (known.exact === undefined) return known;
  return { ...known, match: andQueries([known.match, requireOneOf(known.exact)]) };
}

/** Requires the trigrams of one of the texts; says nothing when one of them is too short. */
function requireOneOf(texts: readonly string[]): TrigramQuery {
  if (minLength(texts) < 3) return ALL;
  return orQueries(texts.map((text) => toTrigramAnd(listTrigrams(text))));
}

/** Lists the trigrams of a text of folded bytes, without those that hold a line feed. */
function listTrigrams(text: string): number[] {
  const trigrams: number[] = [];
  for (let at = 0; at + 2 < text.length; at += 1) {
    const bytes = [text.charCodeAt(at), text.charCodeAt(at + 1), text.charCodeAt(at + 2)] as const;
    if (!bytes.includes(0x0a)) trigrams.push((bytes[0] << 16) | (bytes[1] << 8) | bytes[2]);
  }
  return trigrams;
}

function minLength(texts: readonly string[]): number {
  return texts.reduce((least, text) => Math.min(least, text.length), Infinity);
}

function cross(left: readonly string[], right: readonly string[]): readonly string[] {
  return [...new Set(left.flatMap((one) => right.map((other) => one + other)))];
}

function union(left: readonly string[], right: readonly string[]): readonly string[] {
  return [...new Set([...left, ...right])];
}
