/**
 * The writer's side of the structure pass: which contents are to be parsed, their outlines, and the name
 * segments made from stored outlines. Parsing and naming are two steps, so that small batches can be parsed
 * while the dictionaries stay few and large.
 *
 * Invariant: a blob whose names are in the index belongs to exactly one ready segment, `blob.name_segment`.
 * Blocks of a segment that was never made ready are swept away at the next start.
 */
import type {
  NamePlan,
  StructureColumns,
  UnstructuredColumns,
} from '../model/structure-batches.ts';
import type { BuiltNameSegment } from '../segments/name-segment.ts';
import { OUTLINE_VERSION } from '../segments/outline-format.ts';
import type { Connection, Statement } from './database.ts';
import { STRUCTURE_STATE } from './schema.ts';
import type { Tallies } from './tallies.ts';
import { inTransaction, sliceBounds } from './transaction.ts';

/** Names of at most this many definitions go into one new segment. */
const SEGMENT_SYMBOLS = 250_000;
/** Segments of fewer definitions form a tier; this many of one tier become one. */
const TIER_SYMBOLS = [500, 5_000, 50_000];
const MERGE_FACTOR = 8;
const VERSION_KEY = 'outline_version';

interface NameSegmentSize {
  readonly id: number;
  readonly symbolCount: number;
  readonly deadSymbols: number;
}

export class StructureTable {
  readonly #connection: Connection;
  readonly #tallies: Tallies;
  readonly #listUnstructured: Statement;
  readonly #setState: Statement;
  readonly #insertOutline: Statement;
  readonly #insertBlock: Statement;

  constructor(connection: Connection, tallies: Tallies) {
    this.#connection = connection;
    this.#tallies = tallies;
    this.#listUnstructured = connection.prepare(
      `SELECT id AS blobId, size_bytes AS sizeBytes,
         (SELECT iif(item ->> 'kind' IS NULL, language, '') FROM document
          WHERE blob_id = blob.id ORDER BY id LIMIT 1) AS language
       FROM blob WHERE structure = ${STRUCTURE_STATE.pending} AND id > ? ORDER BY id LIMIT ?`,
    );
    this.#setState = connection.prepare(
      `UPDATE blob SET structure = ?, name_segment = ? WHERE id = ? AND structure = ${STRUCTURE_STATE.pending}`,
    );
    this.#insertOutline = connection.prepare(
      'INSERT OR REPLACE INTO blob_outline (blob_id, symbol_count, data) VALUES (?, ?, ?)',
    );
    this.#insertBlock = connection.prepare('INSERT INTO name_block (id, data) VALUES (?, ?)');
  }

  /** Drops everything that another version of the parser has made, and what a crash left behind. */
  bringUpToDate(): void {
    const read = this.#connection.prepare('SELECT value FROM meta WHERE key = ?').pluck();
    const isCurrent = read.get(VERSION_KEY) === OUTLINE_VERSION;
    const ids = this.#connection
      .prepare(`SELECT id FROM name_segment WHERE is_ready <> 1 OR ? = 0`)
      .pluck()
      .all(isCurrent ? 1 : 0) as number[];
    for (const id of ids) this.#removeSegment(id);
    if (isCurrent) return;
    inTransaction(this.#connection, this.#tallies, () => {
      this.#connection.exec(
        `DELETE FROM blob_outline; DELETE FROM import_edge; DELETE FROM import_missing;
         DELETE FROM meta WHERE key = 'edges_sequence';
         UPDATE blob SET structure = ${STRUCTURE_STATE.pending}, name_segment = 0
         WHERE structure <> ${STRUCTURE_STATE.pending};`,
      );
      this.#connection
        .prepare(
          'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
        )
        .run(VERSION_KEY, OUTLINE_VERSION);
    });
  }

  /**
   * Hands out contents to be parsed in order of id: at most `maxFiles`, and no more than `maxBytes` once
   * there is one. A content that no document holds has the language '', and so has that of an issue or a
   * message: its headings are no definitions.
   */
  take(
    afterId: number,
    limits: { readonly maxFiles: number; readonly maxBytes: number },
  ): UnstructuredColumns {
    const taken: { blobId: number; sizeBytes: number; language: string | null }[] = [];
    let bytes = 0;
    for (const row of this.#listUnstructured.iterate(afterId, limits.maxFiles) as IterableIterator<
      (typeof taken)[number]
    >) {
      if (taken.length > 0 && bytes + row.sizeBytes > limits.maxBytes) break;
      taken.push(row);
      bytes += row.sizeBytes;
    }
    return {
      blobIds: Float64Array.from(taken, ({ blobId }) => blobId),
      sizeBytes: Float64Array.from(taken, ({ sizeBytes }) => sizeBytes),
      languages: taken.map(({ language }) => language ?? ''),
    };
  }

  /** Stores what parsing gave. Contents that are settled already, or gone, are left alone. */
  settle(columns: StructureColumns): void {
    for (const [start, end] of sliceBounds(columns.blobIds.length)) {
      inTransaction(this.#connection, this.#tallies, () => {
        for (let index = start; index < end; index++) this.#settleOne(columns, index);
      });
    }
  }

  /**
   * Picks contents whose names are to be put into one segment: those without one when they have at least
   * `minSymbols` definitions together, else small or mostly dead segments to be merged. Null: nothing to do.
   */
  planNames(minSymbols: number): NamePlan | null {
    const fresh = this.#listUnnamed();
    if (fresh.length > 0 && sum(fresh) >= minSymbols) {
      return { blobIds: fresh.map(({ blobId }) => blobId), replacedIds: [] };
    }
    const sizes = this.#connection
      .prepare(
        `SELECT id, symbol_count AS symbolCount, dead_symbols AS deadSymbols FROM name_segment
         WHERE is_ready = 1 ORDER BY id`,
      )
      .all() as NameSegmentSize[];
    const replacedIds = pickSegments(sizes);
    if (replacedIds.length === 0) return null;
    return { replacedIds, blobIds: replacedIds.flatMap((id) => this.#listLiving(id)) };
  }

  /** Stores the segment of a plan and makes it answer in place of those it replaces. */
  storeNames(plan: NamePlan, segment: BuiltNameSegment): void {
    const segmentId = segment.symbolCount === 0 ? 0 : this.#storeSegment(plan.blobIds, segment);
    inTransaction(this.#connection, this.#tallies, () => {
      const assign = this.#connection.prepare('UPDATE blob SET name_segment = ? WHERE id = ?');
      for (const blobId of plan.blobIds) assign.run(segmentId === 0 ? -1 : segmentId, blobId);
      const retire = this.#connection.prepare('UPDATE name_segment SET is_ready = 2 WHERE id = ?');
      for (const id of plan.replacedIds) retire.run(id);
      this.#connection
        .prepare(
          'UPDATE name_segment SET is_ready = 1, dead_symbols = symbol_count - ? WHERE id = ?',
        )
        .run(this.#countLiving(plan.blobIds), segmentId);
    });
    for (const id of plan.replacedIds) this.#removeSegment(id);
  }

  #settleOne(columns: StructureColumns, index: number): void {
    const blobId = columns.blobIds[index] as number;
    const symbolCount = columns.symbolCounts[index] as number;
    const start = columns.outlineOffsets[index] as number;
    const end = columns.outlineOffsets[index + 1] as number;
    const nameSegment = symbolCount === 0 ? -1 : 0;
    const { changes } = this.#setState.run(columns.states[index], nameSegment, blobId);
    if (changes === 0 || end === start) return;
    this.#insertOutline.run(blobId, symbolCount, columns.outlines.subarray(start, end));
  }

  #listUnnamed(): { blobId: number; symbolCount: number }[] {
    const rows = this.#connection
      .prepare(
        `SELECT b.id AS blobId, o.symbol_count AS symbolCount FROM blob b JOIN blob_outline o ON o.blob_id = b.id
         WHERE b.structure = ${STRUCTURE_STATE.done} AND b.name_segment = 0 ORDER BY b.id`,
      )
      .iterate() as IterableIterator<{ blobId: number; symbolCount: number }>;
    const taken: { blobId: number; symbolCount: number }[] = [];
    let symbols = 0;
    for (const row of rows) {
      taken.push(row);
      symbols += row.symbolCount;
      if (symbols >= SEGMENT_SYMBOLS) break;
    }
    return taken;
  }

  #listLiving(segmentId: number): number[] {
    const row = this.#connection
      .prepare('SELECT blob_ids FROM name_segment WHERE id = ?')
      .pluck()
      .get(segmentId) as Buffer;
    const isOwn = this.#connection
      .prepare('SELECT 1 FROM blob WHERE id = ? AND name_segment = ?')
      .pluck();
    return [...toNumbers(row)].filter((blobId) => isOwn.get(blobId, segmentId) !== undefined);
  }

  /** Definitions of those of the blobs that are still there. */
  #countLiving(blobIds: readonly number[]): number {
    const count = this.#connection
      .prepare('SELECT symbol_count FROM blob_outline WHERE blob_id = ?')
      .pluck();
    return blobIds.reduce((total, id) => total + Number(count.get(id) ?? 0), 0);
  }

  #storeSegment(blobIds: readonly number[], segment: BuiltNameSegment): number {
    const firstBlock =
      1 +
      Number(this.#connection.prepare('SELECT coalesce(max(id), 0) FROM name_block').pluck().get());
    const nameBlocks = segment.blockOffsets.length - 1;
    const gramBlocks = segment.grams.firstKeys.length;
    const { lastInsertRowid } = this.#connection
      .prepare(
        `INSERT INTO name_segment (is_ready, symbol_count, first_block, block_count, name_block_count, blob_ids, first_names, gram_keys)
         VALUES (0, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        segment.symbolCount,
        firstBlock,
        nameBlocks + gramBlocks,
        nameBlocks,
        toBuffer(Float64Array.from(blobIds)),
        segment.firstNames,
        toBuffer(segment.grams.firstKeys),
      );
    this.#storeBlocks(segment.blocks, segment.blockOffsets, firstBlock);
    this.#storeBlocks(segment.grams.bytes, segment.grams.blockOffsets, firstBlock + nameBlocks);
    return Number(lastInsertRowid);
  }

  #storeBlocks(bytes: Uint8Array, offsets: Uint32Array, firstBlock: number): void {
    for (const [start, end] of sliceBounds(offsets.length - 1)) {
      inTransaction(this.#connection, this.#tallies, () => {
        for (let block = start; block < end; block++) {
          this.#insertBlock.run(
            firstBlock + block,
            bytes.subarray(offsets[block], offsets[block + 1]),
          );
        }
      });
    }
  }

  #removeSegment(segmentId: number): void {
    const row = this.#connection
      .prepare(
        'SELECT first_block AS firstBlock, block_count AS blockCount FROM name_segment WHERE id = ?',
      )
      .get(segmentId) as { firstBlock: number; blockCount: number } | undefined;
    if (row === undefined) return;
    const removeBlocks = this.#connection.prepare(
      'DELETE FROM name_block WHERE id >= ? AND id < ?',
    );
    for (const [start, end] of sliceBounds(row.blockCount)) {
      removeBlocks.run(row.firstBlock + start, row.firstBlock + end);
    }
    this.#connection.prepare('DELETE FROM name_segment WHERE id = ?').run(segmentId);
  }
}

/** Removes what the structure pass has made of a blob; inside a transaction. */
export function removeStructure(connection: Connection, blobId: number): void {
  connection
    .prepare(
      `UPDATE name_segment SET dead_symbols = dead_symbols + (SELECT symbol_count FROM blob_outline WHERE blob_id = @blobId)
       WHERE id = (SELECT name_segment FROM blob WHERE id = @blobId)
         AND EXISTS (SELECT 1 FROM blob_outline WHERE blob_id = @blobId)`,
    )
    .run({ blobId });
  connection.prepare('DELETE FROM blob_outline WHERE blob_id = ?').run(blobId);
}

function pickSegments(sizes: readonly NameSegmentSize[]): number[] {
  const mostlyDead = sizes.find(
    ({ symbolCount, deadSymbols }) => deadSymbols > 0 && deadSymbols * 2 > symbolCount,
  );
  if (mostlyDead !== undefined) return [mostlyDead.id];
  for (const [tier, bound] of TIER_SYMBOLS.entries()) {
    const lower = TIER_SYMBOLS[tier - 1] ?? 0;
    const members = sizes.filter(({ symbolCount, deadSymbols }) => {
      const living = symbolCount - deadSymbols;
      return living >= lower && living < bound;
    });
    if (members.length >= MERGE_FACTOR) return members.map(({ id }) => id);
  }
  return [];
}

function sum(rows: readonly { readonly symbolCount: number }[]): number {
  return rows.reduce((total, { symbolCount }) => total + symbolCount, 0);
}

function toBuffer(values: Float64Array): Buffer {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength);
}

function toNumbers(bytes: Buffer): Float64Array {
  return new Float64Array(
    bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength),
  );
}
