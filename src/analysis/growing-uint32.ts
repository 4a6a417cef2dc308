/**
 * A list of 32-bit numbers in a typed array that doubles. Its memory is kept for the next use, unless a use
 * far above the usual has made it large.
 */

/** Arrays above this are given back by `clear`: 16 MB. */
const MAX_KEPT_LENGTH = 1 << 22;

export class GrowingUint32 {
  readonly #initialLength: number;
  #values: Uint32Array;
  length = 0;

  constructor(initialLength: number) {
    this.#initialLength = initialLength;
    this.#values = new Uint32Array(initialLength);
  }

  push(value: number): void {
    if (this.length === this.#values.length) this.#grow();
    this.#values[this.length++] = value;
  }

  /** Adds one to the lowest byte of a value unless it has reached `limit`, at most 255. */
  raiseLowByte(index: number, limit: number): void {
    const value = this.#values[index] as number;
    if ((value & 0xff) < limit) this.#values[index] = value + 1;
  }

  /** The values without a copy; valid until the next push. */
  view(): Uint32Array {
    return this.#values.subarray(0, this.length);
  }

  /** Forgets all values. */
  clear(): void {
    this.length = 0;
    if (this.#values.length > MAX_KEPT_LENGTH) this.#values = new Uint32Array(this.#initialLength);
  }

  #grow(): void {
    const larger = new Uint32Array(this.#values.length * 2);
    larger.set(this.#values);
    this.#values = larger;
  }
}
