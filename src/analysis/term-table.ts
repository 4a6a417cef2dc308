/**
 * Hash table from term keys to small numbers (term 0, 1, 2 … in order of appearance), with the counters
 * that the word index needs for each. Open addressing, linear probing, at most half full. No text is kept.
 */
import { joinKey } from './terms.ts';

const INITIAL_SLOTS = 1 << 16;

export class TermTable {
  /** Term number + 1 in each slot; 0 = free. */
  #slots = new Uint32Array(INITIAL_SLOTS);
  #mask = INITIAL_SLOTS - 1;
  #high = new Int32Array(INITIAL_SLOTS >> 1);
  #low = new Uint16Array(INITIAL_SLOTS >> 1);
  #fileCount = new Uint32Array(INITIAL_SLOTS >> 1);
  #lastBlob = new Int32Array(INITIAL_SLOTS >> 1).fill(-1);
  /** Chunk in which the term was seen last, -1 before the first. Written by the word index. */
  lastChunk: Int32Array = new Int32Array(INITIAL_SLOTS >> 1).fill(-1);
  /** Count in that chunk. Written by the word index. */
  frequency: Uint32Array = new Uint32Array(INITIAL_SLOTS >> 1);
  size = 0;

  /** Forgets all terms and keeps the memory. */
  clear(): void {
    this.#slots.fill(0);
    this.#fileCount.fill(0, 0, this.size);
    this.#lastBlob.fill(-1, 0, this.size);
    this.lastChunk.fill(-1, 0, this.size);
    this.size = 0;
  }

  findOrAdd(high: number, low: number): number {
    const slots = this.#slots;
    const mask = this.#mask;
    let slot = (high ^ (low << 7)) & mask;
    for (;;) {
      const entry = slots[slot] as number;
      if (entry === 0) return this.#add(high, low, slot);
      const term = entry - 1;
      if (this.#high[term] === high && this.#low[term] === low) return term;
      slot = (slot + 1) & mask;
    }
  }

  /** The term with this key; it must be there. */
  findKey(key: number): number {
    return this.findOrAdd(Math.floor(key / 0x10000) | 0, key % 0x10000);
  }

  sortedKeys(): Float64Array {
    const keys = new Float64Array(this.size);
    for (let term = 0; term < this.size; term++) {
      keys[term] = joinKey(this.#high[term] as number, this.#low[term] as number);
    }
    return keys.sort();
  }

  countFile(term: number, blob: number): void {
    if (this.#lastBlob[term] === blob) return;
    this.#lastBlob[term] = blob;
    this.#fileCount[term] = (this.#fileCount[term] as number) + 1;
  }

  fileCount(term: number): number {
    return this.#fileCount[term] as number;
  }

  #add(high: number, low: number, slot: number): number {
    const term = this.size++;
    this.#slots[slot] = term + 1;
    this.#high[term] = high;
    this.#low[term] = low;
    if (this.size === this.#high.length) this.#grow();
    return term;
  }

  #grow(): void {
    const slotCount = this.#slots.length * 2;
    const half = slotCount >> 1;
    this.#high = widen(this.#high, new Int32Array(half));
    this.#low = widen(this.#low, new Uint16Array(half));
    this.#fileCount = widen(this.#fileCount, new Uint32Array(half));
    this.#lastBlob = widen(this.#lastBlob, new Int32Array(half).fill(-1));
    this.lastChunk = widen(this.lastChunk, new Int32Array(half).fill(-1));
    this.frequency = widen(this.frequency, new Uint32Array(half));
    this.#slots = new Uint32Array(slotCount);
    this.#mask = slotCount - 1;
    for (let term = 0; term < this.size; term++) {
      let slot = ((this.#high[term] as number) ^ ((this.#low[term] as number) << 7)) & this.#mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & this.#mask;
      this.#slots[slot] = term + 1;
    }
  }
}

function widen<T extends Int32Array | Uint32Array | Uint16Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
