/**
 * The text pass over one tree: while a listing is compared with the manifest, files that the manifest says
 * are pending are handed to the analyse threads in batches, and what they give is settled by the writer.
 * The manifest is the queue: nothing is lost when the process dies, and memory does not grow with the
 * number of files. Batches start small, so that the first files answer at once, and grow.
 */
import { isAppError, toAppError, type AppError } from '../errors/app-error.ts';
import { toReasonCode, type AnalysedColumns, type PendingColumns } from '../model/batches.ts';
import type { FailReason } from '../model/document.ts';
import type { Analysers, IndexWriter } from './ports.ts';

/** Limits of one batch. Bytes are those of the files as listed. */
export interface BatchLimits {
  readonly firstBytes: number;
  readonly maxBytes: number;
  readonly maxFiles: number;
}

export interface TextPassOptions {
  readonly treeId: number;
  readonly epoch: number;
  readonly root: string;
  readonly writer: IndexWriter;
  readonly analysers: Analysers;
  readonly limits: BatchLimits;
  readonly signal: AbortSignal;
  readonly onFailure: (failure: { path: string; reason: FailReason; message: string }) => void;
}

/** How often pending files are gone through again that changed or lost their content meanwhile. */
const MAX_ROUNDS = 4;

/** Works off what is pending. `listing` may still add to it; the pass ends when it has ended and nothing is left. */
export class TextPass {
  readonly #options: TextPassOptions;
  readonly #running = new Set<Promise<void>>();
  #cursor = 0;
  #batchBytes: number;
  #error: AppError | undefined;
  /** Resolves when the pass is cancelled: batches under way are abandoned, their files stay pending. */
  readonly #aborted: Promise<void>;

  constructor(options: TextPassOptions) {
    this.#options = options;
    this.#batchBytes = options.limits.firstBytes;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#aborted = promise;
    options.signal.addEventListener('abort', () => resolve(), { once: true });
    if (options.signal.aborted) resolve();
  }

  /** Starts batches for what is pending behind the cursor, and waits while all threads are busy. */
  async pump(): Promise<void> {
    const { writer, treeId, limits, signal, analysers } = this.#options;
    while (!signal.aborted && this.#error === undefined) {
      if (this.#running.size > analysers.threads) {
        await Promise.race([...this.#running, this.#aborted]);
        continue;
      }
      const pending = await writer.takePending(treeId, this.#cursor, {
        maxFiles: limits.maxFiles,
        maxBytes: this.#batchBytes,
      });
      if (pending.paths.length === 0) break;
      this.#cursor = pending.documentIds.at(-1) as number;
      this.#batchBytes = Math.min(this.#batchBytes * 2, limits.maxBytes);
      this.#start(pending);
    }
    if (this.#error !== undefined) throw this.#error;
  }

  /** Works off everything that is still pending; to be called when the listing has ended. */
  async drain(): Promise<void> {
    for (let round = 0; round < MAX_ROUNDS; round++) {
      await this.pump();
      await Promise.race([Promise.all(this.#running), this.#aborted]);
      if (this.#error !== undefined) throw this.#error;
      if (this.#options.signal.aborted || this.#cursor === 0) return;
      this.#cursor = 0;
    }
  }

  #start(pending: PendingColumns): void {
    const task = this.work(pending)
      .catch((error: unknown) => {
        this.#error ??= toAppError(error);
      })
      .finally(() => this.#running.delete(task));
    this.#running.add(task);
  }

  /** Analyses and settles one batch; a file that breaks its thread is failed alone. */
  async work(pending: PendingColumns): Promise<void> {
    const { analysers, root, epoch, writer, treeId, signal } = this.#options;
    try {
      const { columns, segment } = await analysers.analyse({ root, pending, epoch });
      if (signal.aborted) return;
      for (const failure of columns.failures) this.#options.onFailure(failure);
      await writer.settle(treeId, columns, segment);
    } catch (error) {
      const reason = toFailReason(error);
      if (signal.aborted) return;
      if (reason === undefined) throw error;
      await this.#isolate(pending, reason);
    }
  }

  /** A batch broke its thread: halves it until the file that does it stands alone, and fails that one. */
  async #isolate(pending: PendingColumns, reason: FailReason): Promise<void> {
    const count = pending.paths.length;
    if (count === 1) {
      const message = reason === 'timeout' ? 'reading took too long' : 'analysis crashed';
      this.#options.onFailure({ path: pending.paths[0] as string, reason, message });
      await this.#options.writer.settle(
        this.#options.treeId,
        toFailedColumns(pending, reason),
        null,
      );
      return;
    }
    const middle = count >> 1;
    await this.work(slicePending(pending, 0, middle));
    await this.work(slicePending(pending, middle, count));
  }
}

/** The reason that an error of a thread means for the file that was in it; undefined for any other error. */
export function toFailReason(error: unknown): FailReason | undefined {
  if (!isAppError(error)) return undefined;
  if (error.code === 'DEADLINE_EXCEEDED') return 'timeout';
  return error.code === 'THREAD_LOST' ? 'crashed' : undefined;
}

/** Some of the pending documents: from `start`, to before `end`. */
export function slicePending(pending: PendingColumns, start: number, end: number): PendingColumns {
  return {
    documentIds: pending.documentIds.slice(start, end),
    paths: pending.paths.slice(start, end),
    sizeBytes: pending.sizeBytes.slice(start, end),
    mtimeMs: pending.mtimeMs.slice(start, end),
  };
}

/** What is settled for the first of the pending documents when it could not be analysed. */
export function toFailedColumns(pending: PendingColumns, reason: FailReason): AnalysedColumns {
  return {
    ...slicePending(pending, 0, 1),
    reasons: Uint8Array.of(toReasonCode(reason)),
    blobIndex: Int32Array.of(-1),
    languages: [''],
    roles: Uint8Array.of(0),
    blobHashes: new Uint8Array(0),
    blobSizeBytes: new Float64Array(0),
    blobLineCounts: new Float64Array(0),
    blobLocal: new Int32Array(0),
    contents: new Uint8Array(0),
    contentOffsets: new Float64Array(1),
    failures: [],
  };
}
