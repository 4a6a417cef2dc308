/** The time a call may take, asked now and then by loops that can stop early. */
export class Deadline {
  readonly #endMs: number;
  /** True once a loop has stopped because of it. */
  wasHit = false;

  constructor(limitMs: number) {
    this.#endMs = performance.now() + limitMs;
  }

  /** Milliseconds left; negative once it is over. */
  remainingMs(): number {
    return this.#endMs - performance.now();
  }

  /** Gives true when the time is over; the caller then stops with what it has. */
  isOver(): boolean {
    if (!this.wasHit && performance.now() > this.#endMs) this.wasHit = true;
    return this.wasHit;
  }
}
