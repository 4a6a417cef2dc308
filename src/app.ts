/**
 * The composition root: builds every room in order and releases them in reverse. Nothing here decides
 * anything; what starts when, and what belongs to whom, can be read from top to bottom.
 */
import type { Readable, Writable } from 'node:stream';
import type { Config } from './config/config.ts';
import { loadStoreTools as loadTools } from './store/tools.ts';
import type { AppStoreTools } from './cli/store-tools.ts';
import { createEngine } from './engine.ts';
import type { Logger } from './log.ts';
import { createMetrics } from './metrics/metrics.ts';
import type { ConnectorKind } from './connectors/connector.ts';
import type { FetchLimits } from './connectors/guarded-fetch.ts';
import type { Engine } from './model/engine.ts';
import { createServer } from './server/server.ts';
import { serveOverStdio } from './server/stdio.ts';
import { openSystem } from './system.ts';
import { NO_TRACING, type Tracing } from './tracing/tracing.ts';
import { getVersion } from './version.ts';

export interface App extends AsyncDisposable {
  readonly engine: Engine;
  /** `http://host:port` while it listens, else null. */
  readonly address: string | null;
  /** False while another process holds the writer's lock. */
  readonly isWriter: boolean;
  /** Resolves when the client of mode `stdio` has closed its end and has its answers. */
  readonly clientGone: Promise<void> | undefined;
  /** Ends when no job is queued or running. */
  idle(): Promise<void>;
}

export interface AppOptions {
  /** `oneshot`: no HTTP and no watching. `read`: never takes the writer's lock. */
  readonly mode: 'serve' | 'stdio' | 'oneshot' | 'read';
  readonly logger: Logger;
  /** Of the process by default; connectors read their secrets there. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Other kinds of remote sources than the product's, for tests. */
  readonly connectorKinds?: readonly ConnectorKind[];
  /** Limits of requests to services, for tests. */
  readonly fetchLimits?: FetchLimits;
  /** What a client in mode `stdio` speaks over; the log must go elsewhere. */
  readonly stdio?: { readonly input: Readable; readonly output: Writable };
}

/** Starts the system. Errors: `STORE_UNWRITABLE`, `STORE_SCHEMA_TOO_NEW`, `STORE_CORRUPT`, and what listening throws. */
export async function startApp(config: Config, options: AppOptions): Promise<App> {
  await using cleanup = new AsyncDisposableStack();
  const { logger, ...rest } = options;
  const { mode } = options;
  const tracing = cleanup.use(await startTracing(config, logger.child({ room: 'tracing' })));
  const system = cleanup.use(
    await openSystem(config, { ...rest, tracing, logger: logger.child({ room: 'index' }) }),
  );
  const engine = createEngine(system);
  const front = {
    engine,
    config,
    version: getVersion(),
    logger: logger.child({ room: 'server' }),
    audit: logger.child({ room: 'audit' }),
    metrics: createMetrics(),
    tracing,
  };
  const server = mode === 'serve' ? cleanup.use(await createServer(front)) : undefined;
  const address = (await server?.listen()) ?? null;
  await system.start();
  // Not before: what a client sends meanwhile waits in the pipe.
  const connection =
    options.stdio === undefined
      ? undefined
      : cleanup.use(serveOverStdio({ ...front, ...options.stdio }));
  const owned = cleanup.move();
  return {
    engine,
    address,
    clientGone: connection?.closed,
    get isWriter() {
      return system.isWriter;
    },
    idle: async () => system.idle(),
    [Symbol.asyncDispose]: async () => owned.disposeAsync(),
  };
}

/** The SDK is loaded only when it is used: it takes memory and a moment. */
async function startTracing(config: Config, logger: Logger): Promise<Tracing> {
  const { enabled, endpoint, sampleRate } = config.observability.tracing;
  if (!enabled) return NO_TRACING;
  const { createOtlpTracing } = await import('./tracing/otlp.ts');
  const onProblem = (reason: string): void => logger.warn({ reason }, 'traces not sent');
  return createOtlpTracing({ endpoint, sampleRate, version: getVersion(), onProblem });
}

/** Gives what works on a database file without the system. */
export function loadStoreTools(): Promise<AppStoreTools> {
  return Promise.resolve(loadTools());
}
