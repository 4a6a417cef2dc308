/**
 * Bracketed character classes: `[a-z]`, `[^\s,]`, `[[:alpha:]_]`, nested classes and the set operators
 * `&&` (both), `--` (first without second) and `~~` (exactly one), which bind weaker than listing and
 * are applied from left to right. A `]` that comes first and a `-` that bounds no range are plain.
 */
import { foldSet } from './case-fold.ts';
import {
  type CodePointSet,
  intersectSets,
  subtractSet,
  toCodePointSet,
  unionSets,
} from './code-point-set.ts';
import { type Escape, parseEscape } from './parse-escape.ts';
import type { PatternReader } from './pattern-reader.ts';
import { findPosixClass, negateIf } from './unicode-classes.ts';

const MAX_NESTING = 50;

const OPERATORS: Readonly<
  Record<string, (left: CodePointSet, right: CodePointSet) => CodePointSet>
> = {
  '&&': intersectSets,
  '--': subtractSet,
  '~~': (left, right) => subtractSet(unionSets(left, right), intersectSets(left, right)),
};

/** Reads a class whose `[` is already read, up to and with its `]`. Throws `INVALID_PATTERN`. */
export function parseClass(reader: PatternReader, depth = 0): CodePointSet {
  const start = reader.position - 1;
  if (depth > MAX_NESTING) {
    reader.fail({ wrong: 'classes are nested too deep', instead: 'Send a simpler class.' });
  }
  const isNegated = reader.take('^');
  let total: CodePointSet | undefined;
  let operator: string | undefined;
  let items: CodePointSet[] = [];
  let isFirst = true;
  for (;;) {
    reader.skipVerbose();
    if (reader.isAtEnd) failUnclosed(reader, start);
    if (!isFirst && reader.take(']')) break;
    const next = isFirst ? undefined : takeOperator(reader);
    if (next === undefined) {
      items.push(parseItem(reader, depth));
      isFirst = false;
      continue;
    }
    total = applyOperator(total, operator, unionSets(...items));
    operator = next;
    items = [];
  }
  return negateIf(applyOperator(total, operator, unionSets(...items)), isNegated);
}

function failUnclosed(reader: PatternReader, start: number): never {
  reader.fail({
    wrong: 'the class that starts here is never closed',
    instead: 'Send a ] that closes it, or \\[ for the bracket itself.',
    position: start,
  });
}

/** `--` before the closing bracket is two hyphens, not an operator. */
function takeOperator(reader: PatternReader): string | undefined {
  if (reader.peek() === '-' && reader.peek(2) === ']') return undefined;
  return Object.keys(OPERATORS).find((text) => reader.take(text));
}

function applyOperator(
  total: CodePointSet | undefined,
  operator: string | undefined,
  operand: CodePointSet,
): CodePointSet {
  const apply = operator === undefined ? undefined : OPERATORS[operator];
  return total === undefined || apply === undefined ? operand : apply(total, operand);
}

function parseItem(reader: PatternReader, depth: number): CodePointSet {
  const posix = takePosixClass(reader);
  if (posix !== undefined) return posix;
  if (reader.take('[')) return parseClass(reader, depth + 1);
  const start = reader.position;
  const low = parseMember(reader);
  if (low.kind === 'class') return low.set;
  reader.skipVerbose();
  const isRange = reader.peek() === '-' && !['', ']', '-'].includes(reader.peek(1));
  if (!isRange) return foldRange(reader, low.codePoint, low.codePoint);
  reader.next();
  reader.skipVerbose();
  const high = parseMember(reader);
  if (high.kind === 'class') {
    return unionSets(foldRange(reader, low.codePoint, low.codePoint), [0x2d, 0x2d], high.set);
  }
  if (high.codePoint < low.codePoint) {
    reader.fail({
      wrong: 'the range ends before it starts',
      instead: 'Send the smaller character first.',
      position: start,
    });
  }
  return foldRange(reader, low.codePoint, high.codePoint);
}

function parseMember(reader: PatternReader): Escape {
  const char = reader.next();
  const member: Escape =
    char !== '\\'
      ? { kind: 'char', codePoint: char.codePointAt(0) ?? 0 }
      : reader.take('b')
        ? { kind: 'char', codePoint: 0x08 }
        : parseEscape(reader);
  if (member.kind === 'char') noteMember(reader, member.codePoint);
  return member;
}

/** A line feed listed in a class is allowed everywhere: the class has other members. */
function noteMember(reader: PatternReader, codePoint: number): void {
  if (codePoint !== 0x0a) reader.noteLiteral(codePoint);
}

function foldRange(reader: PatternReader, low: number, high: number): CodePointSet {
  const range = toCodePointSet([[low, high]]);
  return reader.flags.ignoresCase ? foldSet(range, reader.flags.isUnicode) : range;
}

function takePosixClass(reader: PatternReader): CodePointSet | undefined {
  const start = reader.position;
  if (!reader.take('[:')) return undefined;
  const isNegated = reader.take('^');
  const name = reader.takeUntil(':');
  const set = name === undefined ? undefined : findPosixClass(name);
  if (set === undefined || !reader.take(']')) {
    reader.position = start;
    return undefined;
  }
  const folded = reader.flags.ignoresCase ? foldSet(set, reader.flags.isUnicode) : set;
  return negateIf(folded, isNegated);
}
