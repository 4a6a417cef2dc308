/**
 * Durable jobs. A job is `queued`, then `running`, then one of the four ends; each step is saved before it
 * is shown. One job of a lane runs at a time (two would only share the same cores), the others wait in order;
 * syncs of remote sources, which mostly wait for somebody else's server, have lanes of their own.
 *
 *   add -> queued -> running -> completed | completed_with_errors | cancelled | failed
 *   a process that ends leaves `queued` and `running` rows; `restore` puts them back in the queue, and since
 *   the manifest knows what is done, they go on where they were.
 *
 * A step that cannot be saved (a full disk) is shown all the same: the job goes on, or ends with an error
 * of its own, and its row is brought up to date by the next step or the next start.
 *
 * Progress never falls and reaches 100 only at the end. What a job does is the business of `run`.
 */
import { randomUUID } from 'node:crypto';
import PQueue from 'p-queue';
import { AppError, toAppError } from '../errors/app-error.ts';
import type { JobAction, JobState, Phase, StatusError } from '../model/status.ts';

/** A job as saved and shown. */
export interface Job {
  readonly jobId: string;
  readonly action: JobAction;
  /** Connector ids that it covers, sorted. */
  readonly connectors: readonly string[];
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly state: JobState;
  readonly phase: Phase;
  readonly progress: number;
  readonly createdMs: number;
  readonly startedMs: number | null;
  readonly endedMs: number | null;
  readonly lastError: StatusError | null;
}

/** What a running job may say and must heed. */
export interface JobContext {
  readonly job: Job;
  readonly signal: AbortSignal;
  setPhase(phase: Phase): void;
  /** 0 to 100; lower values than before are ignored. */
  setProgress(percent: number): void;
  /** Notes an error that does not end the job; it will end `completed_with_errors`. */
  noteError(error: StatusError): void;
  /** What the job found out, for `details`. */
  setDetails(details: unknown): void;
}

export interface JobQueueOptions {
  save(job: Job): Promise<void>;
  /** A step of a queued job could not be saved. */
  onSaveError(error: unknown, job: Job): void;
  run(context: JobContext): Promise<void>;
  /** Name of the lane of a job; default: one for all. */
  laneOf?(job: Job): string;
  /** Called after each change of a job. */
  onChange(): void;
  now(): number;
}

/** Jobs kept in memory for status; the database keeps more. */
const SHOWN_JOBS = 20;
/** Why a job stops when the process does: its row stays as it is. */
const SHUTDOWN = new Error('shutdown');

interface Entry {
  job: Job;
  readonly abort: AbortController;
  readonly ended: Promise<void>;
  readonly markEnded: () => void;
  details: unknown;
}

export class JobQueue implements AsyncDisposable {
  readonly #options: JobQueueOptions;
  readonly #lanes = new Map<string, PQueue>();
  /** Newest first. */
  #entries: Entry[] = [];
  #isClosing = false;

  constructor(options: JobQueueOptions) {
    this.#options = options;
  }

  /** Takes over the rows of an earlier process, newest first; unfinished ones are queued again. */
  restore(jobs: readonly Job[]): void {
    for (const job of jobs.toReversed()) {
      if (job.endedMs !== null) {
        this.#entries.unshift(this.#toEntry(job));
      } else {
        this.#enqueue({ ...job, state: 'queued', phase: 'idle' });
      }
    }
    this.#trim();
  }

  /**
   * Queues a job and gives it. While a job of the same action covers the same connectors with the same
   * parameters, that one is given instead; with `isBehindRunning` only one that has not begun yet, so that
   * what changed since is covered. Errors: `SHUTTING_DOWN`, and those of saving.
   */
  async add(request: {
    readonly action: JobAction;
    readonly connectors: readonly string[];
    readonly parameters?: Readonly<Record<string, unknown>>;
    readonly isBehindRunning?: boolean;
  }): Promise<Job> {
    if (this.#isClosing)
      throw new AppError('SHUTTING_DOWN', 'The server is stopping. Ask again when it is back.');
    const connectors = request.connectors.toSorted();
    const parameters = request.parameters ?? {};
    const twin = this.#entries.find(({ job }) => {
      const isBegun = request.isBehindRunning === true && job.state !== 'queued';
      const isOpen = job.endedMs === null && job.action === request.action && !isBegun;
      const isSame = JSON.stringify(job.parameters) === JSON.stringify(parameters);
      return isOpen && isSame && connectors.every((id) => job.connectors.includes(id));
    });
    if (twin !== undefined) return twin.job;
    const job: Job = {
      jobId: `job_${randomUUID().replaceAll('-', '').slice(0, 16)}`,
      action: request.action,
      connectors,
      parameters,
      state: 'queued',
      phase: 'idle',
      progress: 0,
      createdMs: this.#options.now(),
      startedMs: null,
      endedMs: null,
      lastError: null,
    };
    await this.#options.save(job);
    this.#enqueue(job);
    this.#trim();
    this.#options.onChange();
    return job;
  }

  /** Cancels one job, or all; answers when they have ended. Gives how many were open. */
  async stop(jobId: string | undefined): Promise<number> {
    const open = this.#entries.filter(
      ({ job }) => job.endedMs === null && (jobId === undefined || job.jobId === jobId),
    );
    for (const entry of open) {
      entry.abort.abort();
      if (entry.job.state === 'queued')
        await this.#end(entry, { state: 'cancelled', phase: 'idle' });
    }
    await Promise.all(open.map(({ ended }) => ended));
    return open.length;
  }

  /** Newest first, at most 20. */
  list(): readonly Job[] {
    return this.#entries.slice(0, SHOWN_JOBS).map(({ job }) => job);
  }

  /** The job and what it found out. Throws `JOB_NOT_FOUND`, also for a job that `isVisible` hides. */
  get(
    jobId: string,
    isVisible: (job: Job) => boolean = () => true,
  ): {
    readonly job: Job;
    readonly details: unknown;
    readonly ended: Promise<void>;
  } {
    const entry = this.#entries.find(({ job }) => job.jobId === jobId && isVisible(job));
    if (entry === undefined) {
      throw new AppError(
        'JOB_NOT_FOUND',
        `No job has the id ${jobId}. Ask for \`status\` to see the jobs.`,
      );
    }
    return entry;
  }

  /** Resolves when no job is queued or running. */
  async idle(): Promise<void> {
    await Promise.all(Array.from(this.#lanes.values(), async (lane) => lane.onIdle()));
  }

  /** Stops running jobs at a safe point; they go on at the next start. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosing = true;
    for (const lane of this.#lanes.values()) lane.clear();
    for (const entry of this.#entries) {
      if (entry.job.endedMs === null) entry.abort.abort(SHUTDOWN);
    }
    await Promise.all(Array.from(this.#lanes.values(), async (lane) => lane.onIdle()));
  }

  #toEntry(job: Job): Entry {
    const { promise, resolve } = Promise.withResolvers<void>();
    if (job.endedMs !== null) resolve();
    return {
      job,
      abort: new AbortController(),
      ended: promise,
      markEnded: resolve,
      details: undefined,
    };
  }

  #enqueue(job: Job): void {
    const entry = this.#toEntry(job);
    this.#entries.unshift(entry);
    void this.#laneOf(job).add(async () => {
      await this.#run(entry);
    });
  }

  #laneOf(job: Job): PQueue {
    const name = this.#options.laneOf?.(job) ?? '';
    let lane = this.#lanes.get(name);
    if (lane === undefined) {
      lane = new PQueue({ concurrency: 1 });
      this.#lanes.set(name, lane);
    }
    return lane;
  }

  async #run(entry: Entry): Promise<void> {
    if (entry.job.endedMs !== null || entry.abort.signal.aborted) return;
    const startedMs = entry.job.startedMs ?? this.#options.now();
    await this.#update(entry, { state: 'running', startedMs });
    const end = await this.#options.run(this.#toContext(entry)).then(
      (): Partial<Job> => ({
        state: entry.job.lastError === null ? 'completed' : 'completed_with_errors',
        progress: 100,
      }),
      (error: unknown): Partial<Job> => {
        if (entry.abort.signal.aborted) return { state: 'cancelled' };
        const { code, message } = toAppError(error);
        return { state: 'failed', lastError: { code, message } };
      },
    );
    if (entry.abort.signal.reason === SHUTDOWN) return;
    const isCancelled = entry.abort.signal.aborted;
    await this.#end(
      entry,
      isCancelled ? { state: 'cancelled', phase: 'idle' } : { ...end, phase: 'idle' },
    );
  }

  #toContext(entry: Entry): JobContext {
    const change = (values: Partial<Job>): void => {
      entry.job = { ...entry.job, ...values };
      this.#options.onChange();
    };
    return {
      job: entry.job,
      signal: entry.abort.signal,
      setPhase: (phase) => {
        if (phase !== entry.job.phase) void this.#update(entry, { phase });
      },
      setProgress: (percent) => {
        const progress = Math.min(99.9, percent);
        if (progress > entry.job.progress) change({ progress });
      },
      noteError: (error) => change({ lastError: error }),
      setDetails: (details) => {
        entry.details = details;
      },
    };
  }

  async #end(entry: Entry, values: Partial<Job>): Promise<void> {
    await this.#update(entry, { ...values, endedMs: this.#options.now() });
    entry.markEnded();
  }

  async #update(entry: Entry, values: Partial<Job>): Promise<void> {
    entry.job = { ...entry.job, ...values };
    this.#options.onChange();
    const { job } = entry;
    await this.#options.save(job).catch((error: unknown) => this.#options.onSaveError(error, job));
  }

  #trim(): void {
    const open = this.#entries.filter(
      ({ job }, index) => index < SHOWN_JOBS || job.endedMs === null,
    );
    this.#entries = open;
  }
}
