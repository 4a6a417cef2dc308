/**
 * Comparing what a webhook call brought with what it should have brought, in a time that does not depend on where the two
 * differ.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

export interface SignedMessage {
  readonly key: string | Uint8Array;
  readonly message: string | Uint8Array;
  readonly signature: string;
  readonly encoding: 'hex' | 'base64';
}

/** True when the signature is the HMAC-SHA256 of the message. An empty key makes none. */
export function isHmacSha256({ key, message, signature, encoding }: SignedMessage): boolean {
  if (key.length === 0) return false;
  const expected = createHmac('sha256', key).update(message).digest();
  const given = Buffer.from(signature, encoding);
  return given.length === expected.length && timingSafeEqual(given, expected);
}
