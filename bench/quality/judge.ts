/** Compares what a system gave with what is right. */
import { type LineRange, rankFiles, rankRanges } from './metrics.ts';
import type { SystemOutcome } from './results.ts';
import type { Retrieved } from './retrieved.ts';

/** What is right for one query. */
export interface Golds {
  readonly files: readonly string[];
  /** Null where no lines are labelled. */
  readonly ranges: readonly LineRange[] | null;
}

/** Gives the ranks. Lines are judged only for systems that show lines, or showed nothing at all. */
export function judge(golds: Golds, found: Retrieved, showsLines: boolean): SystemOutcome {
  return {
    fileRanks: rankFiles(found.files, golds.files),
    functionRanks:
      golds.ranges === null || !showsLines ? null : rankRanges(found.ranges, golds.ranges),
    latencyMs: Math.round(found.latencyMs * 10) / 10,
    tokens: found.tokens,
  };
}
