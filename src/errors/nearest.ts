/**
 * The nearest known name to one that is not known, for messages that say "did you mean". It compares
 * spelling only, without regard to case; what the names stand for is the caller's business.
 */

/**
 * Gives the known name with the fewest edits to `name`, or undefined when none is near enough to be
 * meant: more than a third of the longer name would have to change. The first of equals wins.
 * Cost: O(names x length²), for tables of some hundred short names.
 */
export function findNearest(name: string, known: Iterable<string>): string | undefined {
  let nearest: string | undefined;
  let nearestEdits = Number.POSITIVE_INFINITY;
  for (const candidate of known) {
    const limit = Math.max(1, Math.floor(Math.max(name.length, candidate.length) / 3));
    // Each unit of difference in length is an edit, so a name of a megabyte costs no table.
    if (Math.abs(name.length - candidate.length) > limit) continue;
    const edits = countEdits(name.toLowerCase(), candidate.toLowerCase());
    if (edits <= limit && edits < nearestEdits) {
      nearest = candidate;
      nearestEdits = edits;
    }
  }
  return nearest;
}

/** Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment). */
function countEdits(left: string, right: string): number {
  const width = right.length + 1;
  const table = new Uint16Array((left.length + 1) * width);
  const at = (row: number, column: number): number => table[row * width + column] ?? 0;
  for (let column = 0; column < width; column++) table[column] = column;
  for (let row = 1; row <= left.length; row++) {
    table[row * width] = row;
    for (let column = 1; column < width; column++) {
      const isSame = left[row - 1] === right[column - 1];
      const changed = at(row - 1, column - 1) + (isSame ? 0 : 1);
      const edits = Math.min(at(row - 1, column) + 1, at(row, column - 1) + 1, changed);
      const isSwap = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      const swapped = row > 1 && column > 1 && isSwap ? at(row - 2, column - 2) + 1 : edits;
      table[row * width + column] = Math.min(edits, swapped);
    }
  }
  return at(left.length, right.length);
}
