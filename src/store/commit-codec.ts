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

function countTerms(packed: Uint8Array): number {
  return packed.length / TERM_BYTES;
}

/** The terms of several messages side by side: message i has those from `start[i]` to `start[i + 1]`, keys ascending. */
export interface TermColumns {
  readonly start: Uint32Array;
  /** Low 32 bits of each key. */
  readonly low: Uint32Array;
  /** High 16 bits of each key. */
  readonly high: Uint16Array;
  readonly frequency: Uint8Array;
}

/** Unpacks the terms of messages into columns. Cost: about 20 ns a term. */
export function unpackTerms(messages: readonly Uint8Array[]): TermColumns {
  const start = toStarts(messages.map(countTerms));
  const total = start[messages.length] ?? 0;
  const low = new Uint32Array(total);
  const high = new Uint16Array(total);
  const frequency = new Uint8Array(total);
  let next = 0;
  for (const packed of messages) {
    for (let at = 0; at + TERM_BYTES <= packed.length; at += TERM_BYTES) {
      low[next] = readWord(packed, at) | (readWord(packed, at + 2) << 16);
      high[next] = readWord(packed, at + 4);
      frequency[next] = packed[at + 6] as number;
      next += 1;
    }
  }
  return { start, low, high, frequency };
}

/** Two bytes, little endian. */
function readWord(bytes: Uint8Array, at: number): number {
  return (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
}

/** Starts of consecutive stretches of these lengths, and the end of the last. */
export function toStarts(lengths: readonly number[]): Uint32Array {
  const starts = new Uint32Array(lengths.length + 1);
  for (const [index, length] of lengths.entries())
    starts[index + 1] = (starts[index] ?? 0) + length;
  return starts;
}
