/**
 * Keeps an answer inside its token budget. A token is counted as ceil(UTF-8 bytes of the answer as compact
 * JSON / 3). Results are rendered from the most generous level to the tersest; when the tersest is still too
 * much, results are dropped from the end.
 */

/** Room for what is added after the budget was kept: the time, a truncation, a note. */
const RESERVED_BYTES = 128;

export interface BudgetResult<T> {
  readonly results: readonly T[];
  /** Results that were dropped from the end. */
  readonly dropped: number;
}

export interface BudgetOptions<H, T> {
  readonly maxTokens: number;
  /** What the answer takes without any result. */
  readonly frameBytes: number;
  /** Number of levels; a higher one never gives more bytes. */
  readonly levels: number;
  readonly render: (hit: H, place: { readonly level: number; readonly index: number }) => T;
}

/** Tokens of a text. */
export function countTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / 3);
}

/** Renders `hits` so that they fit. Cost: rendering about log2(levels) + 1 times. */
export function fitResults<H, T>(
  hits: readonly H[],
  options: BudgetOptions<H, T>,
): BudgetResult<T> {
  const budget = options.maxTokens * 3 - options.frameBytes - RESERVED_BYTES;
  const attempt = (level: number): { results: T[]; sizes: number[]; total: number } => {
    const results = hits.map((hit, index) => options.render(hit, { level, index }));
    const sizes = results.map((result) => Buffer.byteLength(JSON.stringify(result)) + 1);
    return { results, sizes, total: sizes.reduce((sum, size) => sum + size, 0) };
  };
  let fitting: readonly T[] | undefined;
  let low = 0;
  let high = options.levels - 1;
  let last = attempt(low);
  if (last.total <= budget) return { results: last.results, dropped: 0 };
  for (low = 1; low <= high;) {
    const level = (low + high) >> 1;
    const tried = attempt(level);
    if (tried.total <= budget) {
      fitting = tried.results;
      high = level - 1;
    } else {
      last = tried;
      low = level + 1;
    }
  }
  if (fitting !== undefined) return { results: fitting, dropped: 0 };
  let kept = last.results.length;
  let size = last.total;
  while (kept > 0 && size > budget) size -= last.sizes[--kept] ?? 0;
  return { results: last.results.slice(0, kept), dropped: last.results.length - kept };
}

/** Lines of each result's content by level: for the first three results, and for the others. */
const LINE_LEVELS: readonly (readonly [first: number, others: number])[] = [
  [60, 60],
  [48, 30],
  [40, 20],
  [32, 14],
  [24, 10],
  [16, 7],
  [10, 5],
  [6, 3],
  [3, 2],
  [1, 1],
];
export const LINE_LEVEL_COUNT: number = LINE_LEVELS.length;
const FIRST_RESULTS = 3;

/** Lines of content that a result of ranked search may have at a level. */
export function getLineLimit({ level, index }: { level: number; index: number }): number {
  const [first, others] = LINE_LEVELS[level] ?? [1, 1];
  return index < FIRST_RESULTS ? first : others;
}
