/**
 * Who uses a definition: the word index tells which files hold its name, the parser as what it stands there (a call,
 * a type, a value; comments, strings and imports are none), the outline in which definition. Of several definitions of
 * one name a use means the nearest (name-distance.ts); files that have a nearer one are passed over. Uses in tests say
 * what tests the definition.
 */
import { ROLES } from '../model/document.ts';
import type { RelationType } from '../model/related.ts';
import type { FoundReference } from './code-reader.ts';
import type { FileItem } from './draft.ts';
import { listHolders } from './holders.ts';
import { DISTANCE, type PlacedName } from './name-distance.ts';
import type { RelationContext } from './relation-context.ts';

const TEST = ROLES.indexOf('test');
const MAX_PER_FILE = 3;
/** Definitions of one name that are told apart. */
const MAX_DEFINITIONS = 50;
const MIN_NAME_CHARS = 2;

/** How sure a use is, by distance. */
const CERTAINTY: readonly number[] = [1, 0.97, 0.9, 0.8, 0.65];
/** What a use is worth by its kind. */
const WORTH: Readonly<Partial<Record<FoundReference['kind'], number>>> = {
  call: 0.88,
  type: 0.6,
  reference: 0.55,
};
/** Users of a definition that is not the one most likely asked about. */
const SECOND = 0.8;
const VERB: Readonly<Partial<Record<FoundReference['kind'], string>>> = {
  call: 'calls',
  type: 'uses as a type',
  reference: 'refers to',
};

export interface UseQuery {
  readonly name: string;
  /** The file that defines it. */
  readonly ownSlot: number;
  /** Files that import that one. */
  readonly importers: ReadonlySet<number>;
  /** Set where the name has other definitions that were told before: the one that is meant. */
  readonly path?: string;
}

/** How a file stands to the definition that is asked about. */
interface Standing {
  readonly distance: number;
  /** Definitions that it may mean as well as this one, this one included. */
  readonly choices: number;
}

/** Adds `called_by` items, and `tested_by` for uses in tests. */
export function addUses(context: RelationContext, query: UseQuery): void {
  const { view, code, deadline } = context;
  if (query.name.length < MIN_NAME_CHARS || !wantsUses(context)) return;
  const places = listOtherPlaces(context, query);
  for (const slot of listHolders(view, query)) {
    if (deadline.isOver() || !code.hasTime() || !wantsUses(context)) return;
    const standing = findStanding(context, query, { slot, places });
    if (standing !== undefined) addUsesOfFile(context, query, { slot, standing });
  }
}

function wantsUses({ draft }: RelationContext): boolean {
  return draft.wants('called_by') || draft.wants('tested_by');
}

/** Documents beside the asked one that define the name. */
function listOtherPlaces({ distances }: RelationContext, query: UseQuery): PlacedName[] {
  const seen = new Set([query.ownSlot]);
  return distances
    .listPlaces(query.name)
    .filter(({ slot }) => !seen.has(slot) && seen.add(slot).size > 0)
    .slice(0, MAX_DEFINITIONS);
}

/** Undefined: the file means another definition. */
function findStanding(
  { distances }: RelationContext,
  query: UseQuery,
  file: { readonly slot: number; readonly places: readonly PlacedName[] },
): Standing | undefined {
  const distance = distances.measure(file.slot, query.ownSlot);
  if (distance === DISTANCE.sameFile) return { distance, choices: 1 };
  const other = distances.findNearest(file.slot, file.places);
  if (other === undefined || other.distance > distance) return { distance, choices: 1 };
  if (other.distance < distance) return undefined;
  return { distance, choices: 1 + other.places.length };
}

function addUsesOfFile(
  context: RelationContext,
  query: UseQuery,
  { slot, standing }: { readonly slot: number; readonly standing: Standing },
): void {
  const { code, draft, view } = context;
  const isTest = view.catalog.role[slot] === TEST;
  const relation: RelationType = isTest && draft.wants('tested_by') ? 'tested_by' : 'called_by';
  if (!draft.wants(relation)) return;
  // One item for each definition that uses it: further lines say little more. A call says most.
  const byPlace = new Map<string, FoundReference>();
  for (const use of code.findReferences(slot, query.name)) {
    if (!isUse(use)) continue;
    const place = use.enclosing === undefined ? `${use.line}` : use.enclosing.name;
    if (toWorth(use) > toWorth(byPlace.get(place))) byPlace.set(place, use);
  }
  const best = [...byPlace.values()].toSorted((left, right) => toWorth(right) - toWorth(left));
  for (const use of best.slice(0, MAX_PER_FILE)) {
    draft.addFile(toUse(query, { slot, standing, use, relation }));
  }
}

function toWorth(use: FoundReference | undefined): number {
  return use === undefined ? 0 : (WORTH[use.kind] ?? 0);
}

/** Declarations and exports stand outside of definitions and use nothing. */
function isUse({ kind, enclosing }: FoundReference): boolean {
  return kind === 'call' || ((kind === 'type' || kind === 'reference') && enclosing !== undefined);
}

function toUse(
  query: UseQuery,
  found: {
    readonly slot: number;
    readonly standing: Standing;
    readonly use: FoundReference;
    readonly relation: RelationType;
  },
): FileItem {
  const { slot, standing, use, relation } = found;
  const { distance, choices } = standing;
  const where = use.enclosing === undefined ? 'at the top level' : `in ${use.enclosing.name}`;
  const rank = query.path === undefined ? 1 : SECOND;
  const worth = rank * toWorth(use) * (CERTAINTY[distance] ?? 0);
  return {
    relation,
    slot,
    score: worth / (1 + Math.log2(choices) / 2),
    reason: [
      `${relation === 'tested_by' ? 'a test ' : ''}${VERB[use.kind] ?? ''} ${query.name}${query.path === undefined ? '' : ` of ${query.path}`} ${where}`,
      distance === DISTANCE.imported ? ', and imports its file' : '',
      choices > 1 ? ` (or one of ${choices - 1} other definitions of this name)` : '',
      use.isParsed ? '' : ' (by its text)',
    ].join(''),
    startLine: use.line,
    endLine: use.line,
    ...(use.enclosing === undefined
      ? {}
      : { symbol: use.enclosing.name, kind: use.enclosing.kind }),
  };
}
