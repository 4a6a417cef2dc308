/**
 * Path mode: how well a path answers a piece of a path, a file name or a few letters of it. Case is
 * ignored. The kinds of likeness, best first, never overlap in score; within a kind shorter paths win:
 *
 *   1000 the path itself                          500 its segments (or words) in order, each within a segment
 *    900 its last segments                        400 somewhere in the path
 *    850 its last segments without the extension
 *    800 the base name without its extension      100-390 its letters in order, more for words and runs
 *    700 the start of the base name               50-90 the base name with typing errors
 *    600 within the base name
 *
 * Pure; no list of paths is kept here.
 */
import { getTypoLimit, measureEditDistance } from './edit-distance.ts';

export type PathScorer = (path: string) => number;

/** Prepares a query; the function it gives scores one path: higher is better, 0 is no match. */
export function createPathScorer(query: string): PathScorer {
  const wanted = normalise(query);
  if (wanted === '') return () => 0;
  const segments = wanted.split(/[/ ]+/).filter((segment) => segment !== '');
  const letters = segments.join('');
  const prepared: PreparedQuery = {
    wanted,
    withSlash: `/${wanted}`,
    segments,
    letters,
    isBaseName: segments.length === 1,
    typoLimit: getTypoLimit(letters.length),
  };
  const codes = Array.from(letters, (letter) => letter.charCodeAt(0));
  const isAscii = codes.every((code) => code < 0x80);
  return (path) =>
    !isAscii || hasLettersInOrder(codes, path)
      ? scorePrepared(prepared, path.toLowerCase())
      : shorten(scoreTypo(prepared, path, path.lastIndexOf('/') + 1), path);
}

/** The gate before all else: most paths lack a letter, and are not even copied to lower case. */
function hasLettersInOrder(codes: readonly number[], path: string): boolean {
  let index = 0;
  let wanted = codes[0] ?? 0;
  for (let at = 0; at < path.length; at += 1) {
    let code = path.charCodeAt(at);
    if (code > 0x40 && code < 0x5b) code |= 0x20;
    if (code !== wanted) continue;
    index += 1;
    if (index === codes.length) return true;
    wanted = codes[index] ?? 0;
  }
  return false;
}

/** Scores one path; for many paths prepare the query once with `createPathScorer`. */
export function scorePath(query: string, path: string): number {
  return createPathScorer(query)(path);
}

interface PreparedQuery {
  readonly wanted: string;
  readonly withSlash: string;
  readonly segments: readonly string[];
  /** The query without separators. */
  readonly letters: string;
  readonly isBaseName: boolean;
  readonly typoLimit: number;
}

/** Takes off what people paste along: `./`, a line number, quotes; `\` becomes `/`. */
function normalise(query: string): string {
  return query
    .trim()
    .replaceAll('\\', '/')
    .replace(/^["'`]|["'`]$/g, '')
    .replace(/(?::\d+){1,2}$|#L\d.*$/, '')
    .replace(/^(?:\.?\/)+/, '')
    .replace(/\/+$/, '')
    .toLowerCase();
}

function scorePrepared(query: PreparedQuery, path: string): number {
  const baseStart = path.lastIndexOf('/') + 1;
  const likeness =
    path.includes(query.wanted) || query.segments.length > 1
      ? scoreWhole(query, path, baseStart)
      : 0;
  const score =
    likeness || scoreSubsequence(query, path, baseStart) || scoreTypo(query, path, baseStart);
  return shorten(score, path);
}

/** Shorter paths win within a kind: a path of 1,000 characters loses 9, less than the step of two kinds. */
function shorten(score: number, path: string): number {
  return score === 0 ? 0 : score - Math.min(9, path.length / 110);
}

function scoreWhole(query: PreparedQuery, path: string, baseStart: number): number {
  const { wanted, withSlash, isBaseName } = query;
  if (path === wanted) return 1000;
  if (path.endsWith(withSlash)) return 900;
  if (!isBaseName && endsBeforeExtension(path, wanted, baseStart)) return 850;
  if (isBaseName) {
    const found = path.indexOf(wanted, baseStart);
    if (found === baseStart) return path[baseStart + wanted.length] === '.' ? 800 : 700;
    if (found > baseStart) return 600;
  } else if (hasSegmentsInOrder(query.segments, path)) {
    return 500;
  }
  return path.includes(wanted) ? 400 : 0;
}

function endsBeforeExtension(path: string, wanted: string, baseStart: number): boolean {
  const dot = path.indexOf('.', baseStart + 1);
  const start = dot - wanted.length;
  return start >= 0 && path.startsWith(wanted, start) && (start === 0 || path[start - 1] === '/');
}

/** True when each segment of the query lies within a segment of its own, the last in the base name. */
function hasSegmentsInOrder(segments: readonly string[], path: string): boolean {
  let at = 0;
  for (const [index, segment] of segments.entries()) {
    const from = index === segments.length - 1 ? Math.max(at, path.lastIndexOf('/') + 1) : at;
    const found = path.indexOf(segment, from);
    if (found < 0) return false;
    const slash = path.indexOf('/', found + segment.length);
    at = slash < 0 ? path.length : slash + 1;
  }
  return true;
}

/** The first letter is right, left out, doubled or swapped: spares measuring nearly all paths. */
function startsAlike(letters: string, path: string, baseStart: number): boolean {
  const first = path.charCodeAt(baseStart) | 0x20;
  const wanted = letters.charCodeAt(0) | 0x20;
  return (
    first === wanted ||
    first === (letters.charCodeAt(1) | 0x20) ||
    (path.charCodeAt(baseStart + 1) | 0x20) === wanted
  );
}

/** Letters in order: in the base name when they fit there, else anywhere. */
function scoreSubsequence(query: PreparedQuery, path: string, baseStart: number): number {
  const inBase = rateLetters(query.letters, path, baseStart);
  if (inBase > 0) return 250 + 140 * inBase;
  const anywhere = baseStart === 0 ? 0 : rateLetters(query.letters, path, 0);
  return anywhere === 0 ? 0 : 100 + 140 * anywhere;
}

/**
 * 0 when the letters do not occur in order, else over 0 to 1: the share of letters that start a word or
 * follow their neighbour. Scattered letters (under a half) are no match: any long path has them.
 */
function rateLetters(letters: string, path: string, start: number): number {
  let at = start;
  let good = 0;
  for (let index = 0; index < letters.length; index += 1) {
    const found = path.indexOf(letters[index] ?? '', at);
    if (found < 0) return 0;
    if (found === at && index > 0) good += 1;
    else if (isWordStart(path, found)) good += 1;
    at = found + 1;
  }
  const share = good / letters.length;
  return share < 0.5 ? 0 : share;
}

function isWordStart(path: string, at: number): boolean {
  if (at === 0) return true;
  const before = path.charCodeAt(at - 1);
  return (
    before === 0x2f || before === 0x2e || before === 0x2d || before === 0x5f || before === 0x20
  );
}

function scoreTypo(
  { letters, isBaseName, typoLimit }: PreparedQuery,
  path: string,
  baseStart: number,
): number {
  if (!isBaseName || typoLimit === 0 || !startsAlike(letters, path, baseStart)) return 0;
  const dot = path.indexOf('.', baseStart + 1);
  const hasDot = letters.includes('.');
  const end = hasDot || dot < 0 ? path.length : dot;
  if (Math.abs(end - baseStart - letters.length) > typoLimit) return 0;
  const name = path.slice(baseStart, end).toLowerCase();
  const distance = measureEditDistance(letters, name, typoLimit);
  return distance > typoLimit ? 0 : 100 - 10 * distance;
}
