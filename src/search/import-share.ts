/** Files that the best files import: one hop, each importer's score shared out among what it imports. */
import { toShareOfBest, type ScoredFile, type ShareValues } from '../ranking/file-scores.ts';
import type { CatalogView, SymbolsView } from './ports.ts';

const IMPORTERS = 30;
const MAX_IMPORTERS_COUNTED = 200;

export function findImportedFiles(
  catalog: CatalogView,
  symbols: SymbolsView,
  files: readonly ScoredFile[],
): ShareValues {
  const slotOfDocument = new Map(
    files.map(({ slot }) => [catalog.documentId[slot] as number, slot]),
  );
  const best = files
    .filter(({ isTest }) => !isTest)
    .toSorted((left, right) => right.score - left.score)
    .slice(0, IMPORTERS);
  const values = new Map<number, number>();
  const importersOf = new Map<number, number>();
  for (const file of best) {
    const imports = symbols.listImports(catalog.documentId[file.slot] as number);
    const targets = new Set(imports.map(({ documentId }) => documentId));
    for (const documentId of targets) {
      const slot = slotOfDocument.get(documentId);
      if (slot === undefined || slot === file.slot) continue;
      const importers =
        importersOf.get(documentId) ?? symbols.countImporters(documentId, MAX_IMPORTERS_COUNTED);
      importersOf.set(documentId, importers);
      const value = file.score / (Math.sqrt(targets.size) * Math.sqrt(Math.max(1, importers)));
      values.set(slot, (values.get(slot) ?? 0) + value);
    }
  }
  return toShareOfBest(values);
}
