/** Mode `auto`: ranked search over words, its results and what it says when there are none. */
import type { SearchReply, SearchRequest, SearchResult } from '../model/search.ts';
import type { QueryTerm, WeightedTerm } from '../ranking/select-terms.ts';
import { ROLE_FACTORS } from '../ranking/weights.ts';
import { fitResults, getLineLimit, LINE_LEVEL_COUNT } from './budget.ts';
import type { Deadline } from './deadline.ts';
import { DocumentFilter, itemKindOf } from './document-filter.ts';
import { correctName } from './mistyped-name.ts';
import { choosePassage } from './passages.ts';
import type { IndexView } from './ports.ts';
import { findStatementLines } from './line-share.ts';
import { planQuery, type QueryPlan } from './query-plan.ts';
import { addStatements, rankFiles, type RankedFile } from './rank-files.ts';
import { rankPassages, type RankedPassage } from './rank-passages.ts';
import { RankedSearch, type FileCandidate, type RankedResult } from './ranked-search.ts';
import { RequiredText } from './required-text.ts';
import { round, toFrame, toResult } from './result.ts';
import { TextLines } from './text-lines.ts';
import { explainNothing } from './zero-reason.ts';

/** Files that are looked at closely; paging reaches no further. */
const MAX_CANDIDATES = 200;
/** Files whose functions are compared; the page of a default call and some. */
const MAX_FILES_LOOKED_INTO = 24;
/** Lines shown behind a demanded text that no chunk holds. */
const HEAD_LINES = 20;

interface Found {
  readonly hits: readonly RankedPassage[];
  readonly terms: readonly WeightedTerm[];
  readonly matchedFiles: number;
}

export class RankedMode {
  readonly #search = new RankedSearch();
  readonly #redact: (text: string) => string;

  constructor(redact: (text: string) => string) {
    this.#redact = redact;
  }

  search(view: IndexView, request: SearchRequest, deadline: Deadline): SearchReply {
    const typed = planQuery(request.query);
    const filter = new DocumentFilter(view.catalog, {
      filters: request.filters,
      allowed: request.allowed_connectors,
      further: typed.qualifierFilters,
    });
    const plan = correctName(view, typed, {
      filter,
      deadline,
      kinds: request.filters.kinds ?? [],
      isHeld: (term) => this.#isHeld(view, term, filter),
    });
    const found = this.#find(view, { plan, filter, request, deadline });
    return this.#toReply(view, request, { found, filter, deadline });
  }

  #isHeld(view: IndexView, term: QueryTerm, filter: DocumentFilter): boolean {
    const found = this.#search.run(view, [term], {
      filter,
      limit: 1,
      roleFactors: ROLE_FACTORS,
      allowsPathOnly: true,
      findMask: () => undefined,
    });
    return found.matchedFiles > 0;
  }

  #find(
    view: IndexView,
    query: {
      readonly plan: QueryPlan;
      readonly filter: DocumentFilter;
      readonly request: SearchRequest;
      readonly deadline: Deadline;
    },
  ): Found {
    const { plan, filter, request } = query;
    const required = new RequiredText(plan.tree, query.deadline);
    const ranked =
      plan.terms.length === 0
        ? listWithoutTerms(view, filter, required)
        : this.#search.run(view, plan.terms, {
            filter,
            limit: MAX_CANDIDATES,
            roleFactors: plan.roleFactors,
            allowsPathOnly: required.isEmpty,
            findMask: (segment) => required.findMask(segment),
          });
    const files = rankFiles(view, ranked.candidates, {
      plan,
      filter,
      workContext: request.work_context,
    });
    const found = { terms: ranked.terms, matchedFiles: ranked.matchedFiles };
    if (!required.isEmpty) {
      const hits = files.flatMap((file) => toHit(view, file, { required, ...query }) ?? []);
      return { ...found, hits };
    }
    const passages = listPassages(view, files, { plan, terms: ranked.allTerms });
    const wanted = [request.filters.kinds ?? [], plan.tree.qualifiers.kind]
      .filter((kinds) => kinds.length > 0)
      .map((kinds) => new Set<string>(kinds));
    const hits = passages.filter(({ kind, file }) => {
      const own = itemKindOf(view.catalog, file.slot) ?? kind;
      return wanted.every((kinds) => kinds.has(own));
    });
    return { ...found, hits };
  }

  #toReply(
    view: IndexView,
    request: SearchRequest,
    { found, filter, deadline }: { found: Found; filter: DocumentFilter; deadline: Deadline },
  ): SearchReply {
    const total = found.hits.length;
    const frame = {
      ...toFrame(request),
      total_count: total,
      ...(found.matchedFiles > total ? { total_is_estimate: true } : {}),
    };
    const texts = new TextCache(view);
    const fitted = fitResults(found.hits.slice(request.offset, request.offset + request.top_k), {
      maxTokens: request.max_tokens,
      frameBytes: Buffer.byteLength(JSON.stringify(frame)) + 64,
      levels: LINE_LEVEL_COUNT,
      render: (hit, place) =>
        this.#render(view, request, {
          hit,
          text: texts.get(hit.file.blobId),
          terms: found.terms,
          maxLines: getLineLimit(place),
        }),
    });
    const isCut = fitted.dropped > 0 || deadline.wasHit;
    const truncatedBy = deadline.wasHit ? ('deadline' as const) : ('budget' as const);
    return {
      results: fitted.results,
      ...frame,
      has_more: request.offset + fitted.results.length < total,
      truncated: isCut,
      ...(isCut ? { truncated_by: truncatedBy } : {}),
      ...(total === 0 ? { zero_reason: explainNothing(filter) } : {}),
    };
  }

  #render(
    view: IndexView,
    request: SearchRequest,
    shown: {
      hit: RankedPassage;
      text: TextLines;
      terms: readonly WeightedTerm[];
      maxLines: number;
    },
  ): SearchResult {
    const { hit, text, terms, maxLines } = shown;
    const passage = choosePassage(text, hit, { terms, maxLines });
    const parts = toParts(hit.file);
    return toResult(view.catalog, request, {
      slot: hit.file.slot,
      passage: { ...passage, content: this.#redact(passage.content) },
      score: Object.values(parts).reduce((sum, part) => sum + part, 0),
      kind: hit.kind,
      ...(hit.symbol === undefined ? {} : { symbol: hit.symbol }),
      scoreParts: parts,
    });
  }
}

/** Looks into the best files: which lines hold a statement of the query, then which pieces are shown. */
function listPassages(
  view: IndexView,
  files: readonly RankedFile[],
  { plan, terms }: { readonly plan: QueryPlan; readonly terms: readonly WeightedTerm[] },
): RankedPassage[] {
  const texts = new TextCache(view);
  const readText = (blobId: number): TextLines => texts.get(blobId);
  const best = files.slice(0, MAX_FILES_LOOKED_INTO);
  const statementLines = findStatementLines(best, plan.statements, { terms, readText });
  return rankPassages(addStatements(files, statementLines), {
    terms,
    mentions: plan.mentions,
    names: plan.names,
    symbols: view.symbols,
    statementLines,
    readText,
    maxFiles: MAX_FILES_LOOKED_INTO,
  });
}

/** Contents of one answer, each decompressed once. */
class TextCache {
  readonly #view: IndexView;
  readonly #texts = new Map<number, TextLines>();

  constructor(view: IndexView) {
    this.#view = view;
  }

  get(blobId: number): TextLines {
    let text = this.#texts.get(blobId);
    if (text === undefined) {
      text = new TextLines(this.#view.readContent(blobId) ?? Buffer.alloc(0));
      this.#texts.set(blobId, text);
    }
    return text;
  }
}

/** Where a demanded text stands in a file; undefined when a demand is not met. */
function toHit(
  view: IndexView,
  file: RankedFile,
  { required, deadline }: { required: RequiredText; deadline: Deadline },
): RankedPassage | undefined {
  if (deadline.isOver()) return undefined;
  const content = view.readContent(file.blobId);
  const line = content === undefined ? undefined : required.findFirstLine(content);
  if (line === undefined) return undefined;
  const holder = file.chunks.find(({ startLine, endLine }) => startLine <= line && line <= endLine);
  return {
    file,
    startLine: holder?.startLine ?? Math.max(1, line - 3),
    endLine: holder?.endLine ?? line + HEAD_LINES,
    definitionLine: line,
    kind: 'block',
    symbol: undefined,
    passageScore: file.score,
  };
}

/** Qualifiers, phrases or patterns alone: every document that passes, in order of path. */
function listWithoutTerms(
  view: IndexView,
  filter: DocumentFilter,
  required: RequiredText,
): RankedResult {
  const { catalog } = view;
  const candidates: FileCandidate[] = [];
  let matchedFiles = 0;
  const add = (slot: number): void => {
    if (!filter.accepts(slot)) return;
    matchedFiles += 1;
    const blobId = catalog.blobId[slot] as number;
    candidates.push({
      slot,
      blobId,
      score: 0,
      textScore: 0,
      pathScore: 0,
      roleFactor: 1,
      chunks: [],
    });
  };
  for (const segment of view.segments.list()) {
    const mask = required.findMask(segment);
    for (let local = 0; local < segment.blobCount; local++) {
      const blobId = segment.blobIds[local] as number;
      if (mask?.[local] === 0 || blobId === 0) continue;
      for (const slot of catalog.slotsOfBlob(blobId)) add(slot);
    }
  }
  candidates.sort((left, right) =>
    (catalog.paths[left.slot] as string) < (catalog.paths[right.slot] as string) ? -1 : 1,
  );
  return { terms: [], allTerms: [], candidates: candidates.slice(0, MAX_CANDIDATES), matchedFiles };
}

/** The shares of a score, rounded; their sum is the score that is shown. */
function toParts(file: RankedFile): Record<string, number> {
  const parts: Record<string, number> = {};
  for (const [name, value] of Object.entries(file.shares)) parts[name] = round(value);
  return parts;
}
