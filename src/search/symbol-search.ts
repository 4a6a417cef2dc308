/**
 * Definitions that answer a name: names are scored, their definitions kept that pass the filters, the best
 * first: likeness of the name, then sources before tests and the like, then kinds that are looked for more
 * often. Both additions together stay below the distance between two kinds of likeness.
 */
import { ROLES, type ChunkKind, type Role } from '../model/document.ts';
import type { Deadline } from './deadline.ts';
import type { DocumentFilter } from './document-filter.ts';
import { findNames } from './find-names.ts';
import { fitsContainer, parseNameQuery, type NameQuery } from './name-matcher.ts';
import type { CatalogView, NamePlaceView, SymbolsView } from './ports.ts';

/** A definition in one document. */
export interface SymbolHit {
  readonly slot: number;
  readonly place: NamePlaceView;
  readonly name: string;
  readonly score: number;
  /** Parts that sum to the score. */
  readonly parts: Readonly<Record<'name' | 'role' | 'kind', number>>;
}

export interface SymbolSearchOptions {
  readonly catalog: CatalogView;
  readonly symbols: SymbolsView;
  readonly filter: DocumentFilter;
  readonly deadline: Deadline;
  /** Kinds that are wanted; each list must hold the kind. Empty lists and no lists: all. */
  readonly kinds: readonly (readonly ChunkKind[])[];
}

export interface FoundSymbols {
  /** Best first. */
  readonly hits: readonly SymbolHit[];
  readonly isCut: boolean;
  /** Spellings that were found but for the filters. */
  readonly names: readonly string[];
}

/** Hits that paging can reach, and definitions looked at. */
const MAX_HITS = 1000;
const MAX_PLACES = 20_000;

/** Finds definitions of any of the names as typed. */
export function findSymbols(typed: readonly string[], options: SymbolSearchOptions): FoundSymbols {
  const collector = new Collector(options);
  let isCut = false;
  const names = new Set<string>();
  for (const text of typed) {
    const query = parseNameQuery(text);
    const found = findNames(options.symbols.listSegments(), query, options.deadline);
    isCut ||= found.isCut;
    for (const { name, score } of found.names) {
      if (names.size < MAX_HITS) names.add(name.name);
      if (!collector.addName(name.name, name.listPlaces(), { query, score })) {
        isCut = true;
        break;
      }
    }
  }
  return { hits: collector.list(), isCut, names: [...names] };
}

class Collector {
  readonly #options: SymbolSearchOptions;
  readonly #kinds: readonly ReadonlySet<ChunkKind>[];
  readonly #hits = new Map<string, SymbolHit>();
  #placesLeft = MAX_PLACES;

  constructor(options: SymbolSearchOptions) {
    this.#options = options;
    this.#kinds = options.kinds.filter((kinds) => kinds.length > 0).map((kinds) => new Set(kinds));
  }

  /** Adds the definitions of a name; false once enough were looked at. */
  addName(
    name: string,
    places: readonly NamePlaceView[],
    match: { readonly query: NameQuery; readonly score: number },
  ): boolean {
    const { catalog, symbols, filter, deadline } = this.#options;
    for (const place of places) {
      if (this.#placesLeft-- <= 0 || deadline.isOver()) return false;
      if (!this.#kinds.every((kinds) => kinds.has(place.kind))) continue;
      if (match.query.container.length > 0) {
        const found = symbols.resolve(place);
        if (found === undefined || !fitsContainer(match.query, found.container)) continue;
      }
      for (const slot of catalog.slotsOfBlob(place.blobId)) {
        if (filter.accepts(slot)) this.#addHit(slot, { place, name, score: match.score });
      }
    }
    return true;
  }

  list(): SymbolHit[] {
    const { paths } = this.#options.catalog;
    return [...this.#hits.values()]
      .sort((left, right) => {
        if (left.score !== right.score) return right.score - left.score;
        const [a, b] = [paths[left.slot] as string, paths[right.slot] as string];
        if (a !== b) return a.length - b.length || (a < b ? -1 : 1);
        return left.slot - right.slot || left.place.ordinal - right.place.ordinal;
      })
      .slice(0, MAX_HITS);
  }

  #addHit(slot: number, found: Pick<SymbolHit, 'place' | 'name' | 'score'>): void {
    const { catalog } = this.#options;
    const role = ROLES[catalog.role[slot] as number] ?? 'source';
    const parts = {
      name: found.score,
      role: ROLE_POINTS[role],
      kind: KIND_POINTS[found.place.kind] ?? 0,
    };
    const score = parts.name + parts.role + parts.kind;
    const key = `${slot} ${found.place.ordinal}`;
    if ((this.#hits.get(key)?.score ?? -1) >= score) return;
    this.#hits.set(key, { ...found, slot, score, parts });
  }
}

/** At most 20 points off: less than the distance between two kinds of likeness that share a hundred. */
const ROLE_POINTS: Readonly<Record<Role, number>> = {
  source: 0,
  config: -6,
  example: -12,
  doc: -12,
  test: -14,
  vendor: -18,
  generated: -18,
  data: -20,
};

const KIND_POINTS: Readonly<Partial<Record<ChunkKind, number>>> = {
  class: 8,
  interface: 8,
  type: 8,
  enum: 8,
  module: 7,
  function: 7,
  method: 6,
  constant: 4,
  variable: 3,
  field: 2,
};
