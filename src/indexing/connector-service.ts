/**
 * `context.connector_management` on the main thread, for sources of all kinds. A folder is a root and is walked;
 * everything else is fetched through a connector of its kind. Connections are tried before anything is stored, and
 * what is stored names secrets and never holds them.
 */
import type { Connector } from '../connectors/connector.ts';
import { AppError } from '../errors/app-error.ts';
import type { Job, JobQueue } from '../jobs/job-queue.ts';
import { toConnectorId } from '../model/connector-fields.ts';
import type {
  ConnectorReply,
  ConnectorRequest,
  ConnectorType,
  ConnectorView,
} from '../model/control.ts';
import type { SourceRow } from '../store/sources.ts';
import type { StoreState } from '../store/stored-state.ts';
import {
  assertAllowedId,
  assertNotDeclared,
  assertReadableFolder,
  checkConfig,
  resolveFolder,
  toLocalFolder,
  type CheckedConfig,
} from './connector-checks.ts';
import type { IndexWriter } from './ports.ts';
import { isRemote } from './sources.ts';

/** A source as far as a connector is made from it. */
export interface RemoteSource {
  readonly type: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly isTrusted: boolean;
}

export interface ConnectorServiceOptions {
  readonly writer: IndexWriter;
  readonly jobs: JobQueue;
  /** Absolute folders that a filesystem connector may lie in. */
  readonly allowedFolders: readonly string[];
  /** Gives what is wrong with the fields of a configuration, in whole sentences. */
  listFaults(config: Readonly<Record<string, unknown>>): readonly string[];
  /** Throws `INVALID_ARGUMENT` for a secret that may not be named over MCP. */
  assertAllowedReferences(config: Readonly<Record<string, unknown>>): void;
  /** Makes a connector; throws what its configuration is refused with. */
  connect(source: RemoteSource): Promise<Connector>;
  /** Deletes what is kept of a remote source outside of the database. */
  forget(source: RemoteSource): Promise<void>;
  nextRunMs(connectorId: string): number | null;
  readState(): StoreState;
  assertWriter(): void;
  /** Called after a source came or went. */
  onSourcesChanged(): void;
}

/** A call must answer within 10 s; the rest is for storing. */
const TEST_LIMIT_MS = 8_000;

export class ConnectorService {
  readonly #options: ConnectorServiceOptions;

  constructor(options: ConnectorServiceOptions) {
    this.#options = options;
  }

  async manage(request: ConnectorRequest, signal?: AbortSignal): Promise<ConnectorReply> {
    if (request.action === 'list') return this.#reply(request, 'These are the connectors.');
    if (request.action === 'test') return this.#test(request, signal);
    this.#options.assertWriter();
    switch (request.action) {
      case 'add':
        return this.#add(request, signal);
      case 'update':
        return this.#update(request, signal);
      case 'remove':
        return this.#remove(request);
      case 'sync': {
        const source = this.#get(request);
        const job = await this.#startSync(source.connectorId, source.type);
        return { ...this.#reply(request, `Syncing ${source.connectorId}.`), job_id: job.jobId };
      }
    }
  }

  async #add(request: ConnectorRequest, signal?: AbortSignal): Promise<ConnectorReply> {
    const config = this.#check(request.connector_config ?? {}, request);
    const connectorId = request.connector_id ?? toConnectorId(config.name);
    assertAllowedId(connectorId, request);
    if (this.#find(connectorId) !== undefined) {
      throw new AppError(
        'CONNECTOR_EXISTS',
        `A connector with the id ${connectorId} exists. Send another connector_id, or use \`update\`.`,
      );
    }
    const found = await this.#try(config, signal);
    return this.#store(request, { connectorId, config, found });
  }

  async #update(request: ConnectorRequest, signal?: AbortSignal): Promise<ConnectorReply> {
    const source = this.#get(request);
    assertNotDeclared(source);
    const given = request.connector_config ?? {};
    if (given['type'] !== undefined && given['type'] !== source.type) {
      throw new AppError(
        'INVALID_ARGUMENT',
        `${source.connectorId} is of type ${source.type}, and a connector keeps its type. Remove it and add another one.`,
      );
    }
    const merged = { ...readConfig(source), name: source.name, type: source.type, ...given };
    const config = this.#check(merged, request);
    const found = await this.#try(config, signal);
    // A sync that runs would store a cursor that belongs to the configuration before.
    await this.#stopJobs(source);
    return this.#store(request, { connectorId: source.connectorId, config, found });
  }

  /** Checks the fields and what this caller may name; local folders come back as their real paths. */
  #check(given: Readonly<Record<string, unknown>>, request: ConnectorRequest): CheckedConfig {
    const config = checkConfig(given, (one) => this.#options.listFaults(one));
    this.#options.assertAllowedReferences(config);
    const folders = this.#listFolders(request);
    if (config.type === 'filesystem') {
      return { ...config, path: resolveFolder(config['path'], { field: 'path', folders }) };
    }
    const local = config.type === 'git' ? toLocalFolder(String(config['url'])) : undefined;
    if (local === undefined) return config;
    return { ...config, url: resolveFolder(local, { field: 'url', folders }) };
  }

  /** Tries the connection; gives a sentence of what was found. */
  async #try(config: CheckedConfig, signal?: AbortSignal): Promise<string> {
    if (config.type === 'filesystem') return `${String(config['path'])} can be read.`;
    return this.#tryRemote({ type: config.type, config, isTrusted: false }, signal);
  }

  async #tryRemote(source: RemoteSource, signal?: AbortSignal): Promise<string> {
    const connector = await this.#options.connect(source);
    const limit = AbortSignal.timeout(TEST_LIMIT_MS);
    const stop = signal === undefined ? limit : AbortSignal.any([limit, signal]);
    try {
      return await connector.test(stop);
    } catch (error) {
      if (!limit.aborted) throw error;
      const seconds = TEST_LIMIT_MS / 1000;
      throw new AppError(
        'CONNECTOR_UNREACHABLE',
        `The service gave no answer within ${seconds} s. Check its address and the network, then try again.`,
        { cause: error },
      );
    }
  }

  async #store(
    request: ConnectorRequest,
    values: {
      readonly connectorId: string;
      readonly config: CheckedConfig;
      readonly found: string;
    },
  ): Promise<ConnectorReply> {
    const { connectorId, config } = values;
    const { type, name, ...fields } = config;
    await this.#options.writer.ensureSource({
      connectorId,
      type,
      name,
      path: type === 'filesystem' ? String(config['path']) : null,
      config: fields,
      isDeclared: false,
    });
    this.#options.onSourcesChanged();
    const job = await this.#startSync(connectorId, type);
    const reply = this.#reply(request, `${values.found} ${connectorId} is being indexed.`);
    return { ...reply, job_id: job.jobId };
  }

  async #startSync(connectorId: string, type: string): Promise<Job> {
    const action = isRemote({ type }) ? 'sync' : 'start';
    return this.#options.jobs.add({ action, connectors: [connectorId] });
  }

  async #remove(request: ConnectorRequest): Promise<ConnectorReply> {
    const source = this.#get(request);
    if (!request.confirm) {
      throw new AppError(
        'INVALID_ARGUMENT',
        `Removing ${source.connectorId} deletes what it indexed. Send \`confirm: true\` to do it.`,
      );
    }
    assertNotDeclared(source);
    await this.#stopJobs(source);
    await this.#options.writer.removeSource(source.connectorId);
    this.#options.onSourcesChanged();
    while ((await this.#options.writer.collect(Number.MAX_SAFE_INTEGER)) > 0);
    while (await this.#options.writer.vacuum());
    if (isRemote(source)) await this.#options.forget(toRemote(source));
    return this.#reply(
      { ...request, action: 'list' },
      `${source.connectorId} and what it indexed are removed.`,
    );
  }

  async #stopJobs({ connectorId }: SourceRow): Promise<void> {
    for (const job of this.#options.jobs.list()) {
      if (job.endedMs === null && job.connectors.includes(connectorId))
        await this.#options.jobs.stop(job.jobId);
    }
  }

  async #test(request: ConnectorRequest, signal?: AbortSignal): Promise<ConnectorReply> {
    if (request.connector_id !== undefined && request.connector_config === undefined) {
      const source = this.#get(request);
      if (isRemote(source)) {
        return this.#reply(request, await this.#tryRemote(toRemote(source), signal));
      }
      if (source.path !== null) assertReadableFolder(source.path);
      return this.#reply(request, `${source.connectorId} can be read.`);
    }
    const config = this.#check(request.connector_config ?? {}, request);
    return this.#reply(request, await this.#try(config, signal));
  }

  /** Folders that a connector may lie in; a caller with few connectors has those of its own only. */
  #listFolders({ allowed_connectors: allowed }: ConnectorRequest): readonly string[] {
    if (allowed === undefined) return this.#options.allowedFolders;
    const { sources } = this.#options.readState();
    return sources.flatMap(({ connectorId, path }) =>
      path !== null && allowed.includes(connectorId) ? [path] : [],
    );
  }

  #find(connectorId: string): SourceRow | undefined {
    return this.#options.readState().sources.find((source) => source.connectorId === connectorId);
  }

  #get(request: ConnectorRequest): SourceRow {
    const id = request.connector_id ?? '';
    const source = this.#find(id);
    const isHidden =
      request.allowed_connectors !== undefined && !request.allowed_connectors.includes(id);
    if (source !== undefined && !isHidden) return source;
    const known = this.#list(request)
      .map((view) => view.id)
      .join(', ');
    throw new AppError(
      'CONNECTOR_NOT_FOUND',
      `No connector has the id "${id}". Known ones: ${known === '' ? 'none' : known}.`,
    );
  }

  #list(request: ConnectorRequest): ConnectorView[] {
    const state = this.#options.readState();
    const jobs = this.#options.jobs.list();
    return state.sources
      .filter(({ connectorId }) => request.allowed_connectors?.includes(connectorId) ?? true)
      .map((source) => {
        const isSyncing = jobs.some(
          (job) => job.endedMs === null && job.connectors.includes(source.connectorId),
        );
        const nextRunMs = this.#options.nextRunMs(source.connectorId);
        return toView(source, state, { isSyncing, nextRunMs });
      });
  }

  #reply(request: ConnectorRequest, message: string): ConnectorReply {
    return { connectors: this.#list(request), status: 'ok', message };
  }
}

/** A stored source as its connector is made from it. */
export function toRemote(source: SourceRow): RemoteSource {
  return { type: source.type, config: readConfig(source), isTrusted: source.isDeclared === 1 };
}

function readConfig(source: SourceRow): Record<string, unknown> {
  return JSON.parse(source.config) as Record<string, unknown>;
}

function toView(
  source: SourceRow,
  state: StoreState,
  { isSyncing, nextRunMs }: { readonly isSyncing: boolean; readonly nextRunMs: number | null },
): ConnectorView {
  const items = state.tallies
    .filter(({ treeId, outcome }) => treeId === source.activeTree && outcome === 1)
    .reduce((sum, { files }) => sum + files, 0);
  const settled = source.lastError === null ? 'active' : 'error';
  return {
    id: source.connectorId,
    type: source.type as ConnectorType,
    name: source.name,
    status: isSyncing ? 'syncing' : settled,
    config: readConfig(source),
    last_ok: toTime(source.lastOkMs),
    last_error: source.lastError,
    next_run: toTime(nextRunMs),
    items,
  };
}

function toTime(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
