/**
 * The structure pass: parses contents that have no outline yet, puts their names into segments, then
 * resolves imports between documents. It works on stored contents, so it does not matter when it runs or how often
 * it is stopped: `blob.structure` is the queue. Small batches, so that other calls of the threads wait
 * little; a content that breaks its thread is found by halving and given up on.
 *
 * One run at a time: a run that is asked for meanwhile starts when the other has ended.
 */
import { isAppError } from '../errors/app-error.ts';
import type { UnstructuredColumns } from '../model/structure-batches.ts';
import type { SourceRow } from '../store/sources.ts';
import type { LaterPass, RunContext } from './index-runner.ts';
import type { Analysers, IndexWriter } from './ports.ts';
import { toFailedColumns } from './structure-batch.ts';

export interface StructurePassOptions {
  readonly writer: IndexWriter;
  readonly analysers: Analysers;
  /** Threads are replaced when the heap of a parser has grown beyond this. */
  readonly maxHeapBytes: number;
  onFailure(failure: { readonly blobId: number; readonly reason: 'timeout' | 'crashed' }): void;
}

/** A batch: a quarter of a second of parsing. */
const BATCH_LIMITS = { maxFiles: 400, maxBytes: 1024 * 1024 };
/** Names are put into a segment when this many definitions wait, and at the end of a run. */
const NAMED_AT_ONCE = 200_000;
/** Batches between two looks at how many names wait. */
const BATCHES_PER_NAMING = 16;
/** Documents whose imports are resolved in one call. */
const EDGE_DOCUMENTS = 1000;

export class StructurePass implements LaterPass {
  readonly phase = 'structure';
  readonly #options: StructurePassOptions;
  #lane: Promise<void> = Promise.resolve();

  constructor(options: StructurePassOptions) {
    this.#options = options;
  }

  /** Errors: what the writer throws. Cancelled: returns, with what is settled kept. */
  async run(_sources: readonly SourceRow[], { signal }: Pick<RunContext, 'signal'>): Promise<void> {
    const run = this.#lane
      .catch(() => undefined)
      .then(async () => {
        await ignoreCancel(signal, async () => this.#runAlone(signal));
      });
    this.#lane = run;
    await run;
  }

  async #runAlone(signal: AbortSignal): Promise<void> {
    const parser = new Parser(this.#options, signal);
    await parser.run();
    if (signal.aborted) return;
    await this.#nameAll(signal);
    await this.#resolveImports(signal);
    if (parser.batches > BATCHES_PER_NAMING) this.#options.analysers.recycle();
  }

  async #nameAll(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && (await nameSome(this.#options, signal, 1)));
  }

  async #resolveImports(signal: AbortSignal): Promise<void> {
    const { writer, analysers } = this.#options;
    const { sequence, plans } = await writer.planEdges();
    const requests = plans.flatMap(({ treeId, documentIds }) =>
      Array.from({ length: Math.ceil(documentIds.length / EDGE_DOCUMENTS) }, (_, slice) => ({
        treeId,
        sequence,
        documentIds: documentIds.slice(slice * EDGE_DOCUMENTS, (slice + 1) * EDGE_DOCUMENTS),
      })),
    );
    const lanes = Array.from({ length: analysers.threads }, async (_, lane) => {
      for (let index = lane; index < requests.length; index += analysers.threads) {
        const request = requests[index];
        if (signal.aborted || request === undefined) return;
        await writer.storeEdges(await analysers.resolveEdges(request, signal));
      }
    });
    await Promise.all(lanes);
    if (!signal.aborted) await writer.finishEdges(sequence);
  }
}

/** One run over the contents without an outline. */
class Parser {
  batches = 0;
  readonly #options: StructurePassOptions;
  readonly #signal: AbortSignal;
  readonly #running = new Set<Promise<void>>();
  #failure: { readonly error: unknown } | undefined;
  #cursor = 0;

  constructor(options: StructurePassOptions, signal: AbortSignal) {
    this.#options = options;
    this.#signal = signal;
  }

  async run(): Promise<void> {
    const { writer, analysers } = this.#options;
    while (!this.#signal.aborted && this.#failure === undefined) {
      if (this.#running.size > analysers.threads) {
        await Promise.race(this.#running);
        continue;
      }
      const batch = await writer.takeUnstructured(this.#cursor, BATCH_LIMITS);
      if (batch.languages.length === 0) break;
      this.#cursor = batch.blobIds.at(-1) ?? this.#cursor;
      this.#start(batch);
      if (++this.batches % BATCHES_PER_NAMING === 0) {
        await nameSome(this.#options, this.#signal, NAMED_AT_ONCE);
      }
    }
    await Promise.all(this.#running);
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  #start(batch: UnstructuredColumns): void {
    const task = this.#work(batch)
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => this.#running.delete(task));
    this.#running.add(task);
  }

  async #work(batch: UnstructuredColumns): Promise<void> {
    const { writer, analysers, maxHeapBytes } = this.#options;
    try {
      const { columns, leftOver, heapBytes } = await analysers.structure(batch, this.#signal);
      const count = batch.languages.length;
      await writer.settleStructure(columns);
      if (heapBytes > maxHeapBytes || leftOver > 0) analysers.recycle();
      if (leftOver > 0) await this.#work(slice(batch, count - leftOver, count));
    } catch (error) {
      const reason = toFailReason(error);
      if (reason === undefined) throw error;
      await this.#isolate(batch, reason);
    }
  }

  /** A batch broke its thread: halves it until the content that does it stands alone, and gives that one up. */
  async #isolate(batch: UnstructuredColumns, reason: 'timeout' | 'crashed'): Promise<void> {
    const count = batch.languages.length;
    if (count === 1) {
      const blobId = batch.blobIds[0] ?? 0;
      this.#options.onFailure({ blobId, reason });
      await this.#options.writer.settleStructure(toFailedColumns(blobId));
      return;
    }
    const middle = count >> 1;
    await this.#work(slice(batch, 0, middle));
    await this.#work(slice(batch, middle, count));
  }
}

/** Makes or merges one segment of names; false when there is nothing to do. */
async function nameSome(
  { writer, analysers }: StructurePassOptions,
  signal: AbortSignal,
  minSymbols: number,
): Promise<boolean> {
  const plan = await writer.planNames(minSymbols);
  if (plan === null) return false;
  await writer.storeNames(plan, await analysers.buildNames(plan.blobIds, signal));
  return true;
}

function toFailReason(error: unknown): 'timeout' | 'crashed' | undefined {
  if (!isAppError(error)) return undefined;
  if (error.code === 'DEADLINE_EXCEEDED') return 'timeout';
  return error.code === 'THREAD_LOST' ? 'crashed' : undefined;
}

function slice(batch: UnstructuredColumns, start: number, end: number): UnstructuredColumns {
  return {
    blobIds: batch.blobIds.slice(start, end),
    sizeBytes: batch.sizeBytes.slice(start, end),
    languages: batch.languages.slice(start, end),
  };
}

/** A call that was cancelled by the run's own signal is no error. */
async function ignoreCancel(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!signal.aborted || !isAppError(error) || error.code !== 'CANCELED') throw error;
  }
}
