/**
 * What an analyse thread answers for the structure pass. The parser is started with the first batch; the
 * table of a tree's files is kept while batches of one run come.
 */
import { FileTable } from '../analysis/imports/file-table.ts';
import { createImportResolver, type ImportResolver } from '../analysis/imports/resolve-import.ts';
import {
  createStructureExtractor,
  type StructureExtractor,
} from '../analysis/structure/extractor.ts';
import { createGrammarLoader } from '../connectors/grammar-files.ts';
import type { EdgeRequest } from '../indexing/ports.ts';
import { resolveEdges, type ImportingDocument } from '../indexing/resolve-edges.ts';
import { buildNames, structureBatch } from '../indexing/structure-batch.ts';
import type {
  EdgeColumns,
  StructureBatch,
  UnstructuredColumns,
} from '../model/structure-batches.ts';
import type { ThreadHandlers } from '../pool/thread-call.ts';
import type { BuiltNameSegment } from '../segments/name-segment.ts';
import type { StoreReader } from '../store/reader.ts';
import { readThreadCpuMs } from './thread-clock.ts';

interface OpenTree {
  readonly key: string;
  readonly files: FileTable;
  readonly resolver: ImportResolver;
}

export function createStructureHandlers(openReader: () => StoreReader): ThreadHandlers {
  let extractor: StructureExtractor | undefined;
  let tree: OpenTree | undefined;
  const openTree = (store: StoreReader, { treeId, sequence }: EdgeRequest): OpenTree => {
    const key = `${treeId} ${sequence}`;
    if (tree?.key !== key) tree = { key, ...readTree(store, treeId) };
    return tree;
  };
  return {
    structure: async (request: UnstructuredColumns): Promise<StructureBatch> => {
      extractor ??= await createStructureExtractor({
        loadGrammar: createGrammarLoader(),
        now: readThreadCpuMs,
        isOutlineOnly: true,
      });
      const store = openReader();
      return structureBatch(request, {
        extractor,
        readContent: (blobId) => store.readContent(blobId),
      });
    },
    buildNames: (blobIds: readonly number[]): BuiltNameSegment => {
      const { symbols } = openReader();
      return buildNames(blobIds, (blobId) => symbols.outlineOf(blobId));
    },
    resolveEdges: (request: EdgeRequest): EdgeColumns => {
      const store = openReader();
      return resolveEdges(readImports(store, request), openTree(store, request));
    },
  };
}

function readTree(store: StoreReader, treeId: number): Omit<OpenTree, 'key'> {
  const files = new FileTable(store.listTreeFiles(treeId), (documentId) => {
    const document = store.findTreeFile(documentId);
    return document === undefined ? undefined : store.readContent(document.blobId)?.toString();
  });
  return { files, resolver: createImportResolver(files) };
}

/** The documents as they are stored; those that are gone are left out. */
function readImports(store: StoreReader, { documentIds }: EdgeRequest): ImportingDocument[] {
  return documentIds.flatMap((documentId) => {
    const document = store.findTreeFile(documentId);
    if (document === undefined) return [];
    const { path, language, blobId } = document;
    const imports = store.symbols.importsOf(blobId);
    return [{ documentId, path, languageId: language, imports }];
  });
}
