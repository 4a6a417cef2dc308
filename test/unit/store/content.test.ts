/** Contents of all sizes come back whole, however long their frame says they are; damaged ones throw. */
import { constants, createZstdCompress, zstdCompressSync } from 'node:zlib';
import { buffer } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { unpackContent } from '../../../src/store/content.ts';

/** Text that compresses about as well as source does. */
function makeText(bytes: number): Buffer {
  return Buffer.from(
    Array.from({ length: Math.ceil(bytes / 8) }, (_, number) => `${number * 7919} x`).join('\n'),
  ).subarray(0, bytes);
}

describe('unpacking', () => {
  test.each([0, 1, 60, 255, 256, 257, 65_791, 65_792, 300_000, 9_000_000])(
    '%i bytes come back',
    (bytes) => {
      const text = makeText(bytes);
      const params = { [constants.ZSTD_c_compressionLevel]: 3 };
      expect(unpackContent(zstdCompressSync(text, { params })).equals(text)).toBe(true);
    },
  );

  test('a frame that does not say its length comes back', async () => {
    const text = makeText(200_000);
    const stream = createZstdCompress();
    stream.write(text.subarray(0, 50_000));
    stream.end(text.subarray(50_000));
    expect(unpackContent(await buffer(stream)).equals(text)).toBe(true);
  });

  test.each([
    ['nothing', Buffer.alloc(0), 'unexpected end'],
    ['other bytes', Buffer.alloc(64, 0xff), 'Unknown frame descriptor'],
    [
      'a frame that was cut',
      zstdCompressSync(makeText(50_000)).subarray(0, 2000),
      'unexpected end',
    ],
  ])('%s is an error', (_name, frame, message) => {
    expect(() => unpackContent(frame)).toThrow(message);
  });
});
