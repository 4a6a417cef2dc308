/** The table of chunks: its bytes and what comes back. */
import { expect, test } from 'vitest';
import { ChunkTableWriter, decodeChunkTable } from '../../../src/segments/chunk-table.ts';

test('a chunk table is lines and tokens, blob after blob', () => {
  const writer = new ChunkTableWriter();
  writer.addChunk(10, 50);
  writer.addChunk(5, 300);
  writer.endBlob();
  writer.endBlob();
  writer.addChunk(1, 0);
  writer.endBlob();
  expect(writer.chunkCount).toBe(3);
  const bytes = writer.finish();
  expect([...bytes]).toEqual([2, 10, 50, 5, 0xac, 0x02, 0, 1, 1, 0]);
  expect(decodeChunkTable(bytes, 3, 3)).toEqual({
    chunkCount: 3,
    blobOfChunk: Uint32Array.of(0, 0, 2),
    startLine: Uint32Array.of(1, 11, 1),
    tokenCount: Uint32Array.of(50, 300, 0),
    blobFirstChunk: Uint32Array.of(0, 2, 2, 3),
  });
});
