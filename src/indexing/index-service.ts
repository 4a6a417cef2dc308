/**
 * `context.index_control` on the main thread: decides, hands the work to jobs and threads, and reports.
 * Nothing here parses, searches or waits for the database longer than a message takes.
 */
import { AppError } from '../errors/app-error.ts';
import type { Job, JobQueue } from '../jobs/job-queue.ts';
import type { ControlReply, ControlRequest, PlanDetails } from '../model/control.ts';
import type { StatusQuery } from '../model/engine.ts';
import type { IndexStatus, JobAction } from '../model/status.ts';
import type { SourceRow } from '../store/sources.ts';
import type { Analysers, IndexWriter } from './ports.ts';
import { findRoot } from './find-root.ts';
import { addPlans } from './inspect.ts';
import { pushDocument } from './pushed-documents.ts';
import { isRemote, toListingRequest } from './sources.ts';
import type { StatusBoard } from './status-board.ts';
import { ownsJob, seesJob, toVisibleJob, type Allowed } from './visible-jobs.ts';

export interface IndexServiceOptions {
  readonly board: StatusBoard;
  readonly jobs: JobQueue;
  readonly writer: IndexWriter;
  readonly analysers: Analysers;
  /** Throws `WRITER_ELSEWHERE` while another process writes. */
  assertWriter(): void;
  /** Told after each document that was pushed: it has its text, not yet its structure. */
  onPushed(): void;
}

export class IndexService {
  readonly #options: IndexServiceOptions;

  constructor(options: IndexServiceOptions) {
    this.#options = options;
  }

  async control(request: ControlRequest, signal?: AbortSignal): Promise<ControlReply> {
    if (request.action === 'status') return this.#status(request, signal);
    if (request.action === 'explain_path') return this.#explainPath(request);
    this.#options.assertWriter();
    switch (request.action) {
      case 'start':
      case 'force_reindex':
      case 'verify':
        return this.#startJob(request.action, request, signal);
      case 'reindex_paths':
        return this.#reindexPaths(request, signal);
      case 'stop':
        return this.#stop(request);
      case 'plan':
        return this.#plan(request, signal);
      case 'index':
        return this.#push(request);
    }
  }

  async #push(request: ControlRequest): Promise<ControlReply> {
    const reply = await pushDocument(this.#options, request);
    this.#options.onPushed();
    return reply;
  }

  /** The present status, or the next one within the time. */
  async status(query: StatusQuery): Promise<IndexStatus> {
    const { board } = this.#options;
    const since = query.since ?? board.revision;
    if (query.waitMs > 0 && board.revision === since) {
      await waitFor(query, (resolve) => board.onChange(() => resolve()));
    }
    return board.read(query.allowedConnectors);
  }

  async #status(request: ControlRequest, signal?: AbortSignal): Promise<ControlReply> {
    const wait = { waitMs: request.wait_ms, ...(signal === undefined ? {} : { signal }) };
    const allowed =
      request.allowed_connectors === undefined
        ? {}
        : { allowedConnectors: request.allowed_connectors };
    if (request.job_id !== undefined) {
      const entry = this.#getJob(request.job_id, request.allowed_connectors);
      if (request.wait_ms > 0) await waitForEnd(wait, entry.ended);
      const { job, details } = this.#getJob(request.job_id, request.allowed_connectors);
      const status = await this.status({ waitMs: 0, ...allowed });
      return {
        status: 'ok',
        message: describeJob(job),
        job_id: job.jobId,
        ...(details === undefined ? {} : { details }),
        index_status: status,
      };
    }
    const since = request.since === undefined ? {} : { since: request.since };
    const status = await this.status({ ...wait, ...allowed, ...since });
    return { status: 'ok', message: describeStatus(status), index_status: status };
  }

  async #startJob(
    action: JobAction,
    request: ControlRequest,
    signal?: AbortSignal,
  ): Promise<ControlReply> {
    const sources = this.#selectSources(request, this.#listConnectors(request));
    if (sources.length === 0) {
      throw request.allowed_connectors === undefined
        ? new AppError('NOT_READY', 'The roots are being read in. Ask again in a moment.')
        : new AppError('CONNECTOR_NOT_FOUND', 'This key has no root to work on.');
    }
    const jobs = await this.#addJobs(action, sources);
    const [first] = jobs;
    if (first === undefined) throw new AppError('CONNECTOR_NOT_FOUND', NOTHING_TO_VERIFY);
    const reply = await this.#toJobReply(first, request, signal);
    if (jobs.length === 1) return reply;
    return { ...reply, details: { job_ids: jobs.map(({ jobId }) => jobId) } };
  }

  /** One job for the roots, and one for each remote source, since each of those waits for somebody else. */
  async #addJobs(action: JobAction, sources: readonly SourceRow[]): Promise<Job[]> {
    const { jobs } = this.#options;
    const roots = sources.filter((source) => !isRemote(source));
    const added: Job[] = [];
    if (roots.length > 0) {
      const connectors = roots.map(({ connectorId }) => connectorId);
      added.push(await jobs.add({ action, connectors }));
    }
    if (action === 'verify') return added;
    for (const { connectorId } of sources.filter(isRemote)) {
      const own = action === 'start' ? 'sync' : action;
      added.push(await jobs.add({ action: own, connectors: [connectorId] }));
    }
    return added;
  }

  async #reindexPaths(request: ControlRequest, signal?: AbortSignal): Promise<ControlReply> {
    const sources = this.#listSources(request);
    const paths: Record<string, string[]> = {};
    for (const path of request.paths ?? []) {
      const { source, relativePath } = findRoot(sources, path);
      (paths[source.connectorId] ??= []).push(relativePath);
    }
    const job = await this.#options.jobs.add({
      action: 'reindex_paths',
      connectors: Object.keys(paths),
      parameters: { paths },
    });
    return this.#toJobReply(job, request, signal);
  }

  async #toJobReply(
    job: Job,
    request: ControlRequest,
    signal?: AbortSignal,
  ): Promise<ControlReply> {
    const entry = this.#getJob(job.jobId, request.allowed_connectors);
    if (request.wait_ms > 0) {
      const wait = { waitMs: request.wait_ms, ...(signal === undefined ? {} : { signal }) };
      await waitForEnd(wait, entry.ended);
    }
    const { job: now, details } = this.#getJob(job.jobId, request.allowed_connectors);
    return {
      status: 'ok',
      message: describeJob(now),
      job_id: now.jobId,
      ...(details === undefined ? {} : { details }),
      index_status: this.#options.board.read(request.allowed_connectors),
    };
  }

  async #stop(request: ControlRequest): Promise<ControlReply> {
    const stopped = await this.#stopJobs(request);
    const message =
      stopped === 0
        ? 'No job was running.'
        : `Stopped ${stopped} ${stopped === 1 ? 'job' : 'jobs'}. What was indexed stays searchable.`;
    return {
      status: 'ok',
      message,
      index_status: this.#options.board.read(request.allowed_connectors),
    };
  }

  /** A caller with few connectors stops only jobs that are all its own. Gives how many were open. */
  async #stopJobs({ job_id: jobId, allowed_connectors: allowed }: ControlRequest): Promise<number> {
    const { jobs } = this.#options;
    if (jobId !== undefined) {
      const { job } = jobs.get(jobId, (one) => seesJob(one, allowed));
      if (ownsJob(job, allowed)) return jobs.stop(jobId);
      throw new AppError(
        'JOB_NOT_FOUND',
        `Job ${jobId} covers more than the connectors of this key. Stop it with one that has them all.`,
      );
    }
    if (allowed === undefined) return jobs.stop(undefined);
    const own = jobs.list().filter((job) => job.endedMs === null && ownsJob(job, allowed));
    const stopped = await Promise.all(own.map(async (job) => jobs.stop(job.jobId)));
    return stopped.reduce((sum, count) => sum + count, 0);
  }

  /** The job as the caller may see it. Throws `JOB_NOT_FOUND`, also for a job of others. */
  #getJob(jobId: string, allowed: Allowed): ReturnType<JobQueue['get']> {
    const { job, details, ended } = this.#options.jobs.get(jobId, (one) => seesJob(one, allowed));
    if (ownsJob(job, allowed)) return { job, details, ended };
    return { job: toVisibleJob(job, allowed) ?? job, details: undefined, ended };
  }

  async #plan(request: ControlRequest, signal?: AbortSignal): Promise<ControlReply> {
    const plans: PlanDetails[] = [];
    for (const source of this.#selectSources(request, this.#listSources(request))) {
      if (source.activeTree === null) continue;
      const own = await this.#options.analysers.plan(
        toListingRequest(source),
        source.activeTree,
        signal ?? new AbortController().signal,
      );
      plans.push(own);
    }
    const details = addPlans(plans);
    const message = `${details.added} to add, ${details.changed} to read again, ${details.removed} to remove.`;
    return { status: 'ok', message, details };
  }

  async #explainPath(request: ControlRequest): Promise<ControlReply> {
    const path = request.path ?? '';
    const sources = this.#listSources(request);
    const details = await this.#options.analysers.explainPath(sources, path);
    return {
      status: 'ok',
      message: `${details.path}: ${details.state}. ${details.reason}`,
      details,
    };
  }

  #listSources(request: ControlRequest): readonly SourceRow[] {
    const allowed = request.allowed_connectors;
    return (this.#options.board.state?.sources ?? []).filter(
      ({ connectorId, path }) =>
        path !== null && (allowed === undefined || allowed.includes(connectorId)),
    );
  }

  /** Roots and remote sources that the caller may see. */
  #listConnectors(request: ControlRequest): readonly SourceRow[] {
    const allowed = request.allowed_connectors;
    return (this.#options.board.state?.sources ?? []).filter(
      (source) =>
        (source.path !== null || isRemote(source)) &&
        (allowed?.includes(source.connectorId) ?? true),
    );
  }

  #selectSources(request: ControlRequest, sources: readonly SourceRow[]): readonly SourceRow[] {
    if (request.connectors.length === 0) return sources;
    return request.connectors.map((id) => {
      const source = sources.find(({ connectorId }) => connectorId === id);
      if (source === undefined) {
        const known = sources.map(({ connectorId }) => connectorId).join(', ');
        throw new AppError(
          'CONNECTOR_NOT_FOUND',
          `No root or connector has the id ${id}. Known ones: ${known}.`,
        );
      }
      return source;
    });
  }
}

const NOTHING_TO_VERIFY =
  'Verify compares roots with the disk, and no root was named. Use connector_management sync for the others.';

interface Wait {
  readonly waitMs: number;
  readonly signal?: AbortSignal;
}

/** Waits until `subscribe` calls back, the time is over or the caller has gone. */
async function waitFor(
  { waitMs, signal }: Wait,
  subscribe: (resolve: () => void) => () => void,
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, waitMs);
  const unsubscribe = subscribe(resolve);
  signal?.addEventListener('abort', () => resolve(), { once: true });
  await promise;
  clearTimeout(timer);
  unsubscribe();
}

async function waitForEnd(wait: Wait, ended: Promise<void>): Promise<void> {
  await waitFor(wait, (resolve) => {
    void ended.then(resolve);
    return () => undefined;
  });
}

function describeJob(job: Job): string {
  const why = job.lastError === null ? '' : ` ${job.lastError.message}`;
  return `Job ${job.jobId} (${job.action}) is ${job.state}, ${Math.floor(job.progress)} %.${why}`;
}

function describeStatus(status: IndexStatus): string {
  const { coverage } = status;
  const state = status.is_indexing ? `indexing, ${status.phase}, ${status.progress} %` : 'idle';
  return `${state}: ${coverage.indexed} of ${coverage.discovered} files indexed (${coverage.percent} % looked at).`;
}
