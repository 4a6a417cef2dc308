/** What search needs of the store, as its reader gives it. Everything is read inside one transaction. */
import type { ChunkKind, DocumentItem } from '../model/document.ts';
import type { ChunkTable } from '../segments/chunk-table.ts';
import type { PostingList } from '../segments/keyed-blocks.ts';

/** One segment of the index. */
export interface SegmentView {
  readonly id: number;
  readonly blobCount: number;
  readonly chunks: ChunkTable;
  /** Blob id of each local number; 0 = belongs to another segment. */
  readonly blobIds: Float64Array;
  readonly blobTokens: Float64Array;
  readonly totalTokens: number;
  findWord(key: number): PostingList | undefined;
  findTrigram(trigram: number): PostingList | undefined;
}

/** A source as results name it. */
export interface SourceView {
  readonly connectorId: string;
  readonly type: string;
  readonly path: string | null;
}

/** The documents that answer, by slot. A free slot has `documentId` 0. */
export interface CatalogView {
  readonly slotCount: number;
  readonly documentCount: number;
  readonly sources: readonly SourceView[];
  readonly languages: readonly string[];
  readonly paths: readonly string[];
  readonly documentId: Float64Array;
  readonly blobId: Float64Array;
  readonly sourceIndex: Uint16Array;
  readonly languageIndex: Uint16Array;
  readonly role: Uint8Array;
  readonly updatedMs: Float64Array;
  readonly mtimeMs: Float64Array;
  readonly sizeBytes: Float64Array;
  /** Index into `SOURCE_TYPES` and one more; 0: the type of the source. */
  readonly itemType: Uint8Array;
  /** Index into `CHUNK_KINDS` and one more, of what is an issue, a message …; 0: a file. */
  readonly itemKind: Uint8Array;
  /** What the document of a slot is that is no file of a root. Cost: one row looked up. */
  readItem(slot: number): DocumentItem | undefined;
  readonly pathTerms: {
    score(slotCount: number, weights: ReadonlyMap<number, number>, scores: Float32Array): void;
  };
  slotsOfBlob(blobId: number): Iterable<number>;
  /** The slot of an indexed document, -1 when there is none. */
  findSlot(connectorId: string, path: string): number;
}

/** The newest commits of each repository, as ranking reads them. */
export interface CommitIndexView {
  readonly count: number;
  readonly connectorIds: readonly string[];
  /** Index into `connectorIds`, by commit. */
  readonly repository: Uint16Array;
  readonly committedMs: Float64Array;
  readonly termCount: Uint32Array;
  readonly totalTerms: number;
  findTerm(
    key: number,
  ): { readonly commits: Uint32Array; readonly frequencies: Uint8Array } | undefined;
  listPathIds(commit: number): Uint32Array;
}

export interface HistoryView {
  loadCommitIndex(): CommitIndexView;
  getPath(pathId: number): string;
}

/** A definition in the outline of a blob. Lines are 1-based and inclusive. */
export interface OutlineView {
  readonly name: string;
  readonly kind: ChunkKind;
  readonly container: string;
  readonly startLine: number;
  readonly endLine: number;
  /** Line that holds the name: decorators stand above it. */
  readonly nameLine: number;
}

/** Where a name is defined: its place in the outline of a blob. */
export interface NamePlaceView {
  readonly blobId: number;
  readonly ordinal: number;
  readonly kind: ChunkKind;
}

/** A name of one dictionary. */
export interface FoundNameView {
  readonly name: string;
  listPlaces(): readonly NamePlaceView[];
}

/** One dictionary of names, sorted without regard to case and cut into blocks. */
export interface NameSegmentView {
  /** Names that are equal but for case. */
  findName(name: string): readonly FoundNameView[];
  /** Names that begin so, without regard to case, until the callback gives false. */
  scanPrefix(prefix: string, onName: (name: FoundNameView) => boolean): void;
  /** Blocks that hold a name with the gram (segments/name-grams.ts). */
  listBlocks(gram: number): Uint32Array | undefined;
  readBlock(block: number): readonly FoundNameView[];
}

/** Definitions and import edges, as the structure pass left them. */
export interface SymbolsView {
  listSegments(): readonly NameSegmentView[];
  /** The definition at a place; undefined when its blob has been collected. */
  resolve(place: NamePlaceView): (OutlineView & { readonly blobId: number }) | undefined;
  outlineOf(blobId: number): readonly OutlineView[];
  findDefinitions(
    name: string,
    query?: {
      readonly limit?: number;
      /** Keeps definitions of blobs for which it gives true; others do not count for the limit. */
      readonly accepts?: (place: NamePlaceView) => boolean;
    },
  ): readonly (OutlineView & { readonly blobId: number })[];
  listImports(documentId: number): readonly { readonly documentId: number }[];
  /** How often a document is imported, counted to `limit`. */
  countImporters(documentId: number, limit: number): number;
}

/** The index as one search sees it. */
export interface IndexView {
  readonly catalog: CatalogView;
  readonly segments: { list(): readonly SegmentView[] };
  readonly history: HistoryView;
  /** Undefined where nothing is parsed. */
  readonly symbols?: SymbolsView;
  readContent(blobId: number): Buffer | undefined;
}

/** Opens views: everything inside `work` sees one state of the index. */
export interface IndexReader {
  read<T>(work: (view: IndexView) => T): T;
}
