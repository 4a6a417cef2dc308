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

/** The sorter's memory is not given back below this. */
const MIN_KEPT_PAIRS = 1 << 20;

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
    const keys = this.#trigrams.view();
    const values = this.#blobs.view();
    this.#sorter.sort({ keys, values });
    const writer = this.#writer;
    const list = new ByteWriter();
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

/** Stable sort by 24-bit keys: one pass of 12 bits into a second place, one back. That place is kept. */
class PairSorter {
  #keys = new Uint32Array(0);
  #values = new Uint32Array(0);

  /** Sorts in place. */
  sort(pairs: Pairs): void {
    const count = pairs.keys.length;
    if (this.#keys.length < count || this.#keys.length > Math.max(count * 4, MIN_KEPT_PAIRS)) {
      const length = Math.ceil(count * 1.25);
      this.#keys = new Uint32Array(length);
      this.#values = new Uint32Array(length);
    }
    const between = { keys: this.#keys, values: this.#values };
    radixPass(pairs, between, { count, shift: 0 });
    radixPass(between, pairs, { count, shift: 12 });
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
