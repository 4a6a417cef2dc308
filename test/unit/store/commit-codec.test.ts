import { expect, test } from 'vitest';
import {
  packPathIds,
  packTerms,
  unpackPathIds,
  unpackTerms,
} from '../../../src/store/commit-codec.ts';
import { TermPostings } from '../../../src/store/term-postings.ts';
import { createRandom } from '../../support/random.ts';

test('ids of paths are kept ascending', () => {
  expect(unpackPathIds(packPathIds([900, 3, 70_000, 4]))).toEqual([3, 4, 900, 70_000]);
  expect(unpackPathIds(packPathIds([]))).toEqual([]);
});

/** The terms of one packed message, as pairs of key and frequency. */
function listPacked(packed: Uint8Array): [number, number][] {
  const { low, high, frequency } = unpackTerms([packed]);
  return Array.from(low, (value, at) => [
    value + (high[at] as number) * 0x1_0000_0000,
    frequency[at] as number,
  ]);
}

test('terms are kept with how often they stand there', () => {
  const top = 0xffff_ffff_ffff;
  const packed = packTerms([top, 7, 7, 0x1_0000_0000, 7]);
  expect(listPacked(packed)).toEqual([
    [7, 3],
    [0x1_0000_0000, 1],
    [top, 1],
  ]);
  expect(packed.buffer.byteLength).toBe(21);
});

test('a long message keeps its first 300 terms, and counts them to 255', () => {
  const keys = Array.from({ length: 400 }, (_, index) => index);
  const terms = new Map(listPacked(packTerms([...keys, ...Array.from({ length: 300 }, () => 5)])));
  expect(terms.size).toBe(300);
  expect(terms.get(5)).toBe(255);
  expect(terms.has(399)).toBe(false);
});

test('postings hold the same as the messages, whatever the keys', () => {
  const random = createRandom(7);
  const toKey = () => random.below(50) + random.below(4) * 0x1_0000_0000;
  const messages = Array.from({ length: 200 }, () => Array.from({ length: 9 }, toKey));
  const postings = new TermPostings(unpackTerms(messages.map(packTerms)));
  const expected = new Map<number, Map<number, number>>();
  for (const [message, keys] of messages.entries()) {
    for (const key of keys) {
      const counts = expected.get(key) ?? new Map<number, number>();
      expected.set(key, counts.set(message, (counts.get(message) ?? 0) + 1));
    }
  }
  for (const [key, counts] of expected) {
    const found = postings.find(key);
    expect(Array.from(found?.commits ?? [])).toEqual([...counts.keys()]);
    expect(Array.from(found?.frequencies ?? [])).toEqual([...counts.values()]);
  }
  expect(postings.find(51)).toBeUndefined();
  expect(new TermPostings(unpackTerms([])).find(1)).toBeUndefined();
});
