/**
 * Runs the syncs of remote sources as jobs ask for them, and notes how they went. What one connector does wrong
 * ends in its own `last_error` and in its own job, which is then `completed_with_errors`; nothing else notices.
 * The listener hears of each end, so that the next run can be planned.
 */
import type { Connector } from '../connectors/connector.ts';
import { isAppError, toAppError, type AppError } from '../errors/app-error.ts';
import type { JobContext } from '../jobs/job-queue.ts';
import type { SourceRow } from '../store/sources.ts';
import type { StoreState } from '../store/stored-state.ts';
import { syncConnector, type SyncOptions, type SyncResult } from './connector-sync.ts';
import { throwIfCanceled } from './index-root.ts';
import type { ItemPorts } from './store-items.ts';

/** How a sync ended. */
export interface SyncEnd {
  readonly connectorId: string;
  /** Null when it went well. */
  readonly error: AppError | null;
}

export interface RemoteSyncsOptions extends Omit<ItemPorts, 'onFailure'> {
  /** Makes the connector of a source; throws what its configuration is refused with. */
  connect(source: SourceRow): Promise<Connector>;
  readState(): StoreState;
  now(): number;
  onFailure(
    failure: Parameters<ItemPorts['onFailure']>[0] & { readonly connectorId: string },
  ): void;
  onEnd(end: SyncEnd): void;
}

/** The share of a job's progress that fetching has; the later passes have the rest. */
const FETCH_PERCENT = 95;
/** While nobody says how much there is, progress comes half of what is left nearer with each so many items. */
const UNKNOWN_HALF_ITEMS = 2_000;

export class RemoteSyncs {
  readonly #options: RemoteSyncsOptions;

  constructor(options: RemoteSyncsOptions) {
    this.#options = options;
  }

  /** Syncs a source as the job says. Throws `CANCELED` only. */
  async run(source: SourceRow, context: JobContext): Promise<void> {
    context.setPhase('text');
    try {
      const result = await this.#sync(source, context);
      context.setDetails({ full: result.isFull, stored: result.stored, removed: result.removed });
      await this.#end(source, null);
      this.#noteFailedItems(source, context);
    } catch (error) {
      throwIfCanceled(context.signal);
      const known = toAppError(error);
      if (known.code === 'CANCELED') throw known;
      await this.#end(source, known, isAppError(error) ? undefined : error);
      context.noteError({ code: known.code, message: `${source.connectorId}: ${known.message}` });
    }
  }

  async #sync(source: SourceRow, context: JobContext): Promise<SyncResult> {
    const { writer } = this.#options;
    const connector = await this.#options.connect(source);
    if (context.job.action !== 'force_reindex') {
      return syncConnector(
        this.#toOptions(source, context, { connector, treeId: source.activeTree ?? 0 }),
      );
    }
    const treeId = await writer.beginRebuild(source.id);
    const result = await syncConnector(this.#toOptions(source, context, { connector, treeId }));
    await writer.finishRebuild(source.id);
    return result;
  }

  #toOptions(
    source: SourceRow,
    context: JobContext,
    target: { readonly connector: Connector; readonly treeId: number },
  ): SyncOptions {
    const { writer, analysers, maxItemBytes } = this.#options;
    const { trees } = this.#options.readState();
    return {
      ...target,
      source,
      epoch: trees.find(({ id }) => id === target.treeId)?.epoch ?? 0,
      writer,
      analysers,
      maxItemBytes,
      signal: context.signal,
      now: () => this.#options.now(),
      readSource: () => this.#find(source),
      onPage: (progress) => context.setProgress(toPercent(progress)),
      onFailure: (failure) =>
        this.#options.onFailure({ ...failure, connectorId: source.connectorId }),
    };
  }

  #find({ id }: SourceRow): SourceRow | undefined {
    return this.#options.readState().sources.find((row) => row.id === id);
  }

  async #end(source: SourceRow, error: AppError | null, cause?: unknown): Promise<void> {
    const nowMs = this.#options.now();
    const facts =
      error === null
        ? { lastOkMs: nowMs, verifiedMs: nowMs, lastError: null }
        : { lastError: `${error.code}: ${error.message}` };
    if (this.#find(source) !== undefined)
      await this.#options.writer.setSourceFacts(source.id, facts);
    this.#options.onEnd({
      connectorId: source.connectorId,
      error: error !== null && cause !== undefined ? toAppError(cause) : error,
    });
  }

  #noteFailedItems(source: SourceRow, context: JobContext): void {
    const { tallies } = this.#options.readState();
    const treeId = this.#find(source)?.activeTree;
    const failed = tallies.filter((row) => row.treeId === treeId && row.outcome === 3);
    if (failed.length === 0) return;
    const counts = failed.map(({ reason, files }) => `${files} ${reason}`).join(', ');
    context.noteError({ code: 'FILES_FAILED', message: `Items could not be indexed: ${counts}.` });
  }
}

function toPercent(progress: {
  readonly storedItems: number;
  readonly expectedItems: number | undefined;
}): number {
  const { storedItems, expectedItems } = progress;
  const share =
    expectedItems === undefined || expectedItems < storedItems
      ? storedItems / (storedItems + UNKNOWN_HALF_ITEMS)
      : storedItems / Math.max(1, expectedItems);
  return FETCH_PERCENT * share;
}
