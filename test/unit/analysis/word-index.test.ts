/** The word index against a plain count: many terms, high counts, and one builder used again and again. */
import { expect, test } from 'vitest';
import { toTermKey } from '../../../src/analysis/terms.ts';
import { WordIndexBuilder } from '../../../src/analysis/word-index.ts';
import {
  findBlock,
  findInBlock,
  type KeyedBlocks,
  type PostingList,
} from '../../../src/segments/keyed-blocks.ts';
import { MAX_TERM_FREQUENCY, readWordPostings } from '../../../src/segments/postings.ts';

function find(blocks: KeyedBlocks, word: string): PostingList | undefined {
  const key = toTermKey(word);
  const block = findBlock(blocks.firstKeys, key);
  if (block < 0) return undefined;
  const bytes = blocks.bytes.subarray(blocks.blockOffsets[block], blocks.blockOffsets[block + 1]);
  return findInBlock(bytes, blocks.firstKeys[block] as number, key);
}

/** The postings of a word as `chunk x count`. */
function listPostings(blocks: KeyedBlocks, word: string): readonly string[] {
  const chunks = new Uint32Array(1000);
  const frequencies = new Uint8Array(1000);
  const count = readWordPostings(
    find(blocks, word)?.bytes ?? new Uint8Array(),
    chunks,
    frequencies,
  );
  return Array.from({ length: count }, (_, at) => `${chunks[at]}x${frequencies[at]}`);
}

/** One chunk for each text; `blobs` says whose it is. */
function build(
  builder: WordIndexBuilder,
  chunks: readonly { readonly text: string; readonly blob: number }[],
): { readonly tokens: readonly number[]; readonly blocks: KeyedBlocks } {
  const tokens = chunks.map(({ text, blob }) => {
    const bytes = Buffer.from(text);
    return builder.addChunk(bytes, { start: 0, end: bytes.length, blob });
  });
  return { tokens, blocks: builder.finish() };
}

const SMALL = [
  { text: 'alpha beta alpha', blob: 0 },
  { text: 'beta beta beta', blob: 0 },
  { text: 'alpha', blob: 1 },
] as const;

test('counts terms by chunk and files by term', () => {
  const { tokens, blocks } = build(new WordIndexBuilder(), SMALL);
  expect(tokens).toEqual([3, 3, 1]);
  expect(listPostings(blocks, 'alpha')).toEqual(['0x2', '2x1']);
  expect(listPostings(blocks, 'beta')).toEqual(['0x1', '1x3']);
  expect(find(blocks, 'alpha')?.fileCount).toBe(2);
  expect(find(blocks, 'beta')?.fileCount).toBe(1);
  expect(find(blocks, 'gamma')).toBeUndefined();
});

test('keeps every term when the table grows, and forgets all of them for the next segment', () => {
  const builder = new WordIndexBuilder();
  const words = Array.from({ length: 60_000 }, (_, number) => `term${number}`);
  const { tokens, blocks } = build(builder, [
    { text: words.join(' '), blob: 0 },
    { text: words.slice(-3).join(' '), blob: 1 },
  ]);
  // Each name is itself, `term` and its digits, where those are more than one character.
  expect(tokens).toEqual([60_000 * 3 - 10, 9]);
  const sample = words.filter((_, number) => number % 50 === 0);
  expect(sample.filter((word) => find(blocks, word) === undefined)).toEqual([]);
  expect(listPostings(blocks, 'term59999')).toEqual(['0x1', '1x1']);
  const again = build(builder, SMALL);
  expect(listPostings(again.blocks, 'alpha')).toEqual(['0x2', '2x1']);
  expect(find(again.blocks, 'term7')).toBeUndefined();
  expect(again.blocks.bytes).toEqual(build(new WordIndexBuilder(), SMALL).blocks.bytes);
});

test('caps the count of a term in a chunk', () => {
  const { blocks } = build(new WordIndexBuilder(), [{ text: 'again '.repeat(1000), blob: 0 }]);
  expect(listPostings(blocks, 'again')).toEqual([`0x${MAX_TERM_FREQUENCY}`]);
});
