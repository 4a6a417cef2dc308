/** A list of 32-bit numbers that doubles its typed array; `length` may be set to 0 to start again. */
export class GrowingUint32 {
  #values: Uint32Array;
  length = 0;

  constructor(initialLength: number) {
    this.#values = new Uint32Array(initialLength);
  }

  push(value: number): void {
    if (this.length === this.#values.length) {
      const larger = new Uint32Array(this.#values.length * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.length++] = value;
  }

  /** The values without a copy; valid until the next push. */
  view(): Uint32Array {
    return this.#values.subarray(0, this.length);
  }
}
