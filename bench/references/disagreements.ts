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
  /** Within the lines of a function that the structure pass has. */
  readonly isInFunction?: true;
  readonly verdict: 'reference wrong' | 'counted differently';
  readonly reason: string;
}

/** Counts of the classes, and what fits none. */
export interface SortedDisagreements {
  readonly known: ReadonlyMap<Disagreement, number>;
  readonly open: readonly ReferenceSymbol[];
}

const CLASSES: readonly Disagreement[] = [
  {
    language: 'javascript',
    side: 'theirs',
    line: /\brequire\(/,
    verdict: 'counted differently',
    reason: 'names of imported modules',
  },
  {
    language: 'javascript',
    side: 'theirs',
    path: /\.min\.js$/,
    verdict: 'counted differently',
    reason: 'minified code gives no symbols',
  },
  {
    language: 'typescript',
    side: 'ours',
    kind: /variable/,
    line: /\bfor \(let\b/,
    verdict: 'counted differently',
    reason: 'variables of loops outside of functions',
  },
  {
    language: 'typescript',
    side: 'ours',
    line: /\bas \{|^\s*__is\w+: true$/,
    verdict: 'counted differently',
    reason: 'fields of types that are written in place',
  },
  {
    language: 'cpp',
    side: 'theirs',
    isInFunction: true,
    verdict: 'counted differently',
    reason: 'types and aliases inside of functions',
  },
  {
    language: 'cpp',
    side: 'ours',
    line: /=\s*(?:default|delete|0)\s*;/,
    verdict: 'counted differently',
    reason: 'defaulted, deleted and pure members have no other definition',
  },
  {
    language: 'cpp',
    side: 'theirs',
    name: /^TEST|_TEST/,
    verdict: 'counted differently',
    reason: 'ctags names tests after their macro, we after the test',
  },
  {
    language: 'cpp',
    side: 'ours',
    line: /^\s*[A-Z]*TEST(?:_[A-Z]+)?\(/,
    verdict: 'counted differently',
    reason: 'ctags names tests after their macro, we after the test',
  },
  {
    language: 'cpp',
    side: 'ours',
    line: /^\s*#\s*define/,
    verdict: 'reference wrong',
    reason: 'ctags reads one branch of an #if only',
  },
  {
    language: 'cpp',
    side: 'ours',
    line: /\boperator\b|\bconcept\b|=\s*$|\{\s*\};?$|\{\};$/,
    verdict: 'reference wrong',
    reason: 'ctags loses conversions, concepts and members with initialisers',
  },
  {
    language: 'csharp',
    side: 'theirs',
    name: /^\w+(?:<.*>)?\./,
    verdict: 'counted differently',
    reason: 'explicit members of an interface: ctags puts the interface into the name',
  },
  {
    language: 'csharp',
    side: 'ours',
    line: /\b\w+(?:<[^(]*>)?\.(?:this\b|\w+)\s*(?:\(|\[|=>|\{|$)/,
    verdict: 'counted differently',
    reason: 'explicit members of an interface: ctags puts the interface into the name',
  },
  {
    language: 'csharp',
    side: 'theirs',
    isInFunction: true,
    verdict: 'reference wrong',
    reason: 'local variables that ctags takes for fields',
  },
  {
    language: 'csharp',
    side: 'theirs',
    kind: /property|field/,
    line: /\bwhere\b|\bparameterValue\b|\binitalSize\b/,
    verdict: 'reference wrong',
    reason: 'constraints and parameters that ctags takes for members',
  },
  {
    language: 'csharp',
    side: 'ours',
    line: /\w[\w\]>]*\?|\bwhere\b/,
    verdict: 'reference wrong',
    reason: 'ctags loses members with nullable types and constraints',
  },
];

/** Puts each symbol that one side has alone into the first class that it fits. */
export function sortDisagreements(options: {
  readonly language: string;
  readonly side: 'ours' | 'theirs';
  readonly only: readonly ReferenceSymbol[];
  readonly readLine: (path: string, line: number) => string;
  /** True when the structure pass has a function around the line. */
  readonly isInFunction: (path: string, line: number) => boolean;
}): SortedDisagreements {
  const { language, side, only, readLine, isInFunction } = options;
  const classes = CLASSES.filter((entry) => entry.language === language && entry.side === side);
  const known = new Map<Disagreement, number>();
  const open = only.filter((symbol) => {
    const line = readLine(symbol.path, symbol.line);
    const found = classes.find(
      (entry) =>
        entry.kind?.test(symbol.kind) !== false &&
        entry.name?.test(symbol.name) !== false &&
        entry.path?.test(symbol.path) !== false &&
        entry.line?.test(line) !== false &&
        (entry.isInFunction !== true || isInFunction(symbol.path, symbol.line)),
    );
    if (found !== undefined) known.set(found, (known.get(found) ?? 0) + 1);
    return found === undefined;
  });
  return { known, open };
}
