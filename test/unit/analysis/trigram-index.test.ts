/** The trigram half of a segment against a naive listing of three-byte runs. */
import { expect, test } from 'vitest';
import { TrigramIndexBuilder } from '../../../src/analysis/trigram-index.ts';
import { findBlock, findInBlock, type KeyedBlocks } from '../../../src/segments/keyed-blocks.ts';
import { readBlobPostings } from '../../../src/segments/postings.ts';
import { createRandom } from '../../support/random.ts';
import { makeSourceText } from '../../support/random-text.ts';

function find(blocks: KeyedBlocks, trigram: number): readonly number[] {
  const block = findBlock(blocks.firstKeys, trigram);
  if (block < 0) return [];
  const bytes = blocks.bytes.subarray(blocks.blockOffsets[block], blocks.blockOffsets[block + 1]);
  const list = findInBlock(bytes, blocks.firstKeys[block] as number, trigram);
  return list === undefined ? [] : [...readBlobPostings(list)];
}

function listNaive(texts: readonly Buffer[]): ReadonlyMap<number, readonly number[]> {
  const found = new Map<number, number[]>();
  for (const [blob, text] of texts.entries()) {
    const folded = Buffer.from(text).map((byte) =>
      byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte,
    );
    const own = new Set<number>();
    for (let at = 0; at + 2 < folded.length; at++) own.add(Buffer.from(folded).readUIntBE(at, 3));
    for (const trigram of own) found.set(trigram, [...(found.get(trigram) ?? []), blob]);
  }
  return found;
}

test('gives for each trigram exactly the blobs that hold it, twice in a row on one thread', () => {
  const random = createRandom(6);
  for (let round = 0; round < 2; round++) {
    const texts = [
      ...['', 'a', 'ab', 'ABC', 'abc'].map((text) => Buffer.from(text)),
      ...Array.from({ length: 12 }, () => Buffer.from(makeSourceText(random, random.below(120)))),
      Buffer.from(Array.from({ length: 3000 }, () => random.below(256))),
    ];
    const builder = new TrigramIndexBuilder();
    for (const [blob, text] of texts.entries()) builder.addBlob(text, blob);
    const blocks = builder.finish();
    const naive = listNaive(texts);
    const probes = Array.from({ length: 2000 }, () => random.below(2 ** 24));
    const wrong = [...naive.keys(), ...probes].filter(
      (trigram) => find(blocks, trigram).join() !== (naive.get(trigram) ?? []).join(),
    );
    expect(wrong).toEqual([]);
  }
});
