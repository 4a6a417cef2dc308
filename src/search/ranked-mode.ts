/** Mode `auto`: ranked search over words, its results and what it says when there are none. */
import type { SearchReply, SearchRequest } from '../model/search.ts';
import { fitResults, getLineLimit, LINE_LEVEL_COUNT } from './budget.ts';
import type { Deadline } from './deadline.ts';
import { DocumentFilter } from './document-filter.ts';
import { choosePassage } from './passages.ts';
import type { IndexView } from './ports.ts';
import { listQueryTerms } from './query-terms.ts';
import { RankedSearch, type FileCandidate, type RankedResult } from './ranked-search.ts';
import { round, toFrame, toResult } from './result.ts';
import { TextLines } from './text-lines.ts';
import { explainNothing } from './zero-reason.ts';

/** Files that are looked at closely; paging reaches no further. */
const MAX_CANDIDATES = 200;

export class RankedMode {
  readonly #search = new RankedSearch();
  readonly #redact: (text: string) => string;

  constructor(redact: (text: string) => string) {
    this.#redact = redact;
  }

  search(view: IndexView, request: SearchRequest, deadline: Deadline): SearchReply {
    const terms = listQueryTerms([{ text: request.query, weight: 3 }]);
    const filter = new DocumentFilter(view.catalog, {
      filters: request.filters,
      allowed: request.allowed_connectors,
    });
    const ranked = this.#search.run(view, terms, { filter, limit: MAX_CANDIDATES });
    const page = ranked.candidates.slice(request.offset, request.offset + request.top_k);
    const frame = {
      ...toFrame(request),
      total_count: ranked.candidates.length,
      ...(ranked.matchedFiles > ranked.candidates.length ? { total_is_estimate: true } : {}),
    };
    const fitted = this.#render(view, request, { page, ranked, frame });
    const end = request.offset + fitted.results.length;
    const isBudget = fitted.dropped > 0;
    return {
      results: fitted.results,
      ...frame,
      has_more: end < ranked.candidates.length,
      truncated: isBudget || deadline.wasHit,
      ...(isBudget ? { truncated_by: 'budget' as const } : {}),
      ...(ranked.candidates.length === 0 ? { zero_reason: explainNothing(filter) } : {}),
    };
  }

  #render(
    view: IndexView,
    request: SearchRequest,
    found: { page: readonly FileCandidate[]; ranked: RankedResult; frame: object },
  ): ReturnType<typeof fitResults<FileCandidate, ReturnType<typeof toResult>>> {
    const texts = new Map<number, TextLines>();
    return fitResults(found.page, {
      maxTokens: request.max_tokens,
      frameBytes: Buffer.byteLength(JSON.stringify(found.frame)) + 64,
      levels: LINE_LEVEL_COUNT,
      render: (candidate, place) => {
        let text = texts.get(candidate.blobId);
        if (text === undefined) {
          text = new TextLines(view.readContent(candidate.blobId) ?? Buffer.alloc(0));
          texts.set(candidate.blobId, text);
        }
        const range = candidate.chunks[0] ?? { startLine: 1, endLine: 20 };
        const passage = choosePassage(text, range, {
          terms: found.ranked.terms,
          maxLines: getLineLimit(place),
        });
        return toResult(view.catalog, request, {
          slot: candidate.slot,
          passage: { ...passage, content: this.#redact(passage.content) },
          score: candidate.score,
          kind: 'block',
          scoreParts: explainScore(candidate),
        });
      },
    });
  }
}

/** Parts that sum to the score. */
function explainScore(candidate: FileCandidate): Record<string, number> {
  const { textScore, pathScore, score } = candidate;
  return {
    text: round(textScore),
    path: round(pathScore),
    role: round(score - textScore - pathScore),
  };
}
