/**
 * Where the chunks of a segment lie. A chunk is a run of lines of one blob: a definition where one is
 * recognised, else a window of a few dozen lines. Chunks of a blob are disjoint, ascending and cover it.
 *
 *     table = (varint(number of chunks of the blob) (varint(lines) varint(tokens))*)*   blob after blob
 *
 * The first chunk of a blob starts at line 1, each next one where the one before ends.
 */
import { ByteReader, ByteWriter } from './varint.ts';

/** Decoded table; all arrays have one element a chunk, but `blobFirstChunk`. */
export interface ChunkTable {
  readonly chunkCount: number;
  /** Local number of the blob that the chunk belongs to. */
  readonly blobOfChunk: Uint32Array;
  /** 1-based. */
  readonly startLine: Uint32Array;
  readonly tokenCount: Uint32Array;
  /** First chunk of each blob, and `chunkCount` as last element. */
  readonly blobFirstChunk: Uint32Array;
}

/** Collects chunks blob by blob. */
export class ChunkTableWriter {
  readonly #out = new ByteWriter();
  readonly #blob = new ByteWriter(256);
  #chunksOfBlob = 0;
  chunkCount = 0;

  addChunk(lineCount: number, tokenCount: number): void {
    this.#blob.writeVarint(lineCount);
    this.#blob.writeVarint(tokenCount);
    this.#chunksOfBlob += 1;
    this.chunkCount += 1;
  }

  endBlob(): void {
    this.#out.writeVarint(this.#chunksOfBlob);
    this.#out.writeBytes(this.#blob.view());
    this.#blob.length = 0;
    this.#chunksOfBlob = 0;
  }

  /** Gives the table and starts the next one. */
  finish(): Uint8Array<ArrayBuffer> {
    this.chunkCount = 0;
    return this.#out.finish();
  }
}

/** Decodes a table. Cost: linear in its chunks, about 20 ns each. */
export function decodeChunkTable(
  bytes: Uint8Array,
  blobCount: number,
  chunkCount: number,
): ChunkTable {
  const blobOfChunk = new Uint32Array(chunkCount);
  const startLine = new Uint32Array(chunkCount);
  const tokenCount = new Uint32Array(chunkCount);
  const blobFirstChunk = new Uint32Array(blobCount + 1);
  const reader = new ByteReader(bytes);
  let chunk = 0;
  for (let blob = 0; blob < blobCount; blob++) {
    blobFirstChunk[blob] = chunk;
    let line = 1;
    for (let left = reader.readVarint(); left > 0; left--) {
      blobOfChunk[chunk] = blob;
      startLine[chunk] = line;
      line += reader.readVarint();
      tokenCount[chunk] = reader.readVarint();
      chunk += 1;
    }
  }
  blobFirstChunk[blobCount] = chunk;
  return { chunkCount, blobOfChunk, startLine, tokenCount, blobFirstChunk };
}
