/**
 * Sets of Unicode code points and their algebra. A set is a flat, sorted list of inclusive ranges
 * `[low, high, low, high, ...]`; ranges neither overlap nor touch. Sets are values: no operation
 * changes its arguments. Knows nothing of patterns or of properties.
 */

/** Sorted inclusive ranges, flat: `[0x41, 0x5a, 0x61, 0x7a]` is `A-Z` and `a-z`. */
export type CodePointSet = readonly number[];

export const MAX_CODE_POINT = 0x10ffff;
export const FULL_SET: CodePointSet = [0, MAX_CODE_POINT];

/** Builds a set from ranges in any order, overlapping or not. O(n log n) of the ranges. */
export function toCodePointSet(pairs: readonly (readonly [number, number])[]): CodePointSet {
  const sorted = [...pairs].sort((left, right) => left[0] - right[0]);
  const merged: number[] = [];
  for (const [low, high] of sorted) {
    const lastHigh = merged.at(-1);
    if (lastHigh !== undefined && low <= lastHigh + 1) {
      merged[merged.length - 1] = Math.max(lastHigh, high);
    } else {
      merged.push(low, high);
    }
  }
  return merged;
}

/** Lists the ranges of a set as pairs, ascending. */
export function listRanges(set: CodePointSet): [number, number][] {
  const pairs: [number, number][] = [];
  for (let at = 0; at < set.length; at += 2) pairs.push([set[at] ?? 0, set[at + 1] ?? 0]);
  return pairs;
}

/** Gives every code point that is in one of the sets. */
export function unionSets(...sets: readonly CodePointSet[]): CodePointSet {
  return toCodePointSet(sets.flatMap(listRanges));
}

/** Gives every code point that is not in the set. */
export function negateSet(set: CodePointSet): CodePointSet {
  const negated: number[] = [];
  let next = 0;
  for (const [low, high] of listRanges(set)) {
    if (low > next) negated.push(next, low - 1);
    next = high + 1;
  }
  if (next <= MAX_CODE_POINT) negated.push(next, MAX_CODE_POINT);
  return negated;
}

/** Gives every code point that is in both sets. O(n + m) of the ranges. */
export function intersectSets(left: CodePointSet, right: CodePointSet): CodePointSet {
  const common: number[] = [];
  let at = 0;
  let other = 0;
  while (at < left.length && other < right.length) {
    const leftHigh = left[at + 1] ?? 0;
    const rightHigh = right[other + 1] ?? 0;
    const low = Math.max(left[at] ?? 0, right[other] ?? 0);
    const high = Math.min(leftHigh, rightHigh);
    if (low <= high) common.push(low, high);
    if (leftHigh < rightHigh) at += 2;
    else other += 2;
  }
  return common;
}

/** Gives every code point of the first set that is not in the second. */
export function subtractSet(left: CodePointSet, right: CodePointSet): CodePointSet {
  return intersectSets(left, negateSet(right));
}

/** True when the code point is in the set. O(log n) of the ranges. */
export function hasCodePoint(set: CodePointSet, codePoint: number): boolean {
  let low = 0;
  let high = set.length / 2 - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (codePoint < (set[middle * 2] ?? 0)) high = middle - 1;
    else if (codePoint > (set[middle * 2 + 1] ?? 0)) low = middle + 1;
    else return true;
  }
  return false;
}

/** Counts the code points of a set. */
export function countCodePoints(set: CodePointSet): number {
  return listRanges(set).reduce((sum, [low, high]) => sum + high - low + 1, 0);
}
