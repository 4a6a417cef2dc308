/**
 * Mode `symbol`, and any query with `sym:`: definitions by name. Without `sym:` the words of the query are the
 * name; with it they are only counted in favour of definitions whose text holds them.
 */
import type { SearchReply, SearchRequest, SearchResult, ZeroReason } from '../model/search.ts';
import { listTerms } from '../analysis/terms.ts';
import { parseQuery, type QueryTree } from '../query/parse-query.ts';
import { findNearest } from '../query/nearest.ts';
import { fitResults, getLineLimit, LINE_LEVEL_COUNT } from './budget.ts';
import type { Deadline } from './deadline.ts';
import { DocumentFilter } from './document-filter.ts';
import { choosePassage } from './passages.ts';
import type { IndexView, OutlineView, SymbolsView } from './ports.ts';
import { toQualifierFilters } from './query-plan.ts';
import { round, toFrame, toResult } from './result.ts';
import { findSymbols, type FoundSymbols, type SymbolHit } from './symbol-search.ts';
import { TextLines } from './text-lines.ts';
import { explainNothing } from './zero-reason.ts';

export interface SymbolModeOptions {
  readonly deadline: Deadline;
  readonly redact: (text: string) => string;
}

/** True when a request is answered by definitions. */
export function asksForSymbols(request: Pick<SearchRequest, 'mode' | 'query'>): boolean {
  if (request.mode === 'symbol') return true;
  return request.mode === 'auto' && parseQuery(request.query).qualifiers.sym.length > 0;
}

/** Cost: see `findNames`; and one content for each result shown. */
export function searchSymbols(
  view: IndexView,
  request: SearchRequest,
  options: SymbolModeOptions,
): SearchReply {
  const tree = parseQuery(request.query);
  const filter = new DocumentFilter(view.catalog, {
    filters: request.filters,
    allowed: request.allowed_connectors,
    further: toQualifierFilters(tree),
  });
  const { symbols } = view;
  const found =
    symbols === undefined
      ? NOTHING
      : findSymbols(listTyped(tree, request.query), {
          catalog: view.catalog,
          symbols,
          filter,
          deadline: options.deadline,
          kinds: [request.filters.kinds ?? [], tree.qualifiers.kind],
        });
  const words = tree.qualifiers.sym.length > 0 ? tree.text : '';
  return toReply(view, request, { found, filter, options, words });
}

const NOTHING: FoundSymbols = { hits: [], isCut: false, names: [] };

/** The names as typed. Operators alone leave the query as it stands. */
function listTyped(tree: QueryTree, query: string): readonly string[] {
  if (tree.qualifiers.sym.length > 0) return tree.qualifiers.sym;
  const text = [tree.text, ...tree.phrases].join(' ').trim();
  return [text === '' ? query : text];
}

function toReply(
  view: IndexView,
  request: SearchRequest,
  answer: {
    readonly found: FoundSymbols;
    readonly filter: DocumentFilter;
    readonly options: SymbolModeOptions;
    readonly words: string;
  },
): SearchReply {
  const { found, filter, options } = answer;
  const hits = preferWords(view, found.hits, answer.words);
  const frame = {
    ...toFrame(request),
    total_count: hits.length,
    ...(found.isCut ? { total_is_estimate: true } : {}),
  };
  const texts = new Map<number, TextLines>();
  const fitted = fitResults(hits.slice(request.offset, request.offset + request.top_k), {
    maxTokens: request.max_tokens,
    frameBytes: Buffer.byteLength(JSON.stringify(frame)) + 64,
    levels: LINE_LEVEL_COUNT,
    render: (hit, place) =>
      render(view, request, { hit, texts, options, maxLines: getLineLimit(place) }),
  });
  const isBudget = fitted.dropped > 0;
  const isLate = options.deadline.wasHit;
  return {
    results: fitted.results,
    ...frame,
    has_more: request.offset + fitted.results.length < hits.length,
    truncated: isBudget || isLate,
    ...(isLate ? { truncated_by: 'deadline' as const } : {}),
    ...(isBudget && !isLate ? { truncated_by: 'budget' as const } : {}),
    ...(hits.length === 0 ? { zero_reason: explainZero(view, request, filter) } : {}),
  };
}

function explainZero(view: IndexView, request: SearchRequest, filter: DocumentFilter): ZeroReason {
  const isVisible = (blobId: number): boolean =>
    Array.from(view.catalog.slotsOfBlob(blobId)).some((slot) => filter.isVisible(slot));
  const near =
    view.symbols === undefined ? [] : listNearNames(view.symbols, request.query, isVisible);
  return explainNothing(filter, 'No definition in the index has such a name.', near);
}

function render(
  view: IndexView,
  request: SearchRequest,
  shown: {
    readonly hit: SymbolHit;
    readonly texts: Map<number, TextLines>;
    readonly options: SymbolModeOptions;
    readonly maxLines: number;
  },
): SearchResult {
  const { hit, texts, options, maxLines } = shown;
  const definition = view.symbols?.resolve(hit.place);
  const text = texts.get(hit.slot) ?? readText(view, hit.slot);
  texts.set(hit.slot, text);
  const range = definition ?? { startLine: 1, endLine: maxLines };
  const passage = choosePassage(
    text,
    {
      startLine: range.startLine,
      endLine: Math.min(range.endLine, range.startLine + maxLines - 1),
    },
    { terms: [], maxLines },
  );
  return toResult(view.catalog, request, {
    slot: hit.slot,
    passage: { ...passage, content: options.redact(passage.content) },
    score: hit.score / SCORE_SCALE,
    kind: hit.place.kind,
    symbol: definition === undefined ? hit.name : toFullName(definition),
    scoreParts: Object.fromEntries(
      Object.entries(hit.parts).map(([name, points]) => [name, round(points / SCORE_SCALE)]),
    ),
  });
}

function toFullName({ container, name }: OutlineView): string {
  return container === '' ? name : `${container}.${name}`;
}

/** Shown scores are near 1 for the name itself. */
const SCORE_SCALE = 1000;

/** With `sym:` further words sort the definitions of equal likeness: those whose text holds more come first. */
function preferWords(
  view: IndexView,
  hits: readonly SymbolHit[],
  words: string,
): readonly SymbolHit[] {
  const terms = [...new Set(listTerms(words).map(({ text }) => text))];
  if (terms.length === 0) return hits;
  const points = new Map<SymbolHit, number>();
  for (const hit of hits.slice(0, MAX_LOOKED_INTO)) {
    const definition = view.symbols?.resolve(hit.place);
    if (definition === undefined) continue;
    const text = readText(view, hit.slot)
      .slice(definition.startLine, definition.endLine)
      .join('\n')
      .toLowerCase();
    points.set(hit, terms.filter((term) => text.includes(term)).length);
  }
  return hits.toSorted(
    (left, right) =>
      toLikeness(right) - toLikeness(left) || (points.get(right) ?? 0) - (points.get(left) ?? 0),
  );
}

const MAX_LOOKED_INTO = 200;

/** Names that are about as like as each other. */
function toLikeness(hit: SymbolHit): number {
  return Math.floor(hit.parts.name / 50);
}

function readText(view: IndexView, slot: number): TextLines {
  const content = view.readContent(view.catalog.blobId[slot] as number);
  return new TextLines(content ?? Buffer.alloc(0));
}

/**
 * At most five names near to one that is not there, nearest first; only names that a visible content defines.
 * Cost: the names that begin like it.
 */
export function listNearNames(
  symbols: SymbolsView,
  typed: string,
  isVisibleBlob: (blobId: number) => boolean,
): string[] {
  const name =
    typed
      .trim()
      .split(/\.|::|#|\s+/)
      .at(-1) ?? '';
  const candidates: string[] = [];
  for (const segment of symbols.listSegments()) {
    let left = MAX_NEAR_CANDIDATES;
    segment.scanPrefix(name.slice(0, 3), (found) => {
      if (found.listPlaces().some(({ blobId }) => isVisibleBlob(blobId))) {
        candidates.push(found.name);
      }
      return --left > 0;
    });
  }
  return findNearest(name, candidates, { limit: MAX_NEAR });
}

const MAX_NEAR = 5;
const MAX_NEAR_CANDIDATES = 2000;
