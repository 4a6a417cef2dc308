/**
 * The terms of messages turned round: for each term the messages that hold it. Built in two passes over columns:
 * number the terms and count, then place. A hash table with open addressing, at most half full, finds the number
 * of a key; a `Map` takes three times as long, because keys of 48 bits are no small integers to it.
 */
import { toStarts, type TermColumns } from './commit-codec.ts';

/** Where a term stands: commit numbers ascending, and how often it is in each. */
export interface CommitPostings {
  readonly commits: Uint32Array;
  readonly frequencies: Uint8Array;
}

export class TermPostings {
  /** Term number + 1 in each slot; 0 = free. */
  readonly #slots: Uint32Array;
  readonly #mask: number;
  /** An occurrence of each term, which tells its key. */
  readonly #example: number[] = [];
  readonly #columns: TermColumns;
  readonly #start: Uint32Array;
  readonly #commits: Uint32Array;
  readonly #frequencies: Uint8Array;

  constructor(columns: TermColumns) {
    const total = columns.low.length;
    this.#columns = columns;
    this.#slots = new Uint32Array(2 ** Math.ceil(Math.log2(Math.max(2, total * 2))));
    this.#mask = this.#slots.length - 1;
    const termOf = new Uint32Array(total);
    const counts: number[] = [];
    for (let at = 0; at < total; at++) {
      const term = this.#findOrAdd(at);
      termOf[at] = term;
      counts[term] = (counts[term] ?? 0) + 1;
    }
    this.#start = toStarts(counts);
    this.#commits = new Uint32Array(total);
    this.#frequencies = new Uint8Array(total);
    this.#place(termOf);
  }

  /** Where the term with this key stands; undefined when nowhere. */
  find(key: number): CommitPostings | undefined {
    const high = Math.floor(key / 0x1_0000_0000);
    const entry = this.#slots[this.#findSlot(key >>> 0, high)] as number;
    if (entry === 0) return undefined;
    const start = this.#start[entry - 1];
    const end = this.#start[entry];
    return {
      commits: this.#commits.subarray(start, end),
      frequencies: this.#frequencies.subarray(start, end),
    };
  }

  #findOrAdd(at: number): number {
    const { low, high } = this.#columns;
    const slot = this.#findSlot(low[at] as number, high[at] as number);
    const entry = this.#slots[slot] as number;
    if (entry !== 0) return entry - 1;
    this.#slots[slot] = this.#example.push(at);
    return this.#example.length - 1;
  }

  /** The slot of the key, or the free one where it would be. */
  #findSlot(low: number, high: number): number {
    const columns = this.#columns;
    let slot = (low ^ (high << 8)) & this.#mask;
    for (;;) {
      const entry = this.#slots[slot] as number;
      if (entry === 0) return slot;
      const at = this.#example[entry - 1] as number;
      if (columns.low[at] === low && columns.high[at] === high) return slot;
      slot = (slot + 1) & this.#mask;
    }
  }

  #place(termOf: Uint32Array): void {
    const { start, frequency } = this.#columns;
    const position = this.#start.slice();
    for (let commit = 0; commit + 1 < start.length; commit++) {
      const end = start[commit + 1] as number;
      for (let at = start[commit] as number; at < end; at++) {
        const term = termOf[at] as number;
        const to = position[term] as number;
        position[term] = to + 1;
        this.#commits[to] = commit;
        this.#frequencies[to] = frequency[at] as number;
      }
    }
  }
}
