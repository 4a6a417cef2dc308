/**
 * A code point set as JavaScript source, for one of three alphabets of the text that is searched. No
 * flag is needed to read it: not `u`, not `i`. That keeps V8's linear engine usable, which knows neither.
 *
 * - `ascii`: the text has code units 0 to 0x7f only; the rest of a set is left out.
 * - `bmp`: the text has no surrogates; the planes above are left out.
 * - `full`: any text; a character above U+FFFF is a pair of code units.
 */
import { type CodePointSet, intersectSets, listRanges } from './code-point-set.ts';

export type Alphabet = 'ascii' | 'bmp' | 'full';

const WHOLE: Readonly<Record<Alphabet, CodePointSet>> = {
  ascii: [0, 0x7f],
  bmp: [0, 0xffff],
  full: [0, 0xd7ff, 0xe000, 0xffff],
};
const ABOVE_BMP: CodePointSet = [0x10000, 0x10ffff];

const written = new WeakMap<CodePointSet, Map<Alphabet, string>>();

/** Gives a self-contained atom that matches exactly one character of the set. */
export function emitSet(set: CodePointSet, alphabet: Alphabet): string {
  const kept = written.get(set)?.get(alphabet);
  if (kept !== undefined) return kept;
  const source = writeSet(set, alphabet);
  const sources = written.get(set) ?? new Map<Alphabet, string>();
  written.set(set, sources.set(alphabet, source));
  return source;
}

function writeSet(set: CodePointSet, alphabet: Alphabet): string {
  const single = toClass(intersectSets(set, WHOLE[alphabet]), alphabet);
  if (alphabet !== 'full') return single;
  const pairs = toPairs(intersectSets(set, ABOVE_BMP));
  if (pairs.length === 0) return single;
  return `(?:${[...(single === '[]' ? [] : [single]), ...pairs].join('|')})`;
}

function toClass(set: CodePointSet, alphabet: Alphabet): string {
  const whole = WHOLE[alphabet];
  if (set.length === 2 && set[0] === set[1]) return escapeUnit(set[0] ?? 0);
  if (set.length === whole.length && set.every((bound, at) => bound === whole[at])) {
    return alphabet === 'full' ? '[^\\ud800-\\udfff]' : '[^]';
  }
  const ranges = listRanges(set).map(([low, high]) => toRange(low, high));
  return `[${ranges.join('')}]`;
}

function toRange(low: number, high: number): string {
  if (low === high) return escapeUnit(low);
  return `${escapeUnit(low)}${high === low + 1 ? '' : '-'}${escapeUnit(high)}`;
}

/** Splits ranges above U+FFFF by their high surrogate; equal low parts share one alternative. */
function toPairs(set: CodePointSet): string[] {
  const highsByLows = new Map<string, number[]>();
  for (const [high, lows] of listLows(set)) {
    const key = lows.map(([from, to]) => toRange(from, to)).join('');
    highsByLows.set(key, [...(highsByLows.get(key) ?? []), high]);
  }
  return Array.from(highsByLows, ([lows, highs]) => {
    return `[${highs.map(escapeUnit).join('')}][${lows}]`;
  });
}

function listLows(set: CodePointSet): ReadonlyMap<number, [number, number][]> {
  const byHigh = new Map<number, [number, number][]>();
  for (const [low, high] of listRanges(set)) {
    for (let at = low; at <= high; at = (at | 0x3ff) + 1) {
      const to = Math.min(high, at | 0x3ff);
      const unit = 0xd800 | ((at - 0x10000) >> 10);
      const lows = byHigh.get(unit) ?? [];
      lows.push([0xdc00 | (at & 0x3ff), 0xdc00 | (to & 0x3ff)]);
      byHigh.set(unit, lows);
    }
  }
  return byHigh;
}

function escapeUnit(unit: number): string {
  const char = String.fromCharCode(unit);
  if (/^[0-9A-Za-z_]$/.test(char)) return char;
  if (unit < 0x100) return `\\x${unit.toString(16).padStart(2, '0')}`;
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}
