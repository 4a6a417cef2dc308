/**
 * Lets one piece of work run at a time, in the order of asking. Who is cancelled while waiting leaves at once,
 * and its work is not begun.
 */
import { throwIfCanceled } from './index-root.ts';

export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs `work` when everything before it has ended. Throws `CANCELED` and what the work throws. */
  async take(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    throwIfCanceled(signal);
    const { promise: canceled, resolve } = Promise.withResolvers<void>();
    const leave = (): void => resolve();
    signal.addEventListener('abort', leave, { once: true });
    let hasBegun = false;
    const run = this.#last.then(async () => {
      if (signal.aborted) return;
      hasBegun = true;
      await work();
    });
    this.#last = run.catch(() => undefined);
    try {
      await Promise.race([run, canceled.then(async () => (hasBegun ? run : undefined))]);
      throwIfCanceled(signal);
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }
}
