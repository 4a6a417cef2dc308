/**
 * What each term of a query weighs: how the query says it (region
 * weights, whole or part) times how rare it is.
 */
import { toIdf } from './bm25.ts';

/** A term as the query has it. `raw` is the sum over its occurrences of region weight times part weight. */
export interface QueryTerm {
  readonly text: string;
  readonly key: number;
  readonly raw: number;
}

/** A term with what it weighs in the index at hand. */
export interface WeightedTerm extends QueryTerm {
  readonly fileCount: number;
  readonly weight: number;
}

/** Weighs the terms that the index knows, heaviest first. Files are scored by the first `WEIGHTS.maxTerms` of them. */
export function weighTerms(
  terms: readonly QueryTerm[],
  totalFiles: number,
  countFiles: (term: QueryTerm) => number,
): WeightedTerm[] {
  return terms
    .map((term) => {
      const fileCount = countFiles(term);
      return { ...term, fileCount, weight: Math.log2(1 + term.raw) * toIdf(totalFiles, fileCount) };
    })
    .filter(({ fileCount, weight }) => fileCount > 0 && weight > 0)
    .toSorted((left, right) => right.weight - left.weight);
}
