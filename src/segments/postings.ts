/**
 * The two posting formats.
 *
 *     word postings    = (varint((chunk - previous chunk) * 2 + several) varint(tf - 2)?)*
 *     trigram postings = varint(blob - previous blob)*
 *
 * Chunks and blobs are numbered within their segment and ascend; "previous" starts at -1, so that a
 * delta is at least 1 and is stored less 1. `several` = 1 when the term stands there more than once;
 * only then tf follows. tf is capped at 255.
 */
import { ByteReader, type ByteWriter } from './varint.ts';

/** Largest term frequency that is kept. */
export const MAX_TERM_FREQUENCY = 255;

/** Appends postings packed as `chunk * 256 + tf`, ascending. */
export function writeWordPostings(out: ByteWriter, packed: Uint32Array): void {
  let previous = -1;
  for (const posting of packed) {
    const chunk = posting >>> 8;
    const frequency = posting & 0xff;
    const delta = chunk - previous - 1;
    previous = chunk;
    if (frequency === 1) {
      out.writeVarint(delta * 2);
    } else {
      out.writeVarint(delta * 2 + 1);
      out.writeVarint(frequency - 2);
    }
  }
}

/**
 * Decodes into the two arrays, which must be large enough for every chunk of the segment.
 * Gives the number of postings.
 */
export function readWordPostings(
  bytes: Uint8Array,
  chunks: Uint32Array,
  frequencies: Uint8Array,
): number {
  let count = 0;
  let position = 0;
  let chunk = -1;
  const end = bytes.length;
  while (position < end) {
    let byte = bytes[position++] as number;
    let value = byte & 0x7f;
    for (let shift = 7; byte >= 0x80; shift += 7) {
      byte = bytes[position++] as number;
      value |= (byte & 0x7f) << shift;
    }
    chunk += (value >>> 1) + 1;
    let frequency = 1;
    if ((value & 1) === 1) {
      byte = bytes[position++] as number;
      frequency = byte & 0x7f;
      if (byte >= 0x80) frequency |= ((bytes[position++] as number) & 0x7f) << 7;
      frequency += 2;
    }
    chunks[count] = chunk;
    frequencies[count] = frequency;
    count += 1;
  }
  return count;
}

/** Appends ascending blob numbers. */
export function writeBlobPostings(out: ByteWriter, blobs: Uint32Array): void {
  let previous = -1;
  for (const blob of blobs) {
    out.writeVarint(blob - previous - 1);
    previous = blob;
  }
}

/** Decodes a list of blob numbers, ascending. */
export function readBlobPostings(list: {
  readonly bytes: Uint8Array;
  readonly fileCount: number;
}): Uint32Array {
  const reader = new ByteReader(list.bytes);
  const blobs = new Uint32Array(list.fileCount);
  let previous = -1;
  for (let index = 0; index < list.fileCount; index++) {
    previous += reader.readVarint() + 1;
    blobs[index] = previous;
  }
  return blobs;
}
