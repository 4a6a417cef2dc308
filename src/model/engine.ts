/**
 * What the outside (HTTP, stdio, command line) may ask of the running system. The server depends on
 * this shape only, so that it can be tested on any implementation of it.
 */
import type {
  ConnectorReply,
  ConnectorRequest,
  ControlReply,
  ControlRequest,
  WebhookReply,
  WebhookRequest,
} from './control.ts';
import type { RelatedReply, RelatedRequest } from './related.ts';
import type { SearchReply, SearchRequest } from './search.ts';
import type { IndexStatus } from './status.ts';

/** A file as indexed, whole or by lines. */
export interface ResourceContent {
  readonly uri: string;
  readonly mimeType: string;
  readonly text: string;
}

export interface ResourceEntry {
  readonly uri: string;
  /** Path relative to its root. */
  readonly name: string;
  readonly mimeType: string;
  readonly sizeBytes: number;
}

export interface ResourcePage {
  readonly resources: readonly ResourceEntry[];
  /** Opaque; absent on the last page. */
  readonly nextCursor?: string;
}

export interface StatusQuery {
  /** Answer when the revision differs from this one; default: its value on arrival. */
  readonly since?: number;
  readonly waitMs: number;
  readonly signal?: AbortSignal;
  readonly allowedConnectors?: readonly string[];
}

/** Why `/ready` does not answer 200. */
export interface Readiness {
  readonly ready: boolean;
  readonly reason: string;
}

/** The running system as its front doors see it. Every method throws `AppError` and nothing else. */
export interface Engine {
  search(request: SearchRequest, signal?: AbortSignal): Promise<SearchReply>;
  related(request: RelatedRequest, signal?: AbortSignal): Promise<RelatedReply>;
  control(request: ControlRequest, signal?: AbortSignal): Promise<ControlReply>;
  connectors(request: ConnectorRequest, signal?: AbortSignal): Promise<ConnectorReply>;
  /** Takes a webhook call. Errors: `CONNECTOR_NOT_FOUND`, `WEBHOOK_REJECTED`. */
  webhook(connectorId: string, call: WebhookRequest): Promise<WebhookReply>;
  /** The present status; with `waitMs` after the next revision or when the time is over. */
  status(query: StatusQuery): Promise<IndexStatus>;
  /** Calls back with each new revision until the returned function is called. */
  onStatus(listener: (status: IndexStatus) => void): () => void;
  readiness(): Readiness;
  listResources(cursor: string | undefined, allowed?: readonly string[]): Promise<ResourcePage>;
  readResource(uri: string, allowed?: readonly string[]): Promise<ResourceContent>;
}
