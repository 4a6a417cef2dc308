/**
 * The running index without its front doors: threads, jobs, status, services. `app.ts` opens it, puts the
 * server in front, then calls `start`, which begins to index.
 *
 * One process writes: the one whose writer thread got the lock. Any other serves reads from the same
 * database and asks for the lock now and then.
 */
import { availableParallelism } from 'node:os';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Config } from './config/config.ts';
import { AppError } from './errors/app-error.ts';
import { ConnectorService } from './indexing/connector-service.ts';
import { IndexRunner } from './indexing/index-runner.ts';
import { IndexService } from './indexing/index-service.ts';
import type { IndexWriter } from './indexing/ports.ts';
import { StatusBoard } from './indexing/status-board.ts';
import { JobQueue, type Job } from './jobs/job-queue.ts';
import type { Logger } from './log.ts';
import { planMemory } from './memory-budget.ts';
import type { Readiness } from './model/engine.ts';
import { createThreadClient } from './pool/thread-client.ts';
import { ThreadPool } from './pool/thread-pool.ts';
import { SearchService } from './search/search-service.ts';
import type { StoreState } from './store/stored-state.ts';
import { createAnalysers } from './threads/analyser-client.ts';
import type { OpenResult, WriterReply } from './threads/writer-thread.ts';

export interface System extends AsyncDisposable {
  readonly logger: Logger;
  readonly board: StatusBoard;
  readonly index: IndexService;
  readonly connectors: ConnectorService;
  readonly search: SearchService;
  readonly isWriter: boolean;
  readiness(): Readiness;
  /** Begins to index what is configured. */
  start(): Promise<void>;
  idle(): Promise<void>;
}

export interface SystemOptions {
  readonly mode: 'serve' | 'stdio' | 'oneshot' | 'read';
  readonly logger: Logger;
}

/** Opens the database and starts the threads. Errors: those of opening the store. */
export async function openSystem(config: Config, options: SystemOptions): Promise<System> {
  await using cleanup = new AsyncDisposableStack();
  const { logger, mode } = options;
  const budget = planMemory(config.indexer.memoryLimitMb);
  const databasePath = config.database.path;
  const writers = cleanup.use(
    new ThreadPool({
      entry: toEntry('writer'),
      threads: 1,
      workerData: { databasePath, cacheBytes: budget.writerCacheBytes },
    }),
  );
  const board = new StatusBoard({ now: Date.now });
  const opened = mode === 'read' ? undefined : await writers.call<OpenResult>('open', []);
  let isWriter = opened?.isWriter === true;
  if (opened?.isWriter === true) {
    board.setState(opened.state);
    cleanup.defer(async () => writers.call('close', []));
  } else if (opened !== undefined) {
    logger.warn({ holder: opened.holder }, 'another process writes this database; serving reads');
  }
  const searchers = cleanup.use(
    new ThreadPool({
      entry: toEntry('search'),
      threads: mode === 'oneshot' ? 1 : budget.searchThreads,
      workerData: { databasePath, cacheBytes: budget.readerCacheBytes },
    }),
  );
  if (!isWriter) board.setState(await searchers.call<StoreState>('readState', []));
  const threads = config.indexer.workers > 0 ? config.indexer.workers : availableParallelism();
  const analyserPool = cleanup.use(
    new ThreadPool({
      entry: toEntry('analyse'),
      threads: isWriter ? threads : 1,
      workerData: {
        databasePath,
        cacheBytes: budget.readerCacheBytes,
        maxFileBytes: config.indexer.maxFileBytes,
        allowSensitive: config.indexer.allowSensitive,
      },
    }),
  );
  const analysers = createAnalysers(analyserPool);
  let onState: (state: StoreState) => void = () => undefined;
  const writer: IndexWriter = createThreadClient<IndexWriter>(writers, (reply) => {
    const { value, state } = reply as WriterReply;
    board.setState(state);
    onState(state);
    return value;
  });
  const readState = (): StoreState => board.state as StoreState;
  const runner = new IndexRunner({
    writer,
    analysers,
    limits: { firstBytes: 1024 * 1024, maxBytes: budget.batchBytes, maxFiles: 4000 },
    passes: [],
    readState,
    now: Date.now,
    onFailure: (failure) => logger.warn(failure, 'file not indexed'),
  });
  const jobs = cleanup.use(
    new JobQueue({
      save: async (job) => writer.saveJob(job),
      run: async (context) => {
        const started = performance.now();
        logger.info({ job: context.job.jobId, action: context.job.action }, 'job started');
        onState = (state) => context.setProgress(runner.measureProgress(state, context.job));
        await runner.run(context).finally(() => {
          onState = () => undefined;
          logger.info(
            { job: context.job.jobId, durationMs: Math.round(performance.now() - started) },
            'job ended',
          );
        });
      },
      onChange: () => board.setJobs(jobs.list()),
      now: Date.now,
    }),
  );
  const assertWriter = (): void => {
    if (isWriter) return;
    const pid = opened?.isWriter === false ? (opened.holder.pid ?? 'unknown') : 'unknown';
    throw new AppError(
      'WRITER_ELSEWHERE',
      `The process with pid ${pid} writes this database; this one only reads. Ask that one, or stop it.`,
    );
  };
  const index = new IndexService({ board, jobs, writer, analysers, assertWriter });
  const search = new SearchService({
    threads: searchers,
    readStatus: (allowed) => board.read(allowed),
  });
  const connectors = new ConnectorService({
    writer,
    jobs,
    readState,
    assertWriter,
    allowedFolders: [
      ...config.indexer.roots.map(({ path }) => path),
      ...config.connectorAllowedPaths,
    ],
    onSourcesChanged: () => undefined,
  });
  const owned = cleanup.move();
  let isStarted = false;
  return {
    logger,
    board,
    index,
    connectors,
    search,
    get isWriter() {
      return isWriter;
    },
    readiness: () => ({
      ready: isStarted,
      reason: isStarted ? 'ready' : 'the database is being opened',
    }),
    start: async () => {
      await searchers.call('ping', []);
      isStarted = true;
      if (!isWriter) return;
      jobs.restore(await writer.listJobs());
      await declareRoots(config, writer, readState);
      if (mode === 'oneshot') return;
      const ids = config.indexer.roots.map(({ id }) => id);
      await jobs.add({ action: 'start', connectors: ids });
    },
    idle: async () => jobs.idle(),
    [Symbol.asyncDispose]: async () => {
      isStarted = false;
      await owned.disposeAsync();
      isWriter = false;
    },
  };
}

/** Makes the stored sources agree with the configured roots. */
async function declareRoots(
  config: Config,
  writer: IndexWriter,
  readState: () => StoreState,
): Promise<void> {
  for (const { id, path, include, exclude } of config.indexer.roots) {
    await writer.ensureSource({
      connectorId: id,
      type: 'filesystem',
      name: id,
      path,
      config: {
        path,
        ...(include.length > 0 ? { include } : {}),
        ...(exclude.length > 0 ? { exclude } : {}),
      },
      isDeclared: true,
    });
  }
  const declared = new Set(config.indexer.roots.map(({ id }) => id));
  for (const source of readState().sources) {
    if (source.isDeclared === 1 && !declared.has(source.connectorId)) {
      await writer.removeSource(source.connectorId);
    }
  }
}

/** The worker entry beside this file, as source or as built. */
function toEntry(name: string): string {
  const suffix = extname(import.meta.filename);
  return fileURLToPath(new URL(`../workers/${name}.worker${suffix}`, import.meta.url));
}
