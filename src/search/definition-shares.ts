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

/** For each file the sum over identifiers of 1 / contents that define it, at most 2; rare names say most. */
export function findDefiningFiles(
  names: readonly string[],
  ports: DefinitionPorts,
  isMember: (found: { readonly container: string }, name: string) => boolean = () => true,
): ShareValues {
  const values = new Map<number, number>();
  for (const name of new Set(names.slice(0, MAX_IDENTIFIERS))) {
    const { slots, count } = findDefining(name, ports, (found) => isMember(found, name));
    for (const slot of slots) {
      values.set(slot, Math.min(MAX_SUM, (values.get(slot) ?? 0) + 1 / count));
    }
  }
  return values;
}

/** Files that define a `Class.member` as the query writes it. */
export function findMemberFiles(mentions: Mentions, ports: DefinitionPorts): ShareValues {
  const values = new Map<number, number>();
  for (const { container, member } of mentions.members.slice(0, MAX_IDENTIFIERS)) {
    const { slots, count } = findDefining(
      member,
      ports,
      (found) => found.container.split('.').at(-1) === container,
    );
    for (const slot of slots) values.set(slot, Math.max(values.get(slot) ?? 0, 1 / count));
  }
  return values;
}

/** A query that is one name: the files that define it. */
export function findExactDefinitions(text: string, ports: DefinitionPorts): ShareValues {
  const query = text.trim().replace(/\(\)?$/, '');
  if (!IDENTIFIER.test(query)) return new Map();
  const name = query.split(/\.|::|#/).at(-1) as string;
  const { slots, count } = findDefining(name, ports, () => true);
  return new Map(slots.map((slot) => [slot, 1 / Math.sqrt(count)]));
}

interface Defining {
  /** Every document that holds a definition and passes; copies of one content stand side by side. */
  readonly slots: readonly number[];
  /** Contents among them. */
  readonly count: number;
}

/** Tests count only when nothing else defines the name. */
function findDefining(
  name: string,
  { catalog, symbols, accepts }: DefinitionPorts,
  fits: (found: { readonly container: string }) => boolean,
): Defining {
  if (name.length < 3 || /^__\w+__$/.test(name)) return { slots: [], count: 0 };
  const slotsOf = new Map<number, number[]>();
  const listSlots = (blobId: number): number[] => {
    const slots = slotsOf.get(blobId) ?? Array.from(catalog.slotsOfBlob(blobId)).filter(accepts);
    slotsOf.set(blobId, slots);
    return slots;
  };
  const found = symbols
    .findDefinitions(name, {
      limit: MAX_DEFINITIONS,
      accepts: ({ blobId }) => listSlots(blobId).length > 0,
    })
    .filter(fits);
  const groups = [...new Set(found.map(({ blobId }) => blobId))].map(listSlots);
  const sources = groups
    .map((slots) => slots.filter((slot) => catalog.role[slot] !== TEST))
    .filter(({ length }) => length > 0);
  const chosen = sources.length > 0 ? sources : groups;
  return { slots: chosen.flat(), count: chosen.length };
}
