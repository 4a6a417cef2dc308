/**
 * A query that is one identifier which nothing holds: most likely it is mistyped, or written in another style.
 * It is answered as if the nearest name that is defined had been typed, by the same measure as mode `symbol`.
 * A name that any visible document holds, in its text or its path, is never replaced.
 */
import type { ChunkKind } from '../model/document.ts';
import type { QueryTerm } from '../ranking/select-terms.ts';
import type { Deadline } from './deadline.ts';
import type { DocumentFilter } from './document-filter.ts';
import type { IndexView } from './ports.ts';
import { planTree, type QueryPlan } from './query-plan.ts';
import { findSymbols } from './symbol-search.ts';

export interface MistypedOptions {
  readonly filter: DocumentFilter;
  readonly deadline: Deadline;
  /** Kinds that the request asks for; empty: all. */
  readonly kinds: readonly ChunkKind[];
  /** True when a document that passes the filter holds the term. */
  readonly isHeld: (term: QueryTerm) => boolean;
}

/** Shorter names are too like each other. */
const MIN_NAME_LENGTH = 4;

/**
 * Gives the plan of the query with its name put right; the same plan when there is nothing to put right.
 * Cost: none but for queries of one identifier; for those the look-up of one term, and `findNames` when it is
 * not there.
 */
export function correctName(view: IndexView, plan: QueryPlan, options: MistypedOptions): QueryPlan {
  const { tree } = plan;
  const [name = '', ...others] = plan.names;
  if (others.length > 0 || name.length < MIN_NAME_LENGTH || /\s/.test(tree.text.trim()))
    return plan;
  if (tree.phrases.length > 0 || view.symbols === undefined) return plan;
  const whole = plan.terms.find(({ text }) => text === name.toLowerCase());
  if (whole === undefined || options.isHeld(whole)) return plan;
  const { hits } = findSymbols([tree.text], {
    catalog: view.catalog,
    symbols: view.symbols,
    filter: options.filter,
    deadline: options.deadline,
    kinds: [options.kinds, tree.qualifiers.kind],
  });
  const nearest = hits[0]?.name;
  if (nearest === undefined) return plan;
  const at = tree.text.lastIndexOf(name);
  return planTree({
    ...tree,
    text: tree.text.slice(0, at) + nearest + tree.text.slice(at + name.length),
  });
}
