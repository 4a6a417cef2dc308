/**
 * The tree of a parsed pattern. Flags are resolved by the parser: no node depends on where it stands.
 * A character under `(?i)` carries all its variants, `.` is a plain set, `^` says which line it means.
 * The tree promises nothing about engines; `emit-matcher.ts` and `plan-trigrams.ts` read it.
 */
import type { CodePointSet } from './code-point-set.ts';

/** Zero-width tests. `word-*-half` look at one side only, as whole-word search needs. */
export type Assertion =
  | 'line-start'
  | 'line-end'
  | 'text-start'
  | 'text-end'
  | 'word-boundary'
  | 'not-word-boundary'
  | 'word-start'
  | 'word-end'
  | 'word-start-half'
  | 'word-end-half';

/** One character out of a set; a literal character is a set of one. */
export interface SetNode {
  readonly kind: 'set';
  readonly set: CodePointSet;
}

export interface RepeatNode {
  readonly kind: 'repeat';
  readonly node: PatternNode;
  readonly min: number;
  /** `Infinity` when unbounded. */
  readonly max: number;
  readonly isLazy: boolean;
}

/** A capturing group, numbered from 1 in the order of the opening brackets. */
export interface GroupNode {
  readonly kind: 'group';
  readonly index: number;
  readonly node: PatternNode;
}

export interface LookNode {
  readonly kind: 'look';
  readonly direction: 'ahead' | 'behind';
  readonly isNegated: boolean;
  readonly node: PatternNode;
}

export interface BackReferenceNode {
  readonly kind: 'back-reference';
  readonly index: number;
  readonly ignoresCase: boolean;
}

export type PatternNode =
  | SetNode
  | RepeatNode
  | GroupNode
  | LookNode
  | BackReferenceNode
  | { readonly kind: 'assert'; readonly assertion: Assertion; readonly isUnicode: boolean }
  | { readonly kind: 'concat'; readonly parts: readonly PatternNode[] }
  | { readonly kind: 'alternate'; readonly parts: readonly PatternNode[] };

/** Matches the empty text. */
export const EMPTY_NODE: PatternNode = { kind: 'concat', parts: [] };

/** Joins nodes in sequence; one node stands for itself. */
export function toConcat(parts: readonly PatternNode[]): PatternNode {
  const only = parts[0];
  return parts.length === 1 && only !== undefined ? only : { kind: 'concat', parts };
}

/** Joins alternatives, the leftmost preferred; one alternative stands for itself. */
export function toAlternate(parts: readonly PatternNode[]): PatternNode {
  const only = parts[0];
  return parts.length === 1 && only !== undefined ? only : { kind: 'alternate', parts };
}

/** Lists the nodes directly below one node. */
export function listChildren(node: PatternNode): readonly PatternNode[] {
  if (node.kind === 'concat' || node.kind === 'alternate') return node.parts;
  return 'node' in node ? [node.node] : [];
}
