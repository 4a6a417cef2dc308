/**
 * A segment: the immutable index of one batch of blobs. It holds a chunk table, the word postings (term
 * key -> chunks) and the trigram postings (trigram -> blobs), all numbered within the segment; blob number
 * n of the segment is the n-th blob of the batch it was built from. Deleting a blob leaves its postings:
 * a search drops blobs that no document refers to, and a merge writes the living ones anew.
 */
import type { KeyedBlocks } from './keyed-blocks.ts';

/** What an analyse thread builds and the writer stores. */
export interface BuiltSegment {
  readonly blobCount: number;
  readonly chunkCount: number;
  /** Bytes of text that were indexed. */
  readonly textBytes: number;
  /** As `chunk-table.ts` writes it. */
  readonly chunkTable: Uint8Array<ArrayBuffer>;
  readonly words: KeyedBlocks;
  readonly trigrams: KeyedBlocks;
}
