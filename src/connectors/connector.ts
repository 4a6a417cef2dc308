/**
 * The port behind which every remote source stands: a code host, a tracker, a chat. A kind of source is one folder
 * beside this file that exports one `ConnectorKind`. It only knows how to speak with its service; what comes
 * out of it is stored, resumed, scheduled and removed by `src/indexing/`, the same way for all kinds.
 *
 * Invariants: a connector keeps no state but its cursor; pages can be handed out twice and must then be the same
 * documents (same paths); whatever goes wrong is thrown as an `AppError` of a `CONNECTOR_…` code whose message
 * names the wrong field, scope or host and never a secret.
 */
import type { ConnectorType } from '../model/control.ts';
import type { DocumentItem, SkipReason } from '../model/document.ts';

/** Where a sync stands, as JSON of the connector's own shape. Stored with each page, in the same step. */
export type SyncCursor = Readonly<Record<string, unknown>>;

/** One issue, comment, message, release … as it is to be stored and found. */
export interface ConnectorItem {
  /** Unique in the connector and stable over edits: `issues/12`, `issues/12/comments/345`. */
  readonly path: string;
  /** Markdown with real line breaks; the title is its first line as a heading. */
  readonly text: string;
  /** The item's own last change, in milliseconds since the epoch. */
  readonly updatedMs: number;
  readonly item: DocumentItem;
  /** Set when the item is known and is not to be indexed, such as a binary file; `text` is empty then. */
  readonly skip?: SkipReason;
}

/** Some items (a request's worth), and where to go on after them. */
export interface SyncPage {
  readonly items: readonly ConnectorItem[];
  /** Paths that are gone; each takes everything below it along. */
  readonly removed: readonly string[];
  readonly cursor: SyncCursor;
  /** Items that the whole sync is expected to bring, where the service tells. */
  readonly expectedItems?: number;
}

export interface SyncRequest {
  /**
   * Null: everything, from the start. Otherwise that of the last stored page: of a sync that ended (bring what
   * changed since) or of one that was cut off (go on). The connector tells them apart by what it put in.
   */
  readonly cursor: SyncCursor | null;
  readonly signal: AbortSignal;
}

/** One configured source. */
export interface Connector {
  /** Asks the service who we are and whether everything configured can be read. Gives one sentence of what was found. */
  test(signal: AbortSignal): Promise<string>;
  /** Pages until the source is in step. The last page's cursor starts the next, incremental sync. */
  sync(request: SyncRequest): AsyncIterable<SyncPage>;
}

/** What a connector is given. */
export interface ConnectorContext {
  /** As checked against the table of fields (`model/connector-fields.ts`). */
  readonly config: Readonly<Record<string, unknown>>;
  /** Token from where the configuration says, read anew at each call; undefined when none is configured. */
  readSecret(): string | undefined;
  /**
   * `fetch` behind the guard: refuses inner addresses that are not allowed (also after redirects), has a time limit for
   * each request, repeats 429 and 5xx with back-off, jitter and `Retry-After`, then gives the last response or throws
   * `CONNECTOR_UNREACHABLE`. Client libraries must be made to use it.
   */
  readonly fetch: typeof fetch;
  now(): number;
}

/** What a webhook call was found to be. `changed`: start an incremental sync; `ignored`: valid, nothing to do. */
export type WebhookVerdict = 'changed' | 'ignored' | 'forged' | 'stale';

export interface WebhookCall {
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Exactly as received: signatures are over these bytes. */
  readonly body: Uint8Array;
  readonly secret: string;
  readonly nowMs: number;
}

/** One kind of source. */
export interface ConnectorKind {
  readonly type: ConnectorType;
  /** Throws `INVALID_ARGUMENT` naming the field when the configuration cannot be right. No input or output. */
  create(context: ConnectorContext): Connector;
  /** Checks the signature and the age of a webhook call. Absent where the service has no webhooks. */
  readWebhook?(call: WebhookCall): WebhookVerdict;
  /** An answer the service wants at once for a verified call (a challenge), instead of 202 without a body. */
  answerWebhook?(call: WebhookCall): Readonly<Record<string, unknown>> | undefined;
  /** Deletes what the kind keeps outside of the database for a source that was removed. */
  forget?(config: Readonly<Record<string, unknown>>): Promise<void>;
}
