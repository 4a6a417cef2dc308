/** The terms of a query with what each occurrence of them adds to their weight. */
import { listTerms, toTermKey } from '../analysis/terms.ts';
import { isStopWord } from '../ranking/stop-words.ts';
import type { QueryTerm } from '../ranking/select-terms.ts';
import { WEIGHTS } from '../ranking/weights.ts';

/** A piece of the query and what its words weigh. */
export interface WeightedText {
  readonly text: string;
  readonly weight: number;
}

/** At most this many different terms of a query are looked up, heaviest first. */
const MAX_LOOKUPS = 400;

/**
 * Lists the different terms. Stop words are left out unless nothing else is there. Cost: about 1 µs a
 * word of the query.
 */
export function listQueryTerms(pieces: readonly WeightedText[]): QueryTerm[] {
  const raw = new Map<string, number>();
  for (const { text, weight } of pieces) {
    for (const term of listTerms(text)) {
      const share = weight * (term.isPart ? WEIGHTS.subWord : 1);
      raw.set(term.text, (raw.get(term.text) ?? 0) + share);
    }
  }
  const all = [...raw].map(([text, sum]) => ({ text, key: toTermKey(text), raw: sum }));
  const telling = all.filter(({ text }) => !isStopWord(text));
  return (telling.length > 0 ? telling : all)
    .toSorted((left, right) => right.raw - left.raw)
    .slice(0, MAX_LOOKUPS);
}
