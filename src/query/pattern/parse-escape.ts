/**
 * Escapes of the pattern language, those that mean the same inside and outside of `[...]`: a character
 * (`\n \x41 \u{1F600} \.`) or a class (`\d \w \s \p{..}` and their complements). Assertions and
 * back-references belong to `parse-pattern.ts`.
 */
import { foldSet } from './case-fold.ts';
import { type CodePointSet, MAX_CODE_POINT } from './code-point-set.ts';
import type { PatternReader } from './pattern-reader.ts';
import { findProperty, getPerlClass, negateIf } from './unicode-classes.ts';

export type Escape =
  | { readonly kind: 'char'; readonly codePoint: number }
  | { readonly kind: 'class'; readonly set: CodePointSet };

const CONTROL_ESCAPES: Readonly<Record<string, number>> = {
  a: 0x07,
  f: 0x0c,
  n: 0x0a,
  r: 0x0d,
  t: 0x09,
  v: 0x0b,
};

/** Digits after `\x`, `\u` and `\U` when no brace follows. */
const HEX_LENGTHS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/**
 * Reads what follows a backslash that is already read. Throws `INVALID_PATTERN` for a letter or digit
 * without a meaning.
 */
export function parseEscape(reader: PatternReader): Escape {
  const start = reader.position - 1;
  if (reader.isAtEnd) {
    reader.fail({
      wrong: 'the pattern ends with a backslash',
      instead: 'Send \\\\ for the character itself.',
      position: start,
    });
  }
  const char = reader.next();
  const control = CONTROL_ESCAPES[char];
  if (control !== undefined) return { kind: 'char', codePoint: control };
  if ('dswDSW'.includes(char)) return { kind: 'class', set: parsePerlClass(reader, char) };
  if (char === 'p' || char === 'P') return { kind: 'class', set: parseProperty(reader, char) };
  if (HEX_LENGTHS[char] !== undefined) return { kind: 'char', codePoint: parseHex(reader, char) };
  if (/^[0-9A-Za-z]$/.test(char)) failUnknown(reader, char, start);
  return { kind: 'char', codePoint: char.codePointAt(0) ?? 0 };
}

function failUnknown(reader: PatternReader, char: string, start: number): never {
  const advice: Readonly<Record<string, string>> = {
    Z: 'Send $ for the end of a line or \\z for the end of the text.',
    '0': 'Send \\x00 for the character NUL.',
    K: 'Send a look-behind (?<=...) instead.',
    h: 'Send [ \\t] instead.',
    R: 'Send (?:\\r?\\n) with multiline: true instead.',
    Q: 'Send mode "literal" for text without patterns.',
    X: 'Send \\P{M}\\p{M}* instead.',
  };
  reader.fail({
    wrong: `the escape \\${char} has no meaning here`,
    instead: advice[char] ?? `Send ${char} for the letter itself or \\\\${char} for a backslash.`,
    position: start,
  });
}

function parsePerlClass(reader: PatternReader, char: string): CodePointSet {
  const lower = char.toLowerCase();
  const letter = lower === 'd' ? 'd' : lower === 's' ? 's' : 'w';
  return negateIf(getPerlClass(letter, reader.flags.isUnicode), char !== lower);
}

function parseProperty(reader: PatternReader, char: string): CodePointSet {
  const start = reader.position - 2;
  const isBraced = reader.take('{');
  const text = isBraced ? reader.takeUntil('}') : reader.next();
  if (text === undefined || text === '') {
    reader.fail({
      wrong: `\\${char} is not followed by the name of a property`,
      instead: `Send for example \\${char}{L} or \\${char}{Greek}.`,
      position: start,
    });
  }
  const isCaret = isBraced && text.startsWith('^');
  const [name, isUnequal] = splitUnequal(isCaret ? text.slice(1) : text);
  const set = findProperty(name);
  if (set === undefined) {
    reader.fail({
      wrong: `no Unicode property is called "${name}"`,
      instead:
        'Send a general category (L, Lu, Nd), a script (Greek, Han) or a name such as Alphabetic.',
      position: start,
    });
  }
  const folded = reader.flags.ignoresCase ? foldSet(set, reader.flags.isUnicode) : set;
  const negations = [char === 'P', isCaret, isUnequal].filter(Boolean).length;
  return negateIf(folded, negations % 2 === 1);
}

function splitUnequal(name: string): [string, boolean] {
  return name.includes('!=') ? [name.replace('!=', '='), true] : [name, false];
}

function parseHex(reader: PatternReader, letter: string): number {
  const start = reader.position - 2;
  const digits = reader.take('{') ? reader.takeUntil('}') : takeDigits(reader, letter);
  const codePoint = Number.parseInt(digits ?? '', 16);
  const isValid =
    digits !== undefined &&
    /^[0-9A-Fa-f]+$/.test(digits) &&
    codePoint <= MAX_CODE_POINT &&
    !(codePoint >= 0xd800 && codePoint <= 0xdfff);
  if (!isValid) {
    reader.fail({
      wrong: `\\${letter} is not followed by the number of a character`,
      instead: 'Send hexadecimal digits, for example \\x41, \\u00E9 or \\x{1F600}.',
      position: start,
    });
  }
  return codePoint;
}

function takeDigits(reader: PatternReader, letter: string): string {
  let digits = '';
  while (digits.length < (HEX_LENGTHS[letter] ?? 0) && !reader.isAtEnd) digits += reader.next();
  return digits.length === HEX_LENGTHS[letter] ? digits : '';
}
