/**
 * The hard filters of a search as one test of catalog slots. Each filter key counts what it removed, so
 * that an answer without results can name the filter that took the last ones.
 */
import { findLanguageIdByName } from '../languages/languages.ts';
import { CHUNK_KINDS, ROLES, SOURCE_TYPES, type ChunkKind } from '../model/document.ts';
import type { SearchFilters } from '../model/search.ts';
import { isInDateRange, parseDateRange } from '../query/date-range.ts';
import { compilePathFilter } from '../query/path-filter.ts';
import type { CatalogView } from './ports.ts';

/** Connector types whose documents are plain files. */
const SOURCE_TYPE_OF_CONNECTOR: Readonly<Record<string, string>> = { filesystem: 'file' };

/** Kinds of whole documents that are no files. */
const ITEM_KINDS: ReadonlySet<ChunkKind> = new Set([
  'issue',
  'pull_request',
  'comment',
  'discussion',
  'message',
  'release',
  'commit',
]);

export type FilterKey = keyof SearchFilters | 'allowed';

interface Test {
  readonly key: FilterKey;
  readonly accepts: (slot: number) => boolean;
}

export class DocumentFilter {
  readonly #tests: readonly Test[];
  readonly #removed = new Map<FilterKey, number>();
  readonly #catalog: CatalogView;
  readonly #allowed: ReadonlySet<string> | undefined;

  constructor(
    catalog: CatalogView,
    request: {
      readonly filters: SearchFilters;
      readonly allowed?: readonly string[] | undefined;
      /** Further filters that hold as well: those of the query's qualifiers. */
      readonly further?: readonly SearchFilters[];
    },
  ) {
    this.#catalog = catalog;
    this.#allowed = request.allowed === undefined ? undefined : new Set(request.allowed);
    this.#tests = [
      ...listTests(catalog, request.filters, request.allowed),
      ...(request.further ?? []).flatMap((filters) => listTests(catalog, filters, undefined)),
    ];
  }

  accepts(slot: number): boolean {
    for (const { key, accepts } of this.#tests) {
      if (accepts(slot)) continue;
      this.#removed.set(key, (this.#removed.get(key) ?? 0) + 1);
      return false;
    }
    return true;
  }

  /** True when the caller may know of the document, whatever the filters say. Counts nothing. */
  isVisible(slot: number): boolean {
    if (this.#catalog.documentId[slot] === 0) return false;
    return this.#allowed?.has(connectorOf(this.#catalog, slot)) ?? true;
  }

  /** True when the caller may know of the connector. */
  isVisibleConnector(connectorId: string): boolean {
    return this.#allowed?.has(connectorId) ?? true;
  }

  /** The filter that removed most, access control left out; undefined when none removed anything. */
  get strongest(): string | undefined {
    const counts = [...this.#removed].filter(([key]) => key !== 'allowed');
    return counts.toSorted((left, right) => right[1] - left[1])[0]?.[0];
  }
}

function listTests(
  catalog: CatalogView,
  filters: SearchFilters,
  allowed: readonly string[] | undefined,
): Test[] {
  const tests: Test[] = [];
  const add = (key: FilterKey, accepts: (slot: number) => boolean): void => {
    tests.push({ key, accepts });
  };
  if (allowed !== undefined) {
    const set = new Set(allowed);
    add('allowed', (slot) => set.has(connectorOf(catalog, slot)));
  }
  if (filters.connectors !== undefined && filters.connectors.length > 0) {
    const set = new Set(filters.connectors);
    add('connectors', (slot) => set.has(connectorOf(catalog, slot)));
  }
  addAttributeTests(catalog, filters, add);
  if (filters.paths !== undefined && filters.paths.length > 0) {
    const fits = compilePathFilter(filters.paths);
    add('paths', (slot) => fits(catalog.paths[slot] as string));
  }
  if (filters.exclude_paths !== undefined && filters.exclude_paths.length > 0) {
    const fits = compilePathFilter(filters.exclude_paths);
    add('exclude_paths', (slot) => !fits(catalog.paths[slot] as string));
  }
  if (filters.date_range !== undefined) {
    const range = parseDateRange(filters.date_range);
    add('date_range', (slot) => isInDateRange(range, catalog.updatedMs[slot] as number));
  }
  return tests;
}

function addAttributeTests(
  catalog: CatalogView,
  filters: SearchFilters,
  add: (key: FilterKey, accepts: (slot: number) => boolean) => void,
): void {
  if (filters.source_types !== undefined && filters.source_types.length > 0) {
    const set = new Set<string>(filters.source_types);
    add('source_types', (slot) => set.has(sourceTypeOf(catalog, slot)));
  }
  if (filters.kinds !== undefined && filters.kinds.length > 0) {
    const set = new Set<string>(filters.kinds);
    // What a piece of a file is, only its passage tells; whether any can fit is known before.
    const fitsFiles = filters.kinds.some((kind) => !ITEM_KINDS.has(kind));
    add('kinds', (slot) => {
      const kind = itemKindOf(catalog, slot);
      return kind === undefined ? fitsFiles : set.has(kind);
    });
  }
  if (filters.languages !== undefined && filters.languages.length > 0) {
    const set = new Set(filters.languages.map((name) => findLanguageIdByName(name) ?? name));
    add('languages', (slot) =>
      set.has(catalog.languages[catalog.languageIndex[slot] as number] ?? ''),
    );
  }
  if (filters.roles !== undefined && filters.roles.length > 0) {
    const set = new Set(filters.roles.map((role) => ROLES.indexOf(role)));
    add('roles', (slot) => set.has(catalog.role[slot] as number));
  }
}

function connectorOf(catalog: CatalogView, slot: number): string {
  return catalog.sources[catalog.sourceIndex[slot] as number]?.connectorId ?? '';
}

/** The `source_type` of a document. */
export function sourceTypeOf(catalog: CatalogView, slot: number): string {
  const own = SOURCE_TYPES[(catalog.itemType[slot] as number) - 1];
  if (own !== undefined) return own;
  const type = catalog.sources[catalog.sourceIndex[slot] as number]?.type ?? 'filesystem';
  return SOURCE_TYPE_OF_CONNECTOR[type] ?? type;
}

/** What the document of a slot is when it is no file: an issue, a message; undefined for files. */
export function itemKindOf(catalog: CatalogView, slot: number): ChunkKind | undefined {
  return CHUNK_KINDS[(catalog.itemKind[slot] as number) - 1];
}
