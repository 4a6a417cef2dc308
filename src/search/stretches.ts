/** Groups the matches of a file into stretches of lines: neighbours whose context touches go together. */
import type { TextMatch } from '../model/search.ts';
import type { LineMatch } from '../query/pattern/line-matcher.ts';

/** A stretch is cut at this many lines. */
const MAX_STRETCH_LINES = 40;

/** Lines are 1-based and inclusive. */
export interface Stretch {
  /** First and last line with a match. */
  readonly firstMatchLine: number;
  readonly lastMatchLine: number;
  /** With the context around it, inside the file and not overlapping its neighbours. */
  readonly startLine: number;
  readonly endLine: number;
  readonly matches: readonly TextMatch[];
}

/** Cuts matches, ascending by line, into stretches. Depends on the request only, never on a budget. */
export function cutStretches(
  matches: readonly LineMatch[],
  contextLines: number,
  lineCount: number,
): Stretch[] {
  const groups: LineMatch[][] = [];
  for (const match of matches) {
    const group = groups.at(-1);
    const first = group?.[0]?.line ?? 0;
    const last = group?.at(-1)?.line ?? 0;
    const isNear = group !== undefined && match.line - last <= 2 * contextLines + 1;
    const isShort = match.line === last || match.line - first < MAX_STRETCH_LINES;
    if (isNear && isShort) group.push(match);
    else groups.push([match]);
  }
  let shownLine = 0;
  return groups.map((group, index) => {
    const firstMatchLine = group[0]?.line ?? 1;
    const lastMatchLine = group.at(-1)?.line ?? 1;
    const after = groups[index + 1]?.[0]?.line ?? Infinity;
    const startLine = Math.max(shownLine + 1, firstMatchLine - contextLines);
    const endLine = Math.min(lineCount, after - 1, lastMatchLine + contextLines);
    shownLine = endLine;
    return {
      firstMatchLine,
      lastMatchLine,
      startLine,
      endLine,
      matches: group.map(({ line, column, endColumn }) => ({
        line,
        column,
        end_column: endColumn,
      })),
    };
  });
}
