/** Calls the methods of an object that lives in another thread as if it were here, but asynchronous. */
import type { ThreadPool } from './thread-pool.ts';

/** The methods of `T`, each giving a promise. */
export type ThreadClient<T> = {
  readonly [K in keyof T as T[K] extends (...args: never[]) => unknown ? K : never]: T[K] extends (
    ...args: infer A
  ) => infer R
    ? (...args: A) => Promise<Awaited<R>>
    : never;
};

/**
 * Makes a client of a pool whose handlers are the methods of `T`. Buffers in arguments are handed over:
 * the caller must not use them after. `unwrap` turns what the thread answered into the method's value.
 */
export function createThreadClient<T extends object>(
  pool: ThreadPool,
  unwrap: (reply: unknown) => unknown = (reply) => reply,
): ThreadClient<T> {
  return new Proxy({} as ThreadClient<T>, {
    get: (_target, method) => {
      if (typeof method !== 'string' || method === 'then') return undefined;
      return async (...args: readonly unknown[]) =>
        unwrap(await pool.callWithBuffers<unknown>(method, args));
    },
  });
}
