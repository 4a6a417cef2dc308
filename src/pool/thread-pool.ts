/**
 * A pool of worker threads behind one method. Threads answer with a value or with an error as plain data
 * (errors lose their class and fields on the way between threads); a thread that crashes, runs out of memory
 * or overruns its time is replaced, and its call fails with `THREAD_LOST` or `DEADLINE_EXCEEDED`.
 */
import type { MessagePort } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { AppError, fromErrorData, isAppError } from '../errors/app-error.ts';
import { listBuffers, type ThreadCall, type ThreadReply } from './thread-call.ts';

export interface ThreadPoolOptions {
  /** Absolute path of the worker entry. */
  readonly entry: string;
  /** Threads; all of them start at once and stay. */
  readonly threads: number;
  /** Handed to every thread at its start; plain data. */
  readonly workerData: unknown;
  /** Limit of the old generation of the JavaScript heap of one thread, in megabytes. Buffers do not count. */
  readonly heapLimitMb?: number;
}

/** Threads that were replaced get this long for what they were given. */
const RETIRED_LIMIT_MS = 10 * 60_000;

export interface CallOptions {
  /** Aborting replaces the thread if the call has begun. */
  readonly signal?: AbortSignal;
  /** After this time the thread is replaced. Default: no limit. */
  readonly timeoutMs?: number;
  /** Ports and buffers to hand over; buffers in the arguments are copied unless named here. */
  readonly transfer?: readonly (ArrayBuffer | MessagePort)[];
}

/** Young objects of a thread; V8's own 48 MB for each of six threads would be most of the memory. */
const YOUNG_GENERATION_MB = 12;

export class ThreadPool implements AsyncDisposable {
  readonly #options: ThreadPoolOptions;
  /** Threads that were replaced and still work off their calls. */
  readonly #retired = new Set<Piscina<ThreadCall, ThreadReply>>();
  #piscina: Piscina<ThreadCall, ThreadReply>;
  readonly threads: number;

  constructor(options: ThreadPoolOptions) {
    this.threads = options.threads;
    this.#options = options;
    this.#piscina = startThreads(options);
  }

  /**
   * Starts fresh threads for all further calls; the present ones end once they have answered what they were
   * given. Gives memory back that a thread cannot return by itself.
   */
  recycle(): void {
    const old = this.#piscina;
    this.#piscina = startThreads(this.#options);
    this.#retired.add(old);
    const forget = (): void => void this.#retired.delete(old);
    old.close().then(forget, forget);
  }

  /** Calls waiting for a thread. */
  get queued(): number {
    return this.#piscina.queueSize;
  }

  /** Calls `method` of a thread's handlers. Throws `AppError` only. */
  async call<T>(method: string, args: readonly unknown[], options: CallOptions = {}): Promise<T> {
    const timeout =
      options.timeoutMs === undefined ? undefined : AbortSignal.timeout(options.timeoutMs);
    const signals = [options.signal, timeout].filter((signal) => signal !== undefined);
    try {
      const reply = await this.#piscina.run(
        { method, args },
        {
          ...(signals.length === 0 ? {} : { signal: AbortSignal.any(signals) }),
          ...(options.transfer === undefined ? {} : { transferList: [...options.transfer] }),
        },
      );
      if (reply.kind === 'error') throw fromErrorData(reply.error);
      return reply.value as T;
    } catch (error) {
      throw toPoolError(error, method, { signal: options.signal, timeout });
    }
  }

  /** The same, handing over every buffer in the arguments. */
  async callWithBuffers<T>(method: string, args: readonly unknown[]): Promise<T> {
    return this.call<T>(method, args, { transfer: listBuffers(args) });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#piscina, ...this.#retired].map(async (threads) => threads.destroy()));
  }
}

function startThreads(options: ThreadPoolOptions): Piscina<ThreadCall, ThreadReply> {
  const piscina = new Piscina<ThreadCall, ThreadReply>({
    filename: options.entry,
    minThreads: options.threads,
    maxThreads: options.threads,
    workerData: options.workerData,
    execArgv: [],
    recordTiming: false,
    closeTimeout: RETIRED_LIMIT_MS,
    resourceLimits: {
      maxYoungGenerationSizeMb: YOUNG_GENERATION_MB,
      ...(options.heapLimitMb === undefined ? {} : { maxOldGenerationSizeMb: options.heapLimitMb }),
    },
  });
  piscina.on('error', () => undefined);
  return piscina;
}

function toPoolError(
  error: unknown,
  method: string,
  signals: { signal: AbortSignal | undefined; timeout: AbortSignal | undefined },
): Error {
  if (isAppError(error)) return error;
  if (signals.signal?.aborted === true) {
    return new AppError('CANCELED', 'The call was cancelled.', { cause: error });
  }
  if (signals.timeout?.aborted === true) {
    return new AppError('DEADLINE_EXCEEDED', 'The call took longer than its limit.', {
      cause: error,
    });
  }
  return new AppError('THREAD_LOST', `A worker thread ended during ${method}.`, { cause: error });
}
