/** Files and bytes a second over the last seconds. */
const WINDOW_MS = 5000;

interface Sample {
  readonly atMs: number;
  readonly files: number;
  readonly bytes: number;
}

export class RateMeter {
  readonly #now: () => number;
  #samples: Sample[] = [];

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Notes the totals as of now. */
  record(files: number, bytes: number): void {
    const atMs = this.#now();
    this.#samples.push({ atMs, files, bytes });
    const oldest = this.#samples.findIndex((sample) => sample.atMs >= atMs - WINDOW_MS);
    if (oldest > 0) this.#samples = this.#samples.slice(oldest);
  }

  /** Never negative; 0 before there are two samples. */
  read(): { readonly filesPerSecond: number; readonly bytesPerSecond: number } {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined) return { filesPerSecond: 0, bytesPerSecond: 0 };
    const seconds = (this.#now() - first.atMs) / 1000;
    if (seconds <= 0) return { filesPerSecond: 0, bytesPerSecond: 0 };
    return {
      filesPerSecond: Math.max(0, last.files - first.files) / seconds,
      bytesPerSecond: Math.max(0, last.bytes - first.bytes) / seconds,
    };
  }
}
