/**
 * The issues, pull requests and discussions around a file: those that name its path, those that state one of its
 * commits, and those that its commits name. What a comment says counts for what it stands below.
 */
import { toTicketKey } from '../query/ticket-name.ts';
import { itemKindOf } from '../search/document-filter.ts';
import type { Draft } from './draft.ts';
import type { RelatedView } from './ports.ts';
import { addItem } from './ticket-relations.ts';

const MAX_ITEMS = 50;
const MAX_COMMITS = 20;
const MAX_TICKETS = 20;
/** Hashes are written in full or cut to a length between these. */
const SHORT_HASH = { min: 7, max: 12 };

/** Adds the items; costs some look-ups by index. */
export function addItemsOfFile(view: RelatedView, draft: Draft, slot: number): void {
  const { catalog, history, links } = view;
  const connectorId = catalog.connectorOf(slot);
  const path = catalog.paths[slot] as string;
  if (itemKindOf(catalog, slot) !== undefined) return;
  for (const found of links.listLinked('file', listSpellings(path), MAX_ITEMS)) {
    const reason = found.isStated ? 'changes the file' : 'names the file';
    addSpeaker(view, draft, { ...found, score: found.isStated ? 0.62 : 0.52, reason });
  }
  const commits = history.listCommits(connectorId, path, MAX_COMMITS);
  const hashes = commits.flatMap(({ hash }) => listHashSpellings(hash));
  for (const found of links.listLinked('commit', hashes, MAX_ITEMS)) {
    addSpeaker(view, draft, {
      ...found,
      score: 0.58,
      reason: 'has a commit that touched the file',
    });
  }
  const tickets = history.listTicketsOfFile(connectorId, path, MAX_TICKETS);
  for (const { id, commits: count } of tickets) {
    const reason = `named by ${count} ${count === 1 ? 'commit' : 'commits'} of the file`;
    const score = 0.56 + Math.min(0.1, count / 100);
    for (const found of links.listLinked('self', [toTicketKey(id)], MAX_ITEMS)) {
      addSpeaker(view, draft, { ...found, score, reason });
    }
  }
}

/** The path, and its ends of at least two names: people write paths from where they stand. */
function listSpellings(path: string): string[] {
  const names = path.split('/');
  const ends = names.map((_, start) => names.slice(start).join('/'));
  return ends.slice(0, Math.max(1, names.length - 1));
}

function listHashSpellings(hash: string): string[] {
  const spellings = [hash];
  for (let length = SHORT_HASH.min; length <= SHORT_HASH.max; length++) {
    spellings.push(hash.slice(0, length));
  }
  return spellings;
}

function addSpeaker(
  view: RelatedView,
  draft: Draft,
  found: { readonly documentId: number; readonly score: number; readonly reason: string },
): void {
  const { catalog } = view;
  const slot = catalog.slotOf(found.documentId);
  if (slot < 0) return;
  const { score, reason } = found;
  if (itemKindOf(catalog, slot) !== 'comment') {
    addItem(view, draft, { slot, score, reason });
    return;
  }
  const parent = catalog.readItem(slot)?.parent;
  const above = parent === undefined ? -1 : catalog.findSlot(catalog.connectorOf(slot), parent);
  if (above >= 0) addItem(view, draft, { slot: above, score, reason: `a comment of it ${reason}` });
  else addItem(view, draft, { slot, score, reason });
}
