/** What a term is; and that the text form and the byte form of the rule agree. */
import { describe, expect, test } from 'vitest';
import { cutChunks } from '../../../src/analysis/chunk-lines.ts';
import { listTerms, toTermKey } from '../../../src/analysis/terms.ts';
import { WordIndexBuilder } from '../../../src/analysis/word-index.ts';
import { findBlock, findInBlock, type KeyedBlocks } from '../../../src/segments/keyed-blocks.ts';
import { readWordPostings } from '../../../src/segments/postings.ts';
import { ByteReader } from '../../../src/segments/varint.ts';
import { createRandom } from '../../support/random.ts';
import { makeSourceText } from '../../support/random-text.ts';

function list(text: string): readonly string[] {
  return listTerms(text).map(({ text: term }) => term);
}

describe('terms', () => {
  test.each([
    ['an identifier and its words', 'parseHTTPHeader_2', 'parsehttpheader_2 parse http header'],
    ['one word is one term', 'hello', 'hello'],
    ['snake case', 'max_page_size', 'max_page_size max page size'],
    ['upper case', 'MAX_PAGE', 'max_page max page'],
    ['digits are words', 'utf8Text42', 'utf8text42 utf text 42'],
    ['a capital belongs to the word behind it', 'getURLPath', 'geturlpath get url path'],
    ['single letters are no terms', 'a b c_d x', 'c_d'],
    ['numbers are no terms', '42 0x1f 3d', ''],
    ['what starts with a digit is no identifier', '2fast', ''],
    ['underscores around', '__init__', '__init__ init'],
    ['punctuation separates', 'a.foo->bar::baz', 'foo bar baz'],
    ['letters beyond ASCII stay whole', 'Größe naïve', 'größe naïve'],
    ['neighbouring characters of a script without spaces', '検索する', '検索 索す する'],
    ['one character alone', '字', '字'],
    ['scripts are cut apart', 'get検索', 'get 検索'],
    ['emoji are no terms', '😀 ok', 'ok'],
  ])('%s', (_reason, text, expected) => {
    expect(list(text).toSorted()).toEqual(expected.split(' ').filter(Boolean).toSorted());
  });

  test('parts are marked', () => {
    expect(listTerms('fooBar')).toEqual([
      { text: 'foobar', isPart: false },
      { text: 'foo', isPart: true },
      { text: 'bar', isPart: true },
    ]);
  });

  test('runs over 80 bytes are data, not names', () => {
    expect(list('a'.repeat(80))).toEqual(['a'.repeat(80)]);
    expect(list('a'.repeat(81))).toEqual([]);
    expect(list('é'.repeat(41))).toEqual([]);
  });

  test('keys are whole numbers below 2^48 and differ for near words', () => {
    const words = Array.from({ length: 20_000 }, (_, number) => `w${number.toString(36)}`);
    const keys = new Set(words.map(toTermKey));
    expect(keys.size).toBe(words.length);
    expect(
      [...keys].filter((key) => !(Number.isInteger(key) && key >= 0 && key < 2 ** 48)),
    ).toEqual([]);
  });
});

/** Every posting of an index as `key:chunk:frequency`, sorted. */
function listPostings(blocks: KeyedBlocks): readonly string[] {
  const found: string[] = [];
  for (const [block, firstKey] of blocks.firstKeys.entries()) {
    const start = blocks.blockOffsets[block] as number;
    const bytes = blocks.bytes.subarray(start, blocks.blockOffsets[block + 1]);
    const reader = new ByteReader(bytes);
    let key = firstKey;
    while (reader.position < bytes.length) {
      key += reader.readVarint();
      const tag = reader.readVarint();
      if (tag % 2 === 1) reader.readVarint();
      const end = reader.position + Math.floor(tag / 2);
      const chunks = new Uint32Array(10_000);
      const frequencies = new Uint8Array(10_000);
      const count = readWordPostings(bytes.subarray(reader.position, end), chunks, frequencies);
      for (let at = 0; at < count; at++) found.push(`${key}:${chunks[at]}:${frequencies[at]}`);
      reader.position = end;
    }
  }
  return found.sort();
}

describe('the word index', () => {
  test('holds the terms of each chunk as listTerms gives them, whatever the text', () => {
    const random = createRandom(4);
    for (let round = 0; round < 30; round++) {
      const builder = new WordIndexBuilder();
      const expected = new Map<string, number>();
      const tokens: number[] = [];
      const texts = Array.from({ length: 3 }, () => makeSourceText(random, random.below(400)));
      for (const [blob, text] of texts.entries()) {
        const bytes = Buffer.from(text);
        const count = builder.addChunk(bytes, { start: 0, end: bytes.length, blob });
        const terms = list(text);
        tokens.push(count - terms.length);
        for (const term of terms) {
          const posting = `${toTermKey(term)}:${blob}`;
          expected.set(posting, (expected.get(posting) ?? 0) + 1);
        }
      }
      const wanted = Array.from(
        expected,
        ([posting, count]) => `${posting}:${Math.min(255, count)}`,
      );
      expect(listPostings(builder.finish())).toEqual(wanted.sort());
      expect(tokens).toEqual([0, 0, 0]);
    }
  });

  test('holds them for chunks of lines too, since no term spans a line', () => {
    const random = createRandom(5);
    const bytes = Buffer.from(makeSourceText(random, 5000));
    const builder = new WordIndexBuilder();
    const expected: string[] = [];
    for (const [chunk, { start, end }] of cutChunks(bytes).entries()) {
      builder.addChunk(bytes, { start, end, blob: 0 });
      const counts = new Map<number, number>();
      for (const term of list(bytes.toString('utf8', start, end))) {
        counts.set(toTermKey(term), (counts.get(toTermKey(term)) ?? 0) + 1);
      }
      for (const [key, count] of counts) expected.push(`${key}:${chunk}:${Math.min(255, count)}`);
    }
    expect(listPostings(builder.finish())).toEqual(expected.sort());
  });

  test('counts each file once for a term, and caps the frequency at 255', () => {
    const builder = new WordIndexBuilder();
    const bytes = Buffer.from('word '.repeat(1000));
    builder.addChunk(bytes, { start: 0, end: 2000, blob: 0 });
    builder.addChunk(bytes, { start: 2000, end: 5000, blob: 0 });
    builder.addChunk(bytes, { start: 0, end: 5, blob: 1 });
    const { bytes: stored, firstKeys } = builder.finish();
    const key = toTermKey('word');
    expect(findBlock(firstKeys, key)).toBe(0);
    const found = findInBlock(stored, firstKeys[0] as number, key);
    expect(found?.fileCount).toBe(2);
    expect(found?.bytes).toEqual(Uint8Array.of(1, 0xfd, 1, 1, 0xfd, 1, 0));
  });
});
