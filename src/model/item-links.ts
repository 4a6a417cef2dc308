/**
 * What an item is joined to, as rows: its own names, the item above it, and the tickets, commits, branches and
 * files that it says it belongs to or that its text names. Targets are compared as texts, so both sides write
 * them the same way: tickets as `query/ticket-name.ts` gives them, commits in lower case, files as written.
 */

/** Order is the storage code: append only. */
export const LINK_KINDS = ['self', 'parent', 'ticket', 'commit', 'branch', 'file'] as const;
export type LinkKind = (typeof LINK_KINDS)[number];

/** One row of what an item is joined to. */
export interface ItemLink {
  readonly kind: LinkKind;
  readonly target: string;
  /** True when the service says so, false when the text of the item names it. */
  readonly isStated: boolean;
}
