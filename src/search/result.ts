/** Builds results and replies in the shape of the contract. */
import type { ChunkKind, DocumentItem, SourceType } from '../model/document.ts';
import { ROLES } from '../model/document.ts';
import type {
  ItemFacts,
  SearchReply,
  SearchRequest,
  SearchResult,
  SearchResultMetadata,
  TextMatch,
} from '../model/search.ts';
import { itemKindOf, sourceTypeOf } from './document-filter.ts';
import type { Passage } from './passages.ts';
import type { CatalogView } from './ports.ts';

/** What a result is made from. */
export interface ResultParts {
  readonly slot: number;
  readonly passage: Passage;
  readonly score: number;
  readonly kind: ChunkKind;
  readonly symbol?: string;
  readonly matchLines?: readonly number[];
  readonly matches?: readonly TextMatch[];
  readonly scoreParts?: Readonly<Record<string, number>>;
}

/** Builds one result; what `response_format` and `explain` leave out is not there. */
export function toResult(
  catalog: CatalogView,
  request: Pick<SearchRequest, 'response_format' | 'explain'>,
  parts: ResultParts,
): SearchResult {
  const { slot, passage } = parts;
  const connectorId = catalog.sources[catalog.sourceIndex[slot] as number]?.connectorId ?? '';
  const path = catalog.paths[slot] as string;
  return {
    id: toFileUri(connectorId, path, passage),
    content: passage.content,
    score: round(parts.score),
    source_type: sourceTypeOf(catalog, slot) as SourceType,
    metadata: toMetadata(catalog, parts, {
      connectorId,
      isDetailed: request.response_format === 'detailed',
    }),
    ...(request.explain && parts.scoreParts !== undefined ? { score_parts: parts.scoreParts } : {}),
  };
}

function toMetadata(
  catalog: CatalogView,
  { slot, passage, ...parts }: ResultParts,
  { connectorId, isDetailed }: { readonly connectorId: string; readonly isDetailed: boolean },
): SearchResultMetadata {
  const item = catalog.readItem(slot);
  const updatedMs = catalog.updatedMs[slot] as number;
  return {
    file_path: catalog.paths[slot] as string,
    language: catalog.languages[catalog.languageIndex[slot] as number] ?? 'plaintext',
    start_line: passage.startLine,
    end_line: passage.endLine,
    chunk_type: itemKindOf(catalog, slot) ?? parts.kind,
    ...(parts.symbol === undefined ? {} : { symbol: parts.symbol }),
    ...(isDetailed
      ? { connector_id: connectorId, updated_at: new Date(updatedMs).toISOString() }
      : {}),
    role: ROLES[catalog.role[slot] as number] ?? 'source',
    ...toItemFacts(item),
    ...(parts.matchLines === undefined ? {} : { match_lines: parts.matchLines }),
    ...(parts.matches === undefined || !isDetailed ? {} : { matches: parts.matches }),
    ...(passage.isLineCut ? { line_cut: true } : {}),
  };
}

/** What is said of an item beyond its text; nothing for a file. */
export function toItemFacts(item: DocumentItem | undefined): ItemFacts {
  if (item === undefined) return {};
  const { title, url, state, author, labels, ticket, channel, created_at: created } = item;
  return {
    ...(title === undefined ? {} : { title }),
    ...(url === undefined ? {} : { url }),
    ...(state === undefined ? {} : { state }),
    ...(author === undefined ? {} : { author }),
    ...(labels === undefined || labels.length === 0 ? {} : { labels }),
    ...(ticket === undefined ? {} : { ticket }),
    ...(channel === undefined ? {} : { channel }),
    ...(created === undefined ? {} : { created_at: created }),
  };
}

/** The resource URI of a file, with lines where there are some. */
export function toFileUri(
  connectorId: string,
  path: string,
  lines?: { readonly startLine: number; readonly endLine: number },
): string {
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  const hash = lines === undefined ? '' : `#L${lines.startLine}-L${lines.endLine}`;
  return `engine://file/${connectorId}/${encoded}${hash}`;
}

/** Scores are shown with four digits behind the point. */
export function round(score: number): number {
  return Math.round(score * 10_000) / 10_000;
}

/** What every reply has, before its results are known. */
export function toFrame(
  request: SearchRequest,
): Pick<SearchReply, 'query_time_ms' | 'offset' | 'limit' | 'applied_filters'> {
  return {
    query_time_ms: 0,
    offset: request.offset,
    limit: request.top_k,
    applied_filters: request.filters,
  };
}
