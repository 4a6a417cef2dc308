/**
 * The parser of the pattern language: the regular-expression syntax of ripgrep (Rust regex, RE2), plus
 * look-around and back-references as in JavaScript. Flags are resolved here, so the tree has none.
 * More forgiving than ripgrep where no meaning is at stake: a `{` that opens no counted repetition and
 * a `-` after a class are plain characters. Not an engine: nothing is matched here.
 *
 *   alternate = concat ("|" concat)*        concat = repeat*        repeat = atom ("*"|"+"|"?"|"{n,m}")["?"]
 */
import { listCaseVariants } from './case-fold.ts';
import { type Assertion, EMPTY_NODE, type PatternNode, toAlternate, toConcat } from './ast.ts';
import { type CodePointSet, FULL_SET, subtractSet, toCodePointSet } from './code-point-set.ts';
import { parseClass } from './parse-class.ts';
import { parseEscape } from './parse-escape.ts';
import { parseFlagLetters, parseGroupHead } from './parse-group.ts';
import { PatternReader } from './pattern-reader.ts';

const MAX_DEPTH = 100;
const MAX_REPEAT = 1000;
const LINE_FEED: CodePointSet = [0x0a, 0x0a];

export interface PatternOptions {
  readonly ignoresCase: boolean;
  /** A match may span lines (`rg -U`); else no part of the pattern matches a line feed. */
  readonly spansLines: boolean;
}

export interface ParsedPattern {
  readonly node: PatternNode;
  /** What smart case asks: a literal character is in the pattern, one of them in upper case. */
  readonly hasLiteral: boolean;
  readonly hasUpperCaseLiteral: boolean;
}

/** Parses a pattern. Throws `INVALID_PATTERN` with the position and what to send instead. */
export function parsePattern(pattern: string, options: PatternOptions): ParsedPattern {
  const flags = {
    ignoresCase: options.ignoresCase,
    isMultiLine: true,
    isDotAll: false,
    swapsGreed: false,
    isUnicode: true,
    isVerbose: false,
  };
  const reader = new PatternReader(pattern, flags, options.spansLines);
  const parser = new Parser(reader);
  const node = parser.parseAll();
  const { hasLiteral, hasUpperCaseLiteral } = reader;
  return { node, hasLiteral, hasUpperCaseLiteral };
}

/** Gives the tree of a text in which no character has a meaning. */
export function parseLiteral(text: string, ignoresCase: boolean): PatternNode {
  return toConcat(Array.from(text, (char) => toCharNode(char.codePointAt(0) ?? 0, ignoresCase)));
}

/** True when smart case would search for this text without regard to case. */
export function ignoresCaseWhenSmart(text: string): boolean {
  return /\S/.test(text) && !/\p{Uppercase}/u.test(text);
}

function toCharNode(codePoint: number, ignoresCase: boolean, isUnicode = true): PatternNode {
  if (!ignoresCase) return { kind: 'set', set: [codePoint, codePoint] };
  const variants = listCaseVariants(codePoint, isUnicode);
  return { kind: 'set', set: toCodePointSet(variants.map((variant) => [variant, variant])) };
}

/** Reads one pattern; owns the count and the names of its groups. */
class Parser {
  readonly #reader: PatternReader;
  /** Groups opened so far. */
  #groupCount = 0;
  readonly #groupNames = new Map<string, number>();
  /** References to check once all groups are known: position and the group meant. */
  readonly #references: { position: number; index: number }[] = [];

  constructor(reader: PatternReader) {
    this.#reader = reader;
  }

  parseAll(): PatternNode {
    const node = this.#parseAlternate(0);
    const reader = this.#reader;
    if (!reader.isAtEnd) {
      reader.fail({
        wrong: 'a ) closes no group',
        instead: 'Send \\) for the bracket itself, or the missing ( before it.',
      });
    }
    const missing = this.#references.find(({ index }) => index > this.#groupCount || index === 0);
    if (missing !== undefined) {
      reader.fail({
        wrong: 'the reference names a group that the pattern does not have',
        instead: 'Send the number or name of a group, counted by opening brackets from 1.',
        position: missing.position,
      });
    }
    return node;
  }

  #parseAlternate(depth: number): PatternNode {
    const reader = this.#reader;
    if (depth > MAX_DEPTH) {
      reader.fail({
        wrong: `groups are nested more than ${MAX_DEPTH} deep`,
        instead: 'Send a simpler pattern.',
      });
    }
    const flagsBefore = reader.flags;
    const parts = [this.#parseConcat(depth)];
    while (reader.take('|')) parts.push(this.#parseConcat(depth));
    reader.flags = flagsBefore;
    return toAlternate(parts);
  }

  #parseConcat(depth: number): PatternNode {
    const reader = this.#reader;
    const parts: PatternNode[] = [];
    for (;;) {
      reader.skipVerbose();
      if (reader.isAtEnd || reader.peek() === '|' || reader.peek() === ')') break;
      const atom = this.#parseAtom(depth);
      if (atom === undefined) continue;
      parts.push(this.#parseRepeats(atom));
    }
    return parts.length === 0 ? EMPTY_NODE : toConcat(parts);
  }

  /** Reads one atom; undefined for `(?flags)`, which only changes what follows. */
  #parseAtom(depth: number): PatternNode | undefined {
    const reader = this.#reader;
    const char = reader.peek();
    this.#refuseQuantifier();
    reader.next();
    if (char === '(') return this.#parseGroup(depth);
    if (char === '[') return this.#toSetNode(parseClass(reader));
    if (char === '.') return this.#toDot();
    if (char === '^') return this.#toAssert(reader.flags.isMultiLine ? 'line-start' : 'text-start');
    if (char === '$') return this.#toAssert(reader.flags.isMultiLine ? 'line-end' : 'text-end');
    if (char === '\\') return this.#parseBackslash();
    return this.#toLiteral(char.codePointAt(0) ?? 0);
  }

  #refuseQuantifier(): void {
    const char = this.#reader.peek();
    if (!'*+?'.includes(char) && this.#peekCounted() === undefined) return;
    this.#reader.fail({
      wrong: `${char} has nothing before it to repeat`,
      instead: `Send \\${char} for the character itself.`,
    });
  }

  #parseBackslash(): PatternNode {
    const reader = this.#reader;
    const special = this.#takeAssertion() ?? this.#takeReference();
    if (special !== undefined) return special;
    const escape = parseEscape(reader);
    if (escape.kind === 'char') return this.#toLiteral(escape.codePoint);
    return this.#toSetNode(escape.set);
  }

  #takeAssertion(): PatternNode | undefined {
    const entry = Object.entries(ESCAPED_ASSERTIONS).find(([text]) => this.#reader.take(text));
    return entry === undefined ? undefined : this.#toAssert(entry[1]);
  }

  #takeReference(): PatternNode | undefined {
    const reader = this.#reader;
    const position = reader.position - 1;
    if (/^[1-9]$/.test(reader.peek())) {
      let digits = reader.next();
      while (/^[0-9]$/.test(reader.peek())) digits += reader.next();
      return this.#toReference(Number(digits), position);
    }
    const end = reader.take('k<') ? '>' : reader.take('k{') ? '}' : undefined;
    if (end === undefined) return undefined;
    return this.#toReference(this.#groupNames.get(reader.takeUntil(end) ?? '') ?? 0, position);
  }

  #toReference(index: number, position: number): PatternNode {
    this.#references.push({ position, index });
    return { kind: 'back-reference', index, ignoresCase: this.#reader.flags.ignoresCase };
  }

  #parseGroup(depth: number): PatternNode | undefined {
    const reader = this.#reader;
    const start = reader.position - 1;
    const flagsBefore = reader.flags;
    const head = parseGroupHead(reader);
    if (head.kind === 'reference') {
      return this.#toReference(this.#groupNames.get(head.name) ?? 0, start);
    }
    if (head.kind === 'flags' && !parseFlagLetters(reader)) return undefined;
    const index = head.kind === 'capture' ? this.#openGroup(head.name, start) : 0;
    const node = this.#parseAlternate(depth + 1);
    reader.flags = flagsBefore;
    if (!reader.take(')')) {
      reader.fail({
        wrong: 'the group that starts here is never closed',
        instead: 'Send a ) that closes it, or \\( for the bracket itself.',
        position: start,
      });
    }
    if (head.kind === 'capture') return { kind: 'group', index, node };
    if (head.kind === 'look') return { ...head, node };
    return toConcat([node]);
  }

  #openGroup(name: string | undefined, position: number): number {
    this.#groupCount += 1;
    if (name === undefined) return this.#groupCount;
    if (this.#groupNames.has(name)) {
      this.#reader.fail({
        wrong: `two groups are called "${name}"`,
        instead: 'Send a different name for each group, or none.',
        position,
      });
    }
    this.#groupNames.set(name, this.#groupCount);
    return this.#groupCount;
  }

  #parseRepeats(atom: PatternNode): PatternNode {
    const reader = this.#reader;
    let node = atom;
    for (;;) {
      reader.skipVerbose();
      const bounds = this.#takeBounds();
      if (bounds === undefined) return node;
      const isMarked = reader.take('?');
      const isLazy = isMarked !== reader.flags.swapsGreed;
      node = { kind: 'repeat', node, min: bounds[0], max: bounds[1], isLazy };
    }
  }

  #takeBounds(): readonly [number, number] | undefined {
    const reader = this.#reader;
    if (reader.take('*')) return [0, Infinity];
    if (reader.take('+')) return [1, Infinity];
    if (reader.take('?')) return [0, 1];
    const counted = this.#peekCounted();
    if (counted === undefined) return undefined;
    const [min, max, length] = counted;
    if (max < min || (max === Infinity ? min : max) > MAX_REPEAT) {
      reader.fail({
        wrong: max < min ? 'the count ends below its start' : `a count is over ${MAX_REPEAT}`,
        instead: `Send {min,max} with min <= max <= ${MAX_REPEAT}, or {min,}.`,
      });
    }
    reader.position += length;
    return [min, max];
  }

  /** Reads `{n}`, `{n,}`, `{,m}` or `{n,m}` without moving: its bounds and its length. */
  #peekCounted(): readonly [number, number, number] | undefined {
    const reader = this.#reader;
    if (reader.peek() !== '{') return undefined;
    let text = '';
    while (text.length < 20 && !text.endsWith('}')) {
      const char = reader.peek(text.length);
      if (!/^[{}\d, ]$/.test(char)) return undefined;
      text += char;
    }
    return toCounted(text);
  }

  #toLiteral(codePoint: number): PatternNode {
    const { flags } = this.#reader;
    this.#reader.noteLiteral(codePoint);
    return toCharNode(codePoint, flags.ignoresCase, flags.isUnicode);
  }

  #toDot(): PatternNode {
    const isAll = this.#reader.flags.isDotAll;
    return this.#toSetNode(isAll ? FULL_SET : subtractSet(FULL_SET, LINE_FEED));
  }

  #toSetNode(set: CodePointSet): PatternNode {
    return { kind: 'set', set: this.#reader.spansLines ? set : subtractSet(set, LINE_FEED) };
  }

  #toAssert(assertion: Assertion): PatternNode {
    return { kind: 'assert', assertion, isUnicode: this.#reader.flags.isUnicode };
  }
}

function toCounted(text: string): readonly [number, number, number] | undefined {
  const match = /^\{ *(\d*) *(?:(,) *(\d*) *)?\}$/.exec(text);
  const [whole, low = '', comma, high = ''] = match ?? [];
  if (whole === undefined || low + high === '') return undefined;
  const min = Number(low);
  if (comma === undefined) return [min, min, whole.length];
  return [min, high === '' ? Infinity : Number(high), whole.length];
}

/** Longer spellings first: `\b{start}` is not `\b` and a brace. */
const ESCAPED_ASSERTIONS: Readonly<Record<string, Assertion>> = {
  'b{start-half}': 'word-start-half',
  'b{end-half}': 'word-end-half',
  'b{start}': 'word-start',
  'b{end}': 'word-end',
  '<': 'word-start',
  '>': 'word-end',
  A: 'text-start',
  z: 'text-end',
  b: 'word-boundary',
  B: 'not-word-boundary',
};
