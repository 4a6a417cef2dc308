/**
 * Brings one tree in step with its connector, page by page: what is gone goes, the items of the page are
 * stored, and only then the cursor behind the page. Whoever is killed in between gets the page once more and
 * stores the same documents under the same paths: at most a page is repeated, nothing is doubled.
 *
 * Without a cursor everything is listed. Each item then gets the number of that full sync, and what has
 * another number at its end is removed; the number is stored with the cursor, so a full sync may be cut
 * off as often as it likes.
 */
import type { Connector, SyncPage } from '../connectors/connector.ts';
import { AppError } from '../errors/app-error.ts';
import type { SourceType } from '../model/document.ts';
import type { SourceRow } from '../store/sources.ts';
import { throwIfCanceled } from './index-root.ts';
import { storeItems, type ItemPorts, type ItemTarget } from './store-items.ts';
import { beginTreeSync, writeTreeSync, type TreeSync } from './sync-state.ts';

export interface SyncOptions extends ItemPorts {
  readonly source: SourceRow;
  readonly treeId: number;
  readonly epoch: number;
  readonly connector: Connector;
  readonly signal: AbortSignal;
  /** Called after each page; `expectedItems` where the service tells. */
  readonly onPage: (progress: { storedItems: number; expectedItems: number | undefined }) => void;
  now(): number;
  /** The source as stored now. */
  readSource(): SourceRow | undefined;
}

export interface SyncResult {
  readonly isFull: boolean;
  /** Stored by this run, also those that had not changed. */
  readonly stored: number;
  readonly removed: number;
}

/** Throws what the connector throws, `CANCELED`, and what the threads throw. What was stored stays. */
export async function syncConnector(options: SyncOptions): Promise<SyncResult> {
  const { source, connector, signal, treeId } = options;
  let state = beginTreeSync(source.cursor, { config: source.config, treeId }, options.now());
  const { isFull } = state;
  const counts = { stored: 0, removed: 0 };
  const pages = connector.sync({ cursor: state.cursor, signal });
  for await (const page of pages) {
    throwIfCanceled(signal);
    counts.removed += await storePage(page, state, options);
    counts.stored += page.items.length;
    const storedItems = state.storedItems + page.items.length;
    state = { ...state, cursor: page.cursor, storedItems };
    await save(state, options);
    options.onPage({ storedItems, expectedItems: page.expectedItems });
  }
  throwIfCanceled(signal);
  if (isFull) {
    counts.removed += await options.writer.finishSync(treeId, state.listing);
    state = { ...state, isFull: false, fullMs: options.now() };
    await save(state, options);
  }
  return { isFull, ...counts };
}

/** Gives how many items the page has removed. */
async function storePage(page: SyncPage, state: TreeSync, options: SyncOptions): Promise<number> {
  const { writer, treeId } = options;
  const removed = page.removed.length === 0 ? 0 : await writer.removeItems(treeId, page.removed);
  await storeItems(page.items, toTarget(state, options), options);
  return removed;
}

function toTarget(state: TreeSync, { source, treeId, epoch }: SyncOptions): ItemTarget {
  const { repository } = JSON.parse(source.config) as { repository?: unknown };
  return {
    treeId,
    epoch,
    listing: state.listing,
    sourceType: source.type as SourceType,
    ...(typeof repository === 'string' ? { repository } : {}),
  };
}

async function save(sync: TreeSync, options: SyncOptions): Promise<void> {
  const { source, treeId, writer } = options;
  const now = options.readSource();
  if (now === undefined || now.config !== source.config) {
    throw new AppError('CANCELED', 'The connector was changed or removed while it was synced.');
  }
  const cursor = writeTreeSync(now.cursor, { treeId, sync }, [now.activeTree, now.buildingTree]);
  await writer.setSourceFacts(source.id, { cursor });
}
