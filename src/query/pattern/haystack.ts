/**
 * The text that is searched, in the form that suits the pattern: its bytes for a plain text, else a
 * string (one byte per character when the content is ASCII). A *unit* is a position in that form: a byte
 * or a UTF-16 code unit. Contents are valid UTF-8; nothing here decides what matches.
 */
import { isAscii } from 'node:buffer';
import type { Alphabet } from './emit-set.ts';

export interface Haystack {
  readonly lengthUnits: number;
  /** Unit of the first line feed at or after a unit, or -1. */
  findLineFeed(fromUnit: number): number;
  /** UTF-8 bytes between two units. */
  countBytes(fromUnit: number, toUnit: number): number;
}

export interface TextHaystack extends Haystack {
  readonly text: string;
  readonly alphabet: Alphabet;
  /** The text has no `\r`, U+2028 or U+2029. */
  readonly hasNativeLineEnds: boolean;
}

export interface ByteHaystack extends Haystack {
  readonly bytes: Buffer;
}

/** Looks at bytes without copying them. */
export function toByteHaystack(content: Uint8Array): ByteHaystack {
  const bytes = toBuffer(content);
  return {
    bytes,
    lengthUnits: bytes.length,
    findLineFeed: (fromUnit) => bytes.indexOf(0x0a, fromUnit),
    countBytes: (fromUnit, toUnit) => toUnit - fromUnit,
  };
}

/** Decodes UTF-8 bytes; ASCII content becomes a string of one byte per character. O(n). */
export function toTextHaystack(content: Uint8Array): TextHaystack {
  const bytes = toBuffer(content);
  const isOneByte = isAscii(content);
  const text = isOneByte ? bytes.toString('latin1') : bytes.toString('utf8');
  const alphabet = isOneByte ? 'ascii' : /[\ud800-\udfff]/.test(text) ? 'full' : 'bmp';
  return {
    text,
    alphabet,
    hasNativeLineEnds: isOneByte ? !text.includes('\r') : !/[\r\u2028\u2029]/.test(text),
    lengthUnits: text.length,
    findLineFeed: (fromUnit) => text.indexOf('\n', fromUnit),
    countBytes: (fromUnit, toUnit) =>
      isOneByte ? toUnit - fromUnit : Buffer.byteLength(text.slice(fromUnit, toUnit)),
  };
}

function toBuffer(content: Uint8Array): Buffer {
  return Buffer.from(content.buffer, content.byteOffset, content.byteLength);
}

/** True when the text has a line longer than `limitUnits`. Steps over short lines many at a time. */
export function hasLongLine(text: string, limitUnits: number): boolean {
  let start = 0;
  while (text.length - start > limitUnits) {
    const feed = text.lastIndexOf('\n', start + limitUnits);
    if (feed < start) return true;
    start = feed + 1;
  }
  return false;
}
