/**
 * The composition root: builds every room in order and releases them in reverse. Nothing here decides
 * anything; what starts when, and what belongs to whom, can be read from top to bottom.
 */
import type { Config } from './config/config.ts';
import { loadStoreTools as loadTools } from './store/tools.ts';
import type { AppStoreTools } from './cli/store-tools.ts';
import { createEngine } from './engine.ts';
import type { Logger } from './log.ts';
import { createMetrics } from './metrics/metrics.ts';
import type { Engine } from './model/engine.ts';
import { createServer } from './server/server.ts';
import { openSystem } from './system.ts';
import { getVersion } from './version.ts';

export interface App extends AsyncDisposable {
  readonly engine: Engine;
  /** `http://host:port` while it listens, else null. */
  readonly address: string | null;
  /** False while another process holds the writer's lock. */
  readonly isWriter: boolean;
  /** Ends when no job is queued or running. */
  idle(): Promise<void>;
}

export interface AppOptions {
  /** `oneshot`: no HTTP and no watching. `read`: never takes the writer's lock. */
  readonly mode: 'serve' | 'stdio' | 'oneshot' | 'read';
  readonly logger: Logger;
}

/** Starts the system. Errors: `STORE_UNWRITABLE`, `STORE_SCHEMA_TOO_NEW`, `STORE_CORRUPT`, and what listening throws. */
export async function startApp(config: Config, options: AppOptions): Promise<App> {
  await using cleanup = new AsyncDisposableStack();
  const { mode, logger } = options;
  const system = cleanup.use(
    await openSystem(config, { mode, logger: logger.child({ room: 'index' }) }),
  );
  const engine = createEngine(system);
  const server =
    mode === 'serve'
      ? cleanup.use(
          await createServer({
            engine,
            config,
            version: getVersion(),
            logger: logger.child({ room: 'server' }),
            metrics: createMetrics(),
          }),
        )
      : undefined;
  const address = (await server?.listen()) ?? null;
  await system.start();
  const owned = cleanup.move();
  return {
    engine,
    address,
    get isWriter() {
      return system.isWriter;
    },
    idle: async () => system.idle(),
    [Symbol.asyncDispose]: async () => owned.disposeAsync(),
  };
}

/** Gives what works on a database file without the system. */
export function loadStoreTools(): Promise<AppStoreTools> {
  return Promise.resolve(loadTools());
}
