/**
 * When each remote source is synced next: after its interval, a little earlier or later so that many sources do
 * not ask at once; after an error sooner, then later and later; at once when its service announces a change. What
 * is announced while a sync runs is fetched by one more sync behind it, however often it is announced.
 *
 * The schedule is in memory. A start makes what is overdue run soon, spread over the first seconds.
 */
import type { SourceRow } from '../store/sources.ts';
import { isRemote } from './sources.ts';
import type { SyncEnd } from './remote-syncs.ts';

export interface SyncScheduleOptions {
  /** Queues a sync, unless one is queued or runs; after an announcement also behind one that runs. */
  start(connectorId: string, isAnnounced: boolean): Promise<void>;
  now(): number;
  /** Between 0 and 1. */
  random(): number;
  onError(error: unknown, connectorId: string): void;
}

const DEFAULT_INTERVAL_SECONDS = 900;
const FIRST_RETRY_MS = 30_000;
const MAX_RETRY_MS = 6 * 60 * 60 * 1000;
/** What is overdue at the start begins within this time. */
const START_SPREAD_MS = 5_000;
/** Timers hold no longer times. */
const MAX_TIMER_MS = 2 ** 31 - 1;

interface Entry {
  intervalMs: number;
  nextMs: number;
  failures: number;
  timer: NodeJS.Timeout | undefined;
}

export class SyncSchedule implements Disposable {
  readonly #options: SyncScheduleOptions;
  readonly #entries = new Map<string, Entry>();
  #isStopped = false;

  constructor(options: SyncScheduleOptions) {
    this.#options = options;
  }

  /** Takes up remote sources that are new, heeds changed intervals, and forgets those that are gone. */
  follow(sources: readonly SourceRow[]): void {
    const remote = sources.filter((source) => isRemote(source) && source.isEnabled === 1);
    const ids = new Set(remote.map(({ connectorId }) => connectorId));
    for (const [id, entry] of this.#entries) {
      if (ids.has(id)) continue;
      clearTimeout(entry.timer);
      this.#entries.delete(id);
    }
    for (const source of remote) this.#take(source);
  }

  /** Milliseconds since the epoch, null for a source that is not scheduled. */
  nextRunMs(connectorId: string): number | null {
    return this.#entries.get(connectorId)?.nextMs ?? null;
  }

  /** Plans the next run after a sync; to be called for each end. */
  note({ connectorId, error }: SyncEnd): void {
    const entry = this.#entries.get(connectorId);
    if (entry === undefined) return;
    entry.failures = error === null ? 0 : entry.failures + 1;
    const retryMs = Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** (entry.failures - 1));
    const waitMs = error === null ? entry.intervalMs : Math.max(retryMs, entry.intervalMs / 4);
    this.#plan(connectorId, waitMs * (0.9 + 0.2 * this.#options.random()));
  }

  /** A change was announced: syncs now, or once more when the sync that runs has ended. */
  announce(connectorId: string): void {
    this.#start(connectorId, true);
  }

  [Symbol.dispose](): void {
    this.#isStopped = true;
    for (const { timer } of this.#entries.values()) clearTimeout(timer);
    this.#entries.clear();
  }

  #take(source: SourceRow): void {
    const intervalMs = readIntervalSeconds(source) * 1000;
    const known = this.#entries.get(source.connectorId);
    if (known?.intervalMs === intervalMs) return;
    const failures = source.lastError === null ? 0 : 1;
    const entry = { intervalMs, nextMs: 0, failures, timer: undefined };
    this.#entries.set(source.connectorId, known ?? entry);
    if (known !== undefined) known.intervalMs = intervalMs;
    const dueMs = (source.lastOkMs ?? 0) + intervalMs - this.#options.now();
    this.#plan(source.connectorId, Math.max(dueMs, START_SPREAD_MS * this.#options.random()));
  }

  #plan(connectorId: string, waitMs: number): void {
    const entry = this.#entries.get(connectorId);
    if (entry === undefined || this.#isStopped) return;
    clearTimeout(entry.timer);
    entry.nextMs = this.#options.now() + Math.round(waitMs);
    const start = (): void => {
      // Should the sync not come to its end, or not be queued: not never again.
      this.#plan(connectorId, entry.intervalMs);
      this.#start(connectorId, false);
    };
    entry.timer = setTimeout(start, Math.min(waitMs, MAX_TIMER_MS)).unref();
  }

  #start(connectorId: string, isAnnounced: boolean): void {
    this.#options.start(connectorId, isAnnounced).catch((error: unknown) => {
      this.#options.onError(error, connectorId);
    });
  }
}

function readIntervalSeconds({ config }: SourceRow): number {
  const { sync_interval_seconds: seconds } = JSON.parse(config) as {
    sync_interval_seconds?: unknown;
  };
  return typeof seconds === 'number' ? seconds : DEFAULT_INTERVAL_SECONDS;
}
