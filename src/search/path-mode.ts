/** Mode `path`: files by their path. */
import type { SearchReply, SearchRequest } from '../model/search.ts';
import { createPathScorer } from '../query/score-path.ts';
import { fitResults, getLineLimit, LINE_LEVEL_COUNT } from './budget.ts';
import { DocumentFilter } from './document-filter.ts';
import type { IndexView } from './ports.ts';
import { toFrame, toResult } from './result.ts';
import { TextLines } from './text-lines.ts';
import { choosePassage, type Passage } from './passages.ts';
import { TopList } from './top-list.ts';
import { explainNothing } from './zero-reason.ts';

const MAX_RESULTS = 1000;
/** Lines shown of each file. */
const HEAD_LINES = 5;

interface PathHit {
  readonly slot: number;
  readonly score: number;
}

/** Finds files whose path fits the query, best first. Cost: a pass over all paths. */
export function searchPaths(
  view: IndexView,
  request: SearchRequest,
  redact: (text: string) => string,
): SearchReply {
  const filter = new DocumentFilter(view.catalog, {
    filters: request.filters,
    allowed: request.allowed_connectors,
  });
  const { hits, matched } = findPaths(view, request.query, filter);
  const frame = {
    ...toFrame(request),
    total_count: hits.length,
    ...(matched > hits.length ? { total_is_estimate: true } : {}),
  };
  const fitted = fitResults(hits.slice(request.offset, request.offset + request.top_k), {
    maxTokens: request.max_tokens,
    frameBytes: Buffer.byteLength(JSON.stringify(frame)) + 64,
    levels: LINE_LEVEL_COUNT,
    render: (hit, place) => {
      const maxLines = Math.min(HEAD_LINES, getLineLimit(place));
      return toResult(view.catalog, request, {
        ...hit,
        passage: readHead(view, hit, { maxLines, redact }),
        kind: 'file',
        scoreParts: { path: hit.score },
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

function findPaths(
  { catalog }: IndexView,
  query: string,
  filter: DocumentFilter,
): { readonly hits: readonly PathHit[]; readonly matched: number } {
  const top = new TopList<PathHit>(MAX_RESULTS);
  const scorePath = createPathScorer(query);
  let matched = 0;
  for (let slot = 0; slot < catalog.slotCount; slot++) {
    if (catalog.documentId[slot] === 0) continue;
    const score = scorePath(catalog.paths[slot] as string);
    if (score <= 0 || !filter.accepts(slot)) continue;
    matched += 1;
    top.add(score, { slot, score });
  }
  return { hits: top.list(), matched };
}

function readHead(
  view: IndexView,
  { slot }: PathHit,
  { maxLines, redact }: { readonly maxLines: number; readonly redact: (text: string) => string },
): Passage {
  const content = view.readContent(view.catalog.blobId[slot] as number) ?? Buffer.alloc(0);
  const range = { startLine: 1, endLine: maxLines };
  const passage = choosePassage(new TextLines(content), range, { terms: [], maxLines });
  return { ...passage, content: redact(passage.content) };
}
