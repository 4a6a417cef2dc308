/**
 * Simple case folding: which code points are the same letter when case is ignored. The relation is
 * that of Unicode's CaseFolding.txt (statuses C and S), read out of the JavaScript engine; one-to-many
 * foldings (`ß` and `ss`) are no part of it, as in every regular-expression engine.
 */
import { type CodePointSet, hasCodePoint, listRanges, toCodePointSet } from './code-point-set.ts';

const KELVIN_SIGN = 0x212a;
const LONG_S = 0x17f;

let orbits: ReadonlyMap<number, readonly number[]> | undefined;

/** Lists the code points equal to this one when case is ignored, itself first. */
export function listCaseVariants(codePoint: number, isUnicode: boolean): readonly number[] {
  if (codePoint < 0x80) return listAsciiVariants(codePoint, isUnicode);
  if (!isUnicode) return [codePoint];
  const orbit = getOrbits().get(codePoint);
  return orbit === undefined ? [codePoint] : [codePoint, ...orbit.filter((it) => it !== codePoint)];
}

function listAsciiVariants(codePoint: number, isUnicode: boolean): readonly number[] {
  const lower = codePoint | 0x20;
  if (lower < 0x61 || lower > 0x7a) return [codePoint];
  const pair = [codePoint, codePoint ^ 0x20];
  if (isUnicode && lower === 0x6b) pair.push(KELVIN_SIGN);
  if (isUnicode && lower === 0x73) pair.push(LONG_S);
  return pair;
}

/** Adds to a set every case variant of its members. */
export function foldSet(set: CodePointSet, isUnicode: boolean): CodePointSet {
  const added = listRanges(set);
  for (let letter = 0x41; letter <= 0x7a; letter += 1) {
    if (!hasCodePoint(set, letter)) continue;
    for (const variant of listAsciiVariants(letter, isUnicode)) added.push([variant, variant]);
  }
  if (isUnicode && (set.at(-1) ?? 0) >= 0x80) {
    for (const [member, orbit] of getOrbits()) {
      if (hasCodePoint(set, member)) for (const other of orbit) added.push([other, other]);
    }
  }
  return toCodePointSet(added);
}

/** About 2,900 letters have a case; found once in about 10 ms, on the first non-ASCII use. */
function getOrbits(): ReadonlyMap<number, readonly number[]> {
  orbits ??= findOrbits();
  return orbits;
}

function findOrbits(): ReadonlyMap<number, readonly number[]> {
  const found = new Map<number, number[]>();
  const isSame = /^(.)\1$/iu;
  for (const codePoint of listCasedCodePoints()) {
    const char = String.fromCodePoint(codePoint);
    for (const other of [
      char.toLowerCase(),
      char.toUpperCase(),
      char.toUpperCase().toLowerCase(),
    ]) {
      if (other !== char && isSame.test(char + other)) joinOrbits(found, codePoint, other);
    }
  }
  return found;
}

function joinOrbits(found: Map<number, number[]>, codePoint: number, otherText: string): void {
  const other = otherText.codePointAt(0) ?? 0;
  const merged = [
    ...new Set([...(found.get(codePoint) ?? [codePoint]), ...(found.get(other) ?? [other])]),
  ];
  for (const member of merged) found.set(member, merged);
}

/** Letters with case stand below U+1EA00; the planes above hold none. */
function listCasedCodePoints(): number[] {
  const isCased = /[\p{Changes_When_Casemapped}\p{Changes_When_Casefolded}]/u;
  const cased: number[] = [];
  for (let codePoint = 0x41; codePoint < 0x1ea00; codePoint += 1) {
    if (codePoint >= 0x2e80 && codePoint < 0xa640) continue;
    if (codePoint >= 0xabc0 && codePoint < 0xfb00) continue;
    if (isCased.test(String.fromCodePoint(codePoint))) cased.push(codePoint);
  }
  return cased;
}
