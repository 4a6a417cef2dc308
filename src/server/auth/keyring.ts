/**
 * Keys of a file, hashed at rest. The file is JSON:
 *
 *     {"keys": [{"id": "ci", "sha256": "<64 hex digits>", "scopes": ["read"],
 *                "connectors": ["alpha"], "expires_at": "2027-01-31T00:00:00Z"}]}
 *
 * `sha256` is the hash of the key's bytes. A plain hash is enough because keys are random and long; the
 * documentation says how to make one. `scopes` default to read, `connectors` to all, `expires_at` to
 * never. Each use looks at the file's time of change (some ten microseconds), so a key that was taken out
 * stops working at once; a broken change is logged and the old keys stay.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';

import type { AuthConfig } from '../../config/config.ts';
import { AppError } from '../../errors/app-error.ts';
import { peek } from '../peek.ts';
import { SCOPES, type Principal, type Scope } from '../principal.ts';
import type { ServerLog } from '../server-log.ts';
import type { FindPrincipal } from './authenticate.ts';

interface Key {
  readonly hash: Buffer;
  readonly principal: Principal;
  /** Milliseconds since the epoch; Infinity for a key without end. */
  readonly expiresAtMs: number;
}

/** Reads the file. Throws CONFIG_INVALID naming what is wrong with it; never what a key hashes to. */
export async function createKeyring(auth: AuthConfig, log: ServerLog): Promise<FindPrincipal> {
  const file = auth.keysFile ?? '';
  let keys = await loadKeys(file);
  let mtimeMs = await findChangeTime(file);
  const refresh = async (): Promise<void> => {
    const changedMs = await findChangeTime(file);
    if (changedMs === mtimeMs) return;
    mtimeMs = changedMs;
    try {
      keys = await loadKeys(file);
      log.info({ keys: keys.length }, 'keys read again');
    } catch (error) {
      log.warn({ err: error }, 'keys file is broken, the old keys stay');
    }
  };
  return async (credential) => {
    await refresh();
    return findKey(keys, credential)?.principal;
  };
}

/** Compares with every key, found or not, so that the time tells nothing. */
function findKey(keys: readonly Key[], credential: string): Key | undefined {
  const hash = createHash('sha256').update(credential).digest();
  const matches = keys.filter((key) => timingSafeEqual(key.hash, hash));
  return matches.find((key) => key.expiresAtMs > Date.now());
}

async function findChangeTime(file: string): Promise<number> {
  const found = await stat(file).catch(() => undefined);
  return found?.mtimeMs ?? 0;
}

async function loadKeys(file: string): Promise<readonly Key[]> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw createInvalid('cannot be read. Create it, and let only this process read it.', error);
  });
  const entries = parseEntries(text);
  return entries.map((entry, index) => toKey(entry, `keys[${index}]`));
}

function parseEntries(text: string): readonly unknown[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw createInvalid('is not JSON. Write {"keys": […]}.', error);
  }
  const entries = peek(parsed, 'keys');
  if (!Array.isArray(entries)) throw createInvalid('has no list "keys".');
  return entries;
}

function toKey(entry: unknown, place: string): Key {
  const id = peek(entry, 'id');
  const sha256 = peek(entry, 'sha256');
  if (typeof id !== 'string' || !/^[\w.-]{1,64}$/.test(id)) {
    throw createInvalid(`needs an id of letters, digits, "_", "." and "-" in ${place}.`);
  }
  if (typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/i.test(sha256)) {
    throw createInvalid(`needs sha256 with 64 hex digits in ${place}.`);
  }
  const connectors = toConnectors(peek(entry, 'connectors'), place);
  return {
    hash: Buffer.from(sha256, 'hex'),
    expiresAtMs: toExpiry(peek(entry, 'expires_at'), place),
    principal: {
      id,
      scopes: toScopes(peek(entry, 'scopes'), place),
      ...(connectors === undefined ? {} : { allowedConnectors: connectors }),
    },
  };
}

function toScopes(value: unknown, place: string): readonly Scope[] {
  if (value === undefined) return ['read'];
  const names: readonly unknown[] = Array.isArray(value) ? value : [value];
  return names.map((name) => {
    const scope = SCOPES.find((known) => known === name);
    if (scope !== undefined) return scope;
    throw createInvalid(`has an unknown scope in ${place}. Use ${SCOPES.join(', ')}.`);
  });
}

function toConnectors(value: unknown, place: string): readonly string[] | undefined {
  if (value === undefined) return undefined;
  const isList = Array.isArray(value) && value.every((id) => typeof id === 'string');
  if (!isList) throw createInvalid(`needs a list of connector ids in ${place}.connectors.`);
  return value.map(String);
}

function toExpiry(value: unknown, place: string): number {
  if (value === undefined) return Number.POSITIVE_INFINITY;
  const timeMs = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(timeMs)) throw createInvalid(`needs an RFC 3339 time in ${place}.expires_at.`);
  return timeMs;
}

function createInvalid(problem: string, cause?: unknown): AppError {
  return new AppError('CONFIG_INVALID', `auth.keys_file ${problem}`, { cause });
}
