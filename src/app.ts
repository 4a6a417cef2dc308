/**
 * The composition root: builds every room in order and releases them in reverse. This form has the
 * seam that the command line needs and no rooms behind it: every start answers `NOT_READY`.
 */
import type { AppStoreTools } from './cli/store-tools.ts';
import type { Config } from './config/config.ts';
import { AppError } from './errors/app-error.ts';
import type { Logger } from './log.ts';
import type { Engine } from './model/engine.ts';

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

/** Starts the system. Errors: `NOT_READY`. */
export function startApp(_config: Config, _options: AppOptions): Promise<App> {
  return Promise.reject(new AppError('NOT_READY', 'The server is not built in yet.'));
}

/** Gives what works on a database file without the system. Errors: `NOT_READY`. */
export function loadStoreTools(): Promise<AppStoreTools> {
  return Promise.reject(new AppError('NOT_READY', 'The store is not built in yet.'));
}
