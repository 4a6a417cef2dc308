/**
 * What surrounds a ticket (an issue, a pull request, a tracker's ticket): the item itself with its comments, the
 * pull requests that are joined to it, commits and branches that name it, the files that those touched, and
 * discussions that name it, from all connectors at once.
 *
 * A number without a place (`#12`) may mean several tickets: all of them answer. A number with a place also takes
 * commits that name the number alone, as commits of its own repository do, unless another connector has a ticket
 * of that number.
 */
import type { RelationType } from '../model/related.ts';
import { toShortTicketKey, toTicketKey } from '../query/ticket-name.ts';
import { compileBranchTest } from '../query/tickets.ts';
import { itemKindOf, sourceTypeOf } from '../search/document-filter.ts';
import type { Draft } from './draft.ts';
import type { CommitFacts, RelatedView } from './ports.ts';

const MAX_ITEMS = 200;
const MAX_COMMENTS = 50;
const MAX_COMMITS = 50;
/** Commits that pull requests state; each costs a look at all hashes. */
const MAX_STATED_COMMITS = 20;
/** Lines of an item that are read; the budget shows fewer. */
const ITEM_LINES = 60;

/** A ticket with the items that are it. */
interface Ticket {
  readonly asked: string;
  readonly key: string;
  /** Spellings that commits and branches use for it. */
  readonly names: readonly string[];
  /** Slots of the items that are this ticket. */
  readonly own: readonly number[];
}

/** Adds everything that is known of a ticket; gives the summary. */
export function addTicketRelations(view: RelatedView, draft: Draft, asked: string): string {
  const ticket = findTicket(view, asked);
  addOwnItems(view, draft, ticket);
  const pulls = addLinkedItems(view, draft, ticket);
  const commits = listCommits(view, ticket, pulls);
  const files = addCommits(view, draft, { ticket, commits });
  addStatedFiles(view, draft, [...ticket.own, ...pulls]);
  addBranches(view, draft, {
    ticket,
    stated: listStated(view, [...ticket.own, ...pulls], 'branch'),
  });
  if (draft.count === 0) return describeNothing(view, asked);
  const [own] = ticket.own;
  const item = own === undefined ? undefined : view.catalog.readItem(own);
  const what =
    item?.title === undefined
      ? ''
      : ` "${item.title}"${item.state === undefined ? '' : ` (${item.state})`}`;
  const counts = [
    `${pulls.length} pull requests`,
    `${commits.length} commits`,
    `${files} files`,
    `${draft.countOf('discussion')} discussions`,
  ];
  return `${asked}${what}: ${counts.join(', ')}.`;
}

function describeNothing({ catalog }: RelatedView, asked: string): string {
  const names = catalog.listSources().map(({ connectorId }) => connectorId);
  const where = names.length === 0 ? 'no connector' : names.join(', ');
  return `Nothing names ${asked}. Asked: ${where} (items, commits, branches).`;
}

function findTicket(view: RelatedView, asked: string): Ticket {
  const key = toTicketKey(asked);
  const own = listSlots(view, 'self', [key]);
  const written = own.flatMap((slot) => view.catalog.readItem(slot)?.ticket ?? []);
  const short = toShortTicketKey(key);
  const isOnly =
    short !== undefined && listSlots(view, 'self', [short]).every((slot) => own.includes(slot));
  const names = new Set([asked.trim(), key, key.toUpperCase(), ...written]);
  if (short !== undefined && isOnly) names.add(short);
  // A bare number means every ticket that has it, and those have places.
  for (const name of written) names.add(toTicketKey(name));
  return { asked, key, names: [...names], own };
}

/** The items themselves, whole and first, and what was said below them. */
function addOwnItems(view: RelatedView, draft: Draft, ticket: Ticket): void {
  for (const slot of ticket.own) {
    addItem(view, draft, { slot, score: 1, reason: `is ${ticket.asked}` });
    const documentId = view.catalog.documentId[slot] as number;
    const comments = view.links.listChildren(documentId, MAX_COMMENTS);
    for (const [age, comment] of comments.entries()) {
      const found = view.catalog.slotOf(comment.documentId);
      if (found < 0) continue;
      const reason = `said below ${ticket.asked}`;
      addItem(view, draft, { slot: found, score: 0.85 - age * 0.005, reason, relation: 'comment' });
    }
  }
}

/** Items that are joined to the ticket, either way; gives the slots of the pull requests among them. */
function addLinkedItems(view: RelatedView, draft: Draft, ticket: Ticket): readonly number[] {
  const linked = [...listSpeakers(view, ticket), ...listNamed(view, ticket)];
  const others = linked.filter(({ slot }) => !ticket.own.includes(slot));
  for (const { slot, score, reason } of others) addItem(view, draft, { slot, score, reason });
  const pulls = others.filter(({ slot }) => itemKindOf(view.catalog, slot) === 'pull_request');
  return [...new Set(pulls.map(({ slot }) => slot))];
}

/** Items that name the ticket. */
function listSpeakers(view: RelatedView, ticket: Ticket): ItemRelation[] {
  const keys = [...new Set([ticket.key, ...ticket.names.map(toTicketKey)])];
  return view.links.listLinked('ticket', keys, MAX_ITEMS).flatMap(({ documentId, isStated }) => {
    const found = view.catalog.slotOf(documentId);
    if (found < 0 || ticket.own.includes(found)) return [];
    const slot = toSpeaker(view, found);
    if (slot !== found) {
      return [{ slot, score: 0.7, reason: `a comment of it names ${ticket.asked}` }];
    }
    const reason = `${isStated ? 'is joined to' : 'names'} ${ticket.asked}`;
    return [{ slot, score: isStated ? 0.95 : 0.8, reason }];
  });
}

/** Items that the ticket names. */
function listNamed(view: RelatedView, ticket: Ticket): ItemRelation[] {
  const reason = `named by ${ticket.asked}`;
  return ticket.own.flatMap((own) =>
    listJoined(view, own).map(({ slot, isStated }) => ({
      slot,
      score: isStated ? 0.93 : 0.65,
      reason,
    })),
  );
}

/** Items that an item is joined to or names. */
function listJoined(
  view: RelatedView,
  slot: number,
): { readonly slot: number; readonly isStated: boolean }[] {
  const targets = view.links.listTargets(view.catalog.documentId[slot] as number, 'ticket');
  return targets.flatMap(({ target, isStated }) =>
    listSlots(view, 'self', [target]).map((found) => ({ slot: found, isStated })),
  );
}

/** A comment speaks for what it stands below. */
function toSpeaker(view: RelatedView, slot: number): number {
  if (itemKindOf(view.catalog, slot) !== 'comment') return slot;
  const parent = view.catalog.readItem(slot)?.parent;
  const found =
    parent === undefined ? -1 : view.catalog.findSlot(view.catalog.connectorOf(slot), parent);
  return found < 0 ? slot : found;
}

function listCommits(
  view: RelatedView,
  ticket: Ticket,
  pulls: readonly number[],
): readonly CommitFacts[] {
  const visible = new Set(view.catalog.listSources().map(({ connectorId }) => connectorId));
  const found = new Map<number, CommitFacts>();
  const take = (commits: readonly CommitFacts[]): void => {
    for (const commit of commits) {
      if (visible.has(commit.connectorId) && found.size < MAX_COMMITS) found.set(commit.id, commit);
    }
  };
  for (const name of ticket.names) take(view.history.listTicketCommits(name, MAX_COMMITS));
  for (const hash of listStated(view, [...ticket.own, ...pulls], 'commit').slice(
    0,
    MAX_STATED_COMMITS,
  )) {
    take(view.history.listCommitsByHash(hash, 2));
  }
  return [...found.values()].toSorted((left, right) => right.committedMs - left.committedMs);
}

/** Gives the number of files that the commits touched and that are there. */
function addCommits(
  view: RelatedView,
  draft: Draft,
  { ticket, commits }: { readonly ticket: Ticket; readonly commits: readonly CommitFacts[] },
): number {
  const touched = new Map<number, number>();
  for (const [age, commit] of commits.entries()) {
    draft.addCommit(commit, 0.9 - age * 0.01, `belongs to ${ticket.asked}`);
    for (const path of view.history.listFiles(commit.id)) {
      const slot = view.catalog.findSlot(commit.connectorId, path);
      if (slot >= 0) touched.set(slot, (touched.get(slot) ?? 0) + 1);
    }
  }
  const files = Array.from(touched).toSorted((left, right) => right[1] - left[1]);
  for (const [slot, count] of files) {
    const which = count === 1 ? 'one of its commits' : `${count} of its commits`;
    const score = 0.6 + Math.min(0.2, count / 20);
    draft.addFile({ relation: 'file', slot, score, reason: `touched by ${which}` });
  }
  return files.length;
}

/** Files that the ticket or its pull requests name, in every root that has them. */
function addStatedFiles(view: RelatedView, draft: Draft, slots: readonly number[]): void {
  const roots = view.catalog.listSources();
  for (const slot of slots) {
    const targets = view.links.listTargets(view.catalog.documentId[slot] as number, 'file');
    for (const { target, isStated } of targets) {
      for (const { connectorId } of roots) {
        const file = view.catalog.findSlot(connectorId, target);
        if (file < 0 || itemKindOf(view.catalog, file) !== undefined) continue;
        const name = view.catalog.readItem(slot)?.ticket ?? 'the ticket';
        const reason = isStated ? `changed by ${name}` : `named by ${name}`;
        draft.addFile({ relation: 'file', slot: file, score: isStated ? 0.75 : 0.5, reason });
      }
    }
  }
}

function addBranches(
  view: RelatedView,
  draft: Draft,
  names: { readonly ticket: Ticket; readonly stated: readonly string[] },
): void {
  const { ticket } = names;
  const visible = new Set(view.catalog.listSources().map(({ connectorId }) => connectorId));
  const tests = ticket.names.map((name) => compileBranchTest(name));
  const stated = new Set(names.stated);
  const branches = view.history.listBranches(
    (name) => tests.some((test) => test(name)) || stated.has(name.replace(/^origin\//, '')),
  );
  for (const { name, hash, connectorId } of branches) {
    if (!visible.has(connectorId)) continue;
    const metadata = { hash, connector_id: connectorId };
    draft.addName('branch', name, { score: 0.7, reason: `belongs to ${ticket.asked}`, metadata });
    stated.delete(name.replace(/^origin\//, ''));
  }
  for (const name of stated) {
    const reason = `branch of a pull request of ${ticket.asked}`;
    draft.addName('branch', name, { score: 0.68, reason });
  }
}

function listStated(
  view: RelatedView,
  slots: readonly number[],
  kind: 'commit' | 'branch',
): readonly string[] {
  const targets = slots.flatMap((slot) =>
    view.links.listTargets(view.catalog.documentId[slot] as number, kind),
  );
  return [...new Set(targets.map(({ target }) => target))];
}

function listSlots(view: RelatedView, kind: 'self', targets: readonly string[]): number[] {
  return view.links
    .listLinked(kind, targets, MAX_ITEMS)
    .map(({ documentId }) => view.catalog.slotOf(documentId))
    .filter((slot) => slot >= 0);
}

/** An item as it is added. */
export interface ItemRelation {
  readonly slot: number;
  readonly score: number;
  readonly reason: string;
  /** By default what the item is. */
  readonly relation?: RelationType;
}

/** Adds an item under the relation of its kind. */
export function addItem(view: RelatedView, draft: Draft, item: ItemRelation): void {
  const { slot, score, reason } = item;
  const relation = item.relation ?? toRelation(view, slot);
  draft.addFile({ relation, slot, score, reason, startLine: 1, endLine: ITEM_LINES });
}

function toRelation({ catalog }: RelatedView, slot: number): RelationType {
  const kind = itemKindOf(catalog, slot);
  if (kind === 'issue' || kind === 'pull_request' || kind === 'comment') return kind;
  if (kind === 'discussion' || kind === 'message') return 'discussion';
  const type = sourceTypeOf(catalog, slot);
  return type === 'slack' || type === 'discord' ? 'discussion' : 'ticket';
}
