/**
 * Growing byte buffer with variable-length integers, and the matching reader. A varint is little-endian
 * base 128: seven bits a byte, high bit set on every byte but the last. Values are whole numbers from 0
 * to 2^53 - 1; nothing is checked here, callers own their ranges.
 */

/** Appends bytes and varints; `finish` gives an exact copy and the writer can be used again. */
export class ByteWriter {
  #bytes: Uint8Array;
  length = 0;

  constructor(initialBytes = 1024) {
    this.#bytes = new Uint8Array(initialBytes);
  }

  reserve(extraBytes: number): void {
    const needed = this.length + extraBytes;
    if (needed <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    larger.set(this.#bytes.subarray(0, this.length));
    this.#bytes = larger;
  }

  writeVarint(value: number): void {
    this.reserve(8);
    const bytes = this.#bytes;
    let rest = value;
    while (rest >= 0x80000000) {
      bytes[this.length++] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    while (rest >= 0x80) {
      bytes[this.length++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    bytes[this.length++] = rest;
  }

  writeBytes(source: Uint8Array): void {
    this.reserve(source.length);
    this.#bytes.set(source, this.length);
    this.length += source.length;
  }

  /** The bytes so far without a copy; valid until the next write. */
  view(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }

  /** An exact copy of the bytes so far; the writer starts again at zero. */
  finish(): Uint8Array<ArrayBuffer> {
    const result = this.#bytes.slice(0, this.length);
    this.length = 0;
    return result;
  }
}

/** Reads varints from `bytes`, moving `position`. Reading past the end gives zeros: callers know the count. */
export class ByteReader {
  readonly bytes: Uint8Array;
  position: number;

  constructor(bytes: Uint8Array, position = 0) {
    this.bytes = bytes;
    this.position = position;
  }

  readVarint(): number {
    const bytes = this.bytes;
    let byte = bytes[this.position++] ?? 0;
    if (byte < 0x80) return byte;
    let value = byte & 0x7f;
    let factor = 128;
    do {
      byte = bytes[this.position++] ?? 0;
      value += (byte & 0x7f) * factor;
      factor *= 128;
    } while (byte >= 0x80);
    return value;
  }
}
