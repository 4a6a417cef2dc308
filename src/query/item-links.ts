/**
 * Works out what an item (an issue, a comment, a message) is joined to: from what its service says and from its
 * text. A number alone (`#12`) in an item of a repository means that repository. Pure and bounded:
 * a log pasted into a comment gives no thousand links.
 */
import type { DocumentItem } from '../model/document.ts';
import type { ItemLink, LinkKind } from '../model/item-links.ts';
import { listPaths } from './mentions.ts';
import { toShortTicketKey, toTicketKey, toTicketPlace } from './ticket-name.ts';
import { listTickets } from './tickets.ts';

export interface LinkSource {
  readonly item: DocumentItem;
  readonly text: string;
  /** `owner/repo` of the connector, for items that have no ticket of their own. */
  readonly repository?: string;
}

/** Of each kind; more are left out. */
const MAX_STATED = 300;
const MAX_NAMED = 40;
/** Text behind this is not looked at. */
const MAX_TEXT_CHARACTERS = 200_000;
const COMMIT = /(?<![\w/.-])(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{7,40}(?![\w-])/g;
const COMMIT_PAGE = /\/commits?\/([0-9a-f]{7,40})(?![\w-])/g;

/** Lists the links, each once; what is stated wins over what the text names. O(text). */
export function listItemLinks({ item, text, repository }: LinkSource): readonly ItemLink[] {
  const links = new LinkList();
  const own = item.ticket === undefined ? undefined : toTicketKey(item.ticket);
  const place = (own === undefined ? undefined : toTicketPlace(own)) ?? repository?.toLowerCase();
  if (own !== undefined) {
    links.add('self', own, true);
    const short = toShortTicketKey(own);
    if (short !== undefined) links.add('self', short, true);
  }
  if (item.parent !== undefined) links.add('parent', item.parent, true);
  addStated(links, item, place);
  addNamed(links, text.slice(0, MAX_TEXT_CHARACTERS), { place, own });
  return links.list();
}

function addStated(links: LinkList, { links: stated }: DocumentItem, place?: string): void {
  for (const id of cut(stated?.tickets, MAX_STATED)) links.add('ticket', qualify(id, place), true);
  for (const hash of cut(stated?.commits, MAX_STATED)) {
    links.add('commit', hash.toLowerCase(), true);
  }
  for (const name of cut(stated?.branches, MAX_STATED)) links.add('branch', name, true);
  for (const path of cut(stated?.files, MAX_STATED)) links.add('file', path, true);
}

function addNamed(
  links: LinkList,
  text: string,
  { place, own }: { readonly place: string | undefined; readonly own: string | undefined },
): void {
  for (const { id } of listTickets(text)) {
    const key = qualify(id, place);
    if (key !== own) links.add('ticket', key, false);
  }
  const hashes = [
    ...Array.from(text.matchAll(COMMIT), ([hash]) => hash),
    ...Array.from(text.matchAll(COMMIT_PAGE), ([, hash = '']) => hash),
  ];
  for (const hash of cut(hashes, MAX_NAMED)) links.add('commit', hash, false);
  const paths = listPaths(text).map(({ path }) => path.replace(/^\/+/, ''));
  for (const path of cut([...new Set(paths)], MAX_NAMED)) links.add('file', path, false);
}

function qualify(id: string, place: string | undefined): string {
  const key = toTicketKey(id);
  return place !== undefined && /^[#!]/.test(key) ? `${place}${key}` : key;
}

function cut(values: readonly string[] | undefined, most: number): readonly string[] {
  return (values ?? []).slice(0, most);
}

class LinkList {
  readonly #links = new Map<string, ItemLink>();

  add(kind: LinkKind, target: string, isStated: boolean): void {
    const key = `${kind} ${target}`;
    if (target !== '' && !this.#links.has(key)) this.#links.set(key, { kind, target, isStated });
  }

  list(): readonly ItemLink[] {
    return [...this.#links.values()];
  }
}
