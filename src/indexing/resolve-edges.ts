/**
 * Resolves the imports of documents of one tree to documents of the same tree. An import of several files (a
 * package) gives an edge to each, up to a bound; one that no file fits is noted by the words it ends in.
 */
import type { FileTable } from '../analysis/imports/file-table.ts';
import type { ImportResolver } from '../analysis/imports/resolve-import.ts';
import type { EdgeColumns } from '../model/structure-batches.ts';
import type { ImportReference } from '../model/symbol.ts';
import { listModuleStems } from '../segments/import-stems.ts';

/** Files that one import may mean, and edges that one document may have. */
const MAX_TARGETS = 64;
const MAX_EDGES = 1000;

/** A document whose imports are resolved. */
export interface ImportingDocument {
  readonly documentId: number;
  readonly path: string;
  readonly languageId: string;
  readonly imports: readonly ImportReference[];
}

export interface EdgePorts {
  readonly files: FileTable;
  readonly resolver: ImportResolver;
}

/** Resolves document by document. Cost: 5 to 30 µs an import. */
export function resolveEdges(
  documents: readonly ImportingDocument[],
  ports: EdgePorts,
): EdgeColumns {
  const edges: { from: number; to: number; line: number }[] = [];
  const missing: { from: number; stem: number }[] = [];
  for (const [from, document] of documents.entries()) {
    const seen = new Set<number>();
    const stems = new Set<number>();
    for (const reference of document.imports) {
      const targets = findTargets(document, reference, ports);
      if (targets.length === 0) {
        for (const stem of listModuleStems(reference.module, reference.names)) stems.add(stem);
      }
      for (const to of targets) {
        if (seen.has(to) || seen.size >= MAX_EDGES) continue;
        seen.add(to);
        edges.push({ from, to, line: reference.line });
      }
    }
    for (const stem of stems) missing.push({ from, stem });
  }
  return {
    documentIds: Float64Array.from(documents, ({ documentId }) => documentId),
    edgeFrom: Uint32Array.from(edges, ({ from }) => from),
    edgeTo: Float64Array.from(edges, ({ to }) => to),
    edgeLines: Uint32Array.from(edges, ({ line }) => line),
    missingFrom: Uint32Array.from(missing, ({ from }) => from),
    missingStems: Float64Array.from(missing, ({ stem }) => stem),
  };
}

function findTargets(
  { path, languageId }: ImportingDocument,
  reference: ImportReference,
  { files, resolver }: EdgePorts,
): number[] {
  const targets: number[] = [];
  for (const target of resolver.resolve({ fromPath: path, languageId, reference })) {
    const file = files.find(target);
    if (file !== undefined && targets.length < MAX_TARGETS) targets.push(file.documentId);
  }
  return targets;
}
