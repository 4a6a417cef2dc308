/**
 * The nearest known name to one that is not known, for messages that say what was probably meant. Compares
 * spelling only, without regard to case; the tables it is asked about have some dozens of short names.
 */

/** Gives the known name with the fewest edits, the first of equals; undefined when none is known. */
export function findNearestName(name: string, known: readonly string[]): string | undefined {
  const wanted = name.toLowerCase().slice(0, MAX_COMPARED_UNITS);
  let best: { readonly name: string; readonly edits: number } | undefined;
  for (const candidate of known) {
    const edits = countEdits(wanted, candidate.toLowerCase());
    if (best === undefined || edits < best.edits) best = { name: candidate, edits };
  }
  return best?.name;
}

/** Levenshtein distance, one row at a time. */
function countEdits(left: string, right: string): number {
  let previous = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const substitution = left[row - 1] === right[column - 1] ? 0 : 1;
      const above = previous[column] ?? 0;
      const before = current[column - 1] ?? 0;
      const diagonal = previous[column - 1] ?? 0;
      current.push(Math.min(above + 1, before + 1, diagonal + substitution));
    }
    previous = current;
  }
  return previous[right.length] ?? 0;
}

/** Longer names are not typing errors of ours; the cut bounds the work on hostile keys. */
const MAX_COMPARED_UNITS = 64;
