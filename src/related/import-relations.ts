/** What a file imports and who imports it, and the definitions of the names that it takes. */
import { ROLES } from '../model/document.ts';
import { toFolder } from '../ranking/file-scores.ts';
import type { RelatedView } from './ports.ts';
import type { RelationContext } from './relation-context.ts';

const TEST = ROLES.indexOf('test');
/** Importers that are counted: headers of the kernel have ten thousands. */
const MAX_IMPORTERS = 5_000;
/** Lines shown of a definition that is used. */
const HEAD_LINES = 5;

/** A file that imports another one. */
export interface Importer {
  readonly slot: number;
  /** Line of the import. */
  readonly line: number;
}

/** The visible files that import a file; those of its folder first, then sources before tests. At most 5,000. */
export function listImporters({ catalog, symbols }: RelatedView, slot: number): Importer[] {
  const folder = toFolder(catalog.paths[slot] as string);
  const rank = (importer: Importer): number =>
    Number(toFolder(catalog.paths[importer.slot] as string) !== folder) * 10 +
    (catalog.role[importer.slot] as number);
  return symbols
    .listImporters(catalog.documentId[slot] as number, MAX_IMPORTERS)
    .map(({ documentId, line }) => ({ slot: catalog.slotOf(documentId), line }))
    .filter((importer) => importer.slot >= 0)
    .map((importer) => ({ importer, rank: rank(importer) }))
    .toSorted((left, right) => left.rank - right.rank)
    .map(({ importer }) => importer);
}

export interface ImportQuery {
  readonly slot: number;
  readonly importers: readonly Importer[];
  /** Takes off from scores: what is asked about is less than the file. */
  readonly discount: number;
}

/** Adds `imports` and `imported_by` items. */
export function addImports(context: RelationContext, query: ImportQuery): void {
  const { view, draft } = context;
  const { catalog, symbols } = view;
  for (const { documentId, line } of symbols.listImports(
    catalog.documentId[query.slot] as number,
  )) {
    const slot = catalog.slotOf(documentId);
    if (slot < 0) continue;
    const reason = `imported in line ${line}`;
    draft.addFile({ relation: 'imports', slot, score: 0.75 - query.discount, reason });
  }
  const { importers } = query;
  const count = importers.length < MAX_IMPORTERS ? `${importers.length}` : `over ${MAX_IMPORTERS}`;
  const files = importers.length === 1 ? 'file imports' : 'files import';
  for (const { slot, line } of importers) {
    if (!draft.wants('imported_by')) return;
    const isTest = catalog.role[slot] === TEST;
    draft.addFile({
      relation: 'imported_by',
      slot,
      score: (isTest ? 0.6 : 0.7) - query.discount,
      reason: `imports it in line ${line} (${count} ${files} it)`,
      startLine: line,
      endLine: line,
    });
  }
}

/** Adds `definition` items of the names that the file imports, where they are defined in the files that it imports. */
export function addUsedDefinitions({ view, draft }: RelationContext, slot: number): void {
  const { catalog, symbols } = view;
  const imported = new Set(
    symbols
      .listImports(catalog.documentId[slot] as number)
      .map(({ documentId }) => catalog.slotOf(documentId))
      .filter((target) => target >= 0),
  );
  const names = new Set(
    symbols.importsOf(catalog.blobId[slot] as number).flatMap((reference) => reference.names),
  );
  for (const name of names) {
    if (!draft.wants('definition')) return;
    const [found] = symbols
      .listPlaces(name)
      .flatMap((place) =>
        catalog.slotsOfBlob(place.blobId).map((target) => ({ place, slot: target })),
      )
      .filter((placed) => imported.has(placed.slot));
    const definition = found === undefined ? undefined : symbols.resolve(found.place);
    if (found === undefined || definition === undefined) continue;
    draft.addFile({
      relation: 'definition',
      slot: found.slot,
      score: 0.72,
      reason: `${definition.kind} ${name}, which the file imports`,
      startLine: definition.startLine,
      endLine: Math.min(definition.endLine, definition.startLine + HEAD_LINES - 1),
      symbol: name,
      kind: definition.kind,
    });
  }
}
