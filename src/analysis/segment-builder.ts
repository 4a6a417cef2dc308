/**
 * Builds segments from texts, blob after blob. One builder serves a thread for its life: its tables are kept
 * from segment to segment, which saves the system from handing out and taking back the same memory.
 */
import { ChunkTableWriter } from '../segments/chunk-table.ts';
import type { BuiltSegment } from '../segments/segment.ts';
import { cutChunks } from './chunk-lines.ts';
import { TrigramIndexBuilder } from './trigram-index.ts';
import { WordIndexBuilder } from './word-index.ts';

export class SegmentBuilder {
  readonly #words = new WordIndexBuilder();
  readonly #trigrams = new TrigramIndexBuilder();
  readonly #chunks = new ChunkTableWriter();
  #textBytes = 0;
  blobCount = 0;

  /** Adds a text as the next blob. Gives its number of lines. */
  addBlob(bytes: Uint8Array): number {
    const blob = this.blobCount++;
    let lineCount = 0;
    for (const chunk of cutChunks(bytes)) {
      const tokens = this.#words.addChunk(bytes, { start: chunk.start, end: chunk.end, blob });
      this.#chunks.addChunk(chunk.lineCount, tokens);
      lineCount += chunk.lineCount;
    }
    this.#chunks.endBlob();
    this.#trigrams.addBlob(bytes, blob);
    this.#textBytes += bytes.length;
    return lineCount;
  }

  /** Forgets blobs that a batch left behind which did not come to its end. */
  discard(): void {
    if (this.blobCount > 0) this.finish();
  }

  /** Gives the segment and starts the next one. */
  finish(): BuiltSegment {
    const segment = {
      blobCount: this.blobCount,
      chunkCount: this.#chunks.chunkCount,
      textBytes: this.#textBytes,
      chunkTable: this.#chunks.finish(),
      words: this.#words.finish(),
      trigrams: this.#trigrams.finish(),
    };
    this.blobCount = 0;
    this.#textBytes = 0;
    return segment;
  }
}
