/** A cap on what one caller may have under way at once, so that nobody can fill the search threads alone. */
import { AppError } from '../errors/app-error.ts';

export interface CallGate {
  /** Lets one more in and gives the way out, to be called once. Throws RATE_LIMITED over the cap. */
  enter(caller: string): () => void;
}

/** Creates a gate; a caller with nothing under way takes no memory. */
export function createCallGate(maxConcurrent: number): CallGate {
  const running = new Map<string, number>();
  return {
    enter: (caller) => {
      const count = running.get(caller) ?? 0;
      if (count >= maxConcurrent) {
        const message = `More than ${maxConcurrent} requests of yours are under way. Wait for some.`;
        throw new AppError('RATE_LIMITED', message, { details: { retryAfterSeconds: 1 } });
      }
      running.set(caller, count + 1);
      return () => {
        const left = (running.get(caller) ?? 1) - 1;
        if (left === 0) running.delete(caller);
        else running.set(caller, left);
      };
    },
  };
}
