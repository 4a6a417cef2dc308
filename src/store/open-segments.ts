/**
 * The segments as a search thread reads them: directories and chunk tables in memory, blocks from the
 * database. The set follows the database with each sync; a segment never changes while it exists.
 */
import { decodeChunkTable, type ChunkTable } from '../segments/chunk-table.ts';
import { findBlock, findInBlock, type PostingList } from '../segments/keyed-blocks.ts';
import type { Connection, Statement } from './database.ts';

interface SegmentRow {
  readonly id: number;
  readonly blobCount: number;
  readonly chunkCount: number;
  readonly firstBlock: number;
  readonly wordBlockCount: number;
  readonly blobIds: Buffer;
  readonly chunkTable: Buffer;
  readonly wordKeys: Buffer;
  readonly trigramKeys: Buffer;
}

/** One segment, open for reading. */
export class OpenSegment {
  readonly id: number;
  readonly blobCount: number;
  readonly chunks: ChunkTable;
  /** Blob id of each local number; 0 = the content belongs to another segment. */
  readonly blobIds: Float64Array;
  /** Tokens of each blob. */
  readonly blobTokens: Float64Array;
  readonly totalTokens: number;
  readonly #row: Pick<SegmentRow, 'firstBlock' | 'wordBlockCount'>;
  readonly #wordKeys: Float64Array;
  readonly #trigramKeys: Float64Array;
  readonly #blocks: BlockReader;

  constructor(row: SegmentRow, blocks: BlockReader) {
    this.id = row.id;
    this.blobCount = row.blobCount;
    this.chunks = decodeChunkTable(row.chunkTable, row.blobCount, row.chunkCount);
    this.blobIds = toNumbers(row.blobIds);
    this.blobTokens = new Float64Array(row.blobCount);
    let total = 0;
    for (let chunk = 0; chunk < this.chunks.chunkCount; chunk++) {
      const blob = this.chunks.blobOfChunk[chunk] as number;
      const tokens = this.chunks.tokenCount[chunk] as number;
      this.blobTokens[blob] = (this.blobTokens[blob] as number) + tokens;
      total += tokens;
    }
    this.totalTokens = total;
    this.#row = { firstBlock: row.firstBlock, wordBlockCount: row.wordBlockCount };
    this.#wordKeys = toNumbers(row.wordKeys);
    this.#trigramKeys = toNumbers(row.trigramKeys);
    this.#blocks = blocks;
  }

  /** The chunks that hold a term. Cost: one block read, about 10 µs; less for keys asked for in ascending order. */
  findWord(key: number): PostingList | undefined {
    return this.#find(this.#wordKeys, this.#row.firstBlock, key);
  }

  /** The blobs that hold a trigram. */
  findTrigram(trigram: number): PostingList | undefined {
    return this.#find(this.#trigramKeys, this.#row.firstBlock + this.#row.wordBlockCount, trigram);
  }

  #find(keys: Float64Array, firstBlock: number, key: number): PostingList | undefined {
    const block = findBlock(keys, key);
    if (block < 0) return undefined;
    const data = this.#blocks.read(firstBlock + block);
    return data === undefined ? undefined : findInBlock(data, keys[block] as number, key);
  }
}

/** Reads blocks and keeps the last one: neighbouring keys lie in the same block. */
class BlockReader {
  readonly #statement: Statement;
  #lastId = -1;
  #last: Buffer | undefined;

  constructor(connection: Connection) {
    this.#statement = connection.prepare('SELECT data FROM segment_block WHERE id = ?').pluck();
  }

  read(id: number): Buffer | undefined {
    if (id !== this.#lastId) {
      this.#last = this.#statement.get(id) as Buffer | undefined;
      this.#lastId = id;
    }
    return this.#last;
  }

  /** To be called when the database has changed: ids of blocks that are gone are given out again. */
  forget(): void {
    this.#lastId = -1;
    this.#last = undefined;
  }
}

export class OpenSegments {
  readonly #connection: Connection;
  readonly #blocks: BlockReader;
  readonly #listIds: Statement;
  #open = new Map<number, OpenSegment>();

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#blocks = new BlockReader(connection);
    this.#listIds = connection
      .prepare('SELECT id FROM segment WHERE is_ready = 1 ORDER BY id')
      .pluck();
  }

  /** Opens and closes segments as the database says; inside a read transaction. */
  sync(): void {
    this.#blocks.forget();
    const open = new Map<number, OpenSegment>();
    for (const id of this.#listIds.all() as number[]) {
      open.set(id, this.#open.get(id) ?? this.#openOne(id));
    }
    this.#open = open;
  }

  list(): readonly OpenSegment[] {
    return [...this.#open.values()];
  }

  #openOne(id: number): OpenSegment {
    const row = this.#connection
      .prepare(
        `SELECT id, blob_count AS blobCount, chunk_count AS chunkCount, first_block AS firstBlock,
           word_block_count AS wordBlockCount, blob_ids AS blobIds, chunk_table AS chunkTable,
           word_keys AS wordKeys, trigram_keys AS trigramKeys FROM segment WHERE id = ?`,
      )
      .get(id) as SegmentRow;
    return new OpenSegment(row, this.#blocks);
  }
}

function toNumbers(bytes: Buffer): Float64Array {
  return new Float64Array(
    bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength),
  );
}
