/**
 * Bytes of a file -> UTF-8 text, or the finding that they are no text. Pure.
 *
 * A byte order mark decides first (UTF-8, UTF-16); then a NUL among the first 8,000 bytes means binary, as
 * in git; then valid UTF-8 is taken as it is; what is left is read as Latin-1, in which every byte has a
 * meaning, unless it holds control bytes in numbers that no text has.
 */
import { isUtf8 } from 'node:buffer';
import type { TextEncoding } from '../../model/document.ts';

/** UTF-8 bytes without byte order mark, and what they were. */
export interface DecodedText {
  readonly bytes: Uint8Array;
  readonly encoding: TextEncoding;
}

/** Where git looks for a NUL. */
const SNIFFED_BYTES = 8000;
/** Text in an 8-bit encoding has hardly any control bytes; compressed content has about 10 %. */
const MAX_CONTROL_SHARE = 0.02;
/** How much of valid UTF-8 is looked at for control bytes. */
const SAMPLED_BYTES = 1024;
/** For valid UTF-8 the bar is high: logs with terminal colours and form feeds are text. */
const MAX_CONTROL_SHARE_UTF8 = 0.3;

/**
 * Decodes a whole file; null when it is binary. UTF-8 without mark comes back as the same memory, without
 * a copy. Cost: one pass over valid UTF-8; a copy for the other encodings.
 */
export function decodeText(bytes: Uint8Array): DecodedText | null {
  if (startsWith(bytes, [0xff, 0xfe]) && !startsWith(bytes, [0xff, 0xfe, 0, 0]))
    return decodeUtf16(bytes.subarray(2), 'utf-16le');
  if (startsWith(bytes, [0xfe, 0xff])) return decodeUtf16(bytes.subarray(2), 'utf-16be');
  const body = startsWith(bytes, [0xef, 0xbb, 0xbf]) ? bytes.subarray(3) : bytes;
  const head = body.subarray(0, SNIFFED_BYTES);
  if (head.includes(0)) return null;
  if (isUtf8(body))
    return getControlShare(head.subarray(0, SAMPLED_BYTES)) > MAX_CONTROL_SHARE_UTF8
      ? null
      : { bytes: body, encoding: 'utf-8' };
  if (body.includes(0) || getControlShare(body) > MAX_CONTROL_SHARE) return null;
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1');
  return { bytes: Buffer.from(text, 'utf8'), encoding: 'latin-1' };
}

function startsWith(bytes: Uint8Array, mark: readonly number[]): boolean {
  return mark.every((byte, index) => bytes[index] === byte);
}

function decodeUtf16(bytes: Uint8Array, encoding: 'utf-16le' | 'utf-16be'): DecodedText | null {
  const text = new TextDecoder(encoding).decode(bytes);
  return text.includes('\0') ? null : { bytes: Buffer.from(text, 'utf8'), encoding };
}

/** Share of bytes that are control characters other than blanks, backspace and escape. */
function getControlShare(bytes: Uint8Array): number {
  let count = 0;
  for (const byte of bytes) {
    if (byte < 0x20 ? byte < 0x08 || (byte > 0x0d && byte !== 0x1b) : byte === 0x7f) count++;
  }
  return bytes.length === 0 ? 0 : count / bytes.length;
}
