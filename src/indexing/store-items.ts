/**
 * Stores items (texts without a file) in one tree: room is made for them, their texts are analysed in
 * batches bounded in bytes and number, settled like files, and joined to what they name. When it comes back,
 * everything that was handed in answers searches. The same items again change nothing but their time.
 */
import type { ConnectorItem } from '../connectors/connector.ts';
import { isAppError } from '../errors/app-error.ts';
import type { PendingColumns } from '../model/batches.ts';
import type { DocumentItem, FailReason, SkipReason, SourceType } from '../model/document.ts';
import type { PreparedItem } from '../store/items.ts';
import type { Analysers, IndexWriter } from './ports.ts';
import { slicePending, toFailedColumns, toFailReason } from './text-pass.ts';

export interface ItemTarget {
  readonly treeId: number;
  readonly epoch: number;
  /** Number of the full sync that brings the items; 0 outside of any. */
  readonly listing: number;
  /** Of the source: an item of this type alone says nothing that the source does not say. Null: the source has none. */
  readonly sourceType: SourceType | null;
  /** `owner/repo` of the source, for numbers without a place. */
  readonly repository?: string;
}

export interface ItemPorts {
  readonly writer: IndexWriter;
  readonly analysers: Analysers;
  /** Longer texts are skipped as too large. */
  readonly maxItemBytes: number;
  readonly onFailure: (failure: { path: string; reason: FailReason; message: string }) => void;
}

/** Of one batch: half of what a batch of files has, since the texts cross the main thread. */
const BATCH_BYTES = 2 * 1024 * 1024;
const BATCH_ITEMS = 500;

interface Batch {
  readonly items: ConnectorItem[];
  readonly prepared: PreparedItem[];
  bytes: number;
}

/** Stores the items; of those with the same path the last one. Throws what the threads throw. */
export async function storeItems(
  items: readonly ConnectorItem[],
  target: ItemTarget,
  ports: ItemPorts,
): Promise<void> {
  const byPath = new Map(items.map((item) => [item.path, item]));
  const batches = toBatches([...byPath.values()], target, ports.maxItemBytes);
  const lanes = Array.from({ length: Math.max(1, ports.analysers.threads) }, async () => {
    for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) {
      await storeBatch(batch, target, ports);
    }
  });
  await Promise.all(lanes);
}

function toBatches(
  items: readonly ConnectorItem[],
  target: ItemTarget,
  maxItemBytes: number,
): Batch[] {
  const batches: Batch[] = [];
  let open: Batch | undefined;
  for (const item of items) {
    const sizeBytes = Buffer.byteLength(item.text);
    const isFull = open !== undefined && open.bytes + sizeBytes > BATCH_BYTES;
    if (open === undefined || isFull || open.items.length >= BATCH_ITEMS) {
      open = { items: [], prepared: [], bytes: 0 };
      batches.push(open);
    }
    const skip: SkipReason | undefined =
      item.skip ?? (sizeBytes > maxItemBytes ? 'too_large' : undefined);
    open.items.push(item);
    open.prepared.push(toPrepared(item, { sizeBytes, sourceType: target.sourceType, skip }));
    if (skip === undefined) open.bytes += sizeBytes;
  }
  return batches;
}

function toPrepared(
  { path, updatedMs, item }: ConnectorItem,
  facts: {
    readonly sizeBytes: number;
    readonly sourceType: SourceType | null;
    readonly skip: SkipReason | undefined;
  },
): PreparedItem {
  const { sizeBytes, sourceType, skip } = facts;
  const isPlain = Object.keys(item).length === 1 && item.source_type === sourceType;
  return {
    path,
    sizeBytes,
    updatedMs: Math.trunc(updatedMs),
    item: isPlain ? null : item,
    ...(skip === undefined ? {} : { skip }),
  };
}

async function storeBatch(batch: Batch, target: ItemTarget, ports: ItemPorts): Promise<void> {
  const byPath = new Map(batch.items.map((item) => [item.path, item]));
  const pending = await ports.writer.prepareItems(target.treeId, batch.prepared, target.listing);
  await settle(pending, byPath, { target, ports });
}

interface Place {
  readonly target: ItemTarget;
  readonly ports: ItemPorts;
}

/** Analyses and settles; a text that breaks its thread is failed alone, the others of its batch are not. */
async function settle(
  pending: PendingColumns,
  byPath: ReadonlyMap<string, ConnectorItem>,
  place: Place,
): Promise<void> {
  if (pending.paths.length === 0) return;
  try {
    const again = await analyse(pending, byPath, place);
    // A content that was known was collected in between: it is analysed now.
    if (again > 0) await analyse(pending, byPath, place);
  } catch (error) {
    const reason = isAppError(error) ? toFailReason(error) : undefined;
    if (reason === undefined) throw error;
    await isolate(pending, byPath, { ...place, reason });
  }
}

async function analyse(
  pending: PendingColumns,
  byPath: ReadonlyMap<string, ConnectorItem>,
  { target, ports }: Place,
): Promise<number> {
  const { writer, analysers } = ports;
  const items = pending.paths.map((path) => byPath.get(path));
  const { columns, segment, links } = await analysers.analyseTexts({
    pending,
    texts: items.map((item) => item?.text ?? ''),
    items: items.map((item) => toLinked(item?.item)),
    epoch: target.epoch,
    ...(target.repository === undefined ? {} : { repository: target.repository }),
  });
  const { again } = await writer.settle(target.treeId, columns, segment);
  await writer.storeLinks({ documentIds: pending.documentIds, links });
  return again;
}

/** Files name other files, commits and tickets by the thousand; only what people wrote to each other is joined. */
function toLinked(item: DocumentItem | undefined): DocumentItem | null {
  if (item === undefined) return null;
  const isFile = item.source_type === 'file' || item.source_type === 'git';
  return isFile && item.kind === undefined ? null : item;
}

async function isolate(
  pending: PendingColumns,
  byPath: ReadonlyMap<string, ConnectorItem>,
  { reason, ...place }: Place & { readonly reason: FailReason },
): Promise<void> {
  const count = pending.paths.length;
  if (count === 1) {
    const message = reason === 'timeout' ? 'reading took too long' : 'analysis crashed';
    place.ports.onFailure({ path: pending.paths[0] as string, reason, message });
    const { writer } = place.ports;
    await writer.settle(place.target.treeId, toFailedColumns(pending, reason), null);
    return;
  }
  const middle = count >> 1;
  await settle(slicePending(pending, 0, middle), byPath, place);
  await settle(slicePending(pending, middle, count), byPath, place);
}
