/**
 * What a ranked query demands besides its words: phrases and patterns that must occur, words that must not.
 * Trigrams and postings tell quickly which blobs can hold; the few that are shown are checked in their text.
 */
import { listTerms, toTermKey } from '../analysis/terms.ts';
import { compilePattern } from '../query/pattern/compile-pattern.ts';
import { createLineMatcher, type LineMatcher } from '../query/pattern/line-matcher.ts';
import { andQueries, type TrigramQuery } from '../query/pattern/trigram-query.ts';
import type { QueryTree } from '../query/parse-query.ts';
import { readWordPostings } from '../segments/postings.ts';
import type { Deadline } from './deadline.ts';
import type { SegmentView } from './ports.ts';
import { findCandidates } from './trigram-candidates.ts';

export class RequiredText {
  readonly #matchers: readonly LineMatcher[];
  readonly #trigrams: TrigramQuery;
  readonly #excludedKeys: readonly number[];
  readonly #deadline: Deadline;

  constructor(tree: QueryTree, deadline: Deadline) {
    const patterns = [
      ...tree.phrases.map((pattern) => ({
        pattern,
        mode: 'literal' as const,
        case: 'insensitive' as const,
      })),
      ...tree.regexes.map((pattern) => ({
        pattern,
        mode: 'regex' as const,
        case: 'smart' as const,
      })),
    ].map((request) => compilePattern({ ...request, isWholeWord: false, spansLines: false }));
    this.#matchers = patterns.map(createLineMatcher);
    this.#trigrams = andQueries(patterns.map(({ trigrams }) => trigrams));
    this.#excludedKeys = tree.excludedTerms.flatMap((term) =>
      listTerms(term)
        .slice(0, 1)
        .map(({ text }) => toTermKey(text)),
    );
    this.#deadline = deadline;
  }

  /** True when there is nothing to check in texts. */
  get isEmpty(): boolean {
    return this.#matchers.length === 0;
  }

  /** Which blobs of a segment may answer: 1 for yes. Undefined: all of them. */
  findMask(segment: SegmentView): Uint8Array | undefined {
    const candidates = this.isEmpty ? undefined : findCandidates(segment, this.#trigrams);
    if (candidates === undefined && this.#excludedKeys.length === 0) return undefined;
    const mask = new Uint8Array(segment.blobCount).fill(candidates === undefined ? 1 : 0);
    for (const blob of candidates ?? []) mask[blob] = 1;
    for (const key of this.#excludedKeys) excludeHolders(segment, key, mask);
    return mask;
  }

  /** Checks a text. Gives the first line that one of the demands matched, undefined when one fails. */
  findFirstLine(content: Buffer): number | undefined {
    let line: number | undefined;
    for (const matcher of this.#matchers) {
      const { matches } = matcher.findMatches(content, {
        maxMatches: 1,
        remainingMs: () => this.#deadline.remainingMs(),
      });
      const first = matches[0]?.line;
      if (first === undefined) return undefined;
      line ??= first;
    }
    return line;
  }
}

function excludeHolders(segment: SegmentView, key: number, mask: Uint8Array): void {
  const list = segment.findWord(key);
  if (list === undefined) return;
  const { chunkCount, blobOfChunk } = segment.chunks;
  const chunks = new Uint32Array(chunkCount);
  const count = readWordPostings(list.bytes, chunks, new Uint8Array(chunkCount));
  for (let index = 0; index < count; index++)
    mask[blobOfChunk[chunks[index] as number] as number] = 0;
}
