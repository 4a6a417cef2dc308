/**
 * Which issues of a project are in the index, by the number in their key: one bit each. Jira tells what changed, never
 * what was deleted or moved away; what is known here and no longer listed there is gone.
 *
 * Format: base64 of the bits, that of number 0 lowest in the first byte. 100,000 issues are 17 KB of cursor.
 */

/** Numbers above this are not kept: the set would be larger than it is worth. */
const MAX_NUMBER = 8_000_000;

/** A growing set of the numbers of issues. */
export class KeySet {
  #bits: Uint8Array;
  #count = 0;

  /** `stored`: what `toText` gave; '' for an empty set. */
  constructor(stored: string) {
    this.#bits = Uint8Array.from(Buffer.from(stored, 'base64'));
    for (const byte of this.#bits) this.#count += countBits(byte);
  }

  get count(): number {
    return this.#count;
  }

  has(number: number): boolean {
    return ((this.#bits[number >> 3] ?? 0) & (1 << (number & 7))) !== 0;
  }

  add(number: number): void {
    if (number > MAX_NUMBER || this.has(number)) return;
    const place = number >> 3;
    if (place >= this.#bits.length) {
      const grown = new Uint8Array(place + 1 + (place >> 2));
      grown.set(this.#bits);
      this.#bits = grown;
    }
    this.#bits[place] = (this.#bits[place] ?? 0) | (1 << (number & 7));
    this.#count++;
  }

  delete(number: number): void {
    if (!this.has(number)) return;
    const place = number >> 3;
    this.#bits[place] = (this.#bits[place] ?? 0) & ~(1 << (number & 7));
    this.#count--;
  }

  /** The numbers that another set lacks, rising. */
  listMissingFrom(other: KeySet): number[] {
    const missing: number[] = [];
    for (let number = 0; number < this.#bits.length * 8; number++) {
      if (this.has(number) && !other.has(number)) missing.push(number);
    }
    return missing;
  }

  toText(): string {
    let end = this.#bits.length;
    while (end > 0 && this.#bits[end - 1] === 0) end--;
    return Buffer.from(this.#bits.subarray(0, end)).toString('base64');
  }
}

function countBits(byte: number): number {
  let count = 0;
  for (let rest = byte; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** Splits `ABC-12`. Undefined when it is no key. */
export function splitKey(key: string): { project: string; number: number } | undefined {
  const match = /^([A-Za-z][A-Za-z0-9_]*)-([1-9]\d*)$/.exec(key);
  return match === null ? undefined : { project: match[1] ?? '', number: Number(match[2]) };
}
