/**
 * Lets one call at a time work in a folder, in the order of asking. Connectors with the same address, branches and
 * depth share a folder: git's locks would let the second fetch fail, and the first to end would delete the file from which
 * the other still reads its password. Holds within this process; the writer's lock keeps other processes out.
 */

/** The end of the newest call on each folder; folders without a call are not in it. */
const lastEnds = new Map<string, Promise<void>>();

/** Runs `work` when every earlier call on the folder has ended. Aborted while it waits: throws the signal's reason at once. */
export async function inFolderLane<T>(
  folder: string,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const before = lastEnds.get(folder) ?? Promise.resolve();
  const { promise: left, resolve: leave } = Promise.withResolvers<void>();
  const end = Promise.all([before, left]).then(() => {
    if (lastEnds.get(folder) === end) lastEnds.delete(folder);
  });
  lastEnds.set(folder, end);
  const { promise: aborted, resolve: abort } = Promise.withResolvers<void>();
  const onAbort = (): void => abort();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await Promise.race([before, aborted]);
    signal.throwIfAborted();
    return await work();
  } finally {
    signal.removeEventListener('abort', onAbort);
    leave();
  }
}
