/** Counts how often given terms stand in pieces of a text, without indexing it. */
import { TermScanner, type TermSink } from './term-scanner.ts';
import { joinKey } from './terms.ts';

export class TermCounter implements TermSink {
  readonly #scanner = new TermScanner(this);
  readonly #indexOfKey: ReadonlyMap<number, number>;
  /** 1 where some wanted key has these lower 16 bits: nearly all other terms stop there. */
  readonly #filter = new Uint8Array(1 << 16);
  /** Occurrences of each wanted term in the last piece. */
  readonly frequencies: Uint16Array;
  /** Terms of the last piece, wanted or not. */
  tokens = 0;

  constructor(keys: readonly number[]) {
    this.#indexOfKey = new Map(keys.map((key, index) => [key, index]));
    this.frequencies = new Uint16Array(keys.length);
    for (const key of keys) this.#filter[key % 0x10000] = 1;
  }

  /** Counts between two bytes; results stand in `frequencies` and `tokens`. About 40 MB/s. */
  countIn(bytes: Uint8Array, start: number, end: number): void {
    this.frequencies.fill(0);
    this.tokens = 0;
    this.#scanner.scan(bytes, start, end);
  }

  /** Called by the scanner. */
  countAll(keys: Int32Array, length: number): void {
    this.tokens += length >> 1;
    for (let at = 0; at < length; at += 2) {
      const low = keys[at + 1] as number;
      if (this.#filter[low] === 0) continue;
      const index = this.#indexOfKey.get(joinKey(keys[at] as number, low));
      if (index !== undefined) this.frequencies[index] = (this.frequencies[index] as number) + 1;
    }
  }
}
