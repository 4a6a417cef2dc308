/**
 * The named character classes of the pattern language as code point sets: `\w \d \s`, the POSIX names
 * and `\p{..}`. Meanings are those of UTS #18 and of the Rust regex crate; the property data is that
 * of the JavaScript engine, read out of it once for each property and kept. Not a parser.
 */
import { type CodePointSet, FULL_SET, negateSet, toCodePointSet } from './code-point-set.ts';

const ASCII_DIGIT: CodePointSet = [0x30, 0x39];
const ASCII_SPACE: CodePointSet = [0x09, 0x0d, 0x20, 0x20];
const ASCII_WORD: CodePointSet = [0x30, 0x39, 0x41, 0x5a, 0x5f, 0x5f, 0x61, 0x7a];
/** The property White_Space, whole. */
const UNICODE_SPACE: CodePointSet = [
  0x09, 0x0d, 0x20, 0x20, 0x85, 0x85, 0xa0, 0xa0, 0x1680, 0x1680, 0x2000, 0x200a, 0x2028, 0x2029,
  0x202f, 0x202f, 0x205f, 0x205f, 0x3000, 0x3000,
];

const POSIX_CLASSES: Readonly<Record<string, CodePointSet>> = {
  alnum: [0x30, 0x39, 0x41, 0x5a, 0x61, 0x7a],
  alpha: [0x41, 0x5a, 0x61, 0x7a],
  ascii: [0x00, 0x7f],
  blank: [0x09, 0x09, 0x20, 0x20],
  cntrl: [0x00, 0x1f, 0x7f, 0x7f],
  digit: ASCII_DIGIT,
  graph: [0x21, 0x7e],
  lower: [0x61, 0x7a],
  print: [0x20, 0x7e],
  punct: [0x21, 0x2f, 0x3a, 0x40, 0x5b, 0x60, 0x7b, 0x7e],
  space: ASCII_SPACE,
  upper: [0x41, 0x5a],
  word: ASCII_WORD,
  xdigit: [0x30, 0x39, 0x41, 0x46, 0x61, 0x66],
};

const known = new Map<string, CodePointSet>();

/** Gives `\d`, `\s` or `\w`; with `isUnicode` false their ASCII part. */
export function getPerlClass(letter: 'd' | 's' | 'w', isUnicode: boolean): CodePointSet {
  if (letter === 'd') return isUnicode ? getPropertySet('\\p{Nd}') : ASCII_DIGIT;
  if (letter === 's') return isUnicode ? UNICODE_SPACE : ASCII_SPACE;
  if (!isUnicode) return ASCII_WORD;
  return getPropertySet('\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\p{Join_Control}');
}

/** Finds the set of `[[:name:]]`; ASCII only, as in every engine that has them. */
export function findPosixClass(name: string): CodePointSet | undefined {
  return Object.hasOwn(POSIX_CLASSES, name) ? POSIX_CLASSES[name] : undefined;
}

/**
 * Finds the set of `\p{name}`: a general category, a script, a binary property, or `key=value`. Case,
 * blanks, `-` and `_` do not matter. Undefined for a name the engine does not know.
 */
export function findProperty(name: string): CodePointSet | undefined {
  const [key, value] = splitProperty(name);
  if (key === undefined) return findBareProperty(value);
  const engineKey = { gc: 'gc', generalcategory: 'gc', sc: 'sc', script: 'sc' }[key];
  if (engineKey !== undefined) return tryProperty(`\\p{${engineKey}=${value}}`);
  const isExtensions = key === 'scx' || key === 'scriptextensions';
  return isExtensions ? tryProperty(`\\p{scx=${value}}`) : undefined;
}

function findBareProperty(value: string): CodePointSet | undefined {
  if (value === 'Any') return FULL_SET;
  if (value === 'Ascii') return [0x00, 0x7f];
  const short = value.replace(/^([A-Z])([a-z])?$/, '$1$2');
  return (
    tryProperty(`\\p{gc=${short}}`) ??
    tryProperty(`\\p{sc=${value}}`) ??
    tryProperty(`\\p{${value}}`) ??
    tryProperty(`\\p{${BINARY_ALIASES[value.replaceAll('_', '').toLowerCase()] ?? value}}`)
  );
}

/** Short names of binary properties, whose capitals follow no rule. */
const BINARY_ALIASES: Readonly<Record<string, string>> = {
  alpha: 'Alpha',
  asciihexdigit: 'ASCII_Hex_Digit',
  hex: 'Hex',
  ids: 'IDS',
  idc: 'IDC',
  xids: 'XIDS',
  xidc: 'XIDC',
  xidstart: 'XID_Start',
  xidcontinue: 'XID_Continue',
  idstart: 'ID_Start',
  idcontinue: 'ID_Continue',
  lowercase: 'Lowercase',
  uppercase: 'Uppercase',
  whitespace: 'White_Space',
  space: 'space',
};

/** Splits `key=value` and writes the value as the engine spells it: `Old_Italic`, `Lu`. */
function splitProperty(name: string): [string | undefined, string] {
  const parts = name.split(/[=:]/);
  const value = (parts[1] ?? parts[0] ?? '').trim();
  const spelled = value
    .split(/[\s_-]+/)
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase())
    .join('_');
  const key =
    parts.length > 1 ? (parts[0] ?? '').replaceAll(/[\s_-]/g, '').toLowerCase() : undefined;
  return [key, spelled];
}

function tryProperty(expression: string): CodePointSet | undefined {
  try {
    return getPropertySet(expression);
  } catch {
    return undefined;
  }
}

/**
 * Reads the members of a class expression out of the engine; about 20 ms the first time, then kept.
 * Throws for an unknown property.
 */
function getPropertySet(expression: string): CodePointSet {
  const kept = known.get(expression);
  if (kept !== undefined) return kept;
  const pairs: [number, number][] = [];
  for (const run of getAssignedText().matchAll(new RegExp(`[${expression}]+`, 'gu'))) {
    collectRun(run[0], pairs);
  }
  const isMember = new RegExp(`^[${expression}]$`, 'u');
  for (const [low, high] of UNIFORM_RANGES) {
    if (isMember.test(String.fromCodePoint(low))) pairs.push([low, high]);
  }
  const set = toCodePointSet(pairs);
  known.set(expression, set);
  return set;
}

/** A run of members is consecutive but for the gaps that the text leaves. */
function collectRun(run: string, pairs: [number, number][]): void {
  const low = run.codePointAt(0) ?? 0;
  const last = run.charCodeAt(run.length - 1);
  const isPair = last >= 0xdc00 && last <= 0xdfff;
  const high = isPair ? (run.codePointAt(run.length - 2) ?? 0) : last;
  for (const [blockLow, blockHigh] of ASSIGNED_BLOCKS) {
    const from = Math.max(low, blockLow);
    const to = Math.min(high, blockHigh);
    if (from <= to) pairs.push([from, to]);
  }
}

/** Where properties change from character to character: all planes but the empty and private ones. */
const ASSIGNED_BLOCKS: readonly (readonly [number, number])[] = [
  [0x0000, 0xd7ff],
  [0xe000, 0x3ffff],
  [0xe0000, 0xeffff],
];

/** Planes 4 to 13 (unassigned) and 15 and 16 (private use): all alike, but for the last two of each. */
const UNIFORM_RANGES: readonly (readonly [number, number])[] = [
  4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15, 16,
].flatMap((plane) => [
  [plane * 0x10000, plane * 0x10000 + 0xfffd] as const,
  [plane * 0x10000 + 0xfffe, plane * 0x10000 + 0xffff] as const,
]);

let assignedText: string | undefined;

/** Every character of the assigned blocks in order: 1.2 MB, built once in about 20 ms. */
function getAssignedText(): string {
  assignedText ??= ASSIGNED_BLOCKS.map(([low, high]) => listBlock(low, high)).join('');
  return assignedText;
}

function listBlock(low: number, high: number): string {
  const units = new Uint16Array((high - low + 1) * 2);
  let count = 0;
  for (let codePoint = low; codePoint <= high; codePoint += 1) {
    if (codePoint >= 0x10000) units[count++] = 0xd800 | ((codePoint - 0x10000) >> 10);
    units[count++] = codePoint < 0x10000 ? codePoint : 0xdc00 | (codePoint & 0x3ff);
  }
  return Buffer.from(units.buffer, 0, count * 2).toString('utf16le');
}

/** Gives the complement of a class when `isNegated`, else the class. */
export function negateIf(set: CodePointSet, isNegated: boolean): CodePointSet {
  return isNegated ? negateSet(set) : set;
}
