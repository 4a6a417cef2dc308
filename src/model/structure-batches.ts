/**
 * What travels between threads during the structure pass, as columns: contents to parse, what parsing them
 * gave, and the import edges of documents. All columns of one object have one element a row unless said
 * otherwise.
 */

/** Contents to parse. `languages` holds the language of one document of each. */
export interface UnstructuredColumns {
  readonly blobIds: Float64Array;
  readonly sizeBytes: Float64Array;
  readonly languages: readonly string[];
}

/** What became of contents. */
export interface StructureColumns {
  readonly blobIds: Float64Array;
  /** Storage codes of `blob.structure`. */
  readonly states: Uint8Array;
  readonly symbolCounts: Uint32Array;
  /** Packed outlines, one after another; an empty one where there is nothing to keep. */
  readonly outlines: Uint8Array;
  /** Byte offset of each outline in `outlines`, and the total as last element. */
  readonly outlineOffsets: Float64Array;
}

/** A batch of parsed contents as an analyse thread answers. */
export interface StructureBatch {
  readonly columns: StructureColumns;
  /** Contents of the request that were not looked at because the parser broke; they are not in `columns`. */
  readonly leftOver: number;
  /** Memory of the thread's parser, which never shrinks. */
  readonly heapBytes: number;
}

/** Contents whose names are to be put into one segment, in place of the segments that held them. */
export interface NamePlan {
  readonly blobIds: readonly number[];
  readonly replacedIds: readonly number[];
}

/** Import edges of documents; the columns of the edges have one element an edge. */
export interface EdgeColumns {
  /** Documents whose edges these are; what they had before is replaced. */
  readonly documentIds: Float64Array;
  /** Index into `documentIds`. */
  readonly edgeFrom: Uint32Array;
  readonly edgeTo: Float64Array;
  readonly edgeLines: Uint32Array;
  /** Imports that no file fits: index into `documentIds`, and the key of the last word of the module. */
  readonly missingFrom: Uint32Array;
  readonly missingStems: Float64Array;
}

/** Documents whose imports are to be resolved, of one tree. */
export interface EdgePlan {
  readonly treeId: number;
  readonly documentIds: readonly number[];
}
