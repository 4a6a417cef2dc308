/** The dictionary of names against a plain map of what was put in. */
import { describe, expect, test } from 'vitest';
import { findBlock, findInBlock } from '../../../src/segments/keyed-blocks.ts';
import {
  foldName,
  listInitialPairs,
  listTrigrams,
  splitWords,
} from '../../../src/segments/name-grams.ts';
import {
  decodeNameBlock,
  decodePostings,
  findNameBlocks,
  NameSegmentBuilder,
  type BuiltNameSegment,
} from '../../../src/segments/name-segment.ts';
import { readBlobPostings } from '../../../src/segments/postings.ts';

function symbol(name: string) {
  return { name, kind: 'function', container: '', startLine: 1, endLine: 1, nameLine: 1 } as const;
}

function build(blobs: readonly (readonly string[])[]): BuiltNameSegment {
  const builder = new NameSegmentBuilder();
  for (const names of blobs) builder.addBlob(names.map(symbol));
  return builder.finish();
}

function readBlock(segment: BuiltNameSegment, block: number) {
  const { blocks, blockOffsets } = segment;
  return decodeNameBlock(blocks.subarray(blockOffsets[block], blockOffsets[block + 1]));
}

function find(segment: BuiltNameSegment, name: string): readonly string[] {
  const firstNames = JSON.parse(Buffer.from(segment.firstNames).toString()) as string[];
  const [first, last] = findNameBlocks(firstNames, foldName(name));
  const found: string[] = [];
  for (let block = first; block <= last; block++) {
    for (const entry of readBlock(segment, block)) {
      if (foldName(entry.name) !== foldName(name)) continue;
      for (const place of decodePostings(entry)) {
        found.push(`${entry.name} ${place.blob}:${place.ordinal}:${place.kind}`);
      }
    }
  }
  return found;
}

/** Enough names for many blocks, some of them under several spellings. */
const MANY = Array.from({ length: 3000 }, (_, index) => `getValue${index % 1500}Of_${index}`);

describe('a name segment', () => {
  test('finds every name, whatever its case, and nothing else', () => {
    const segment = build([MANY, ['GETVALUE7OF_7', 'zug', 'Zug', 'Öl'], [], ['zug', 'zug']]);
    expect(segment.blockOffsets.length).toBeGreaterThan(20);
    for (const [ordinal, name] of MANY.entries()) {
      expect(find(segment, name)).toContain(`${name} 0:${ordinal}:function`);
    }
    expect(find(segment, 'getvalue7of_7')).toEqual([
      'GETVALUE7OF_7 1:0:function',
      'getValue7Of_7 0:7:function',
    ]);
    expect(find(segment, 'zug')).toEqual([
      'Zug 1:2:function',
      'zug 1:1:function',
      'zug 3:0:function',
      'zug 3:1:function',
    ]);
    expect(find(segment, 'öl')).toEqual(['Öl 1:3:function']);
    expect(find(segment, 'getValue')).toEqual([]);
    expect(segment).toMatchObject({ blobCount: 4, symbolCount: 3006, nameCount: 3004 });
  });

  test('finds a name that stands on both sides of the end of a block', () => {
    const spellings = Array.from({ length: 4096 }, (_, bits) =>
      Array.from('abcdefghijkl', (letter, place) =>
        (bits >> place) % 2 === 1 ? letter.toUpperCase() : letter,
      ).join(''),
    );
    const segment = build([spellings]);
    expect(segment.blockOffsets.length).toBeGreaterThan(4);
    expect(find(segment, 'abcdefghijkl')).toHaveLength(4096);
  });

  test('has each gram of a name in the block of the name', () => {
    const segment = build([MANY]);
    for (let block = 0; block < segment.blockOffsets.length - 1; block++) {
      for (const { name } of readBlock(segment, block)) {
        const grams = [...listTrigrams(foldName(name)), ...listInitialPairs(splitWords(name))];
        for (const gram of grams.slice(0, 4)) expect(listBlocks(segment, gram)).toContain(block);
      }
    }
    expect(listBlocks(segment, 0x7a7a7a)).toEqual([]);
  });

  test('of nothing is empty', () => {
    const segment = build([]);
    expect(segment).toMatchObject({ symbolCount: 0, nameCount: 0 });
    expect(find(segment, 'a')).toEqual([]);
  });
});

function listBlocks({ grams }: BuiltNameSegment, gram: number): number[] {
  const block = findBlock(grams.firstKeys, gram);
  if (block < 0) return [];
  const bytes = grams.bytes.subarray(grams.blockOffsets[block], grams.blockOffsets[block + 1]);
  const list = findInBlock(bytes, grams.firstKeys[block] as number, gram);
  return list === undefined ? [] : [...readBlobPostings(list)];
}

test.each([
  ['getHTTPHeader_2', ['get', 'HTTP', 'Header', '2']],
  ['snake_case', ['snake', 'case']],
  ['X', ['X']],
  ['größeÄ', ['gr', 'öß', 'e', 'Ä']],
])('the words of %s', (name, words) => {
  expect(splitWords(name)).toEqual(words);
});
