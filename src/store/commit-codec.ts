/**
 * The two packed columns of `commit_log`.
 *
 *     path_ids = varint(id - previous id)*                    ascending ids of history_path
 *     terms    = (key: 6 bytes, little endian; tf: 1 byte)*   ascending keys, tf capped at 255
 *
 * Keys are hashes (48 bits), so their differences are as long as they are themselves: they are stored whole.
 */
import { ByteReader, ByteWriter } from '../segments/varint.ts';

/** Distinct terms of a message that are kept, the first ones: what comes later is quoted or generated. */
const MAX_TERMS = 300;
const TERM_BYTES = 7;
const MAX_FREQUENCY = 255;

/** Packs ids; the order of the argument does not count. */
export function packPathIds(ids: readonly number[]): Uint8Array {
  const writer = new ByteWriter(ids.length * 3);
  let previous = 0;
  for (const id of ids.toSorted((left, right) => left - right)) {
    writer.writeVarint(id - previous);
    previous = id;
  }
  return writer.finish();
}

/** Gives ids ascending. */
export function unpackPathIds(bytes: Uint8Array): number[] {
  const reader = new ByteReader(bytes);
  const ids: number[] = [];
  let previous = 0;
  while (reader.position < bytes.length) {
    previous += reader.readVarint();
    ids.push(previous);
  }
  return ids;
}

/** Packs the term keys of a message, given in order with repetitions. The buffer is its own, to be handed over. */
export function packTerms(keys: readonly number[]): Uint8Array<ArrayBuffer> {
  const frequencies = new Map<number, number>();
  for (const key of keys) {
    const known = frequencies.get(key);
    if (known === undefined && frequencies.size >= MAX_TERMS) continue;
    frequencies.set(key, Math.min(MAX_FREQUENCY, (known ?? 0) + 1));
  }
  const packed = new Uint8Array(frequencies.size * TERM_BYTES);
  const view = new DataView(packed.buffer);
  let at = 0;
  for (const key of [...frequencies.keys()].toSorted((left, right) => left - right)) {
    view.setUint32(at, key % 0x1_0000_0000, true);
    view.setUint16(at + 4, Math.floor(key / 0x1_0000_0000), true);
    view.setUint8(at + 6, frequencies.get(key) ?? 1);
    at += TERM_BYTES;
  }
  return packed;
}

/** Number of distinct terms. */
export function countTerms(packed: Uint8Array): number {
  return packed.length / TERM_BYTES;
}

/** Calls back with each term, keys ascending. */
export function forEachTerm(
  packed: Uint8Array,
  use: (key: number, frequency: number) => void,
): void {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  for (let at = 0; at < packed.length; at += TERM_BYTES) {
    const key = view.getUint32(at, true) + view.getUint16(at + 4, true) * 0x1_0000_0000;
    use(key, view.getUint8(at + 6));
  }
}
