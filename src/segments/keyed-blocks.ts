/**
 * A sorted map from whole-number keys (below 2^48) to posting lists, cut into blocks of a few KB. Words
 * and trigrams both use it: a word's key is its 48-bit hash, a trigram's its three bytes.
 *
 *     block    = entry*                                   (at least one; a block ends once it holds 3.5 KB)
 *     entry    = varint(key - previous key in the block)  (the first entry: key - key itself = 0)
 *                varint(length * 2 + many)                 length of `postings` in bytes
 *                varint(file count)                        only when many = 1; else the file count is 1
 *                postings                                  as written by the owner of the keys
 *     first keys = one number for each block, ascending: the directory, kept in memory by readers
 *
 * A lookup is a binary search in the directory and a scan of one block that skips lists by their length.
 */
import { ByteReader, ByteWriter } from './varint.ts';

/** With the list that goes over it, two blocks fill a database page; at 4,096 each would take one of its own. */
const BLOCK_TARGET_BYTES = 3584;

/** Blocks and their directory, ready to be stored. */
export interface KeyedBlocks {
  /** All blocks, one after another. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Byte offset of each block in `bytes`, and the total length as last element. */
  readonly blockOffsets: Uint32Array<ArrayBuffer>;
  readonly firstKeys: Float64Array<ArrayBuffer>;
}

/** Takes keys in ascending order. */
export class KeyedBlockWriter {
  readonly #out = new ByteWriter(1 << 20);
  #offsets: number[] = [];
  #firstKeys: number[] = [];
  #previousKey = 0;
  #blockStart = 0;

  /** Appends one list. `fileCount` is the number of distinct files in it. */
  add(key: number, fileCount: number, postings: Uint8Array): void {
    const out = this.#out;
    if (this.#offsets.length === 0 || out.length - this.#blockStart >= BLOCK_TARGET_BYTES) {
      this.#blockStart = out.length;
      this.#offsets.push(out.length);
      this.#firstKeys.push(key);
      this.#previousKey = key;
    }
    out.writeVarint(key - this.#previousKey);
    this.#previousKey = key;
    const many = fileCount > 1 ? 1 : 0;
    out.writeVarint(postings.length * 2 + many);
    if (many === 1) out.writeVarint(fileCount);
    out.writeBytes(postings);
  }

  /** Gives what was added and starts again with nothing; the memory is kept. */
  finish(): KeyedBlocks {
    this.#offsets.push(this.#out.length);
    const blocks = {
      bytes: this.#out.finish(),
      blockOffsets: Uint32Array.from(this.#offsets),
      firstKeys: Float64Array.from(this.#firstKeys),
    };
    this.#offsets = [];
    this.#firstKeys = [];
    this.#previousKey = 0;
    this.#blockStart = 0;
    return blocks;
  }
}

/** One list found in a block; `bytes` is a view into the block. */
export interface PostingList {
  readonly fileCount: number;
  readonly bytes: Uint8Array;
}

/** Gives the number of the block that can hold `key`, or -1 when the key is below the first one. */
export function findBlock(firstKeys: Float64Array, key: number): number {
  let low = 0;
  let high = firstKeys.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    if ((firstKeys[middle] ?? 0) <= key) low = middle + 1;
    else high = middle - 1;
  }
  return high;
}

/**
 * Finds `key` in one block; `firstKey` comes from the directory. Cost: a scan of the block's entries, about
 * 10 ns each. Varints are read here and not by a `ByteReader`: a search scans a block for each term and segment.
 */
export function findInBlock(
  block: Uint8Array,
  firstKey: number,
  key: number,
): PostingList | undefined {
  let current = firstKey;
  let position = 0;
  while (position < block.length) {
    let byte = block[position++] as number;
    let low = byte & 0x7f;
    for (let shift = 7; byte >= 0x80 && shift < 28; shift += 7) {
      byte = block[position++] as number;
      low |= (byte & 0x7f) << shift;
    }
    current += low;
    for (let factor = 2 ** 28; byte >= 0x80; factor *= 128) {
      byte = block[position++] as number;
      current += (byte & 0x7f) * factor;
    }
    byte = block[position++] as number;
    let tag = byte & 0x7f;
    for (let shift = 7; byte >= 0x80; shift += 7) {
      byte = block[position++] as number;
      tag |= (byte & 0x7f) << shift;
    }
    if (current >= key) return current > key ? undefined : readList(block, position, tag);
    if ((tag & 1) === 1) while ((block[position++] as number) >= 0x80);
    position += tag >>> 1;
  }
  return undefined;
}

/** The list behind a tag; `position` is the byte after the tag. */
function readList(block: Uint8Array, position: number, tag: number): PostingList {
  const reader = new ByteReader(block, position);
  const fileCount = (tag & 1) === 1 ? reader.readVarint() : 1;
  const start = reader.position;
  return { fileCount, bytes: block.subarray(start, start + (tag >>> 1)) };
}
