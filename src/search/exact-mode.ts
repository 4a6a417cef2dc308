/**
 * Modes `literal` and `regex`: every match, counted exactly. Trigrams choose the candidates; each is then
 * searched in its stored content. Files come in a fixed order (code before tests, documents and generated
 * files, then by path), so that pages neither repeat nor lose anything while the index is unchanged.
 *
 * Files before the end of the page are searched with positions, the ones behind it are only counted. When
 * the time is over, the counts say that they are estimates.
 */
import { ROLES } from '../model/document.ts';
import type { SearchReply, SearchRequest } from '../model/search.ts';
import { compilePattern, type CompiledPattern } from '../query/pattern/compile-pattern.ts';
import { createLineMatcher, type LineMatcher } from '../query/pattern/line-matcher.ts';
import { ROLE_FACTORS } from '../ranking/weights.ts';
import { fitResults } from './budget.ts';
import type { Deadline } from './deadline.ts';
import { DocumentFilter } from './document-filter.ts';
import { EXACT_LEVELS, renderStretch } from './exact-result.ts';
import type { CatalogView, IndexView } from './ports.ts';
import { explainNothing } from './zero-reason.ts';
import { toFrame } from './result.ts';
import { cutStretches, type Stretch } from './stretches.ts';
import { TextLines } from './text-lines.ts';
import { findCandidates } from './trigram-candidates.ts';

/** Matches kept of one file; more are still counted by line. */
const MAX_MATCHES_PER_FILE = 20_000;

export interface ExactOptions {
  readonly deadline: Deadline;
  readonly redact: (text: string) => string;
}

/** A stretch of one file, to be shown. */
export interface FoundStretch extends Stretch {
  readonly slot: number;
  readonly text: TextLines;
}

/** Errors: `INVALID_PATTERN`. */
export function searchExact(
  view: IndexView,
  request: SearchRequest,
  options: ExactOptions,
): SearchReply {
  const compiled = compilePattern({
    pattern: request.query,
    mode: request.mode === 'literal' ? 'literal' : 'regex',
    case: request.case,
    isWholeWord: request.whole_word,
    spansLines: request.multiline,
  });
  const filter = new DocumentFilter(view.catalog, {
    filters: request.filters,
    allowed: request.allowed_connectors,
  });
  const slots = listCandidates(view, compiled, filter);
  const search = new ExactSearch(view, request, createLineMatcher(compiled));
  search.run(slots, options.deadline);
  return toReply({ request, options, search, filter, compiled, catalog: view.catalog });
}

function listCandidates(
  view: IndexView,
  compiled: CompiledPattern,
  filter: DocumentFilter,
): number[] {
  const { catalog } = view;
  const slots: number[] = [];
  for (const segment of view.segments.list()) {
    const candidates = findCandidates(segment, compiled.trigrams);
    const count = candidates?.length ?? segment.blobCount;
    for (let index = 0; index < count; index++) {
      const blobId =
        segment.blobIds[candidates === undefined ? index : (candidates[index] as number)];
      if (blobId === undefined || blobId === 0) continue;
      for (const slot of catalog.slotsOfBlob(blobId)) if (filter.accepts(slot)) slots.push(slot);
    }
  }
  const rank = ROLES.map((role) => 1 - ROLE_FACTORS[role]);
  return slots.sort((left, right) => {
    const byRole =
      (rank[catalog.role[left] as number] as number) -
      (rank[catalog.role[right] as number] as number);
    if (byRole !== 0) return byRole;
    const a = catalog.paths[left] as string;
    const b = catalog.paths[right] as string;
    if (a !== b) return a < b ? -1 : 1;
    return (catalog.sourceIndex[left] as number) - (catalog.sourceIndex[right] as number);
  });
}

/** One run over the candidates: collects the page and counts everything. */
class ExactSearch {
  readonly page: FoundStretch[] = [];
  matchingLines = 0;
  matchingFiles = 0;
  stretchesSeen = 0;
  searched = 0;
  candidates = 0;
  hasMoreBehindPage = false;
  readonly #view: IndexView;
  readonly #request: SearchRequest;
  readonly #matcher: LineMatcher;

  constructor(view: IndexView, request: SearchRequest, matcher: LineMatcher) {
    this.#view = view;
    this.#request = request;
    this.#matcher = matcher;
  }

  run(slots: readonly number[], deadline: Deadline): void {
    this.candidates = slots.length;
    const pageEnd = this.#request.offset + this.#request.top_k;
    for (const slot of slots) {
      if (deadline.isOver()) return;
      const content = this.#view.readContent(this.#view.catalog.blobId[slot] as number);
      this.searched += 1;
      if (content === undefined) continue;
      const remainingMs = (): number => deadline.remainingMs();
      if (this.stretchesSeen > pageEnd) {
        this.#count(this.#matcher.countLines(content, { remainingMs }).lineCount);
        continue;
      }
      const report = this.#matcher.findMatches(content, {
        maxMatches: MAX_MATCHES_PER_FILE,
        remainingMs,
      });
      this.#count(report.lineCount);
      if (report.matches.length > 0) this.#addStretches(slot, content, report.matches);
    }
  }

  #count(lines: number): void {
    this.matchingLines += lines;
    if (lines > 0) this.matchingFiles += 1;
  }

  #addStretches(
    slot: number,
    content: Buffer,
    matches: ReturnType<LineMatcher['findMatches']>['matches'],
  ): void {
    const { offset, top_k: limit, context_lines: contextLines } = this.#request;
    const text = new TextLines(content);
    for (const stretch of cutStretches(matches, contextLines, text.count)) {
      const place = this.stretchesSeen++;
      if (place >= offset && place < offset + limit) this.page.push({ ...stretch, slot, text });
      if (place >= offset + limit) this.hasMoreBehindPage = true;
    }
  }
}

function toReply(found: {
  request: SearchRequest;
  options: ExactOptions;
  search: ExactSearch;
  filter: DocumentFilter;
  compiled: CompiledPattern;
  catalog: CatalogView;
}): SearchReply {
  const { request, options, search, filter, compiled, catalog } = found;
  const isCut = options.deadline.wasHit;
  const share = isCut ? Math.max(1, search.candidates) / Math.max(1, search.searched) : 1;
  const frame = {
    ...toFrame(request),
    total_count: Math.round(search.matchingLines * share),
    total_files: Math.round(search.matchingFiles * share),
    ...(isCut ? { total_is_estimate: true } : {}),
    ...(compiled.trigrams.kind === 'all' ? { note: SCAN_NOTE } : {}),
  };
  const fitted = fitResults(search.page, {
    maxTokens: request.max_tokens,
    frameBytes: Buffer.byteLength(JSON.stringify(frame)) + 64,
    levels: EXACT_LEVELS,
    render: (stretch, { level }) =>
      renderStretch(catalog, stretch, { request, level, redact: options.redact }),
  });
  const isBudget = fitted.dropped > 0;
  const truncatedBy = isBudget ? ('budget' as const) : ('deadline' as const);
  return {
    results: fitted.results,
    ...frame,
    has_more: isBudget || isCut || search.hasMoreBehindPage,
    truncated: isBudget || isCut,
    ...(isBudget || isCut ? { truncated_by: truncatedBy } : {}),
    ...(search.matchingLines === 0 && !isCut
      ? { zero_reason: explainNothing(filter, 'Nothing in the index matches the pattern.') }
      : {}),
  };
}

const SCAN_NOTE =
  'The pattern has no run of three fixed characters, so every file that the filters leave was searched. A longer literal part makes it fast.';
