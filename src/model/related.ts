/** The words of `context.get_related_info`. Field names are those of the wire. */
import type { SourceType } from './document.ts';
import type { SearchCoverage } from './search.ts';

export const RELATION_TYPES = [
  'outline',
  'definition',
  'imports',
  'imported_by',
  'calls',
  'called_by',
  'tests',
  'tested_by',
  'co_changed',
  'commit',
  'ticket',
  'issue',
  'pull_request',
  'discussion',
  'comment',
  'branch',
  'file',
] as const;
export type RelationType = (typeof RELATION_TYPES)[number];

/** Exactly one of `file_path`, `ticket_id`, `symbol`. */
export interface RelatedRequest {
  readonly file_path?: string;
  /** 1-based; with `file_path` only. */
  readonly line?: number;
  readonly ticket_id?: string;
  readonly symbol?: string;
  /** Empty means all. */
  readonly relations: readonly RelationType[];
  readonly top_k: number;
  readonly max_tokens: number;
  readonly allowed_connectors?: readonly string[];
}

export interface RelatedItem {
  readonly id: string;
  readonly content: string;
  readonly score: number;
  readonly source_type: SourceType;
  readonly file_path: string | null;
  readonly relation_type: RelationType;
  readonly reason: string;
  readonly start_line: number | null;
  readonly end_line: number | null;
  readonly metadata: Readonly<Record<string, unknown>>;
}

export interface RelatedDiscussion {
  readonly channel: string;
  readonly timestamp: string;
  readonly summary: string;
  readonly url: string;
}

export interface RelatedReply {
  readonly summary: string;
  readonly related_items: readonly RelatedItem[];
  readonly related_prs: readonly string[];
  readonly related_issues: readonly string[];
  readonly discussions: readonly RelatedDiscussion[];
  readonly truncated: boolean;
  readonly query_time_ms: number;
  readonly coverage?: SearchCoverage;
}
