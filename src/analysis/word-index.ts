/**
 * Builds the word half of a segment: which term stands in which chunk, and how often. What a term is
 * stands in `term-scanner.ts`.
 *
 * Invariant: `#lastChunk[term]` is the chunk in which the term was seen last; while it is the open
 * chunk, `#frequency[term]` counts and the term stands once in `#termsOfChunk`.
 */
import { ByteWriter } from '../segments/varint.ts';
import { KeyedBlockWriter, type KeyedBlocks } from '../segments/keyed-blocks.ts';
import { MAX_TERM_FREQUENCY, writeWordPostings } from '../segments/postings.ts';
import { GrowingUint32 } from './growing-uint32.ts';
import { TermTable } from './term-table.ts';
import { TermScanner, type TermSink } from './term-scanner.ts';

export class WordIndexBuilder implements TermSink {
  readonly #terms = new TermTable();
  readonly #termsOfChunk = new GrowingUint32(1 << 12);
  readonly #pairTerms = new GrowingUint32(1 << 18);
  readonly #pairPostings = new GrowingUint32(1 << 18);
  readonly #writer = new KeyedBlockWriter();
  #sorted = new Uint32Array(0);
  readonly #scanner = new TermScanner(this);
  #chunk = 0;
  #blob = 0;
  #tokens = 0;

  /** Adds one chunk of blob number `blob`: the bytes from `start` to `end`. Gives its number of tokens. */
  addChunk(bytes: Uint8Array, range: { start: number; end: number; blob: number }): number {
    this.#tokens = 0;
    this.#blob = range.blob;
    this.#scanner.scan(bytes, range.start, range.end);
    this.#endChunk();
    return this.#tokens;
  }

  /** Gives the finished blocks and starts again with nothing; the memory is kept. */
  finish(): KeyedBlocks {
    const termCount = this.#terms.size;
    const offsets = countOffsets(this.#pairTerms.view(), termCount);
    const sorted = this.#reserveSorted(this.#pairPostings.length);
    const next = offsets.slice();
    const terms = this.#pairTerms.view();
    const postings = this.#pairPostings.view();
    for (let pair = 0; pair < terms.length; pair++) {
      const term = terms[pair] as number;
      const slot = next[term] as number;
      next[term] = slot + 1;
      sorted[slot] = postings[pair] as number;
    }
    const writer = this.#writer;
    const list = new ByteWriter();
    for (const key of this.#terms.sortedKeys()) {
      const term = this.#terms.findKey(key);
      list.length = 0;
      writeWordPostings(list, sorted.subarray(offsets[term], offsets[term + 1]));
      writer.add(key, this.#terms.fileCount(term), list.view());
    }
    this.#clear();
    return writer.finish();
  }

  #clear(): void {
    this.#terms.clear();
    this.#pairTerms.length = 0;
    this.#pairPostings.length = 0;
    this.#chunk = 0;
  }

  #reserveSorted(length: number): Uint32Array {
    if (this.#sorted.length < length) this.#sorted = new Uint32Array(Math.ceil(length * 1.25));
    return this.#sorted;
  }

  /** Called by the scanner for each term. */
  count(high: number, low: number): void {
    this.#tokens += 1;
    const terms = this.#terms;
    const term = terms.findOrAdd(high, low);
    if (terms.lastChunk[term] === this.#chunk) {
      terms.frequency[term] = (terms.frequency[term] as number) + 1;
      return;
    }
    terms.lastChunk[term] = this.#chunk;
    terms.frequency[term] = 1;
    this.#termsOfChunk.push(term);
  }

  #endChunk(): void {
    const terms = this.#terms;
    for (const term of this.#termsOfChunk.view()) {
      const frequency = Math.min(terms.frequency[term] as number, MAX_TERM_FREQUENCY);
      this.#pairTerms.push(term);
      this.#pairPostings.push(this.#chunk * 256 + frequency);
      terms.countFile(term, this.#blob);
    }
    this.#termsOfChunk.length = 0;
    this.#chunk += 1;
  }
}

/** Where the pairs of each term start once sorted, and the total as last element. */
function countOffsets(pairTerms: Uint32Array, termCount: number): Uint32Array {
  const offsets = new Uint32Array(termCount + 1);
  for (const term of pairTerms) offsets[term + 1] = (offsets[term + 1] as number) + 1;
  for (let term = 0; term < termCount; term++) {
    offsets[term + 1] = (offsets[term + 1] as number) + (offsets[term] as number);
  }
  return offsets;
}
