/** A clock that a test moves by hand. */
export interface FakeClock {
  now(): number;
  advance(ms: number): void;
}

/** Starts at a fixed moment, in milliseconds since the epoch. */
export function createFakeClock(startMs = Date.UTC(2026, 0, 2, 3, 4, 5)): FakeClock {
  let nowMs = startMs;
  return {
    now: () => nowMs,
    advance: (ms) => {
      nowMs += ms;
    },
  };
}
