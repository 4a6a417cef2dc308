/**
 * The last step of a budget: the engine keeps it, but client paths come on top, and only here the answer is the text
 * that is counted. What no longer fits goes from the end.
 */
import { countTokens } from './tool.ts';

/**
 * Gives the reply itself when it fits, else the longest `cut(count)` that does; `cut(least)` when none does. Cost:
 * about log2(count) renderings.
 */
export function dropUntilFits<T extends object>(
  reply: T,
  budget: { readonly maxTokens: number; readonly count: number; readonly least: number },
  cut: (count: number) => T,
): T {
  const { maxTokens, count, least } = budget;
  const fits = (candidate: T): boolean => countTokens(JSON.stringify(candidate)) <= maxTokens;
  if (count <= least || fits(reply)) return reply;
  let kept = least;
  for (let low = least + 1, high = count - 1; low <= high;) {
    const middle = (low + high) >> 1;
    if (fits(cut(middle))) {
      kept = middle;
      low = middle + 1;
    } else {
      high = middle - 1;
    }
  }
  return cut(kept);
}
