/** A clock that stands still while the thread waits: on a busy machine work may wait long without being slow. */

/** Milliseconds that this thread has worked; never falls. */
export function readThreadCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
