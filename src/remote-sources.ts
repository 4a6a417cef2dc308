/**
 * Puts the remote sources together: kinds, the guarded fetch, secrets, syncs, schedule and webhooks. It decides
 * nothing; what a kind does is in `connectors/`, what becomes of it in `indexing/`.
 */
import { dirname, join } from 'node:path';
import type { Config } from './config/config.ts';
import type { ConnectorKind } from './connectors/connector.ts';
import { createAddressRules, resolveAllowed } from './connectors/address-rules.ts';
import { createGitKind } from './connectors/git-remote/git-kind.ts';
import type { FetchLimits, GuardedFetch } from './connectors/guarded-fetch.ts';
import { CONNECTOR_KINDS, ConnectorRegistry, toKindEntry } from './connectors/registry.ts';
import type { SecretPlaces } from './connectors/secret-reference.ts';
import { toRemote } from './indexing/connector-service.ts';
import type { Analysers, IndexWriter } from './indexing/ports.ts';
import { RemoteSyncs } from './indexing/remote-syncs.ts';
import { SyncSchedule } from './indexing/sync-schedule.ts';
import { WebhookService } from './indexing/webhook-service.ts';
import type { JobQueue } from './jobs/job-queue.ts';
import type { Logger } from './log.ts';
import type { SourceRow } from './store/sources.ts';
import type { StoreState } from './store/stored-state.ts';

/** What remote sources are made of; `jobs` come later, because they run the syncs. */
export interface RemoteSources extends AsyncDisposable {
  /** The folder whose git history belongs to the documents of a remote source. */
  historyFolder(this: void, source: SourceRow): string | undefined;
  readonly registry: ConnectorRegistry;
  readonly places: SecretPlaces;
  readonly syncs: RemoteSyncs;
  readonly schedule: SyncSchedule;
  readonly webhooks: WebhookService;
  /** Must be called once, before anything is scheduled. */
  setJobs(jobs: JobQueue): void;
}

export interface RemoteSourcesOptions {
  readonly config: Config;
  readonly logger: Logger;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Other kinds than the product's, for tests. */
  readonly kinds: readonly ConnectorKind[] | undefined;
  readonly fetchLimits: FetchLimits;
  readonly writer: IndexWriter;
  readonly analysers: Analysers;
  readState(this: void): StoreState;
}

/** Builds the parts; nothing is fetched before a job or the schedule asks for it. */
export function createRemoteSources(options: RemoteSourcesOptions): RemoteSources {
  const { config, logger, readState } = options;
  const places = {
    env: options.env,
    folders: ['/run/secrets', ...(config.secrets.dir === null ? [] : [config.secrets.dir])],
  };
  const guarded = createLazyFetch(options);
  const git = createGit(config, options.env);
  const kinds = options.kinds?.map(toKindEntry) ?? [...CONNECTOR_KINDS, toKindEntry(git)];
  const registry = new ConnectorRegistry({ kinds, places, fetch: guarded.fetch, now: Date.now });
  let jobs: JobQueue | undefined;
  const schedule = new SyncSchedule({
    start: async (connectorId, isBehindRunning) => {
      await jobs?.add({ action: 'sync', connectors: [connectorId], isBehindRunning });
    },
    now: Date.now,
    random: Math.random,
    onError: (error, connector) => logger.warn({ err: error, connector }, 'a sync was not queued'),
  });
  const syncs = createSyncs(options, registry, schedule);
  const webhooks = new WebhookService({
    readState,
    judge: async (source, call) => registry.readWebhook(source, call),
    announce: (connectorId) => schedule.announce(connectorId),
    now: Date.now,
  });
  return {
    historyFolder: ({ type, config: given }) =>
      type === 'git' ? git.historyFolder(JSON.parse(given) as Record<string, unknown>) : undefined,
    registry,
    places,
    syncs,
    schedule,
    webhooks,
    setJobs: (queue) => {
      jobs = queue;
    },
    [Symbol.asyncDispose]: async () => {
      schedule[Symbol.dispose]();
      await guarded[Symbol.asyncDispose]();
    },
  };
}

/** Repositories are kept beside the database: they can be fetched again, and go with it. */
function createGit(
  config: Config,
  env: RemoteSourcesOptions['env'],
): ReturnType<typeof createGitKind> {
  const rules = createAddressRules(config.connectorAllowedHosts);
  return createGitKind({
    folder: join(dirname(config.database.path), 'repositories'),
    searchPath: env['PATH'] ?? process.env['PATH'] ?? '',
    maxFileBytes: config.indexer.maxFileBytes,
    resolve: async (host, port) => resolveAllowed(rules, { host, port }),
  });
}

/** The client behind the guard takes some tens of megabytes; it is loaded with the first request. */
function createLazyFetch({ config, fetchLimits }: RemoteSourcesOptions): GuardedFetch {
  let opened: Promise<GuardedFetch> | undefined;
  const open = async (): Promise<GuardedFetch> => {
    const { createGuardedFetch } = await import('./connectors/guarded-fetch.ts');
    return createGuardedFetch({ ...fetchLimits, allowedHosts: config.connectorAllowedHosts });
  };
  return {
    fetch: async (input, init) => {
      opened ??= open();
      return (await opened).fetch(input, init);
    },
    [Symbol.asyncDispose]: async () => {
      const guarded = await opened;
      await guarded?.[Symbol.asyncDispose]();
    },
  };
}

function createSyncs(
  options: RemoteSourcesOptions,
  registry: ConnectorRegistry,
  schedule: SyncSchedule,
): RemoteSyncs {
  const { config, logger, readState } = options;
  return new RemoteSyncs({
    writer: options.writer,
    analysers: options.analysers,
    maxItemBytes: config.indexer.maxFileBytes,
    connect: async (source) => registry.connect(toRemote(source)),
    readState,
    now: Date.now,
    onFailure: (failure) => logger.warn(failure, 'item not indexed'),
    onEnd: (end) => {
      if (end.error !== null) {
        logger.warn({ connector: end.connectorId, err: end.error }, 'a sync failed');
      }
      schedule.note(end);
    },
  });
}
