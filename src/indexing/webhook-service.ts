/**
 * What a webhook call does: it is checked by the kind of its connector, and when it announces a change, an
 * incremental sync follows. The call itself is not believed beyond that: what changed is asked of the service.
 *
 * A body that was taken before is not taken again for a day, so that a recorded call cannot be played back; a
 * kind that signs a time also refuses old ones. The memory is in the process and bounded: what a
 * play-back after a restart can cause is one sync.
 */
import { createHash } from 'node:crypto';
import { AppError } from '../errors/app-error.ts';
import type { WebhookReply, WebhookRequest } from '../model/control.ts';
import type { SourceRow } from '../store/sources.ts';
import type { StoreState } from '../store/stored-state.ts';
import { toRemote, type RemoteSource } from './connector-service.ts';
import { isRemote } from './sources.ts';

/** What a kind found a call to be. */
export interface JudgedWebhook {
  readonly verdict: 'changed' | 'ignored' | 'forged' | 'stale';
  readonly answer?: Readonly<Record<string, unknown>>;
}

export interface WebhookServiceOptions {
  readState(): StoreState;
  /** Undefined when calls of the source cannot be checked. */
  judge(source: RemoteSource, call: WebhookRequest): Promise<JudgedWebhook | undefined>;
  /** Starts a sync, or one more behind a running one. */
  announce(connectorId: string): void;
  now(): number;
}

const MAX_REMEMBERED = 10_000;
const REMEMBERED_MS = 24 * 60 * 60 * 1000;

export class WebhookService {
  readonly #options: WebhookServiceOptions;
  /** When each call was taken, oldest first. */
  readonly #taken = new Map<string, number>();

  constructor(options: WebhookServiceOptions) {
    this.#options = options;
  }

  /**
   * Takes a call. Errors: `CONNECTOR_NOT_FOUND` (also for a connector without webhooks, so that nobody learns
   * which there are), `WEBHOOK_REJECTED`.
   */
  async take(connectorId: string, call: WebhookRequest): Promise<WebhookReply> {
    const source = this.#find(connectorId);
    const judged = source === undefined ? undefined : await this.#options.judge(source, call);
    if (judged === undefined) {
      const message = 'No connector of this id takes webhooks. Check the address in its settings.';
      throw new AppError('CONNECTOR_NOT_FOUND', message);
    }
    const { verdict, answer } = judged;
    if (verdict === 'forged' || verdict === 'stale') {
      const message =
        verdict === 'stale'
          ? 'This call is too old, or the clocks differ. It is not taken.'
          : 'This call is not signed with the secret of the connector. Enter the same secret on both sides.';
      throw new AppError('WEBHOOK_REJECTED', message);
    }
    if (answer !== undefined) return { answer };
    if (verdict === 'changed' && this.#isNew(connectorId, call.body)) {
      this.#options.announce(connectorId);
    }
    return {};
  }

  #find(connectorId: string): RemoteSource | undefined {
    const row = this.#options
      .readState()
      .sources.find((source: SourceRow) => source.connectorId === connectorId && isRemote(source));
    return row === undefined ? undefined : toRemote(row);
  }

  #isNew(connectorId: string, body: Uint8Array): boolean {
    const nowMs = this.#options.now();
    for (const [key, takenMs] of this.#taken) {
      if (this.#taken.size < MAX_REMEMBERED && nowMs - takenMs < REMEMBERED_MS) break;
      this.#taken.delete(key);
    }
    const key = `${connectorId} ${createHash('sha256').update(body).digest('base64')}`;
    if (this.#taken.has(key)) return false;
    this.#taken.set(key, nowMs);
    return true;
  }
}
