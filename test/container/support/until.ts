/** Waiting for something to become true, without guessing how long it takes. */
import { setTimeout as delay } from 'node:timers/promises';

export interface UntilOptions {
  readonly timeoutMs: number;
  /** Ends the sentence "timed out waiting for …". */
  readonly what: string;
  /** Pause between two looks. Default 50. */
  readonly intervalMs?: number;
}

type Falsy = false | null | undefined;

/**
 * Looks again and again until the answer is neither false nor missing, and gives that answer. Throws when the time is
 * over; an error of the check itself ends the wait at once.
 */
export async function until<T extends {}>(
  check: () => T | Falsy | Promise<T | Falsy>,
  options: UntilOptions,
): Promise<T> {
  const end = performance.now() + options.timeoutMs;
  for (;;) {
    const answer = await check();
    if (answer !== false && answer !== null && answer !== undefined) return answer;
    if (performance.now() > end) throw new Error(`timed out waiting for ${options.what}`);
    await delay(options.intervalMs ?? 50);
  }
}
