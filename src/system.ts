/**
 * The running index without its front doors: threads, status, jobs, services, watchers. `app.ts` opens it,
 * puts the server in front, then calls `start`, which begins to index.
 *
 * One process writes: the one whose writer thread got the lock. Any other serves reads from the same
 * database.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { Config } from './config/config.ts';
import { listFaults } from './config/check-connectors.ts';
import type { ConnectorKind } from './connectors/connector.ts';
import type { FetchLimits } from './connectors/guarded-fetch.ts';
import { createWatcher } from './connectors/filesystem/watcher.ts';
import { assertAllowedReferences } from './connectors/secret-reference.ts';
import { AppError, toAppError } from './errors/app-error.ts';
import { ConnectorService } from './indexing/connector-service.ts';
import { declareSources } from './indexing/declare-sources.ts';
import { Freshness } from './indexing/freshness.ts';
import { HistoryPass } from './indexing/history-pass.ts';
import { IndexRunner } from './indexing/index-runner.ts';
import { IndexService } from './indexing/index-service.ts';
import type { IndexWriter } from './indexing/ports.ts';
import { isRemote } from './indexing/sources.ts';
import { StructurePass } from './indexing/structure-pass.ts';
import { StatusBoard } from './indexing/status-board.ts';
import type { WebhookService } from './indexing/webhook-service.ts';
import { JobQueue } from './jobs/job-queue.ts';
import type { Logger } from './log.ts';
import { limitCompiler, planMemory, type MemoryBudget } from './memory-budget.ts';
import type { Readiness } from './model/engine.ts';
import { createRemoteSources, type RemoteSources } from './remote-sources.ts';
import { createThreadClient } from './pool/thread-client.ts';
import { SearchService } from './search/search-service.ts';
import type { StoreState } from './store/stored-state.ts';
import { createAnalysers } from './threads/analyser-client.ts';
import { createHistories } from './threads/history-client.ts';
import { openPools, type Pools } from './threads/pools.ts';
import type { WriterReply } from './threads/writer-thread.ts';
import { traceJob } from './tracing/trace-job.ts';
import type { Tracing } from './tracing/tracing.ts';

export interface System extends AsyncDisposable {
  readonly logger: Logger;
  readonly board: StatusBoard;
  readonly index: IndexService;
  readonly connectors: ConnectorService;
  readonly search: SearchService;
  readonly webhooks: WebhookService;
  readonly isWriter: boolean;
  readiness(): Readiness;
  /** Begins to index what is configured. */
  start(): Promise<void>;
  /** Ends when no job is queued or running. */
  idle(): Promise<void>;
}

export interface SystemOptions {
  readonly mode: 'serve' | 'stdio' | 'oneshot' | 'read';
  readonly logger: Logger;
  readonly tracing: Tracing;
  /** Where secrets of connectors are read; default: the environment of the process. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Other kinds of remote sources than the product's, for tests. */
  readonly connectorKinds?: readonly ConnectorKind[];
  /** Limits of requests to services, for tests. */
  readonly fetchLimits?: FetchLimits;
}

/** The first batch is small, so that the first files answer at once; each next one is twice as large. */
const FIRST_BATCH_BYTES = 512 * 1024;

/** What the parts of the system share. */
interface Core {
  readonly config: Config;
  readonly options: SystemOptions;
  readonly pools: Pools;
  readonly board: StatusBoard;
  readonly writer: IndexWriter;
  readonly runner: IndexRunner;
  readonly jobs: JobQueue;
  readonly remotes: RemoteSources;
  readState(this: void): StoreState;
  /** Throws `WRITER_ELSEWHERE` unless this process writes. */
  assertWriter(this: void): void;
}

/** Opens the database and starts the threads. Errors: those of `openPools`. */
export async function openSystem(config: Config, options: SystemOptions): Promise<System> {
  await using cleanup = new AsyncDisposableStack();
  const budget = planMemory(config.indexer.memoryLimitMb);
  limitCompiler(budget);
  const pools = cleanup.use(await openPools(toPoolOptions(config, budget, options)));
  const core = createCore(config, options, { pools, budget });
  cleanup.use(core.remotes);
  cleanup.use(core.jobs);
  const freshness = cleanup.use(createFreshness(core));
  const services = createServices(core, freshness);
  if (pools.holder !== null) {
    options.logger.warn(
      { holder: pools.holder },
      'another process writes this database; serving reads',
    );
  }
  const owned = cleanup.move();
  let isReady = false;
  return {
    logger: options.logger,
    board: core.board,
    ...services,
    isWriter: pools.isWriter,
    readiness: () => ({
      ready: isReady,
      reason: isReady ? 'ready' : 'the database is being opened, or the server stops',
    }),
    start: async () => {
      const warmUps = Array.from({ length: pools.searchers.threads }, async () =>
        pools.searchers.call('ping', []),
      );
      await Promise.any(warmUps);
      isReady = true;
      if (pools.isWriter) await startIndexing(core, freshness);
    },
    idle: async () => core.jobs.idle(),
    [Symbol.asyncDispose]: async () => {
      isReady = false;
      await owned.disposeAsync();
    },
  };
}

function toPoolOptions(
  config: Config,
  budget: MemoryBudget,
  { mode }: SystemOptions,
): Parameters<typeof openPools>[0] {
  return {
    databasePath: config.database.path,
    writerCacheBytes: budget.writerCacheBytes,
    readerCacheBytes: budget.readerCacheBytes,
    searchThreads: mode === 'oneshot' || mode === 'read' ? 1 : budget.searchThreads,
    analyseThreads: config.indexer.workers,
    maxAnalyseThreads: budget.maxAnalyseThreads,
    maxFileBytes: config.indexer.maxFileBytes,
    allowSensitive: config.indexer.allowSensitive,
    mayWrite: mode !== 'read',
  };
}

function createCore(
  config: Config,
  options: SystemOptions,
  { pools, budget }: { readonly pools: Pools; readonly budget: MemoryBudget },
): Core {
  const { logger, tracing } = options;
  const board = new StatusBoard({ now: Date.now });
  board.setState(pools.state);
  const listeners = new Set<(state: StoreState) => void>();
  const writer = createThreadClient<IndexWriter>(pools.writers, (reply) => {
    const { value, state } = reply as WriterReply;
    board.setState(state);
    for (const listener of listeners) listener(state);
    return value;
  });
  const readState = (): StoreState => board.state ?? pools.state;
  const remotes = createRemoteSources({
    config,
    logger,
    env: options.env ?? process.env,
    kinds: options.connectorKinds,
    fetchLimits: options.fetchLimits ?? {},
    writer,
    analysers: createAnalysers(pools.analysers),
    readState,
  });
  const runner = createRunner(logger, { pools, budget, writer, remotes, readState });
  const jobs = createJobs(logger, { board, writer, runner, listeners, readState, tracing });
  remotes.setJobs(jobs);
  const assertWriter = (): void => {
    if (pools.isWriter) return;
    throw new AppError(
      'WRITER_ELSEWHERE',
      `The process with pid ${pools.holder?.pid ?? 'unknown'} writes this database; this one only reads. Ask that one, or stop it.`,
    );
  };
  const parts = { pools, board, writer, runner, jobs, remotes };
  return { config, options, ...parts, readState, assertWriter };
}

function createRunner(
  logger: Logger,
  parts: {
    readonly pools: Pools;
    readonly budget: MemoryBudget;
    readonly writer: IndexWriter;
    readonly remotes: RemoteSources;
    readState(this: void): StoreState;
  },
): IndexRunner {
  const { pools, budget, writer, readState } = parts;
  const analysers = createAnalysers(pools.analysers);
  const structure = new StructurePass({
    writer,
    analysers,
    maxHeapBytes: budget.parserHeapBytes,
    onFailure: (failure) => logger.warn(failure, 'content not parsed'),
  });
  return new IndexRunner({
    writer,
    analysers,
    limits: { firstBytes: FIRST_BATCH_BYTES, maxBytes: budget.batchBytes, maxFiles: 4000 },
    mergeBytes: budget.mergeBytes,
    passes: [
      structure,
      createHistory(pools, { writer, readState, logger, remotes: parts.remotes }),
    ],
    remotes: parts.remotes.syncs,
    readState,
    now: Date.now,
    onFailure: (failure) => logger.warn(failure, 'file not indexed'),
  });
}

function createJobs(
  logger: Logger,
  parts: {
    readonly board: StatusBoard;
    readonly writer: IndexWriter;
    readonly runner: IndexRunner;
    /** Told of each state of the store while a job runs. */
    readonly listeners: Set<(state: StoreState) => void>;
    readonly tracing: Tracing;
    readState(this: void): StoreState;
  },
): JobQueue {
  const { board, writer, runner, listeners, readState, tracing } = parts;
  const jobs: JobQueue = new JobQueue({
    save: async (job) => writer.saveJob(job),
    laneOf: ({ connectors }) =>
      readState().sources.find(
        (source) => connectors.includes(source.connectorId) && isRemote(source),
      )?.connectorId ?? '',
    run: async (context) => {
      const startedMs = performance.now();
      const { jobId, action } = context.job;
      const onState = (state: StoreState): void =>
        context.setProgress(runner.measureProgress(state, context.job));
      logger.info({ job: jobId, action }, 'job started');
      listeners.add(onState);
      const work = traceJob(tracing, context, async (traced) => runner.run(traced));
      const logged = work.catch((error: unknown) => {
        // The status of the job shows of it that it failed, and refers to the log.
        if (toAppError(error).code === 'INTERNAL' && !context.signal.aborted) {
          logger.error({ err: error, job: jobId }, 'job failed');
        }
        throw error;
      });
      await logged.finally(() => {
        listeners.delete(onState);
        const durationMs = Math.round(performance.now() - startedMs);
        logger.info({ job: jobId, durationMs }, 'job ended');
      });
    },
    onSaveError: (error, { jobId }) =>
      logger.warn({ err: error, job: jobId }, 'a step of a job was not saved'),
    onChange: () => board.setJobs(jobs.list()),
    now: Date.now,
  });
  return jobs;
}

function createHistory(
  pools: Pools,
  parts: {
    readonly writer: IndexWriter;
    readState(): StoreState;
    readonly logger: Logger;
    readonly remotes: RemoteSources;
  },
): HistoryPass {
  return new HistoryPass({
    ...parts,
    rootOf: (source) => source.path ?? parts.remotes.historyFolder(source),
    histories: createHistories(pools.analysers),
    onProblem: (problem) => parts.logger.warn(problem, 'no history'),
  });
}

function createFreshness({ board, jobs, runner, options }: Core): Freshness {
  return new Freshness({
    board,
    jobs,
    runner,
    watch: createWatcher,
    onError: (error, connectorId) =>
      options.logger.warn({ err: error, connector: connectorId }, 'a refresh failed'),
  });
}

function createServices(
  core: Core,
  freshness: Freshness,
): Pick<System, 'index' | 'search' | 'connectors' | 'webhooks'> {
  const { pools, board, writer, jobs, assertWriter, remotes } = core;
  const analysers = createAnalysers(pools.analysers);
  return {
    index: new IndexService({
      board,
      jobs,
      writer,
      analysers,
      assertWriter,
      onPushed: () => freshness.noteChange(),
    }),
    search: new SearchService({
      threads: pools.searchers,
      readStatus: (allowed) => board.read(allowed),
      refresh: async (files, limitMs) => freshness.refreshFiles(files, limitMs),
    }),
    connectors: createConnectorService(core, freshness),
    webhooks: remotes.webhooks,
  };
}

function createConnectorService(core: Core, freshness: Freshness): ConnectorService {
  const { config, writer, jobs, readState, assertWriter, remotes } = core;
  const { registry, places, schedule } = remotes;
  return new ConnectorService({
    writer,
    jobs,
    readState,
    assertWriter,
    allowedFolders: [
      ...config.indexer.roots.map(({ path }) => path),
      ...config.connectorAllowedPaths,
    ],
    listFaults,
    assertAllowedReferences: (given) => assertAllowedReferences(given, places),
    connect: async (source) => registry.connect(source),
    forget: async (source) => registry.forget(source),
    nextRunMs: (connectorId) => schedule.nextRunMs(connectorId),
    onSourcesChanged: () => followSources(core, freshness),
  });
}

/** Watches and schedules what is there now; a process that ends after its work does neither. */
function followSources({ options, remotes, readState }: Core, freshness: Freshness): void {
  const { sources } = readState();
  if (isLongLived(options)) remotes.schedule.follow(sources);
  void freshness.follow(sources);
}

function isLongLived({ mode }: SystemOptions): boolean {
  return mode === 'serve' || mode === 'stdio';
}

/** Puts unfinished jobs back, makes the sources agree with the configuration, and starts to index them. */
async function startIndexing(core: Core, freshness: Freshness): Promise<void> {
  const { config, writer, jobs, readState, options } = core;
  const declared = { roots: config.indexer.roots, connectors: config.connectors };
  await declareSources(declared, writer, readState);
  const stored = await writer.listJobs();
  const isLong = isLongLived(options);
  jobs.restore(isLong ? stored : stored.filter(({ endedMs }) => endedMs !== null));
  if (!isLong) return;
  const connectors = readState()
    .sources.filter(({ path }) => path !== null)
    .map(({ connectorId }) => connectorId);
  await jobs.add({ action: 'start', connectors });
  core.remotes.schedule.follow(readState().sources);
  await followForAMoment(core, freshness);
}

/** Watching a tree of 100,000 files takes half a minute to begin; nobody waits for more than the first second of it. */
async function followForAMoment({ readState, options }: Core, freshness: Freshness): Promise<void> {
  const following = freshness.follow(readState().sources).catch((error: unknown) => {
    options.logger.warn({ err: error }, 'the roots are not watched');
  });
  const moment = new AbortController();
  await Promise.race([
    following,
    wait(MAX_FOLLOW_WAIT_MS, undefined, { signal: moment.signal }).catch(() => undefined),
  ]).finally(() => moment.abort());
}

const MAX_FOLLOW_WAIT_MS = 1000;
