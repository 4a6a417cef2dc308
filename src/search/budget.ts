/**
 * Keeps an answer inside its token budget. A token is counted as ceil(UTF-8 bytes of the answer as compact
 * JSON / 3). First the contents get shorter, in steps, later results before earlier ones; when one line each
 * is still too much, results are dropped from the end.
 */

/** Lines of each result's content, tried from the top: for the first results, and for the others. */
const LINE_STEPS: readonly (readonly [first: number, others: number])[] = [
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
const FIRST_RESULTS = 3;

/** Room for what is added after the budget was kept: coverage, notes, time. */
const RESERVED_BYTES = 96;

export interface BudgetResult<T> {
  readonly results: readonly T[];
  /** Results that were dropped from the end. */
  readonly dropped: number;
  readonly isShortened: boolean;
}

/** Tokens of a text. */
export function countTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / 3);
}

/**
 * Renders `hits` so that they fit. `render` gives a result with at most so many lines of content;
 * `frameBytes` is what the answer takes without any result. Keeps at least one result.
 */
export function fitResults<H, T>(
  hits: readonly H[],
  options: {
    readonly maxTokens: number;
    readonly frameBytes: number;
    readonly render: (hit: H, maxLines: number) => T;
  },
): BudgetResult<T> {
  const budget = options.maxTokens * 3 - options.frameBytes - RESERVED_BYTES;
  let smallest: { results: T[]; sizes: number[] } = { results: [], sizes: [] };
  for (const [step, [first, others]] of LINE_STEPS.entries()) {
    const results = hits.map((hit, index) => options.render(hit, index < FIRST_RESULTS ? first : others));
    const sizes = results.map((result) => Buffer.byteLength(JSON.stringify(result)) + 1);
    if (total(sizes) <= budget) return { results, dropped: 0, isShortened: step > 0 };
    smallest = { results, sizes };
  }
  let kept = smallest.results.length;
  let size = total(smallest.sizes);
  while (kept > 1 && size > budget) size -= smallest.sizes[--kept] ?? 0;
  return {
    results: smallest.results.slice(0, kept),
    dropped: smallest.results.length - kept,
    isShortened: true,
  };
}

function total(sizes: readonly number[]): number {
  let sum = 0;
  for (const size of sizes) sum += size;
  return sum;
}
