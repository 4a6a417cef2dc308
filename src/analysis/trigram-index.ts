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

  /** Gives the finished blocks; the builder must not be used after. */
  finish(): KeyedBlocks {
    const sorted = sortPairs(this.#trigrams.view(), this.#blobs.view());
    const writer = new KeyedBlockWriter();
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
    return writer.finish();
  }
}

interface Pairs {
  readonly keys: Uint32Array;
  readonly values: Uint32Array;
}

/** Stable sort by 24-bit keys: two passes of 12 bits. */
function sortPairs(keys: Uint32Array, values: Uint32Array): Pairs {
  return radixPass(radixPass({ keys, values }, 0), 12);
}

function radixPass({ keys, values }: Pairs, shift: number): Pairs {
  const counts = new Uint32Array(4097);
  for (const key of keys) {
    const slot = ((key >>> shift) & 0xfff) + 1;
    counts[slot] = (counts[slot] as number) + 1;
  }
  for (let slot = 1; slot < 4097; slot++) {
    counts[slot] = (counts[slot] as number) + (counts[slot - 1] as number);
  }
  const outKeys = new Uint32Array(keys.length);
  const outValues = new Uint32Array(keys.length);
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] as number;
    const digit = (key >>> shift) & 0xfff;
    const slot = counts[digit] as number;
    counts[digit] = slot + 1;
    outKeys[slot] = key;
    outValues[slot] = values[index] as number;
  }
  return { keys: outKeys, values: outValues };
}
