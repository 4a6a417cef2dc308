/**
 * Builds the word half of a segment: which term stands in which chunk, and how often. What a term is
 * stands in `term-scanner.ts`.
 *
 * A pair is one term in one chunk. The term's mark in the table is the number of its newest pair, plus one:
 * when that pair lies behind `#firstPair`, the open chunk has the term already and only its count goes up.
 */
import { ByteWriter } from '../segments/varint.ts';
import { KeyedBlockWriter, type KeyedBlocks } from '../segments/keyed-blocks.ts';
import { MAX_TERM_FREQUENCY, writeWordPostings } from '../segments/postings.ts';
import { GrowingUint32 } from './growing-uint32.ts';
import { TermTable } from './term-table.ts';
import { TermScanner, type TermSink } from './term-scanner.ts';

/** Memory for sorted pairs is not given back below this. */
const MIN_KEPT_PAIRS = 1 << 20;

export class WordIndexBuilder implements TermSink {
  readonly #terms = new TermTable();
  readonly #pairTerms = new GrowingUint32(1 << 18);
  /** Chunk * 256 + count of each pair. */
  readonly #pairPostings = new GrowingUint32(1 << 18);
  readonly #blobOfChunk = new GrowingUint32(1 << 12);
  readonly #writer = new KeyedBlockWriter();
  readonly #scanner = new TermScanner(this);
  #sorted = new Uint32Array(0);
  /** The chunk that is being added, times 256. */
  #chunkBits = 0;
  #firstPair = 0;
  #tokens = 0;

  /** Adds one chunk of blob number `blob`: the bytes from `start` to `end`. Gives its number of tokens. */
  addChunk(bytes: Uint8Array, range: { start: number; end: number; blob: number }): number {
    this.#tokens = 0;
    this.#chunkBits = this.#blobOfChunk.length * 256;
    this.#firstPair = this.#pairTerms.length;
    this.#scanner.scan(bytes, range.start, range.end);
    this.#blobOfChunk.push(range.blob);
    return this.#tokens;
  }

  /** Called by the scanner. */
  countAll(keys: Int32Array, length: number): void {
    const terms = this.#terms;
    const firstPair = this.#firstPair;
    this.#tokens += length >> 1;
    for (let at = 0; at < length; at += 2) {
      const place = terms.place(keys[at] as number, keys[at + 1] as number);
      const pair = terms.markAt(place) - 1;
      if (pair >= firstPair) {
        this.#pairPostings.raiseLowByte(pair, MAX_TERM_FREQUENCY);
        continue;
      }
      this.#pairTerms.push(terms.termAt(place));
      this.#pairPostings.push(this.#chunkBits + 1);
      terms.setMark(place, this.#pairTerms.length);
    }
  }

  /** Gives the finished blocks and starts again with nothing; the memory is kept. */
  finish(): KeyedBlocks {
    const { keys, terms } = this.#terms.listSorted();
    const ends = this.#sortPairs(keys.length);
    const blobOfChunk = this.#blobOfChunk.view();
    const writer = this.#writer;
    const list = new ByteWriter();
    for (let index = 0; index < keys.length; index++) {
      const term = terms[index] as number;
      const postings = this.#sorted.subarray(term === 0 ? 0 : ends[term - 1], ends[term]);
      list.length = 0;
      writeWordPostings(list, postings);
      writer.add(keys[index] as number, countBlobs(postings, blobOfChunk), list.view());
    }
    this.#terms.clear();
    this.#pairTerms.clear();
    this.#pairPostings.clear();
    this.#blobOfChunk.clear();
    return writer.finish();
  }

  /** Puts the pairs in order of their terms, chunks ascending. Gives where the pairs of each term end. */
  #sortPairs(termCount: number): Uint32Array {
    const terms = this.#pairTerms.view();
    const postings = this.#pairPostings.view();
    const kept = this.#sorted.length;
    if (kept < terms.length || kept > Math.max(terms.length * 4, MIN_KEPT_PAIRS))
      this.#sorted = new Uint32Array(Math.ceil(terms.length * 1.25));
    const sorted = this.#sorted;
    const next = new Uint32Array(termCount + 1);
    for (const term of terms) next[term + 1] = (next[term + 1] as number) + 1;
    for (let term = 0; term < termCount; term++)
      next[term + 1] = (next[term + 1] as number) + (next[term] as number);
    for (let pair = 0; pair < terms.length; pair++) {
      const term = terms[pair] as number;
      const slot = next[term] as number;
      next[term] = slot + 1;
      sorted[slot] = postings[pair] as number;
    }
    return next;
  }
}

/** Distinct blobs of postings whose chunks ascend. */
function countBlobs(postings: Uint32Array, blobOfChunk: Uint32Array): number {
  let count = 0;
  let last = -1;
  for (const posting of postings) {
    const blob = blobOfChunk[posting >>> 8] as number;
    if (blob !== last) count += 1;
    last = blob;
  }
  return count;
}
