/** Builds one segment from the texts of a batch, blob after blob. Pure; costs about 20 ms a megabyte. */
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

  /** Gives the finished segment; the builder must not be used after. */
  finish(): BuiltSegment {
    return {
      blobCount: this.blobCount,
      chunkCount: this.#chunks.chunkCount,
      textBytes: this.#textBytes,
      chunkTable: this.#chunks.finish(),
      words: this.#words.finish(),
      trigrams: this.#trigrams.finish(),
    };
  }
}
