/**
 * The measures of retrieval, as plain arithmetic on ranks. Nothing here knows where an answer came from.
 *
 * A *rank* is 1 for the first place; `null` means not found within what was looked at. A row of queries may
 * have several golds: Acc@k asks that all of them are within the first k, Hit@k that at least one is,
 * and the reciprocal rank counts the first of them.
 */

/** The k for which Acc@k and Hit@k are reported. */
export const CUTOFFS = [1, 3, 5, 10] as const;

/** Ranks of the golds of one row, in the order of the golds; empty when the row has none of this sort. */
export type GoldRanks = readonly (number | null)[];

/** True when every gold is within the first `k`. */
export function isAccurate(ranks: GoldRanks, k: number): boolean {
  return ranks.length > 0 && ranks.every((rank) => rank !== null && rank <= k);
}

/** True when at least one gold is within the first `k`. */
export function isHit(ranks: GoldRanks, k: number): boolean {
  return ranks.some((rank) => rank !== null && rank <= k);
}

/** One divided by the rank of the first gold; 0 when none was found. */
export function toReciprocalRank(ranks: GoldRanks): number {
  const found = ranks.filter((rank) => rank !== null);
  return found.length === 0 ? 0 : 1 / Math.min(...found);
}

/**
 * NDCG@10 with golds of equal gain: the discounted gain of the golds that were found, divided by what the
 * best order would give. Source: Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR
 * techniques" (2002), with the logarithm of base 2 from the first place on.
 */
export function toNdcg10(ranks: GoldRanks): number {
  const depth = 10;
  let gain = 0;
  for (const rank of ranks) if (rank !== null && rank <= depth) gain += 1 / Math.log2(1 + rank);
  let ideal = 0;
  for (let rank = 1; rank <= Math.min(depth, ranks.length); rank++)
    ideal += 1 / Math.log2(1 + rank);
  return ideal === 0 ? 0 : gain / ideal;
}

/** The mean; 0 of nothing. */
export function toMean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The share of rows, 0 to 1, for which the question is answered with yes; 0 of nothing. */
export function toShare<T>(rows: readonly T[], isTrue: (row: T) => boolean): number {
  return toMean(rows.map((row) => (isTrue(row) ? 1 : 0)));
}

/** The smallest value that at least `share` (0 to 1) of the values do not exceed; 0 of nothing. */
export function toPercentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

/** Lines of one file, 1-based and inclusive. */
export interface LineRange {
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
}

/**
 * True when a shown stretch stands for a gold one: they share at least half of the shorter of the two. So a
 * window inside a long function counts, a small function inside a shown block counts, and a block that
 * only touches the function's last lines does not.
 */
export function coversRange(shown: LineRange, gold: LineRange): boolean {
  if (shown.path !== gold.path) return false;
  const first = Math.max(shown.startLine, gold.startLine);
  const last = Math.min(shown.endLine, gold.endLine);
  const shorter = Math.min(shown.endLine - shown.startLine + 1, gold.endLine - gold.startLine + 1);
  return last - first + 1 >= shorter / 2;
}

/** Ranks of gold files in a list of different files, best first. */
export function rankFiles(files: readonly string[], golds: readonly string[]): GoldRanks {
  return golds.map((gold) => toRank(files.indexOf(gold)));
}

/** Ranks of gold ranges in a list of shown ranges, best first. */
export function rankRanges(shown: readonly LineRange[], golds: readonly LineRange[]): GoldRanks {
  return golds.map((gold) => toRank(shown.findIndex((range) => coversRange(range, gold))));
}

function toRank(index: number): number | null {
  return index < 0 ? null : index + 1;
}
