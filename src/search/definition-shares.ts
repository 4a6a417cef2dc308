/** Files that define what the query names: identifiers of its title and ticks, `Class.member`, the query itself. */
import type { Mentions } from '../query/mentions.ts';
import type { ShareValues } from '../ranking/file-scores.ts';
import type { CatalogView, SymbolsView } from './ports.ts';
import { ROLES } from '../model/document.ts';

const MAX_IDENTIFIERS = 24;
const MAX_DEFINITIONS = 100;
/** At most two identifiers count for a file. */
const MAX_SUM = 2;
const IDENTIFIER = /^[A-Za-z_$][\w$]*(?:(?:\.|::|#)[A-Za-z_$][\w$]*)*$/;
const TEST = ROLES.indexOf('test');

export interface DefinitionPorts {
  readonly catalog: CatalogView;
  readonly symbols: SymbolsView;
  readonly accepts: (slot: number) => boolean;
}

/** For each file the sum over identifiers of 1 / files that define it, at most 2; rare names say most. */
export function findDefiningFiles(
  names: readonly string[],
  ports: DefinitionPorts,
  isMember: (found: { readonly container: string }, name: string) => boolean = () => true,
): ShareValues {
  const values = new Map<number, number>();
  for (const name of new Set(names.slice(0, MAX_IDENTIFIERS))) {
    const slots = listDefiningSlots(name, ports, (found) => isMember(found, name));
    for (const slot of slots) {
      values.set(slot, Math.min(MAX_SUM, (values.get(slot) ?? 0) + 1 / slots.length));
    }
  }
  return values;
}

/** Files that define a `Class.member` as the query writes it. */
export function findMemberFiles(mentions: Mentions, ports: DefinitionPorts): ShareValues {
  const values = new Map<number, number>();
  for (const { container, member } of mentions.members.slice(0, MAX_IDENTIFIERS)) {
    const slots = listDefiningSlots(
      member,
      ports,
      (found) => found.container.split('.').at(-1) === container,
    );
    for (const slot of slots) values.set(slot, Math.max(values.get(slot) ?? 0, 1 / slots.length));
  }
  return values;
}

/** A query that is one name: the files that define it. */
export function findExactDefinitions(text: string, ports: DefinitionPorts): ShareValues {
  const query = text.trim().replace(/\(\)?$/, '');
  if (!IDENTIFIER.test(query)) return new Map();
  const name = query.split(/\.|::|#/).at(-1) as string;
  const slots = listDefiningSlots(name, ports, () => true);
  return new Map(slots.map((slot) => [slot, 1 / Math.sqrt(slots.length)]));
}

/** Tests count only when nothing else defines the name. */
function listDefiningSlots(
  name: string,
  { catalog, symbols, accepts }: DefinitionPorts,
  fits: (found: { readonly container: string }) => boolean,
): number[] {
  if (name.length < 3 || /^__\w+__$/.test(name)) return [];
  const slots = new Set<number>();
  for (const found of symbols.findDefinitions(name, { limit: MAX_DEFINITIONS })) {
    if (!fits(found)) continue;
    const slot = catalog.firstSlotOfBlob(found.blobId);
    if (slot >= 0 && accepts(slot)) slots.add(slot);
  }
  const all = [...slots];
  const sources = all.filter((slot) => catalog.role[slot] !== TEST);
  return sources.length > 0 ? sources : all;
}
