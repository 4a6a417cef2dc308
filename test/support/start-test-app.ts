/**
 * The real system on a database file and folders of its own: threads, jobs, search. Disposing of it stops
 * it and fails the test on any error that was logged and not announced.
 */
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { startApp, type App, type AppOptions } from '../../src/app.ts';
import type { Config, RootConfig } from '../../src/config/config.ts';
import { createLog } from '../../src/log.ts';
import type { ControlAction, ControlReply, ControlRequest } from '../../src/model/control.ts';
import type { Engine } from '../../src/model/engine.ts';
import type { SearchReply, SearchRequest } from '../../src/model/search.ts';
import type { Coverage, IndexStatus, JobView } from '../../src/model/status.ts';
import { makeConfig } from './make-config.ts';
import { createTempDir, type TempDir } from './temp-dir.ts';

export interface TestApp extends AsyncDisposable {
  readonly app: App;
  readonly engine: Engine;
  readonly config: Config;
  /** Lines of the log from `warn` up. */
  readonly logLines: readonly { readonly level: string; readonly msg: string }[];
  /** Says that the log may hold errors; the test looks at them itself. */
  expectErrors(): void;
  control(action: ControlAction, extra?: Partial<ControlRequest>): Promise<ControlReply>;
  /** Starts a job and gives it, with its details, when it has ended. */
  run(action: ControlAction, extra?: Partial<ControlRequest>): Promise<EndedJob>;
  search(query: string, extra?: Partial<SearchRequest>): Promise<SearchReply>;
  status(): Promise<IndexStatus>;
}

export interface EndedJob extends JobView {
  readonly details: unknown;
}

export interface TestAppOptions {
  readonly mode?: AppOptions['mode'];
  readonly config?: Partial<Config>;
  readonly env?: AppOptions['env'];
  readonly connectorKinds?: AppOptions['connectorKinds'];
  readonly fetchLimits?: AppOptions['fetchLimits'];
}

/** A folder with a root `app` and a place for the database. */
export interface Workplace extends Disposable {
  readonly dir: TempDir;
  readonly root: string;
  readonly databasePath: string;
  /** Writes a file of the root. */
  write(name: string, text: string): string;
  /** Rows of the database as they are committed now. */
  rows(sql: string, ...values: readonly unknown[]): readonly unknown[];
}

/** Makes the folder; the files are written below the root. */
export function createWorkplace(files: Readonly<Record<string, string>> = {}): Workplace {
  const dir = createTempDir();
  const root = join(dir.path, 'app');
  const databasePath = join(dir.path, 'data', 'conexus.db');
  mkdirSync(root);
  const write = (name: string, text: string): string => dir.write(join('app', name), text);
  for (const [name, text] of Object.entries(files)) write(name, text);
  return {
    dir,
    root,
    databasePath,
    write,
    rows: (sql, ...values) => {
      const connection = new Database(databasePath, { readonly: true });
      try {
        return connection.prepare(sql).all(...values);
      } finally {
        connection.close();
      }
    },
    [Symbol.dispose]: () => dir[Symbol.dispose](),
  };
}

/** A root as configured. */
export function makeRoot(path: string, id = 'app', changes: Partial<RootConfig> = {}): RootConfig {
  return { id, path, include: [], exclude: [], ...changes };
}

/** Starts the system on the workplace; nothing is indexed before `run('start')` unless the mode does so. */
export async function startTestApp(
  place: Pick<Workplace, 'root' | 'databasePath'>,
  options: TestAppOptions = {},
): Promise<TestApp> {
  const config = makeConfig({
    database: { path: place.databasePath },
    connectorAllowedPaths: [dirname(place.root)],
    ...options.config,
  });
  const full: Config = {
    ...config,
    indexer: {
      ...config.indexer,
      workers: 2,
      ...(options.config?.indexer === undefined ? { roots: [makeRoot(place.root)] } : {}),
    },
  };
  const logLines: { level: string; msg: string }[] = [];
  let mayHaveErrors = false;
  const { logger } = createLog(
    { level: 'warn', format: 'json' },
    { write: (line) => logLines.push(JSON.parse(line) as { level: string; msg: string }) },
  );
  const { env, connectorKinds, fetchLimits } = options;
  const app = await startApp(full, {
    mode: options.mode ?? 'oneshot',
    logger,
    ...(env === undefined ? {} : { env }),
    ...(connectorKinds === undefined ? {} : { connectorKinds }),
    ...(fetchLimits === undefined ? {} : { fetchLimits }),
  });
  const { engine } = app;
  const control: TestApp['control'] = async (action, extra) =>
    engine.control({ action, connectors: [], wait_ms: 0, ...extra });
  const run: TestApp['run'] = async (action, extra) => {
    const { job_id: jobId } = await control(action, extra);
    return waitForJob(control, jobId ?? '');
  };
  return {
    app,
    engine,
    config: full,
    logLines,
    expectErrors: () => {
      mayHaveErrors = true;
    },
    control,
    run,
    search: async (query, extra) => engine.search(makeSearch(query, extra)),
    status: async () => engine.status({ waitMs: 0 }),
    [Symbol.asyncDispose]: async () => {
      await app[Symbol.asyncDispose]();
      const errors = logLines.filter(({ level }) => level === 'error' || level === 'fatal');
      if (!mayHaveErrors && errors.length > 0) {
        throw new Error(`the system logged errors: ${JSON.stringify(errors)}`);
      }
    },
  };
}

async function waitForJob(control: TestApp['control'], jobId: string): Promise<EndedJob> {
  for (;;) {
    const reply = await control('status', { job_id: jobId, wait_ms: 25_000 });
    const job = reply.index_status?.jobs.find((view) => view.job_id === jobId);
    if (job === undefined) throw new Error(`no job ${jobId}`);
    if (job.ended_at !== null) return { ...job, details: reply.details };
  }
}

/** A root of its own in a running system, so that tests can share one. */
export interface TestRoot {
  readonly id: string;
  readonly path: string;
  write(name: string, text: string): string;
  /** Runs a job on this root alone. */
  run(action: ControlAction, extra?: Partial<ControlRequest>): Promise<EndedJob>;
  /** Searches this root alone. */
  search(query: string, extra?: Partial<SearchRequest>): Promise<SearchReply>;
  coverage(): Promise<Coverage>;
  /** The rows of its documents by path. */
  listDocuments(): readonly DocumentRecord[];
}

export interface DocumentRecord {
  readonly id: number;
  readonly path: string;
  readonly outcome: number;
  readonly reason: string | null;
  readonly is_pending: number;
  readonly blob_id: number | null;
}

let lastRoot = 0;

/** Makes a folder with files, adds it as a connector and waits until it is indexed. */
export async function addRoot(
  app: TestApp,
  place: Workplace,
  files: Readonly<Record<string, string>>,
): Promise<TestRoot> {
  const id = `root-${++lastRoot}`;
  const path = join(place.dir.path, id);
  mkdirSync(path);
  const write = (name: string, text: string): string => place.dir.write(join(id, name), text);
  for (const [name, text] of Object.entries(files)) write(name, text);
  const { job_id: jobId } = await app.engine.connectors({
    action: 'add',
    connector_config: { type: 'filesystem', name: id, path },
    confirm: false,
  });
  await waitForJob(async (action, extra) => app.control(action, extra), jobId ?? '');
  const connectors = [id];
  return {
    id,
    path,
    write,
    run: async (action, extra) =>
      app.run(action, { ...(action === 'reindex_paths' ? {} : { connectors }), ...extra }),
    search: async (query, extra) =>
      app.search(query, { ...extra, filters: { connectors, ...extra?.filters } }),
    coverage: async () => {
      const { roots } = await app.status();
      const root = roots.find(({ connector_id: own }) => own === id);
      if (root === undefined) throw new Error(`no root ${id}`);
      return root.coverage;
    },
    listDocuments: () =>
      place.rows(
        `SELECT d.id, path, outcome, reason, is_pending, blob_id FROM document d
         WHERE tree_id = (SELECT active_tree FROM source WHERE connector_id = ?) ORDER BY path`,
        id,
      ) as DocumentRecord[],
  };
}

/** A search with the defaults of the tool. */
export function makeSearch(query: string, changes: Partial<SearchRequest> = {}): SearchRequest {
  return {
    query,
    mode: 'auto',
    top_k: 20,
    offset: 0,
    case: 'sensitive',
    whole_word: false,
    multiline: false,
    context_lines: 2,
    filters: {},
    response_format: 'detailed',
    max_tokens: 20_000,
    explain: false,
    ...changes,
  };
}

/** Paths of the results, in their order. */
export function listPaths(reply: SearchReply): readonly string[] {
  return reply.results.map(({ metadata }) => metadata.file_path);
}

/** Checks the sums that must hold at every moment. */
export function listBrokenSums(status: IndexStatus): readonly string[] {
  const broken: string[] = [];
  for (const { coverage, connector_id: id } of [
    ...status.roots,
    { coverage: status.coverage, connector_id: 'all' },
  ]) {
    const others = [...Object.values(coverage.skipped), ...Object.values(coverage.failed)];
    const settled = others.reduce((total, count) => total + count, coverage.indexed);
    if (settled + coverage.pending !== coverage.discovered) {
      broken.push(`${id}: ${JSON.stringify(coverage)}`);
    }
    if (coverage.percent === 100 && coverage.pending > 0) broken.push(`${id}: 100 % with pending`);
  }
  if (status.files_processed !== status.total_files - status.coverage.pending) {
    broken.push(`files_processed ${status.files_processed}`);
  }
  return broken;
}
