/** The two posting formats, spelled out and round trips. */
import { describe, expect, test } from 'vitest';
import {
  MAX_TERM_FREQUENCY,
  readBlobPostings,
  readWordPostings,
  writeBlobPostings,
  writeWordPostings,
} from '../../../src/segments/postings.ts';
import { ByteWriter } from '../../../src/segments/varint.ts';
import { createRandom } from '../../support/random.ts';

function writeWords(postings: readonly (readonly [chunk: number, frequency: number])[]) {
  const writer = new ByteWriter();
  writeWordPostings(
    writer,
    Uint32Array.from(postings, ([chunk, frequency]) => chunk * 256 + frequency),
  );
  return writer.finish();
}

function readWords(bytes: Uint8Array, length: number) {
  const chunks = new Uint32Array(length);
  const frequencies = new Uint8Array(length);
  const count = readWordPostings(bytes, chunks, frequencies);
  return Array.from({ length: count }, (_, index) => [chunks[index], frequencies[index]]);
}

describe('word postings', () => {
  test('are deltas less one, doubled, with a frequency only where there is more than one', () => {
    const postings = [
      [0, 1],
      [1, 1],
      [5, 3],
      [6, 255],
    ] as const;
    const bytes = writeWords(postings);
    expect([...bytes]).toEqual([0, 0, 3 * 2 + 1, 3 - 2, 1, 0xfd, 0x01]);
    expect(readWords(bytes, 4)).toEqual(postings);
  });

  test('hold the last chunk that a segment can have', () => {
    const postings = [
      [2 ** 24 - 2, 2],
      [2 ** 24 - 1, MAX_TERM_FREQUENCY],
    ] as const;
    expect(readWords(writeWords(postings), 2)).toEqual(postings);
  });

  test('come back for random lists', () => {
    const random = createRandom(2);
    let chunk = -1;
    const postings = Array.from({ length: 3000 }, () => {
      chunk += 1 + random.below(random.pick([1, 2, 100, 5000]));
      return [chunk, 1 + random.below(random.pick([1, 3, 255]))] as const;
    });
    expect(readWords(writeWords(postings), postings.length)).toEqual(postings);
  });
});

describe('trigram postings', () => {
  test('are deltas less one', () => {
    const writer = new ByteWriter();
    writeBlobPostings(writer, Uint32Array.of(0, 1, 130, 2 ** 32 - 2));
    const bytes = writer.finish();
    expect([...bytes.subarray(0, 4)]).toEqual([0, 0, 128 | 0, 1]);
    expect([...readBlobPostings({ bytes, fileCount: 4 })]).toEqual([0, 1, 130, 2 ** 32 - 2]);
  });
});
