/**
 * Finds the terms of a text given as bytes: the rules of `terms.ts` as one loop that allocates nothing for
 * each token. A test holds the two together. Keys are handed over by the hundred: the lookups of a batch do not
 * wait for each other, which makes them twice as fast as lookups between bytes.
 */
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

/** Takes the keys of terms: for each its upper 32 bits (signed) and its lower 16, side by side. */
export interface TermSink {
  /** `keys` is valid during the call; the first `length` numbers of it count. */
  countAll(keys: Int32Array, length: number): void;
}

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
/** Numbers of the keys that are handed over at once. */
const KEYS_LENGTH = 512;

export class TermScanner {
  readonly #sink: TermSink;
  readonly #partHigh = new Int32Array(MAX_PARTS);
  readonly #partLow = new Int32Array(MAX_PARTS);
  readonly #keys = new Int32Array(KEYS_LENGTH);
  #length = 0;

  constructor(sink: TermSink) {
    this.#sink = sink;
  }

  /** Gives every term between the two bytes to the sink, in no particular order within an identifier. */
  scan(bytes: Uint8Array, start: number, end: number): void {
    let position = start;
    while (position < end) {
      const kind = CLASS_OF_BYTE[bytes[position] as number];
      if (kind === OTHER) position += 1;
      else if (kind === DIGIT) position = this.#skipNumber(bytes, position, end);
      else if (kind === HIGH) position = this.#scanBeyondAscii(bytes, position, end);
      else position = this.#scanIdentifier(bytes, position, end);
    }
    this.#flush();
  }

  #skipNumber(bytes: Uint8Array, start: number, end: number): number {
    let position = start;
    while (position < end) {
      const kind = CLASS_OF_BYTE[bytes[position] as number];
      if (kind === OTHER) return position;
      if (kind === HIGH) return this.#scanBeyondAscii(bytes, start, end);
      position += 1;
    }
    return position;
  }

  // oxlint-disable-next-line complexity, max-lines-per-function -- one loop over bytes; calls in it cost a third of the speed
  #scanIdentifier(bytes: Uint8Array, start: number, end: number): number {
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
      if (kind === HIGH) return this.#scanBeyondAscii(bytes, start, end);
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
    this.#emit(wholeHigh, wholeLow);
    if (length === total) return position;
    for (let part = 0; part < parts; part++) {
      this.#emit(partHigh[part] as number, partLow[part] as number);
    }
    if (length > 1) this.#emit(high, low);
    return position;
  }

  /** Rare: decodes the run around a byte beyond ASCII and cuts it as text. */
  #scanBeyondAscii(bytes: Uint8Array, start: number, end: number): number {
    let position = start;
    while (position < end && CLASS_OF_BYTE[bytes[position] as number] !== OTHER) position += 1;
    const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, position - start).toString();
    for (const [run] of matchRuns(text)) {
      if (isAscii(run)) this.#scanPlainRun(run);
      else for (const term of listBeyondAscii(run)) this.#countText(term);
    }
    return position;
  }

  #scanPlainRun(run: string): void {
    const bytes = Buffer.from(run, 'latin1');
    const first = CLASS_OF_BYTE[bytes[0] as number];
    if (first !== DIGIT) this.#scanIdentifier(bytes, 0, bytes.length);
  }

  #countText(term: string): void {
    let high = HASH_SEED_HIGH;
    let low = HASH_SEED_LOW;
    for (const byte of Buffer.from(term)) {
      high = Math.imul(high ^ byte, 0x01000193);
      low = Math.imul(low + byte, 0x5bd1e995) ^ (low >>> 13);
    }
    this.#emit(high, low);
  }

  #emit(high: number, low: number): void {
    if (this.#length === KEYS_LENGTH) this.#flush();
    this.#keys[this.#length++] = finishHigh(high);
    this.#keys[this.#length++] = finishLow(low);
  }

  #flush(): void {
    this.#sink.countAll(this.#keys, this.#length);
    this.#length = 0;
  }
}
