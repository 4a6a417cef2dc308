/** The sorted map of posting lists: its bytes, its directory, and look-ups against a plain map. */
import { describe, expect, test } from 'vitest';
import {
  findBlock,
  findInBlock,
  KeyedBlockWriter,
  type KeyedBlocks,
} from '../../../src/segments/keyed-blocks.ts';
import { createRandom } from '../../support/random.ts';

function find(blocks: KeyedBlocks, key: number) {
  const block = findBlock(blocks.firstKeys, key);
  if (block < 0) return undefined;
  const bytes = blocks.bytes.subarray(blocks.blockOffsets[block], blocks.blockOffsets[block + 1]);
  return findInBlock(bytes, blocks.firstKeys[block] as number, key);
}

describe('keyed blocks', () => {
  test('hold key deltas, lengths, and a file count only where it is not one', () => {
    const writer = new KeyedBlockWriter();
    writer.add(1000, 1, Uint8Array.of(7));
    writer.add(1001, 2, Uint8Array.of(8, 9));
    const { bytes, blockOffsets, firstKeys } = writer.finish();
    expect([...bytes]).toEqual([0, 1 * 2, 7, 1, 2 * 2 + 1, 2, 8, 9]);
    expect([...blockOffsets]).toEqual([0, 8]);
    expect([...firstKeys]).toEqual([1000]);
  });

  test('without a key are empty and find nothing', () => {
    const blocks = new KeyedBlockWriter().finish();
    expect([...blocks.blockOffsets]).toEqual([0]);
    expect(find(blocks, 5)).toBeUndefined();
  });

  test('find every key up to 2^48 and no other', () => {
    const random = createRandom(3);
    const lists = new Map<number, { fileCount: number; bytes: Uint8Array }>();
    let key = 0;
    while (lists.size < 5000) {
      key += 1 + random.below(2 ** 31) * random.pick([0, 0, 1, 25]);
      const bytes = Uint8Array.from({ length: random.below(40) }, () => random.below(256));
      lists.set(key, { fileCount: 1 + random.below(3), bytes });
    }
    expect(key).toBeGreaterThan(2 ** 32);
    const writer = new KeyedBlockWriter();
    for (const [next, list] of lists) writer.add(next, list.fileCount, list.bytes);
    const blocks = writer.finish();
    expect(blocks.firstKeys.length).toBeGreaterThan(10);
    const wrong = [...lists].filter(([next, list]) => {
      const found = find(blocks, next);
      const isSame =
        found?.fileCount === list.fileCount && Buffer.from(found.bytes).equals(list.bytes);
      return !isSame || (!lists.has(next + 1) && find(blocks, next + 1) !== undefined);
    });
    expect(wrong).toEqual([]);
    expect(find(blocks, 0)).toBeUndefined();
  });

  test('end a block once it holds 3.5 KB', () => {
    const writer = new KeyedBlockWriter();
    for (let key = 0; key < 100; key++) writer.add(key, 1, new Uint8Array(1000));
    const { blockOffsets } = writer.finish();
    const sizes = [...blockOffsets.subarray(1)].map((end, at) => end - (blockOffsets[at] ?? 0));
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(3584);
    expect(Math.max(...sizes)).toBeLessThan(3584 + 1004);
  });
});
