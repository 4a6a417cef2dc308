/**
 * Every weight of the ranking, once, each with its reason. docs/ranking.md says what each part earns.
 * Scores are in units of BM25 until they are divided by the best file's; parts with "share" are added
 * after that, so 0.3 means 30 % of the best file's text score.
 */
import type { Role } from '../model/document.ts';

export const WEIGHTS = {
  /** A word of a longer identifier of the query says less than what was written as such. */
  subWord: 0.5,
  /** Terms of the query that are scored: the heaviest; more only cost time. */
  maxTerms: 24,
  /** Second and third best chunk of a file, after the best one with 1. */
  secondChunk: 1 / 2,
  thirdChunk: 1 / 3,
} as const;

/**
 * Factor on a file's score by what the file is for. Tests repeat the words of what they test; any factor
 * from 0 to 0.6 ranks equally well, so the softest is taken. Documents and data answer questions about
 * themselves, not about where the code is.
 */
export const ROLE_FACTORS: Readonly<Record<Role, number>> = {
  source: 1,
  test: 0.5,
  doc: 0.6,
  example: 0.6,
  generated: 0.4,
  vendor: 0.4,
  config: 0.8,
  data: 0.4,
};
