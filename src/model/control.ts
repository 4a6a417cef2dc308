/** The words of `context.index_control` and `context.connector_management`. */
import type { SourceType } from './document.ts';
import type { IndexStatus } from './status.ts';

export const CONTROL_ACTIONS = [
  'start',
  'stop',
  'status',
  'force_reindex',
  'reindex_paths',
  'plan',
  'explain_path',
  'verify',
  'index',
] as const;
export type ControlAction = (typeof CONTROL_ACTIONS)[number];

/** One document handed in by a client instead of being read from a root. */
export interface PushedDocument {
  readonly path: string;
  readonly content: string;
  readonly source_type: SourceType;
  readonly updated_at?: string;
}

/** As checked by the server: keys that the action does not use are already refused. */
export interface ControlRequest {
  readonly action: ControlAction;
  /** Connector ids; empty means all roots. */
  readonly connectors: readonly string[];
  readonly job_id?: string;
  /** 0 to 25,000. */
  readonly wait_ms: number;
  readonly since?: number;
  readonly paths?: readonly string[];
  readonly path?: string;
  readonly content?: PushedDocument;
  readonly allowed_connectors?: readonly string[];
}

export interface ControlReply {
  readonly status: 'ok';
  readonly message: string;
  readonly job_id?: string;
  readonly details?: unknown;
  readonly index_status?: IndexStatus;
}

/** What `plan` found out without changing anything. */
export interface PlanDetails {
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  readonly skipped: Readonly<Record<string, number>>;
  readonly ignored: number;
  readonly bytes: number;
  readonly estimated_seconds: number;
  readonly examples: Readonly<Record<string, readonly string[]>>;
}

/** Why one path is or is not in the index. */
export interface PathExplanation {
  readonly path: string;
  readonly state: 'indexed' | 'skipped' | 'failed' | 'ignored' | 'absent' | 'outside';
  readonly reason: string;
  /** The ignore pattern that decided, where it stands, and its 1-based line. */
  readonly rule?: string;
  readonly rule_file?: string;
  readonly rule_line?: number;
}

export const CONNECTOR_TYPES = [
  'filesystem',
  'git',
  'github',
  'gitlab',
  'jira',
  'slack',
  'discord',
] as const;
export type ConnectorType = (typeof CONNECTOR_TYPES)[number];

export const CONNECTOR_ACTIONS = ['list', 'add', 'update', 'remove', 'test', 'sync'] as const;
export type ConnectorAction = (typeof CONNECTOR_ACTIONS)[number];

export interface ConnectorRequest {
  readonly action: ConnectorAction;
  readonly connector_id?: string;
  readonly connector_config?: Readonly<Record<string, unknown>>;
  readonly confirm: boolean;
  readonly allowed_connectors?: readonly string[];
}

export interface ConnectorView {
  readonly id: string;
  readonly type: ConnectorType;
  readonly name: string;
  readonly status: 'active' | 'syncing' | 'error' | 'disabled';
  readonly config: Readonly<Record<string, unknown>>;
  readonly last_ok: string | null;
  readonly last_error: string | null;
  readonly next_run: string | null;
  readonly items: number;
}

/** What a webhook call is answered; nothing: it was taken. */
export interface WebhookReply {
  readonly answer?: Readonly<Record<string, unknown>>;
}

/** A webhook call as it came in. */
export interface WebhookRequest {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** As received: signatures are over these bytes. */
  readonly body: Uint8Array;
}

export interface ConnectorReply {
  readonly connectors: readonly ConnectorView[];
  readonly status: 'ok';
  readonly message: string;
  readonly job_id?: string;
}
