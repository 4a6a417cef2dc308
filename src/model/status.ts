/**
 * The words of `index_status`: what is indexed, what is not and why, and what is being done about it.
 * Every number is computed from rows written together with the content.
 */

export const PHASES = [
  'idle',
  'listing',
  'comparing',
  'text',
  'structure',
  'history',
  'settling',
] as const;
export type Phase = (typeof PHASES)[number];

export const JOB_STATES = [
  'queued',
  'running',
  'completed',
  'completed_with_errors',
  'cancelled',
  'failed',
] as const;
export type JobState = (typeof JOB_STATES)[number];

/** What a job does; the wire's `action` names where both exist. */
export const JOB_ACTIONS = [
  'start',
  'force_reindex',
  'reindex_paths',
  'verify',
  'refresh',
  'sync',
] as const;
export type JobAction = (typeof JOB_ACTIONS)[number];

/** Text pass, at every moment: discovered = indexed + skipped + failed + pending. */
export interface Coverage {
  readonly discovered: number;
  readonly indexed: number;
  readonly skipped: Readonly<Record<string, number>>;
  readonly failed: Readonly<Record<string, number>>;
  /** At most five paths for each reason. */
  readonly examples: Readonly<Record<string, readonly string[]>>;
  readonly pending: number;
  /** 0 to 100; 100 only when the listing is complete and nothing is pending. */
  readonly percent: number;
}

export interface PassCount {
  readonly done: number;
  readonly total: number;
  /** Why the pass cannot do all of its work. */
  readonly reason?: string;
}

export interface PassProgress {
  readonly text: PassCount;
  readonly structure: PassCount;
  readonly history: PassCount;
}

export interface Watching {
  readonly mode: 'events' | 'polling' | 'off';
  readonly reason: string;
}

export interface StatusError {
  readonly code: string;
  readonly message: string;
  readonly path?: string;
}

export interface RootStatus {
  readonly connector_id: string;
  readonly path: string;
  readonly head_commit: string | null;
  readonly verified_at: string | null;
  readonly watching: Watching;
  readonly coverage: Coverage;
}

/** A source that is fetched from elsewhere. */
export interface ConnectorStatus {
  readonly connector_id: string;
  readonly type: string;
  readonly last_ok: string | null;
  readonly last_error: string | null;
  /** Of its items; 100 % when a full sync has come to its end and nothing is pending. */
  readonly coverage: Coverage;
}

export interface JobView {
  readonly job_id: string;
  readonly action: JobAction;
  readonly connectors: readonly string[];
  readonly state: JobState;
  readonly phase: Phase;
  /** 0 to 100, never falls, 100 only once ended. */
  readonly progress: number;
  readonly created_at: string;
  readonly started_at: string | null;
  readonly ended_at: string | null;
  readonly last_error: StatusError | null;
}

export interface IndexStatus {
  /** Grows when a state, phase, whole percent, coverage number, last error or watching changes. */
  readonly revision: number;
  readonly is_indexing: boolean;
  readonly phase: Phase;
  readonly progress: number;
  readonly files_processed: number;
  readonly total_files: number;
  readonly chunks_created: number;
  readonly bytes_processed: number;
  readonly files_per_second: number;
  readonly start_time: string | null;
  readonly estimated_end: string | null;
  readonly verified_at: string | null;
  readonly last_error: StatusError | null;
  readonly searchable: boolean;
  readonly coverage: Coverage;
  readonly passes: PassProgress;
  readonly watching: Watching;
  readonly head_commit: string | null;
  /** Folders. All numbers above are of these. */
  readonly roots: readonly RootStatus[];
  /** Everything else that is indexed but pushed documents. */
  readonly connectors: readonly ConnectorStatus[];
  readonly db_bytes: number;
  readonly wal_bytes: number;
  readonly jobs: readonly JobView[];
}
