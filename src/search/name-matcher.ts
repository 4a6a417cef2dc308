/**
 * How well the name of a symbol answers what was typed. The kinds of likeness, best first, are hundreds
 * apart, so that nothing added later turns them round; within a kind shorter names win:
 *
 *   1000 the name itself            700 its words by their beginnings (`gRI`, `getRelInf`, `gri`)
 *    950 but for case               600 within the name, better at the start of a word
 *    900 but for `_` and case       500 each typed word somewhere in it
 *    800 the start of the name      300 with typing errors, less for each
 *
 * Pure.
 */
import { getTypoLimit, measureEditDistance } from '../query/edit-distance.ts';
import { foldName, splitWords } from '../segments/name-grams.ts';

/** What was typed, prepared. */
export interface NameQuery {
  /** The name as typed, without blanks, `Class.` cut off. */
  readonly text: string;
  readonly folded: string;
  /** Dotted names that the container has to end in, folded; empty when any will do. */
  readonly container: readonly string[];
  /** Blank-separated words, folded, when there are several. */
  readonly words: readonly string[];
  /** Beginnings of words, folded; empty when the text cannot be read so. */
  readonly humps: readonly string[];
  readonly typoLimit: number;
}

/** Longer runs of small letters are words, not initials. */
const MAX_INITIALS = 6;
const SEPARATOR = /\.|::|#|->|\\/;

/** Reads what was typed: `Class.member`, `Class::member`, `Class#member()`, or words. */
export function parseNameQuery(typed: string): NameQuery {
  const words = typed.trim().split(/\s+/);
  const parts = words
    .join('')
    .replace(/\(\)?$/, '')
    .split(SEPARATOR)
    .filter((part) => part !== '');
  const text = parts.at(-1) ?? '';
  const folded = foldName(text);
  return {
    text,
    folded,
    container: parts.slice(0, -1).map(foldName),
    words: words.length > 1 ? words.map(foldName) : [],
    humps: listHumps(text),
    typoLimit: folded.length < 4 ? 0 : getTypoLimit(folded.length),
  };
}

/** Scores a name: 0 is no match. */
export function scoreName(query: NameQuery, name: string): number {
  const { text, folded } = query;
  if (name === text) return 1000;
  const other = foldName(name);
  if (other === folded) return 950;
  const share = folded.length / Math.max(1, other.length);
  if (squeeze(other) === squeeze(folded)) return 900;
  if (other.startsWith(folded)) return 800 + 40 * share;
  if (matchesHumps(query.humps, name)) return 700 + 40 * share;
  const at = other.indexOf(folded);
  if (at >= 0) return 600 + (isWordStart(name, at) ? 20 : 0) + 20 * share;
  if (query.words.length > 0 && query.words.every((word) => other.includes(word))) {
    return 500 + 40 * share;
  }
  if (query.typoLimit === 0) return 0;
  const errors = measureEditDistance(folded, other, query.typoLimit);
  return errors > query.typoLimit ? 0 : 340 - 40 * errors;
}

/** True when the container ends in the containers that were typed. */
export function fitsContainer({ container }: NameQuery, found: string): boolean {
  if (container.length === 0) return true;
  const names = foldName(found).split(SEPARATOR);
  return container.every((name, at) => names[names.length - container.length + at] === name);
}

/** `gRI` and `getRelInf` by their capitals, `GRI` and `gri` letter by letter. */
function listHumps(text: string): readonly string[] {
  if (/^[A-Za-z]{2,}$/.test(text)) {
    const isOneCase = text === text.toLowerCase() || text === text.toUpperCase();
    if (isOneCase) return text.length > MAX_INITIALS ? [] : Array.from(text.toLowerCase());
    // Each capital begins a word: `gRI` is g, R, I.
    return (text.match(/[A-Z]?[a-z]+|[A-Z]/g) ?? []).map((word) => word.toLowerCase());
  }
  const words = splitWords(text).map((word) => word.toLowerCase());
  return words.length > 1 ? words : [];
}

/** Each hump begins a word of the name, in order, the first one the first word. */
function matchesHumps(humps: readonly string[], name: string): boolean {
  if (humps.length < 2) return false;
  const words = splitWords(name);
  let hump = 0;
  for (const [at, word] of words.entries()) {
    if (word.toLowerCase().startsWith(humps[hump] ?? '')) hump += 1;
    else if (at === 0) return false;
    if (hump === humps.length) return true;
  }
  return false;
}

function squeeze(folded: string): string {
  return folded.replaceAll('_', '');
}

function isWordStart(name: string, at: number): boolean {
  const before = name[at - 1] ?? '';
  const first = name[at] ?? '';
  return before === '_' || before === '$' || (/[A-Z]/.test(first) && /[a-z0-9]/.test(before));
}
