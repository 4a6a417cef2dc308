/**
 * Puts the status together from what the writer reports with every call, the jobs and the watchers, and
 * tells listeners when it changed. It counts nothing itself. `revision` grows when a job's state or
 * phase, a whole percent of progress, a coverage number, the last error or the watching changes.
 */
import type { Job } from '../jobs/job-queue.ts';
import type {
  ConnectorStatus,
  Coverage,
  IndexStatus,
  JobView,
  RootStatus,
  StatusError,
  Watching,
} from '../model/status.ts';
import type { SourceRow } from '../store/sources.ts';
import type { StoreState } from '../store/stored-state.ts';
import type { TallyRow } from '../store/tallies.ts';
import { toHistoryCount } from './history-problems.ts';
import { isRemote } from './sources.ts';
import { RateMeter } from './rate-meter.ts';
import { toVisibleJob } from './visible-jobs.ts';
import { toVisibleState } from './visible-state.ts';

const PENDING = 0;
const INDEXED = 1;
const SKIPPED = 2;
const NOT_WATCHING: Watching = { mode: 'off', reason: 'not started yet' };
const NO_JOB: Pick<Job, 'progress' | 'startedMs'> = { progress: 0, startedMs: null };
const NO_ROOT = { verified_at: null, watching: NOT_WATCHING, head_commit: null };
const NOTHING_STORED = { tallies: [], chunkCount: 0, dbBytes: 0, walBytes: 0 };

export interface StatusBoardOptions {
  now(): number;
}

export class StatusBoard {
  readonly #now: () => number;
  readonly #listeners = new Set<(status: IndexStatus) => void>();
  readonly #watching = new Map<string, Watching>();
  readonly #rate: RateMeter;
  #state: StoreState | undefined;
  #jobs: readonly Job[] = [];
  #fingerprint = '';
  #revision: number;
  #isScheduled = false;

  constructor(options: StatusBoardOptions) {
    this.#now = () => options.now();
    this.#rate = new RateMeter(this.#now);
    this.#revision = options.now();
  }

  setState(state: StoreState): void {
    this.#state = state;
    const processed = sum(state.tallies, ({ outcome }) => outcome !== PENDING);
    this.#rate.record(processed.files, processed.bytes + state.structure.doneBytes);
    this.#changed();
  }

  setJobs(jobs: readonly Job[]): void {
    this.#jobs = jobs;
    this.#changed();
  }

  setWatching(connectorId: string, watching: Watching): void {
    this.#watching.set(connectorId, watching);
    this.#changed();
  }

  get state(): StoreState | undefined {
    return this.#state;
  }

  get revision(): number {
    return this.#revision;
  }

  /** Calls back with every new revision, at most every 50 ms, until the returned function is called. */
  onChange(listener: (status: IndexStatus) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The status as of now; with `allowed` only of these connectors. Cost: under a millisecond. */
  read(allowed?: readonly string[]): IndexStatus {
    const state = this.#state === undefined ? undefined : toVisibleState(this.#state, allowed);
    const roots = this.#listRoots(state);
    const jobs = this.#jobs.flatMap((job) => toVisibleJob(job, allowed) ?? []);
    const [newest = NO_JOB] = jobs;
    const [first = NO_ROOT] = roots;
    const stored = state ?? NOTHING_STORED;
    const running = jobs.find(({ state }) => state === 'running');
    const coverage = addCoverage(roots.map((root) => root.coverage));
    const isIndexing = jobs.some(({ endedMs }) => endedMs === null);
    const rate = isIndexing ? this.#rate.read() : { filesPerSecond: 0, bytesPerSecond: 0 };
    return {
      revision: this.#revision,
      is_indexing: isIndexing,
      phase: running?.phase ?? 'idle',
      progress: Math.floor(newest.progress * 10) / 10,
      files_processed: coverage.discovered - coverage.pending,
      total_files: coverage.discovered,
      chunks_created: stored.chunkCount,
      bytes_processed: sum(stored.tallies, ({ outcome }) => outcome === INDEXED).bytes,
      files_per_second: Math.round(rate.filesPerSecond * 10) / 10,
      start_time: toTime(newest.startedMs),
      estimated_end: this.#estimateEnd(running),
      verified_at: first.verified_at,
      last_error: jobs.find(({ lastError }) => lastError !== null)?.lastError ?? null,
      searchable: coverage.indexed > 0 || (allowed === undefined && stored.chunkCount > 0),
      coverage,
      passes: toPasses(coverage, state),
      watching: first.watching,
      head_commit: first.head_commit,
      roots,
      connectors: this.#listRemotes(allowed),
      db_bytes: stored.dbBytes,
      wal_bytes: stored.walBytes,
      jobs: jobs.map(toJobView),
    };
  }

  #listRoots(state: StoreState | undefined): RootStatus[] {
    if (state === undefined) return [];
    return state.sources
      .filter(({ path }) => path !== null)
      .map((source) => ({
        connector_id: source.connectorId,
        path: source.path ?? '',
        head_commit: source.headCommit,
        verified_at: toTime(source.verifiedMs),
        watching: this.#watching.get(source.connectorId) ?? NOT_WATCHING,
        coverage: toCoverage(source, state),
      }));
  }

  #listRemotes(allowed: readonly string[] | undefined): ConnectorStatus[] {
    const state = this.#state;
    if (state === undefined) return [];
    return state.sources
      .filter((source) => isRemote(source) && (allowed?.includes(source.connectorId) ?? true))
      .map((source) => ({
        connector_id: source.connectorId,
        type: source.type,
        last_ok: toTime(source.lastOkMs),
        last_error: source.lastError,
        coverage: toCoverage(source, state),
      }));
  }

  #estimateEnd(running: Job | undefined): string | null {
    if (running?.startedMs == null || running.progress < 1) return null;
    const elapsedMs = this.#now() - running.startedMs;
    return toTime(this.#now() + (elapsedMs * (100 - running.progress)) / running.progress);
  }

  /** Works out whether the change is one that counts; many changes in a row are told as one. */
  #changed(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setTimeout(() => {
      this.#isScheduled = false;
      this.#publish();
    }, 50).unref();
  }

  #publish(): void {
    const { coverage, jobs, watching, last_error, roots, connectors, passes } = this.read();
    const fingerprint = JSON.stringify([
      coverage,
      watching,
      last_error,
      roots,
      connectors.map((one) => [one.connector_id, one.coverage, one.last_error]),
      passes,
      jobs.map((job) => [job.job_id, job.state, job.phase, Math.floor(job.progress)]),
    ]);
    if (fingerprint === this.#fingerprint) return;
    this.#fingerprint = fingerprint;
    this.#revision += 1;
    const status = this.read();
    for (const listener of this.#listeners) listener(status);
  }
}

function sum(
  tallies: readonly TallyRow[],
  isCounted: (row: TallyRow) => boolean,
): { files: number; bytes: number } {
  let files = 0;
  let bytes = 0;
  for (const row of tallies) {
    if (!isCounted(row)) continue;
    files += row.files;
    bytes += row.bytes;
  }
  return { files, bytes };
}

function toPasses(coverage: Coverage, state: StoreState | undefined): IndexStatus['passes'] {
  const { done = 0, total = 0 } = state?.structure ?? {};
  return {
    text: { done: coverage.discovered - coverage.pending, total: coverage.discovered },
    structure: { done, total },
    history: toHistoryCount(state?.history),
  };
}

function toCoverage(source: SourceRow, state: StoreState): Coverage {
  const tallies = state.tallies.filter(({ treeId }) => treeId === source.activeTree);
  const isListed = state.trees.some(
    ({ id, isListed }) => id === source.activeTree && isListed === 1,
  );
  const skipped: Record<string, number> = {};
  const failed: Record<string, number> = {};
  let indexed = 0;
  let pending = 0;
  for (const { outcome, reason, files } of tallies) {
    if (outcome === PENDING) pending += files;
    else if (outcome === INDEXED) indexed += files;
    else if (outcome === SKIPPED) skipped[reason] = files;
    else failed[reason] = files;
  }
  const discovered = sum(tallies, () => true).files;
  return {
    discovered,
    indexed,
    skipped,
    failed,
    examples: state.examples[String(source.activeTree)] ?? {},
    pending,
    percent: toPercent(discovered, pending, isListed),
  };
}

function toPercent(discovered: number, pending: number, isListed: boolean): number {
  if (isListed && pending === 0) return 100;
  if (discovered === 0) return 0;
  return Math.min(99.9, Math.floor(((discovered - pending) / discovered) * 1000) / 10);
}

function addCoverage(parts: readonly Coverage[]): Coverage {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const total = { discovered: 0, indexed: 0, pending: 0 };
  const skipped: Record<string, number> = {};
  const failed: Record<string, number> = {};
  const examples: Record<string, string[]> = {};
  for (const part of parts) {
    total.discovered += part.discovered;
    total.indexed += part.indexed;
    total.pending += part.pending;
    for (const [reason, files] of Object.entries(part.skipped))
      skipped[reason] = (skipped[reason] ?? 0) + files;
    for (const [reason, files] of Object.entries(part.failed))
      failed[reason] = (failed[reason] ?? 0) + files;
    for (const [reason, paths] of Object.entries(part.examples)) {
      examples[reason] = [...(examples[reason] ?? []), ...paths].slice(0, 5);
    }
  }
  const isComplete = parts.length > 0 && parts.every(({ percent }) => percent === 100);
  return {
    ...total,
    skipped,
    failed,
    examples,
    percent: toPercent(total.discovered, total.pending, isComplete),
  };
}

function toJobView(job: Job): JobView {
  return {
    job_id: job.jobId,
    action: job.action,
    connectors: job.connectors,
    state: job.state,
    phase: job.phase,
    progress: Math.floor(job.progress * 10) / 10,
    created_at: toTime(job.createdMs) ?? '',
    started_at: toTime(job.startedMs),
    ended_at: toTime(job.endedMs),
    last_error: job.lastError satisfies StatusError | null,
  };
}

function toTime(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
