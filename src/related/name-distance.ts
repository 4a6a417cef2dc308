/**
 * Which of several definitions a file means by a name, as far as imports and folders tell: one in the file itself,
 * one in a file that it imports, one in its folder, one of its root, any other. A heuristic: nothing is resolved,
 * shadowed names and re-exports are not seen.
 *
 * A header stands for the file that it declares: who includes `cache.h` means `cache.c`.
 */
import { toFolder } from '../ranking/file-scores.ts';
import { toStem } from '../ranking/test-names.ts';
import type { NamePlaceView } from '../search/ports.ts';
import type { RelatedView } from './ports.ts';

/** From near to far; the number is the distance. */
export const DISTANCE = {
  sameFile: 0,
  imported: 1,
  sameFolder: 2,
  sameRoot: 3,
  elsewhere: 4,
} as const;

const HEADER = /\.(?:h|hh|hpp|hxx|mli|pyi|d\.ts)$/;
/** Documents that are compared for one name: `main` and `init` are everywhere. */
const MAX_PLACES = 400;

/** A definition in a document that the caller may see. */
export interface PlacedName {
  readonly slot: number;
  readonly place: NamePlaceView;
}

/** The nearest definitions of a name. */
export interface Nearest {
  readonly distance: number;
  /** All at this distance, at least one. */
  readonly places: readonly PlacedName[];
}

interface Imports {
  readonly slots: ReadonlySet<number>;
  /** Stems of the headers among them. */
  readonly headerStems: ReadonlySet<string>;
}

export class NameDistances {
  readonly #view: RelatedView;
  readonly #imports = new Map<number, Imports>();

  constructor(view: RelatedView) {
    this.#view = view;
  }

  /** Where a name is defined, at most 400 documents. Cost: a block of each dictionary, about 20 µs each. */
  listPlaces(name: string): PlacedName[] {
    const { symbols, catalog } = this.#view;
    const found: PlacedName[] = [];
    for (const place of symbols.listPlaces(name)) {
      for (const slot of catalog.slotsOfBlob(place.blobId)) found.push({ slot, place });
      if (found.length >= MAX_PLACES) break;
    }
    return found;
  }

  /** How far a definition in `toSlot` is from a use in `fromSlot`. Cost: the imports of `fromSlot`, once. */
  measure(fromSlot: number, toSlot: number): number {
    if (fromSlot === toSlot) return DISTANCE.sameFile;
    const { paths, sourceIndex } = this.#view.catalog;
    const imports = this.#importsOf(fromSlot);
    const path = paths[toSlot] as string;
    if (imports.slots.has(toSlot) || imports.headerStems.has(toStem(path)))
      return DISTANCE.imported;
    if (sourceIndex[fromSlot] !== sourceIndex[toSlot]) return DISTANCE.elsewhere;
    return toFolder(paths[fromSlot] as string) === toFolder(path)
      ? DISTANCE.sameFolder
      : DISTANCE.sameRoot;
  }

  /** The definitions that a use in `fromSlot` most likely means; undefined when there is none. */
  findNearest(fromSlot: number, places: readonly PlacedName[]): Nearest | undefined {
    let distance: number = Infinity;
    let nearest: PlacedName[] = [];
    for (const placed of places) {
      const own = this.measure(fromSlot, placed.slot);
      if (own < distance) {
        distance = own;
        nearest = [];
      }
      if (own === distance) nearest.push(placed);
    }
    return nearest.length === 0 ? undefined : { distance, places: nearest };
  }

  #importsOf(slot: number): Imports {
    const known = this.#imports.get(slot);
    if (known !== undefined) return known;
    const { catalog, symbols } = this.#view;
    const slots = symbols
      .listImports(catalog.documentId[slot] as number)
      .map(({ documentId }) => catalog.slotOf(documentId))
      .filter((target) => target >= 0);
    const headers = slots.map((target) => catalog.paths[target] as string);
    const imports = {
      slots: new Set(slots),
      headerStems: new Set(headers.filter((path) => HEADER.test(path)).map(toStem)),
    };
    this.#imports.set(slot, imports);
    return imports;
  }
}
