/**
 * Comparing what a webhook call brought with what it should have brought, in a time that does not depend on where the two
 * differ.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

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

/** True when both texts are the same and not empty. They are hashed first: their lengths stay hidden too. */
export function isSameSecret(given: string | undefined, secret: string): boolean {
  if (given === undefined || secret === '') return false;
  return timingSafeEqual(hash(given), hash(secret));
}

function hash(text: string): Uint8Array {
  return createHash('sha256').update(text).digest();
}
