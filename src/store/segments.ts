/**
 * The writer's side of contents and segments: stores a batch as the analyse threads built it, and takes
 * segments out again. A segment becomes visible in the transaction that sets `is_ready`; blocks and
 * contents written before that are swept away at the next start if it never comes.
 */
import type { AnalysedColumns } from '../model/batches.ts';
import type { BuiltSegment } from '../segments/segment.ts';
import type { KeyedBlocks } from '../segments/keyed-blocks.ts';
import type { Connection, Statement } from './database.ts';
import { STRUCTURE_STATE } from './schema.ts';
import type { Tallies } from './tallies.ts';
import { inTransaction, sliceBounds } from './transaction.ts';

/** Bytes of one content transaction: about 20 ms of writing. */
const MAX_BYTES_PER_TRANSACTION = 4 * 1024 * 1024;

const HASH_BYTES = 16;

/** Which blob each content of a batch has become; 0 where the index knows it no more (to be read again). */
export interface StoredBlobs {
  readonly blobIds: Float64Array;
  readonly segmentId: number;
}

export class SegmentTable {
  readonly #connection: Connection;
  readonly #tallies: Tallies;
  readonly #findBlob: Statement;
  readonly #insertBlob: Statement;
  readonly #insertContent: Statement;
  readonly #insertSegment: Statement;
  readonly #insertBlock: Statement;
  readonly #setBlobIds: Statement;
  readonly #setReady: Statement;

  constructor(connection: Connection, tallies: Tallies) {
    this.#connection = connection;
    this.#tallies = tallies;
    this.#findBlob = connection
      .prepare('SELECT id FROM blob WHERE hash = ? AND epoch >= ? ORDER BY epoch DESC LIMIT 1')
      .pluck();
    this.#insertBlob = connection.prepare(
      `INSERT INTO blob (hash, epoch, size_bytes, line_count, document_count, unused_ms, segment_id, structure)
       VALUES (?, ?, ?, ?, 0, unixepoch() * 1000, ?, ${STRUCTURE_STATE.pending})`,
    );
    this.#insertContent = connection.prepare(
      'INSERT INTO blob_content (blob_id, data) VALUES (?, ?)',
    );
    this.#insertSegment = connection.prepare(
      `INSERT INTO segment (is_ready, blob_count, chunk_count, text_bytes, first_block, block_count,
         word_block_count, blob_ids, chunk_table, word_keys, trigram_keys)
       VALUES (0, @blobCount, @chunkCount, @textBytes, @firstBlock, @blockCount, @wordBlockCount,
         x'', @chunkTable, @wordKeys, @trigramKeys)`,
    );
    this.#insertBlock = connection.prepare('INSERT INTO segment_block (id, data) VALUES (?, ?)');
    this.#setBlobIds = connection.prepare('UPDATE segment SET blob_ids = ? WHERE id = ?');
    this.#setReady = connection.prepare('UPDATE segment SET is_ready = 1 WHERE id = ?');
  }

  /** Stores the new contents of a batch and its segment, not visible yet. */
  store(columns: AnalysedColumns, segment: BuiltSegment | null, epoch: number): StoredBlobs {
    const segmentId = segment === null ? 0 : this.#storeSegment(segment);
    const blobIds = new Float64Array(columns.blobSizeBytes.length);
    const locals = new Float64Array(segment?.blobCount ?? 0);
    for (const [start, end] of sliceByBytes(columns.contentOffsets, blobIds.length, columns)) {
      inTransaction(this.#connection, this.#tallies, () => {
        for (let index = start; index < end; index++) {
          blobIds[index] = this.#storeBlob(columns, index, { epoch, segmentId, locals });
        }
      });
    }
    if (segmentId !== 0) this.#setBlobIds.run(toBuffer(locals), segmentId);
    return { blobIds, segmentId };
  }

  /** Stores a segment that was built from stored contents; `blobIds` names its blobs in order. */
  storeMerged(blobIds: readonly number[], segment: BuiltSegment): number {
    const segmentId = this.#storeSegment(segment);
    this.#setBlobIds.run(toBuffer(Float64Array.from(blobIds)), segmentId);
    return segmentId;
  }

  /** Makes a stored segment visible; inside the transaction that settles its documents. */
  publish(segmentId: number): void {
    this.#setReady.run(segmentId);
  }

  /** Removes a segment and its blocks; its blobs must belong to another one by now, or be gone. */
  remove(segmentId: number): void {
    const row = this.#connection
      .prepare(
        'SELECT first_block AS firstBlock, block_count AS blockCount FROM segment WHERE id = ?',
      )
      .get(segmentId) as { firstBlock: number; blockCount: number } | undefined;
    if (row === undefined) return;
    inTransaction(this.#connection, this.#tallies, () => {
      this.#connection.prepare('DELETE FROM segment WHERE id = ?').run(segmentId);
    });
    const removeBlocks = this.#connection.prepare(
      'DELETE FROM segment_block WHERE id >= ? AND id < ?',
    );
    for (const [start, end] of sliceBounds(row.blockCount)) {
      removeBlocks.run(row.firstBlock + start, row.firstBlock + end);
    }
  }

  /** Sweeps away what a crash left behind: segments that were never
   * published, with their blobs, and those that a merge has replaced. */
  sweepUnpublished(): number {
    const ids = this.#connection
      .prepare('SELECT id FROM segment WHERE is_ready <> 1')
      .pluck()
      .all() as number[];
    for (const id of ids) {
      inTransaction(this.#connection, this.#tallies, () => {
        this.#connection
          .prepare(
            'DELETE FROM blob_content WHERE blob_id IN (SELECT id FROM blob WHERE segment_id = ?)',
          )
          .run(id);
        this.#connection.prepare('DELETE FROM blob WHERE segment_id = ?').run(id);
      });
      this.remove(id);
    }
    this.#sweepOrphanBlocks();
    return ids.length;
  }

  #storeSegment(segment: BuiltSegment): number {
    const firstBlock = this.#findFreeBlock();
    const wordBlocks = segment.words.firstKeys.length;
    const trigramBlocks = segment.trigrams.firstKeys.length;
    const { lastInsertRowid } = this.#insertSegment.run({
      blobCount: segment.blobCount,
      chunkCount: segment.chunkCount,
      textBytes: segment.textBytes,
      firstBlock,
      blockCount: wordBlocks + trigramBlocks,
      wordBlockCount: wordBlocks,
      chunkTable: segment.chunkTable,
      wordKeys: toBuffer(segment.words.firstKeys),
      trigramKeys: toBuffer(segment.trigrams.firstKeys),
    });
    this.#storeBlocks(segment.words, firstBlock);
    this.#storeBlocks(segment.trigrams, firstBlock + wordBlocks);
    return Number(lastInsertRowid);
  }

  /** The first block id behind every stored block and behind the range of every segment. */
  #findFreeBlock(): number {
    return Number(
      this.#connection
        .prepare(
          `SELECT max((SELECT coalesce(max(id) + 1, 1) FROM segment_block),
             (SELECT coalesce(max(first_block + block_count), 1) FROM segment))`,
        )
        .pluck()
        .get(),
    );
  }

  /** Blocks between the ranges of the segments belong to none: a crash came between segment and blocks. */
  #sweepOrphanBlocks(): void {
    const ranges = this.#connection
      .prepare(
        'SELECT first_block AS first, first_block + block_count AS end FROM segment ORDER BY first_block',
      )
      .all() as { first: number; end: number }[];
    const remove = this.#connection.prepare('DELETE FROM segment_block WHERE id >= ? AND id < ?');
    let end = 0;
    for (const range of [...ranges, { first: Number.MAX_SAFE_INTEGER, end: 0 }]) {
      if (range.first > end) remove.run(end, range.first);
      end = Math.max(end, range.end);
    }
  }

  #storeBlocks(blocks: KeyedBlocks, firstBlock: number): void {
    for (const [start, end] of sliceBounds(blocks.firstKeys.length)) {
      inTransaction(this.#connection, this.#tallies, () => {
        for (let block = start; block < end; block++) {
          const data = blocks.bytes.subarray(
            blocks.blockOffsets[block],
            blocks.blockOffsets[block + 1],
          );
          this.#insertBlock.run(firstBlock + block, data);
        }
      });
    }
  }

  #storeBlob(
    columns: AnalysedColumns,
    index: number,
    target: { epoch: number; segmentId: number; locals: Float64Array },
  ): number {
    const hash = columns.blobHashes.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES);
    const known = this.#findBlob.get(hash, target.epoch) as number | undefined;
    const local = columns.blobLocal[index] as number;
    if (known !== undefined) return known;
    if (local < 0) return 0;
    const { lastInsertRowid } = this.#insertBlob.run(
      hash,
      target.epoch,
      columns.blobSizeBytes[index],
      columns.blobLineCounts[index],
      target.segmentId,
    );
    const blobId = Number(lastInsertRowid);
    target.locals[local] = blobId;
    this.#insertContent.run(
      blobId,
      columns.contents.subarray(columns.contentOffsets[local], columns.contentOffsets[local + 1]),
    );
    return blobId;
  }
}

/** Bounds of consecutive blobs, each slice of at most 500 rows and about 4 MB of contents. */
function* sliceByBytes(
  offsets: Float64Array,
  total: number,
  columns: AnalysedColumns,
): Generator<readonly [start: number, end: number]> {
  let start = 0;
  let bytes = 0;
  for (let index = 0; index < total; index++) {
    const local = columns.blobLocal[index] as number;
    if (local >= 0) bytes += (offsets[local + 1] as number) - (offsets[local] as number);
    if (bytes >= MAX_BYTES_PER_TRANSACTION || index + 1 - start >= 500) {
      yield [start, index + 1];
      start = index + 1;
      bytes = 0;
    }
  }
  if (start < total) yield [start, total];
}

function toBuffer(values: Float64Array): Buffer {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength);
}
