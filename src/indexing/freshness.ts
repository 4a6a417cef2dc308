/**
 * Keeps the index in step with the disk between jobs. Three nets: events of a watcher, a listing of each
 * root from time to time (often where events do not arrive), and paths that a search found to be stale.
 * All of them end in the same refresh, one at a time for each root, and none of them is a job: they are
 * small, many, and start again by themselves.
 *
 * A root that is missing is looked for until it is there; then a job indexes it.
 */
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { JobQueue } from '../jobs/job-queue.ts';
import type { Watching } from '../model/status.ts';
import type { SourceRow } from '../store/sources.ts';
import type { IndexRunner } from './index-runner.ts';
import type { StatusBoard } from './status-board.ts';

/** What a watcher tells; see the connectors. */
export type RootChange =
  | { readonly kind: 'paths'; readonly paths: readonly string[] }
  | { readonly kind: 'rescan'; readonly reason: string };

export interface RootWatcher extends AsyncDisposable {
  readonly watching: Watching;
}

export interface FreshnessOptions {
  readonly board: StatusBoard;
  readonly jobs: JobQueue;
  readonly runner: IndexRunner;
  watch(options: {
    readonly root: string;
    readonly onChange: (change: RootChange) => void;
    readonly onHeadMove: () => void;
    readonly onProblem: (watching: Watching) => void;
  }): Promise<RootWatcher>;
  onError(error: unknown, connectorId: string): void;
}

/** Between two listings of a root whose changes make no events; longer where a listing takes long. */
const POLL_MS = 5_000;
/** A listing may take this share of the time. */
const POLL_SHARE = 1 / 20;
/** Events can be lost: a listing goes over the root this often all the same. */
const SAFETY_MS = 10 * 60_000;
/** A missing root is looked for this often. */
const MISSING_MS = 3_000;
/** Upkeep and the later passes wait for this much quiet. */
const QUIET_MS = 2_000;

const RULE_FILES: ReadonlySet<string> = new Set(['.gitignore', '.conexusignore']);

interface Watched {
  readonly source: SourceRow;
  readonly watcher: RootWatcher;
  /** Refreshes of this root, one after another. */
  lane: Promise<void>;
  timer: NodeJS.Timeout | undefined;
  lastListingMs: number;
}

export class Freshness implements AsyncDisposable {
  readonly #options: FreshnessOptions;
  readonly #abort = new AbortController();
  readonly #watched = new Map<string, Watched>();
  #quietTimer: NodeJS.Timeout | undefined;
  #quiet: Promise<void> = Promise.resolve();

  constructor(options: FreshnessOptions) {
    this.#options = options;
  }

  /** Starts to watch sources that are not watched yet and stops for those that are gone. */
  async follow(sources: readonly SourceRow[]): Promise<void> {
    const roots = sources.filter(({ path, isEnabled }) => path !== null && isEnabled === 1);
    const wanted = new Map(roots.map((source) => [source.connectorId, source]));
    for (const [id, watched] of this.#watched) {
      const source = wanted.get(id);
      if (source?.path === watched.source.path) continue;
      this.#watched.delete(id);
      await close(watched);
    }
    for (const source of roots) {
      if (!this.#watched.has(source.connectorId)) await this.#watch(source);
    }
  }

  /**
   * Brings files in step that a search found stale. Gives false when that takes longer than the limit (it
   * goes on all the same), or when nobody here may write.
   */
  async refreshFiles(
    files: readonly { readonly connectorId: string; readonly path: string }[],
    limitMs: number,
  ): Promise<boolean> {
    const pathsOf = new Map<Watched, string[]>();
    for (const { connectorId, path } of files) {
      const watched = this.#watched.get(connectorId);
      if (watched !== undefined) pathsOf.set(watched, [...(pathsOf.get(watched) ?? []), path]);
    }
    if (pathsOf.size === 0) return false;
    const refreshed = Array.from(pathsOf, async ([watched, paths]) => {
      await this.#enqueue(watched, { kind: 'paths', paths });
    });
    const { promise: isOver, resolve } = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => resolve(false), limitMs);
    const isDone = Promise.all(refreshed).then(() => true);
    return Promise.race([isDone, isOver]).finally(() => clearTimeout(timer));
  }

  /** Has the later passes run over what came in beside the roots, once it is quiet. */
  noteChange(): void {
    this.#scheduleQuiet();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#abort.abort();
    clearTimeout(this.#quietTimer);
    for (const watched of this.#watched.values()) await close(watched);
    await this.#quiet;
  }

  async #watch(source: SourceRow): Promise<void> {
    const { connectorId, path } = source;
    const report = (watching: Watching): void =>
      this.#options.board.setWatching(connectorId, watching);
    const enqueue = (change: RootChange): void => {
      const watched = this.#watched.get(connectorId);
      if (watched !== undefined) void this.#enqueue(watched, change);
    };
    const watcher = await this.#options.watch({
      root: path ?? '',
      onChange: enqueue,
      onHeadMove: () => enqueue({ kind: 'rescan', reason: 'HEAD moved' }),
      onProblem: (watching) => {
        report(watching);
        enqueue({ kind: 'rescan', reason: watching.reason });
      },
    });
    if (this.#abort.signal.aborted) {
      await watcher[Symbol.asyncDispose]();
      return;
    }
    const watched: Watched = {
      source,
      watcher,
      lane: Promise.resolve(),
      timer: undefined,
      lastListingMs: 0,
    };
    this.#watched.set(connectorId, watched);
    report(watcher.watching);
    this.#schedule(watched);
  }

  async #enqueue(watched: Watched, change: RootChange): Promise<void> {
    const run = watched.lane.then(async () => {
      if (this.#abort.signal.aborted) return;
      await this.#run(watched, change).catch((error: unknown) => {
        if (!this.#abort.signal.aborted) this.#options.onError(error, watched.source.connectorId);
      });
    });
    watched.lane = run;
    await run;
  }

  async #run(watched: Watched, change: RootChange): Promise<void> {
    const { runner } = this.#options;
    const source = this.#current(watched);
    const changesRules =
      change.kind === 'paths' && change.paths.some((path) => RULE_FILES.has(basename(path)));
    if (change.kind === 'paths' && !changesRules) {
      await runner.refreshPaths(source, change.paths, this.#abort.signal);
    } else if (!this.#isBusy(source)) {
      const startedMs = performance.now();
      await runner.refreshRoot(source, this.#abort.signal);
      watched.lastListingMs = performance.now() - startedMs;
    }
    this.#scheduleQuiet();
  }

  /** The row as stored now: its tree may have been swapped. */
  #current({ source }: Watched): SourceRow {
    const rows = this.#options.board.state?.sources ?? [];
    return rows.find(({ connectorId }) => connectorId === source.connectorId) ?? source;
  }

  #isBusy({ connectorId }: SourceRow): boolean {
    return this.#options.jobs
      .list()
      .some((job) => job.endedMs === null && job.connectors.includes(connectorId));
  }

  /** The periodic listing, and the look-out for a missing root. */
  #schedule(watched: Watched): void {
    const isPolling = watched.watcher.watching.mode !== 'events';
    const pollMs = Math.max(POLL_MS, watched.lastListingMs / POLL_SHARE);
    const isMissing = this.#isMissing(watched);
    const regularMs = isPolling ? pollMs : SAFETY_MS;
    watched.timer = setTimeout(
      () => {
        void this.#tick(watched, isMissing).finally(() => {
          if (!this.#abort.signal.aborted && this.#watched.has(watched.source.connectorId)) {
            this.#schedule(watched);
          }
        });
      },
      isMissing ? MISSING_MS : regularMs,
    ).unref();
  }

  async #tick(watched: Watched, wasMissing: boolean): Promise<void> {
    if (!wasMissing) {
      await this.#enqueue(watched, { kind: 'rescan', reason: 'periodic' });
      return;
    }
    const { connectorId, path } = watched.source;
    const isThere = await stat(path ?? '').then(
      (stats) => stats.isDirectory(),
      () => false,
    );
    if (!isThere) return;
    this.#watched.delete(connectorId);
    await close(watched);
    await this.#options.jobs.add({ action: 'start', connectors: [connectorId] });
    await this.#watch(this.#current(watched));
  }

  #isMissing({ source }: Watched): boolean {
    const newest = this.#options.jobs
      .list()
      .find((job) => job.endedMs !== null && job.connectors.includes(source.connectorId));
    return newest?.lastError?.code === 'ROOT_MISSING';
  }

  /** One at a time; a job that runs may be beyond the passes, so that its end is waited for. */
  #scheduleQuiet(): void {
    clearTimeout(this.#quietTimer);
    if (this.#abort.signal.aborted) return;
    this.#quietTimer = setTimeout(() => {
      if (this.#options.jobs.list().some(({ endedMs }) => endedMs === null)) {
        this.#scheduleQuiet();
        return;
      }
      this.#quiet = this.#quiet.then(async () => {
        if (this.#abort.signal.aborted) return;
        await this.#options.runner
          .settleQuietly(this.#abort.signal)
          .catch((error: unknown) => this.#options.onError(error, ''));
      });
    }, QUIET_MS).unref();
  }
}

async function close(watched: Watched): Promise<void> {
  clearTimeout(watched.timer);
  await watched.watcher[Symbol.asyncDispose]();
  await watched.lane;
}
