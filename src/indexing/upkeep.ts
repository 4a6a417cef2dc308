/** Upkeep of the database between passes: collects unused contents, merges segments, gives pages back. */
import type { Analysers, IndexWriter } from './ports.ts';

/** Unused contents are kept for a day: switching back to a branch then costs nothing. */
const KEEP_UNUSED_MS = 24 * 60 * 60 * 1000;
const MAX_VACUUM_STEPS = 64;

export async function runUpkeep(
  ports: {
    readonly writer: IndexWriter;
    readonly analysers: Analysers;
    readonly mergeBytes: number;
    now(): number;
  },
  options: { readonly signal: AbortSignal; readonly collectAll: boolean },
): Promise<void> {
  const { writer, analysers } = ports;
  const beforeMs = options.collectAll ? Number.MAX_SAFE_INTEGER : ports.now() - KEEP_UNUSED_MS;
  while (!options.signal.aborted && (await writer.collect(beforeMs)) > 0);
  for (;;) {
    if (options.signal.aborted) return;
    const plan = await writer.planMerge(ports.mergeBytes);
    if (plan === null) break;
    await writer.replaceSegments(plan, await analysers.rebuildSegment(plan.blobIds));
  }
  for (let step = 0; step < MAX_VACUUM_STEPS && !options.signal.aborted; step++) {
    if (!(await writer.vacuum())) return;
  }
}
