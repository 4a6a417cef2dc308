/**
 * Builds the word half of a segment: which term stands in which chunk, and how often. The rules of what
 * a term is are those of `terms.ts`, here as one loop over bytes that allocates nothing for each token.
 *
 * Invariant: `#lastChunk[term]` is the chunk in which the term was seen last; while it is the open
 * chunk, `#frequency[term]` counts and the term stands once in `#termsOfChunk`.
 */
import { ByteWriter } from '../segments/varint.ts';
import { KeyedBlockWriter, type KeyedBlocks } from '../segments/keyed-blocks.ts';
import { MAX_TERM_FREQUENCY, writeWordPostings } from '../segments/postings.ts';
import { GrowingUint32 } from './growing-uint32.ts';
import { TermTable } from './term-table.ts';
import {
  finishHigh,
  finishLow,
  HASH_SEED_HIGH,
  HASH_SEED_LOW,
  isAscii,
  listBeyondAscii,
  matchRuns,
  MAX_TERM_BYTES,
} from './terms.ts';

const OTHER = 0;
const LOWER = 1;
const UPPER = 2;
const DIGIT = 3;
const UNDERSCORE = 4;
const HIGH = 5;

const CLASS_OF_BYTE = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte >= 0x80) return HIGH;
  if (byte >= 0x61 && byte <= 0x7a) return LOWER;
  if (byte >= 0x41 && byte <= 0x5a) return UPPER;
  if (byte >= 0x30 && byte <= 0x39) return DIGIT;
  return byte === 0x5f ? UNDERSCORE : OTHER;
});

/** Words of one identifier: at most one for every two of its bytes. */
const MAX_PARTS = MAX_TERM_BYTES;

export class WordIndexBuilder {
  readonly #terms = new TermTable();
  readonly #termsOfChunk = new GrowingUint32(1 << 12);
  readonly #pairTerms = new GrowingUint32(1 << 18);
  readonly #pairPostings = new GrowingUint32(1 << 18);
  readonly #writer = new KeyedBlockWriter();
  #sorted = new Uint32Array(0);
  readonly #partHigh = new Int32Array(MAX_PARTS);
  readonly #partLow = new Int32Array(MAX_PARTS);
  #chunk = 0;
  #blob = 0;
  #tokens = 0;

  /** Adds one chunk of blob number `blob`: the bytes from `start` to `end`. Gives its number of tokens. */
  addChunk(bytes: Uint8Array, range: { start: number; end: number; blob: number }): number {
    this.#tokens = 0;
    this.#blob = range.blob;
    let position = range.start;
    const end = range.end;
    while (position < end) {
      const kind = CLASS_OF_BYTE[bytes[position] as number];
      if (kind === OTHER) position += 1;
      else if (kind === DIGIT) position = this.#skipNumber(bytes, position, end);
      else if (kind === HIGH) position = this.#addBeyondAscii(bytes, position, end);
      else position = this.#addIdentifier(bytes, position, end);
    }
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

  #skipNumber(bytes: Uint8Array, start: number, end: number): number {
    let position = start;
    while (position < end) {
      const kind = CLASS_OF_BYTE[bytes[position] as number];
      if (kind === OTHER) return position;
      if (kind === HIGH) return this.#addBeyondAscii(bytes, start, end);
      position += 1;
    }
    return position;
  }

  // oxlint-disable-next-line complexity, max-lines-per-function -- one loop over bytes; calls in it cost a third of the speed
  #addIdentifier(bytes: Uint8Array, start: number, end: number): number {
    const partHigh = this.#partHigh;
    const partLow = this.#partLow;
    let parts = 0;
    let wholeHigh = HASH_SEED_HIGH;
    let wholeLow = HASH_SEED_LOW;
    let high = HASH_SEED_HIGH;
    let low = HASH_SEED_LOW;
    let beforeHigh = high;
    let beforeLow = low;
    let length = 0;
    let previous = OTHER;
    let position = start;
    for (; position < end; position++) {
      let byte = bytes[position] as number;
      const kind = CLASS_OF_BYTE[byte] as number;
      if (kind === OTHER) break;
      if (kind === HIGH) return this.#addBeyondAscii(bytes, start, end);
      if (kind === UPPER) byte |= 0x20;
      wholeHigh = Math.imul(wholeHigh ^ byte, 0x01000193);
      wholeLow = Math.imul(wholeLow + byte, 0x5bd1e995) ^ (wholeLow >>> 13);
      if (position - start >= MAX_TERM_BYTES) continue;
      if (kind !== previous && previous !== OTHER) {
        if (kind === LOWER && previous === UPPER) {
          if (length > 1) {
            if (length > 2) {
              partHigh[parts] = beforeHigh;
              partLow[parts++] = beforeLow;
            }
            const last = (bytes[position - 1] as number) | 0x20;
            high = Math.imul(HASH_SEED_HIGH ^ last, 0x01000193);
            low = Math.imul(HASH_SEED_LOW + last, 0x5bd1e995) ^ (HASH_SEED_LOW >>> 13);
            length = 1;
          }
        } else {
          if (length > 1) {
            partHigh[parts] = high;
            partLow[parts++] = low;
          }
          high = HASH_SEED_HIGH;
          low = HASH_SEED_LOW;
          length = 0;
        }
      }
      previous = kind;
      if (kind === UNDERSCORE) continue;
      beforeHigh = high;
      beforeLow = low;
      high = Math.imul(high ^ byte, 0x01000193);
      low = Math.imul(low + byte, 0x5bd1e995) ^ (low >>> 13);
      length += 1;
    }
    const total = position - start;
    if (total < 2 || total > MAX_TERM_BYTES) return position;
    this.#count(wholeHigh, wholeLow);
    if (length === total) return position;
    for (let part = 0; part < parts; part++) {
      this.#count(partHigh[part] as number, partLow[part] as number);
    }
    if (length > 1) this.#count(high, low);
    return position;
  }

  /** Rare: decodes the run around a byte beyond ASCII and cuts it as text. */
  #addBeyondAscii(bytes: Uint8Array, start: number, end: number): number {
    let position = start;
    while (position < end && CLASS_OF_BYTE[bytes[position] as number] !== OTHER) position += 1;
    const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, position - start).toString();
    for (const [run] of matchRuns(text)) {
      if (isAscii(run)) this.#addPlainRun(run);
      else for (const term of listBeyondAscii(run)) this.#countText(term);
    }
    return position;
  }

  #addPlainRun(run: string): void {
    const bytes = Buffer.from(run, 'latin1');
    const first = CLASS_OF_BYTE[bytes[0] as number];
    if (first !== DIGIT) this.#addIdentifier(bytes, 0, bytes.length);
  }

  #countText(term: string): void {
    let high = HASH_SEED_HIGH;
    let low = HASH_SEED_LOW;
    for (const byte of Buffer.from(term)) {
      high = Math.imul(high ^ byte, 0x01000193);
      low = Math.imul(low + byte, 0x5bd1e995) ^ (low >>> 13);
    }
    this.#count(high, low);
  }

  #count(high: number, low: number): void {
    this.#tokens += 1;
    const terms = this.#terms;
    const term = terms.findOrAdd(finishHigh(high), finishLow(low));
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
