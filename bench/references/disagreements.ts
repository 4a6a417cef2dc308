/**
 * What the structure pass and its references disagree about, by class, as found by reading: places where the reference
 * is wrong, and things that the two sides count differently on purpose. What fits no class is ours to explain.
 */
import type { ReferenceSymbol } from './reference.ts';

/** One class. All patterns that are given must fit. */
interface Disagreement {
  readonly language: string;
  /** The side that has the symbol. */
  readonly side: 'ours' | 'theirs';
  readonly kind?: RegExp;
  readonly name?: RegExp;
  /** The line that holds the name. */
  readonly line?: RegExp;
  readonly path?: RegExp;
  readonly verdict: 'reference wrong' | 'counted differently';
  readonly reason: string;
}

/** Counts of the classes, and what fits none. */
export interface SortedDisagreements {
  readonly known: ReadonlyMap<Disagreement, number>;
  readonly open: readonly ReferenceSymbol[];
}

const CLASSES: readonly Disagreement[] = [];

/** Puts each symbol that one side has alone into the first class that it fits. */
export function sortDisagreements(options: {
  readonly language: string;
  readonly side: 'ours' | 'theirs';
  readonly only: readonly ReferenceSymbol[];
  readonly readLine: (path: string, line: number) => string;
}): SortedDisagreements {
  const { language, side, only, readLine } = options;
  const classes = CLASSES.filter((entry) => entry.language === language && entry.side === side);
  const known = new Map<Disagreement, number>();
  const open = only.filter((symbol) => {
    const line = readLine(symbol.path, symbol.line);
    const found = classes.find(
      (entry) =>
        entry.kind?.test(symbol.kind) !== false &&
        entry.name?.test(symbol.name) !== false &&
        entry.path?.test(symbol.path) !== false &&
        entry.line?.test(line) !== false,
    );
    if (found !== undefined) known.set(found, (known.get(found) ?? 0) + 1);
    return found === undefined;
  });
  return { known, open };
}
