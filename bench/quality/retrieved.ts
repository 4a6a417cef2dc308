/** What any of the compared systems gives for one query. */
import type { LineRange } from './metrics.ts';

/** Files and stretches of lines, best first. */
export interface Retrieved {
  /** Different files, at most 20. */
  readonly files: readonly string[];
  /** What was shown, in order, for systems that show lines; else empty. */
  readonly ranges: readonly LineRange[];
  readonly latencyMs: number;
  /** Size of the answer as a caller pays for it; 0 for systems that only name files. */
  readonly tokens: number;
}
