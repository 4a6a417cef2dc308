/** Why a search has no result, as far as the index itself can tell. */
import type { ZeroReason } from '../model/search.ts';
import type { DocumentFilter } from './document-filter.ts';

/** Names the filter that removed matching documents, else says that there is none. */
export function explainNothing(
  filter: DocumentFilter,
  absent = 'Nothing in the index holds any word of the query.',
  nearest: readonly string[] = [],
): ZeroReason {
  const strongest = filter.strongest;
  if (strongest === undefined) {
    const hint = nearest.length > 0 ? ` Near names: ${nearest.join(', ')}.` : '';
    return {
      code: 'absent',
      message: `${absent}${hint}`,
      ...(nearest.length > 0 ? { nearest } : {}),
    };
  }
  return {
    code: 'filtered',
    message: `Documents may match, but filters.${strongest} removed them. Leave it out or widen it.`,
    filter: strongest,
  };
}
