/** Variable-length integers, byte by byte and over their whole range. */
import { describe, expect, test } from 'vitest';
import { ByteReader, ByteWriter } from '../../../src/segments/varint.ts';
import { createRandom } from '../../support/random.ts';

function write(...values: readonly number[]): Uint8Array {
  const writer = new ByteWriter(1);
  for (const value of values) writer.writeVarint(value);
  return writer.finish();
}

describe('a varint', () => {
  test.each([
    ['zero is one byte', 0, [0x00]],
    ['seven bits are one byte', 127, [0x7f]],
    ['the eighth bit makes it two, low bits first', 128, [0x80, 0x01]],
    ['300', 300, [0xac, 0x02]],
    ['2^31 - 1', 2 ** 31 - 1, [0xff, 0xff, 0xff, 0xff, 0x07]],
    ['2^31', 2 ** 31, [0x80, 0x80, 0x80, 0x80, 0x08]],
    ['2^32', 2 ** 32, [0x80, 0x80, 0x80, 0x80, 0x10]],
    ['2^53 - 1', 2 ** 53 - 1, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f]],
  ])('%s', (_reason, value, bytes) => {
    expect([...write(value)]).toEqual(bytes);
    expect(new ByteReader(Uint8Array.from(bytes)).readVarint()).toBe(value);
  });

  test('comes back for every power of two and its neighbours', () => {
    const values = Array.from({ length: 53 }, (_, bit) => 2 ** bit).flatMap((power) => [
      power - 1,
      power,
      Math.min(power + 1, Number.MAX_SAFE_INTEGER),
    ]);
    const reader = new ByteReader(write(...values));
    expect(values.map(() => reader.readVarint())).toEqual(values);
    expect(reader.position).toBe(reader.bytes.length);
  });

  test('comes back for random values of every size', () => {
    const random = createRandom(1);
    const values = Array.from({ length: 2000 }, () =>
      Math.floor(random.below(2 ** 31) * 2 ** (random.below(53) - 31)),
    );
    const reader = new ByteReader(write(...values));
    expect(values.map(() => reader.readVarint())).toEqual(values);
  });

  test('past the end is zero', () => {
    expect(new ByteReader(new Uint8Array(0)).readVarint()).toBe(0);
  });
});

describe('a byte writer', () => {
  test('gives exact copies and starts again', () => {
    const writer = new ByteWriter(1);
    writer.writeBytes(Uint8Array.of(1, 2, 3));
    writer.writeVarint(4);
    const first = writer.finish();
    writer.writeVarint(5);
    expect([...writer.view()]).toEqual([5]);
    const second = writer.finish();
    expect([[...first], [...second]]).toEqual([[1, 2, 3, 4], [5]]);
    expect(first.buffer.byteLength).toBe(4);
  });
});
