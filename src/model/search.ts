/**
 * The words of `context.search`: the request as checked by the server and the reply as sent. Field
 * names are those of the wire (snake case), so that a reply needs no second shape.
 */
import type { ChunkKind, Role, SourceType } from './document.ts';
import type { Coverage, PassProgress } from './status.ts';

export const SEARCH_MODES = ['auto', 'literal', 'regex', 'symbol', 'path'] as const;
export type SearchMode = (typeof SEARCH_MODES)[number];

export const CASE_MODES = ['sensitive', 'insensitive', 'smart'] as const;
export type CaseMode = (typeof CASE_MODES)[number];

/** What the caller is working on. Boosts, never filters. */
export interface WorkContext {
  readonly active_file?: string;
  readonly git_branch?: string;
  readonly open_ticket_ids?: readonly string[];
  readonly current_story_id?: string;
  readonly boost_active?: boolean;
}

/** Hard filters; values of one key are alternatives, keys are combined. */
export interface SearchFilters {
  readonly source_types?: readonly SourceType[];
  readonly languages?: readonly string[];
  /** A glob when it holds one of `*?[{`, else a path and everything below it. */
  readonly paths?: readonly string[];
  readonly exclude_paths?: readonly string[];
  readonly connectors?: readonly string[];
  readonly kinds?: readonly ChunkKind[];
  readonly roles?: readonly Role[];
  /** RFC 3339 times or dates, both ends inclusive. */
  readonly date_range?: { readonly from?: string; readonly to?: string };
  readonly work_context?: WorkContext;
}

/** A search with every default filled in. */
export interface SearchRequest {
  /** 1 to 32,000 code points. */
  readonly query: string;
  readonly mode: SearchMode;
  /** 1 to 100. */
  readonly top_k: number;
  readonly offset: number;
  readonly case: CaseMode;
  readonly whole_word: boolean;
  readonly multiline: boolean;
  /** 0 to 20; literal and regex. */
  readonly context_lines: number;
  readonly filters: SearchFilters;
  readonly work_context?: WorkContext;
  readonly response_format: 'concise' | 'detailed';
  /** 200 to 20,000; a token is ceil(UTF-8 bytes of the reply text / 3). */
  readonly max_tokens: number;
  readonly explain: boolean;
  /** Connector ids that the caller may see; absent means all of them. Set by access control, never by the caller. */
  readonly allowed_connectors?: readonly string[];
}

/** One match in literal or regex mode. Columns are 1-based bytes of the line, end exclusive. */
export interface TextMatch {
  readonly line: number;
  readonly column: number;
  readonly end_column: number;
}

/** Of an item that is no file: an issue, a message. */
export interface ItemFacts {
  readonly title?: string;
  readonly url?: string;
  readonly state?: string;
  readonly author?: string;
  readonly labels?: readonly string[];
  readonly ticket?: string;
  readonly channel?: string;
  /** RFC 3339. */
  readonly created_at?: string;
}

export interface SearchResultMetadata extends ItemFacts {
  readonly file_path: string;
  readonly language: string;
  /** 1-based, inclusive. */
  readonly start_line: number;
  readonly end_line: number;
  readonly chunk_type: ChunkKind;
  readonly symbol?: string;
  readonly connector_id?: string;
  readonly updated_at?: string | null;
  readonly role: Role;
  readonly client_path?: string;
  readonly match_lines?: readonly number[];
  readonly matches?: readonly TextMatch[];
  /** True when a line over 1,000 bytes was cut around its match. */
  readonly line_cut?: boolean;
}

export interface SearchResult {
  /** Resource URI with lines: `engine://file/<root>/<path>#L10-L40`. */
  readonly id: string;
  readonly content: string;
  readonly score: number;
  readonly source_type: SourceType;
  readonly metadata: SearchResultMetadata;
  /** With `explain`: named parts that sum to `score`. */
  readonly score_parts?: Readonly<Record<string, number>>;
}

/** What the index does not hold yet; present only while it is not complete and fresh. */
export interface SearchCoverage extends Coverage {
  readonly passes?: PassProgress;
  /** Connectors that are being fetched for the first time; the numbers are those of the folders. */
  readonly syncing?: readonly string[];
}

export interface ZeroReason {
  readonly code: 'not_indexed' | 'filtered' | 'absent';
  readonly message: string;
  /** The filter key that removed the last results. */
  readonly filter?: string;
  readonly nearest?: readonly string[];
}

export interface SearchReply {
  readonly results: readonly SearchResult[];
  readonly total_count: number;
  readonly total_is_estimate?: boolean;
  /** Literal and regex: files that have a matching line. */
  readonly total_files?: number;
  readonly query_time_ms: number;
  readonly offset: number;
  readonly limit: number;
  readonly has_more: boolean;
  readonly truncated: boolean;
  readonly truncated_by?: 'budget' | 'deadline' | 'limit';
  readonly applied_filters: SearchFilters;
  readonly coverage?: SearchCoverage;
  readonly zero_reason?: ZeroReason;
  /** Set when the pattern gave no usable trigram and contents were scanned. */
  readonly note?: string;
}
