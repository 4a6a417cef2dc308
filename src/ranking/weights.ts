/**
 * Every weight of the ranking, once, each with its reason. docs/ranking.md says what each part earns.
 * Scores are in units of BM25 until they are divided by the best file's; the parts called shares are added
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
  /** Term frequency that a chunk gains when the term is in the name of what it defines. */
  definitionNameFrequency: 3,
  /** The same for the names of the classes around it: a method seldom repeats what it is a method of. */
  containerNameFrequency: 1,
} as const;

/** What words weigh by where the query says them. A one-line query is all title. */
export const REGION_WEIGHTS = {
  title: 3,
  tick: 2,
  error: 2,
  prose: 1.5,
  trace: 0.5,
  code: 0.3,
} as const;

/** Shares that are added to a file's normalised text score. */
export const SHARES = {
  /** A path that the query writes out. */
  path: 0.3,
  /** A frame of a trace, divided by its distance from the innermost. */
  frame: 0.3,
  /** Identifiers of the title that are defined in the file, at most two of them. */
  titleDefinition: 0.2,
  /** Identifiers between ticks that are defined in the file, at most two of them. */
  tickDefinition: 0.1,
  /** `Class.member` that the query writes and the file defines. */
  member: 0.1,
  /** Commits whose messages are like the query touched the file. */
  history: 0.3,
  /** A test that answers, by name, for the source it tests. */
  testedSource: 0.15,
  /** A file that answers imports it. */
  imported: 0.1,
  /** The best file of its folder answers. */
  folder: 0.1,
  /** A line of the file holds the title, an error line or a quoted text of the query, all words of it. */
  statement: 0.3,
  /** The file that the caller has open, and its neighbours by half. */
  activeFile: 0.15,
  /** The query, or nearly all of it, names a definition of the file. */
  exactDefinition: 0.6,
} as const;

/** Shares of a passage's score, beside its own text score (the best has 1). */
export const PASSAGE_SHARES = {
  /** The score of its file (the best has 1): functions of the best files come before better ones of others. */
  file: 2,
  /** A frame of a trace names it. */
  frame: 0.3,
  /** The query writes it as `Class.member`. */
  member: 0.5,
  /** The query is this name, or nothing but names and this is one. */
  name: 1,
  /** It holds the line that its file has the share `statement` for. */
  statement: 0.5,
  /** Longer functions are changed more often: ln(1 + tokens) / 7. */
  length: 0.5,
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
