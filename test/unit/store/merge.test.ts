/** Which segments are merged: several small ones, never more text at once than the caller's memory allows. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { StoreWriter } from '../../../src/store/writer.ts';
import { createTempDir } from '../../support/temp-dir.ts';

const MB = 1_048_576;

/** Ids of the segments that would be merged, when there are segments with so many bytes of text. */
function plan(sizesBytes: readonly number[], maxBytes: number, blocks = 0): readonly number[] {
  using dir = createTempDir();
  const path = join(dir.path, 'test.db');
  const writer = new StoreWriter(path, MB);
  const connection = new Database(path);
  const insert = connection.prepare(
    `INSERT INTO segment (is_ready, blob_count, chunk_count, text_bytes, first_block, block_count,
       word_block_count, blob_ids, chunk_table, word_keys, trigram_keys)
     VALUES (1, 1, 1, ?, 0, ?, 0, x'', x'', x'', x'')`,
  );
  for (const bytes of sizesBytes) insert.run(bytes, blocks);
  connection.close();
  try {
    return writer.planMerge(maxBytes)?.segmentIds ?? [];
  } finally {
    writer.close();
  }
}

test.each([
  ['seven of a size stay', Array(7).fill(MB), 24 * MB, 0],
  ['eight of a size are merged', Array(8).fill(MB), 24 * MB, 8],
  ['no more than is allowed', Array(40).fill(MB), 8 * MB, 8],
  ['never so few that they would stay as small', Array(8).fill(3 * MB), 6 * MB, 0],
  ['small ones also when little is allowed', Array(20).fill(MB / 2), 2 * MB, 4],
] as const)('%s', (_, sizes, maxBytes, count) => {
  expect(plan(sizes as number[], maxBytes)).toHaveLength(count);
});

test('short texts weigh what their index takes to build', () => {
  // 200 KB of text in each, and almost as many bytes of index: as much work as 0.7 MB of source.
  const sizes = Array<number>(40).fill(200 * 1024);
  expect(plan(sizes, 24 * MB, 0)).toHaveLength(40);
  expect(plan(sizes, 8 * MB, 50)).toHaveLength(11);
});
