/**
 * `context.connector_management` on the main thread. Filesystem connectors are roots; kinds that this
 * program cannot serve are refused by name. A path added over MCP must lie below the configured roots or
 * the folders that the operator allows.
 */
import { realpathSync, statSync } from 'node:fs';
import { basename, posix } from 'node:path';
import { AppError } from '../errors/app-error.ts';
import type { JobQueue } from '../jobs/job-queue.ts';
import {
  CONNECTOR_TYPES,
  type ConnectorReply,
  type ConnectorRequest,
  type ConnectorType,
  type ConnectorView,
} from '../model/control.ts';
import {
  CONNECTOR_ID_PATTERN,
  PUSHED_CONNECTOR_ID,
  toConnectorId,
} from '../model/connector-fields.ts';
import type { SourceRow } from '../store/sources.ts';
import type { StoreState } from '../store/stored-state.ts';
import type { IndexWriter } from './ports.ts';

export interface ConnectorServiceOptions {
  readonly writer: IndexWriter;
  readonly jobs: JobQueue;
  /** Absolute folders that a filesystem connector may lie in. */
  readonly allowedFolders: readonly string[];
  readState(): StoreState;
  assertWriter(): void;
  /** Called after a source came or went. */
  onSourcesChanged(): void;
}

const FILESYSTEM_KEYS: ReadonlySet<string> = new Set([
  'type',
  'name',
  'path',
  'include',
  'exclude',
]);

export class ConnectorService {
  readonly #options: ConnectorServiceOptions;

  constructor(options: ConnectorServiceOptions) {
    this.#options = options;
  }

  async manage(request: ConnectorRequest): Promise<ConnectorReply> {
    if (request.action === 'list') return this.#reply(request, 'These are the connectors.');
    if (request.action === 'test') return this.#test(request);
    this.#options.assertWriter();
    switch (request.action) {
      case 'add':
        return this.#add(request);
      case 'update':
        return this.#update(request);
      case 'remove':
        return this.#remove(request);
      case 'sync': {
        const source = this.#get(request);
        const job = await this.#options.jobs.add({
          action: 'start',
          connectors: [source.connectorId],
        });
        return { ...this.#reply(request, `Syncing ${source.connectorId}.`), job_id: job.jobId };
      }
    }
  }

  async #add(request: ConnectorRequest): Promise<ConnectorReply> {
    const config = checkConfig(request.connector_config ?? {});
    const path = this.#resolveFolder(config['path'], request);
    const name = typeof config['name'] === 'string' ? config['name'] : basename(path);
    const connectorId = request.connector_id ?? toConnectorId(name);
    if (!CONNECTOR_ID_PATTERN.test(connectorId) || connectorId === PUSHED_CONNECTOR_ID) {
      throw new AppError(
        'INVALID_ARGUMENT',
        'connector_id must be made of a-z, 0-9 and -, at most 63 of them, with no - at either end, and not be "pushed".',
      );
    }
    if (!(request.allowed_connectors?.includes(connectorId) ?? true)) {
      throw new AppError(
        'INSUFFICIENT_SCOPE',
        `This key may not have a connector ${connectorId}. Send a connector_id that it names.`,
      );
    }
    if (this.#find(connectorId) !== undefined) {
      throw new AppError(
        'CONNECTOR_EXISTS',
        `A connector with the id ${connectorId} exists. Send another connector_id, or use \`update\`.`,
      );
    }
    return this.#store(request, { connectorId, name, path, config });
  }

  async #update(request: ConnectorRequest): Promise<ConnectorReply> {
    const source = this.#get(request);
    assertNotDeclared(source);
    const merged = {
      ...(JSON.parse(source.config) as object),
      type: 'filesystem',
      ...request.connector_config,
    };
    const config = checkConfig(merged);
    const path = this.#resolveFolder(config['path'] ?? source.path, request);
    const name = typeof config['name'] === 'string' ? config['name'] : source.name;
    return this.#store(request, { connectorId: source.connectorId, name, path, config });
  }

  async #store(
    request: ConnectorRequest,
    values: {
      connectorId: string;
      name: string;
      path: string;
      config: Readonly<Record<string, unknown>>;
    },
  ): Promise<ConnectorReply> {
    const { include, exclude } = values.config;
    await this.#options.writer.ensureSource({
      connectorId: values.connectorId,
      type: 'filesystem',
      name: values.name,
      path: values.path,
      config: {
        path: values.path,
        ...(include === undefined ? {} : { include }),
        ...(exclude === undefined ? {} : { exclude }),
      },
      isDeclared: false,
    });
    this.#options.onSourcesChanged();
    const job = await this.#options.jobs.add({ action: 'start', connectors: [values.connectorId] });
    const reply = this.#reply(request, `${values.connectorId} is being indexed.`);
    return { ...reply, job_id: job.jobId };
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
    for (const job of this.#options.jobs.list()) {
      if (job.endedMs === null && job.connectors.includes(source.connectorId))
        await this.#options.jobs.stop(job.jobId);
    }
    await this.#options.writer.removeSource(source.connectorId);
    while ((await this.#options.writer.collect(Number.MAX_SAFE_INTEGER)) > 0);
    while (await this.#options.writer.vacuum());
    this.#options.onSourcesChanged();
    return this.#reply(
      { ...request, action: 'list' },
      `${source.connectorId} and what it indexed are removed.`,
    );
  }

  #test(request: ConnectorRequest): ConnectorReply {
    if (request.connector_id !== undefined && request.connector_config === undefined) {
      const source = this.#get(request);
      if (source.path !== null) assertReadableFolder(source.path);
      return this.#reply(request, `${source.connectorId} can be read.`);
    }
    const config = checkConfig(request.connector_config ?? {});
    const path = this.#resolveFolder(config['path'], request);
    return this.#reply(request, `${path} can be read.`);
  }

  #resolveFolder(path: unknown, request: ConnectorRequest): string {
    if (typeof path !== 'string' || !path.startsWith('/')) {
      throw new AppError('INVALID_ARGUMENT', 'connector_config.path must be an absolute folder.');
    }
    const real = findRealPath(path) ?? posix.normalize(path);
    // Before it is looked at: whether a folder outside exists is nobody's business.
    if (!isBelow(real, this.#listFolders(request))) {
      throw new AppError(
        'PATH_OUTSIDE_ROOTS',
        `${path} lies outside the configured roots. The operator can allow its folder with connectors.allowed_paths.`,
      );
    }
    assertReadableFolder(real);
    return real;
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
        return toView(source, state, isSyncing);
      });
  }

  #reply(request: ConnectorRequest, message: string): ConnectorReply {
    return { connectors: this.#list(request), status: 'ok', message };
  }
}

function toView(source: SourceRow, state: StoreState, isSyncing: boolean): ConnectorView {
  const items = state.tallies
    .filter(({ treeId, outcome }) => treeId === source.activeTree && outcome === 1)
    .reduce((sum, { files }) => sum + files, 0);
  const settled = source.lastError === null ? 'active' : 'error';
  return {
    id: source.connectorId,
    type: source.type as ConnectorType,
    name: source.name,
    status: isSyncing ? 'syncing' : settled,
    config: JSON.parse(source.config) as Record<string, unknown>,
    last_ok: source.lastOkMs === null ? null : new Date(source.lastOkMs).toISOString(),
    last_error: source.lastError,
    next_run: null,
    items,
  };
}

function checkConfig(config: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { type } = config;
  if (typeof type !== 'string' || !(CONNECTOR_TYPES as readonly string[]).includes(type)) {
    throw new AppError(
      'INVALID_ARGUMENT',
      `connector_config.type must be one of ${CONNECTOR_TYPES.join(', ')}.`,
    );
  }
  if (type !== 'filesystem') {
    throw new AppError(
      'CONNECTOR_TYPE_UNSUPPORTED',
      `This release has no connector of type ${type}. It has filesystem; documents from elsewhere can be handed in with context.index_control action "index".`,
    );
  }
  const unknown = Object.keys(config).find((key) => !FILESYSTEM_KEYS.has(key));
  if (unknown !== undefined) {
    throw new AppError(
      'INVALID_ARGUMENT',
      `connector_config has no key ${unknown} for type filesystem. It takes ${[...FILESYSTEM_KEYS].join(', ')}.`,
    );
  }
  for (const key of ['include', 'exclude']) {
    const globs = config[key];
    if (
      globs !== undefined &&
      !(Array.isArray(globs) && globs.every((glob) => typeof glob === 'string'))
    ) {
      throw new AppError('INVALID_ARGUMENT', `connector_config.${key} must be a list of globs.`);
    }
  }
  return config;
}

function assertNotDeclared(source: SourceRow): void {
  if (source.isDeclared === 0) return;
  throw new AppError(
    'INVALID_ARGUMENT',
    `${source.connectorId} is declared by the operator's configuration. Change or remove it there.`,
  );
}

function assertReadableFolder(path: string): void {
  let isFolder = false;
  try {
    isFolder = statSync(path).isDirectory();
  } catch (error) {
    throw new AppError(
      'CONNECTOR_UNREACHABLE',
      `The folder ${path} cannot be read. Check that it exists and who may read it.`,
      { cause: error },
    );
  }
  if (!isFolder) throw new AppError('CONNECTOR_UNREACHABLE', `${path} is not a folder.`);
}

function findRealPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

function isBelow(path: string, folders: readonly string[]): boolean {
  return folders.some((folder) => path === folder || path.startsWith(`${folder}/`));
}
