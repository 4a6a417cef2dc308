/** Opens the three thread pools on one database and says whether this process writes. */
import { availableParallelism } from 'node:os';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ThreadPool } from '../pool/thread-pool.ts';
import type { LockHolder } from '../store/lock.ts';
import type { StoreState } from '../store/stored-state.ts';
import type { OpenResult } from './writer-thread.ts';

export interface PoolOptions {
  readonly databasePath: string;
  readonly writerCacheBytes: number;
  readonly readerCacheBytes: number;
  readonly searchThreads: number;
  /** 0: one for each core. */
  readonly analyseThreads: number;
  readonly maxAnalyseThreads: number;
  readonly maxFileBytes: number;
  readonly allowSensitive: readonly string[];
  /** False: never asks for the writer's lock. */
  readonly mayWrite: boolean;
}

export interface Pools extends AsyncDisposable {
  readonly writers: ThreadPool;
  readonly searchers: ThreadPool;
  readonly analysers: ThreadPool;
  /** The state when it was opened. */
  readonly state: StoreState;
  /** Who writes, when it is not this process. */
  readonly holder: LockHolder | null;
  readonly isWriter: boolean;
}

/** Errors: `STORE_UNWRITABLE`, `STORE_SCHEMA_TOO_NEW`, `STORE_CORRUPT`, `DISK_FULL`. */
export async function openPools(options: PoolOptions): Promise<Pools> {
  await using cleanup = new AsyncDisposableStack();
  const { databasePath } = options;
  const readerData = { databasePath, cacheBytes: options.readerCacheBytes };
  const writers = cleanup.use(
    new ThreadPool({
      entry: toEntry('writer'),
      threads: 1,
      workerData: { databasePath, cacheBytes: options.writerCacheBytes },
    }),
  );
  const opened = options.mayWrite ? await writers.call<OpenResult>('open', []) : undefined;
  const isWriter = opened?.isWriter === true;
  if (isWriter) cleanup.defer(async () => writers.call('close', []));
  const searchers = cleanup.use(
    new ThreadPool({
      entry: toEntry('search'),
      threads: options.searchThreads,
      workerData: readerData,
    }),
  );
  const cores = options.analyseThreads > 0 ? options.analyseThreads : availableParallelism();
  const analysers = cleanup.use(
    new ThreadPool({
      entry: toEntry('analyse'),
      threads: isWriter ? Math.min(cores, options.maxAnalyseThreads) : 1,
      workerData: {
        ...readerData,
        maxFileBytes: options.maxFileBytes,
        allowSensitive: options.allowSensitive,
      },
    }),
  );
  const state =
    opened?.isWriter === true ? opened.state : await searchers.call<StoreState>('readState', []);
  const holder = opened?.isWriter === false ? opened.holder : null;
  const owned = cleanup.move();
  return {
    writers,
    searchers,
    analysers,
    state,
    holder,
    isWriter,
    [Symbol.asyncDispose]: async () => owned.disposeAsync(),
  };
}

/** The worker entry, as source or as built. */
function toEntry(name: string): string {
  const suffix = extname(import.meta.filename);
  return fileURLToPath(new URL(`../../workers/${name}.worker${suffix}`, import.meta.url));
}
