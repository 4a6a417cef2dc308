/**
 * Builds the trigram half of a segment: for each run of three bytes (A-Z folded to a-z) the blobs that
 * hold it. A bitmap of all 2^24 trigrams says which ones the open blob had already; it is cleared by
 * walking the blob's own list, never as a whole. Pairs are sorted at the end by two radix passes, so that
 * the cost is linear in the text whatever the batch size.
 */
import { KeyedBlockWriter, type KeyedBlocks } from '../segments/keyed-blocks.ts';
import { writeBlobPostings } from '../segments/postings.ts';
import { ByteWriter } from '../segments/varint.ts';
import { GrowingUint32 } from './growing-uint32.ts';

const FOLD = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte,
);

/** One bitmap a thread: 2 MB that every builder clears behind itself. */
const seen = new Uint32Array(1 << 19);

export class TrigramIndexBuilder {
  readonly #trigrams = new GrowingUint32(1 << 18);
  readonly #blobs = new GrowingUint32(1 << 18);
  readonly #writer = new KeyedBlockWriter();
  readonly #sorter = new PairSorter();

  /** Adds the bytes of blob number `blob`; numbers must ascend. */
  addBlob(bytes: Uint8Array, blob: number): void {
    const first = this.#trigrams.length;
    const end = bytes.length;
    let trigram =
      end < 2
        ? 0
        : ((FOLD[bytes[0] as number] as number) << 8) | (FOLD[bytes[1] as number] as number);
    for (let position = 2; position < end; position++) {
      trigram = ((trigram << 8) | (FOLD[bytes[position] as number] as number)) & 0xffffff;
      const word = trigram >>> 5;
      const bit = 1 << (trigram & 31);
      const bits = seen[word] as number;
      if ((bits & bit) !== 0) continue;
      seen[word] = bits | bit;
      this.#trigrams.push(trigram);
      this.#blobs.push(blob);
    }
    const view = this.#trigrams.view();
    for (let index = first; index < view.length; index++) seen[(view[index] as number) >>> 5] = 0;
  }

  /** Gives the finished blocks and starts again with nothing; the memory is kept. */
  finish(): KeyedBlocks {
    const sorted = this.#sorter.sort(this.#trigrams.view(), this.#blobs.view());
    const writer = this.#writer;
    const list = new ByteWriter();
    const { keys, values } = sorted;
    for (let start = 0; start < keys.length;) {
      const key = keys[start] as number;
      let end = start + 1;
      while (end < keys.length && keys[end] === key) end += 1;
      list.length = 0;
      writeBlobPostings(list, values.subarray(start, end));
      writer.add(key, end - start, list.view());
      start = end;
    }
    this.#trigrams.clear();
    this.#blobs.clear();
    return writer.finish();
  }
}

interface Pairs {
  readonly keys: Uint32Array;
  readonly values: Uint32Array;
}

/** Stable sort by 24-bit keys: two passes of 12 bits. Its buffers are kept for the next sort. */
class PairSorter {
  #first: Pairs = { keys: new Uint32Array(0), values: new Uint32Array(0) };
  #second: Pairs = this.#first;

  /** The result is valid until the next sort. */
  sort(keys: Uint32Array, values: Uint32Array): Pairs {
    if (this.#first.keys.length < keys.length) {
      const length = Math.ceil(keys.length * 1.25);
      this.#first = { keys: new Uint32Array(length), values: new Uint32Array(length) };
      this.#second = { keys: new Uint32Array(length), values: new Uint32Array(length) };
    }
    const count = keys.length;
    radixPass({ keys, values }, this.#first, { count, shift: 0 });
    radixPass(this.#first, this.#second, { count, shift: 12 });
    return {
      keys: this.#second.keys.subarray(0, count),
      values: this.#second.values.subarray(0, count),
    };
  }
}

function radixPass(
  from: Pairs,
  to: Pairs,
  { count, shift }: { count: number; shift: number },
): void {
  const starts = new Uint32Array(4097);
  for (let index = 0; index < count; index++) {
    const slot = (((from.keys[index] as number) >>> shift) & 0xfff) + 1;
    starts[slot] = (starts[slot] as number) + 1;
  }
  for (let slot = 1; slot < 4097; slot++) {
    starts[slot] = (starts[slot] as number) + (starts[slot - 1] as number);
  }
  for (let index = 0; index < count; index++) {
    const key = from.keys[index] as number;
    const digit = (key >>> shift) & 0xfff;
    const slot = starts[digit] as number;
    starts[digit] = slot + 1;
    to.keys[slot] = key;
    to.values[slot] = from.values[index] as number;
  }
}
