/**
 * Hash table from term keys to small numbers (term 0, 1, 2 … in order of appearance) with one free field for
 * the word index. Open addressing, linear probing, at most half full. No text is kept.
 *
 * An entry is four 32-bit numbers side by side, so that a lookup costs one line of the processor's cache:
 *
 *     entry = [upper 32 bits of the key] [lower 16 bits] [term number + 1, 0 = free entry] [mark]
 */
import { joinKey } from './terms.ts';

const INITIAL_ENTRIES = 1 << 16;
/** A table larger than this is given back after use: 8 MB, enough for a batch of 8 MB of source text. */
const MAX_KEPT_ENTRIES = 1 << 19;
/** Numbers in an entry, as a shift. */
const STRIDE = 2;
const LOW = 1;
const TERM = 2;
const MARK = 3;

export class TermTable {
  #entries = new Int32Array(INITIAL_ENTRIES << STRIDE);
  #mask = INITIAL_ENTRIES - 1;
  size = 0;

  /** Forgets all terms. */
  clear(): void {
    if (this.#mask >= MAX_KEPT_ENTRIES) this.#allocate(INITIAL_ENTRIES);
    else if (this.size > 0) this.#entries.fill(0);
    this.size = 0;
  }

  /** The place of a term, added if it is new; valid until the next call. */
  place(high: number, low: number): number {
    const entries = this.#entries;
    const mask = this.#mask;
    let slot = (high ^ (low << 7)) & mask;
    for (;;) {
      const place = slot << STRIDE;
      if (entries[place + TERM] === 0) return this.#add(high, low, place);
      if (entries[place] === high && entries[place + LOW] === low) return place;
      slot = (slot + 1) & mask;
    }
  }

  /** The number of the term at a place. */
  termAt(place: number): number {
    return (this.#entries[place + TERM] as number) - 1;
  }

  /** What was marked at a place; 0 for a new term. */
  markAt(place: number): number {
    return this.#entries[place + MARK] as number;
  }

  setMark(place: number, mark: number): void {
    this.#entries[place + MARK] = mark;
  }

  /** The keys of all terms, ascending, with the term number of each. Cost: a sort, about 0.1 µs a term. */
  listSorted(): { readonly keys: Float64Array; readonly terms: Uint32Array } {
    const keys = new Float64Array(this.size);
    const entries = this.#entries;
    let found = 0;
    for (let place = 0; place < entries.length; place += 1 << STRIDE) {
      if (entries[place + TERM] === 0) continue;
      keys[found++] = joinKey(entries[place] as number, entries[place + LOW] as number);
    }
    keys.sort();
    const terms = Uint32Array.from(keys, (key) =>
      this.termAt(this.place(Math.floor(key / 0x10000) | 0, key % 0x10000)),
    );
    return { keys, terms };
  }

  #add(high: number, low: number, place: number): number {
    const entries = this.#entries;
    entries[place] = high;
    entries[place + LOW] = low;
    entries[place + TERM] = ++this.size;
    if (this.size * 2 < this.#mask) return place;
    this.#grow();
    return this.place(high, low);
  }

  #grow(): void {
    const old = this.#entries;
    this.#allocate((this.#mask + 1) * 2);
    const entries = this.#entries;
    const mask = this.#mask;
    for (let from = 0; from < old.length; from += 1 << STRIDE) {
      if (old[from + TERM] === 0) continue;
      let slot = ((old[from] as number) ^ ((old[from + LOW] as number) << 7)) & mask;
      while (entries[(slot << STRIDE) + TERM] !== 0) slot = (slot + 1) & mask;
      entries.set(old.subarray(from, from + (1 << STRIDE)), slot << STRIDE);
    }
  }

  #allocate(entryCount: number): void {
    this.#entries = new Int32Array(entryCount << STRIDE);
    this.#mask = entryCount - 1;
  }
}
