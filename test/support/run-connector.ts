/**
 * Runs a connector the way the indexing does: with the guarded fetch, page by page, keeping what each page brings and
 * removes under its path, and the cursor behind it. The cursor crosses JSON, as in the store.
 */
import type {
  Connector,
  ConnectorItem,
  ConnectorKind,
  SyncCursor,
  SyncPage,
} from '../../src/connectors/connector.ts';
import { createGuardedFetch } from '../../src/connectors/guarded-fetch.ts';

export interface ConnectorRunner extends AsyncDisposable {
  /** Path -> what is stored there. */
  readonly stored: ReadonlyMap<string, ConnectorItem>;
  /** What the last sync brought and removed, in order. */
  readonly brought: readonly string[];
  readonly removed: readonly string[];
  readonly cursor: SyncCursor | null;
  /** The time that the connector is told; counts from there by itself in no way. */
  nowMs: number;
  token: string | undefined;
  /** Changes fields of the configuration; the cursor stays. */
  reconfigure(config: Readonly<Record<string, unknown>>): void;
  /** A connector as made from the configuration. Throws what `create` throws. */
  create(config?: Readonly<Record<string, unknown>>): Connector;
  test(): Promise<string>;
  /** Syncs from the kept cursor on. `stopAfterPages` breaks off as a killed process would. */
  sync(options?: { readonly stopAfterPages?: number }): Promise<void>;
  /** Forgets the cursor: the next sync is a full one. */
  forget(): void;
}

export interface RunnerOptions {
  readonly kind: ConnectorKind;
  readonly config: Readonly<Record<string, unknown>>;
  readonly token?: string;
  readonly nowMs?: number;
  /** Of one request. Default 5 s. */
  readonly timeoutMs?: number;
}

/** Makes a runner whose connector may reach 127.0.0.1 and asks three times in all. */
export function createRunner(options: RunnerOptions): ConnectorRunner {
  const guarded = createGuardedFetch({
    allowedHosts: ['127.0.0.1'],
    attempts: 3,
    backoffMs: 1,
    maxWaitMs: 2000,
    timeoutMs: options.timeoutMs ?? 5000,
  });
  const configured = { ...options.config };
  const stored = new Map<string, ConnectorItem>();
  const brought: string[] = [];
  const removed: string[] = [];
  let cursor: SyncCursor | null = null;
  const store = (page: SyncPage): void => {
    for (const path of page.removed) {
      removed.push(path);
      for (const known of stored.keys()) {
        if (known === path || known.startsWith(`${path}/`)) stored.delete(known);
      }
    }
    for (const item of page.items) {
      brought.push(item.path);
      stored.set(item.path, item);
    }
    cursor = JSON.parse(JSON.stringify(page.cursor)) as SyncCursor;
  };
  const runner: ConnectorRunner = {
    stored,
    brought,
    removed,
    get cursor() {
      return cursor;
    },
    nowMs: options.nowMs ?? Date.parse('2026-05-20T12:00:00Z'),
    token: options.token ?? 'secret-token',
    reconfigure(config) {
      Object.assign(configured, config);
    },
    create: (config) =>
      options.kind.create({
        config: { ...configured, ...config },
        readSecret: () => runner.token,
        fetch: guarded.fetch,
        now: () => runner.nowMs,
      }),
    test: async () => runner.create().test(AbortSignal.timeout(10_000)),
    async sync({ stopAfterPages = Number.POSITIVE_INFINITY } = {}) {
      brought.length = 0;
      removed.length = 0;
      const stop = new AbortController();
      let pages = 0;
      for await (const page of runner.create().sync({ cursor, signal: stop.signal })) {
        store(page);
        if (++pages >= stopAfterPages) break;
      }
      stop.abort();
    },
    forget() {
      cursor = null;
    },
    [Symbol.asyncDispose]: async () => guarded[Symbol.asyncDispose](),
  };
  return runner;
}
