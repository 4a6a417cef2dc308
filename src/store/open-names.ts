/**
 * The name segments as a thread reads them: directories in memory, blocks from the database. The set follows
 * the database with each sync; a segment never changes while it exists.
 */
import { findBlock, findInBlock } from '../segments/keyed-blocks.ts';
import { foldName } from '../segments/name-grams.ts';
import {
  decodeNameBlock,
  decodePostings,
  findNameBlocks,
  type NameEntry,
  type NamePosting,
} from '../segments/name-segment.ts';
import { readBlobPostings } from '../segments/postings.ts';
import type { Connection, Statement } from './database.ts';

/** Where a name is defined, with the blob's own id. */
export interface NamePlace extends Omit<NamePosting, 'blob'> {
  readonly blobId: number;
}

/** A name of one segment. */
export interface FoundName {
  readonly name: string;
  /** Definitions in this segment, dead ones included. */
  readonly count: number;
  listPlaces(): NamePlace[];
}

interface NameSegmentRow {
  readonly id: number;
  readonly firstBlock: number;
  readonly nameBlockCount: number;
  readonly blobIds: Buffer;
  readonly firstNames: Buffer;
  readonly gramKeys: Buffer;
}

/** One segment, open for reading. */
export class OpenNameSegment {
  readonly #row: Pick<NameSegmentRow, 'firstBlock' | 'nameBlockCount'>;
  readonly #blobIds: Float64Array;
  readonly #firstNames: readonly string[];
  readonly #gramKeys: Float64Array;
  readonly #readBlock: Statement;

  constructor(row: NameSegmentRow, readBlock: Statement) {
    this.#row = { firstBlock: row.firstBlock, nameBlockCount: row.nameBlockCount };
    this.#blobIds = toNumbers(row.blobIds);
    this.#firstNames = JSON.parse(row.firstNames.toString()) as string[];
    this.#gramKeys = toNumbers(row.gramKeys);
    this.#readBlock = readBlock;
  }

  get blockCount(): number {
    return this.#firstNames.length;
  }

  /** Names that are equal but for case. Cost: one block read, about 20 µs. */
  findName(name: string): FoundName[] {
    const folded = foldName(name);
    const [first, last] = findNameBlocks(this.#firstNames, folded);
    const found: FoundName[] = [];
    for (let block = first; block <= last; block++) {
      for (const entry of this.readBlock(block))
        if (foldName(entry.name) === folded) found.push(entry);
    }
    return found;
  }

  /** Names that start so, without regard to case, in their order, until the callback gives false. */
  scanPrefix(prefix: string, onName: (name: FoundName) => boolean): void {
    const folded = foldName(prefix);
    let [block] = findNameBlocks(this.#firstNames, folded);
    for (; block < this.#firstNames.length; block++) {
      for (const entry of this.readBlock(block)) {
        const name = foldName(entry.name);
        if (name < folded) continue;
        if (!name.startsWith(folded) || !onName(entry)) return;
      }
    }
  }

  /** Blocks that hold each of these grams; a gram that is not there gives none. */
  listBlocks(gram: number): Uint32Array | undefined {
    const block = findBlock(this.#gramKeys, gram);
    if (block < 0) return undefined;
    const data = this.#readBlock.get(this.#row.firstBlock + this.#row.nameBlockCount + block) as
      | Buffer
      | undefined;
    const list =
      data === undefined ? undefined : findInBlock(data, this.#gramKeys[block] as number, gram);
    return list === undefined ? undefined : readBlobPostings(list);
  }

  /** The names of a block. */
  readBlock(block: number): FoundName[] {
    const data = this.#readBlock.get(this.#row.firstBlock + block) as Buffer | undefined;
    return data === undefined ? [] : decodeNameBlock(data).map((entry) => this.#toFound(entry));
  }

  #toFound(entry: NameEntry): FoundName {
    return {
      name: entry.name,
      count: entry.count,
      listPlaces: () =>
        decodePostings(entry).map(({ blob, ordinal, kind }) => ({
          blobId: this.#blobIds[blob] as number,
          ordinal,
          kind,
        })),
    };
  }
}

export class OpenNames {
  readonly #connection: Connection;
  readonly #readBlock: Statement;
  readonly #listIds: Statement;
  #open = new Map<number, OpenNameSegment>();

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#readBlock = connection.prepare('SELECT data FROM name_block WHERE id = ?').pluck();
    this.#listIds = connection
      .prepare('SELECT id FROM name_segment WHERE is_ready = 1 ORDER BY id')
      .pluck();
  }

  /** Opens and closes segments as the database says; inside a read transaction. */
  sync(): void {
    const open = new Map<number, OpenNameSegment>();
    for (const id of this.#listIds.all() as number[]) {
      open.set(id, this.#open.get(id) ?? this.#openOne(id));
    }
    this.#open = open;
  }

  list(): readonly OpenNameSegment[] {
    return [...this.#open.values()];
  }

  #openOne(id: number): OpenNameSegment {
    const row = this.#connection
      .prepare(
        `SELECT id, first_block AS firstBlock, name_block_count AS nameBlockCount, blob_ids AS blobIds,
           first_names AS firstNames, gram_keys AS gramKeys FROM name_segment WHERE id = ?`,
      )
      .get(id) as NameSegmentRow;
    return new OpenNameSegment(row, this.#readBlock);
  }
}

function toNumbers(bytes: Buffer): Float64Array {
  return new Float64Array(
    bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength),
  );
}
