/**
 * Edit distance with a bound: insertions, deletions, replacements and swaps of neighbours (optimal string
 * alignment). Works on UTF-16 code units; fold case before. Reuses its rows, so it makes no garbage.
 */

const MAX_LENGTH_UNITS = 256;
let previous2 = new Uint16Array(MAX_LENGTH_UNITS + 1);
let previous = new Uint16Array(MAX_LENGTH_UNITS + 1);
let current = new Uint16Array(MAX_LENGTH_UNITS + 1);

/**
 * Gives the distance of two texts, or `limit + 1` once it is known to be over the limit or when a text
 * is longer than 256 units. O(length of both), ends early.
 */
export function measureEditDistance(left: string, right: string, limit: number): number {
  const isTooFar =
    Math.abs(left.length - right.length) > limit ||
    left.length > MAX_LENGTH_UNITS ||
    right.length > MAX_LENGTH_UNITS;
  if (isTooFar) return limit + 1;
  for (let at = 0; at <= right.length; at += 1) previous[at] = at;
  for (let row = 1; row <= left.length; row += 1) {
    if (fillRow(left, right, row) > limit) return limit + 1;
    [previous2, previous, current] = [previous, current, previous2];
  }
  return Math.min(previous[right.length] ?? 0, limit + 1);
}

/** Fills one row of the table; gives its least value. */
function fillRow(left: string, right: string, row: number): number {
  let least = row;
  current[0] = row;
  const unit = left.charCodeAt(row - 1);
  for (let at = 1; at <= right.length; at += 1) {
    const other = right.charCodeAt(at - 1);
    const replaced = (previous[at - 1] ?? 0) + (unit === other ? 0 : 1);
    let value = Math.min((previous[at] ?? 0) + 1, (current[at - 1] ?? 0) + 1, replaced);
    const isSwap =
      row > 1 && at > 1 && unit === right.charCodeAt(at - 2) && other === left.charCodeAt(row - 2);
    if (isSwap) value = Math.min(value, (previous2[at - 2] ?? 0) + 1);
    current[at] = value;
    if (value < least) least = value;
  }
  return least;
}

/** Typing errors that a name of this length may have and still be meant. */
export function getTypoLimit(lengthUnits: number): number {
  if (lengthUnits < 3) return 0;
  if (lengthUnits < 6) return 1;
  return lengthUnits < 12 ? 2 : 3;
}
