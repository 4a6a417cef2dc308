/** Mode `path`: files by their path. */
import type { SearchReply, SearchRequest } from '../model/search.ts';
import { createPathScorer } from '../query/score-path.ts';
import { fitResults, getLineLimit, LINE_LEVEL_COUNT } from './budget.ts';
import { DocumentFilter } from './document-filter.ts';
import type { IndexView } from './ports.ts';
import { toFrame, toResult } from './result.ts';
import { TextLines } from './text-lines.ts';
import { choosePassage } from './passages.ts';
import { TopList } from './top-list.ts';
import { explainNothing } from './zero-reason.ts';

const MAX_RESULTS = 1000;

/** Finds files whose path fits the query, best first. Cost: a pass over all paths. */
export function searchPaths(view: IndexView, request: SearchRequest): SearchReply {
  const { catalog } = view;
  const filter = new DocumentFilter(catalog, {
    filters: request.filters,
    allowed: request.allowed_connectors,
  });
  const top = new TopList<{ slot: number; score: number }>(MAX_RESULTS);
  const scorePath = createPathScorer(request.query);
  let matched = 0;
  for (let slot = 0; slot < catalog.slotCount; slot++) {
    if (catalog.documentId[slot] === 0) continue;
    const score = scorePath(catalog.paths[slot] as string);
    if (score <= 0 || !filter.accepts(slot)) continue;
    matched += 1;
    top.add(score, { slot, score });
  }
  const hits = top.list();
  const frame = {
    ...toFrame(request),
    total_count: hits.length,
    ...(matched > hits.length ? { total_is_estimate: true } : {}),
  };
  const fitted = fitResults(hits.slice(request.offset, request.offset + request.top_k), {
    maxTokens: request.max_tokens,
    frameBytes: Buffer.byteLength(JSON.stringify(frame)) + 64,
    levels: LINE_LEVEL_COUNT,
    render: ({ slot, score }, place) => {
      const maxLines = Math.min(5, getLineLimit(place));
      const text = new TextLines(
        view.readContent(catalog.blobId[slot] as number) ?? Buffer.alloc(0),
      );
      const passage = choosePassage(
        text,
        { startLine: 1, endLine: maxLines },
        { terms: [], maxLines },
      );
      return toResult(catalog, request, {
        slot,
        passage,
        score,
        kind: 'file',
        scoreParts: { path: score },
      });
    },
  });
  return {
    results: fitted.results,
    ...frame,
    has_more: request.offset + fitted.results.length < hits.length,
    truncated: fitted.dropped > 0,
    ...(fitted.dropped > 0 ? { truncated_by: 'budget' as const } : {}),
    ...(hits.length === 0
      ? { zero_reason: explainNothing(filter, 'No path in the index fits the query.') }
      : {}),
  };
}
