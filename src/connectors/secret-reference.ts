/**
 * Secrets by reference: a connector's configuration names where a secret is (`token_env`, `token_file`,
 * `webhook_secret_env`), and it is read there at each use, so that a rotated one counts at once. The value is
 * never kept, stored or logged.
 *
 * The operator's own file may name anything. What came over MCP may only name variables that begin with
 * `CONEXUS_SECRET_` and files that lie, links resolved, in the folders for secrets: else anybody who may add a
 * connector could have the server send any file or variable to a host of their choice.
 */
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { AppError } from '../errors/app-error.ts';

export interface SecretPlaces {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folders whose files may be named over MCP. */
  readonly folders: readonly string[];
}

/** Fields of a connector's configuration that name a secret. */
export interface SecretReferences {
  readonly token_env?: unknown;
  readonly token_file?: unknown;
  readonly webhook_secret_env?: unknown;
}

const PREFIX = 'CONEXUS_SECRET_';
const MAX_SECRET_BYTES = 64 * 1024;

/** Throws `INVALID_ARGUMENT` for a reference that may not be made over MCP; no secret is read. */
export function assertAllowedReferences(config: SecretReferences, places: SecretPlaces): void {
  for (const field of ['token_env', 'webhook_secret_env'] as const) {
    const name = config[field];
    if (name === undefined || (typeof name === 'string' && isAllowedName(name))) continue;
    throw new AppError(
      'INVALID_ARGUMENT',
      `${field} must name an environment variable that begins with ${PREFIX}. Other names are for the operator's configuration file.`,
    );
  }
  const { token_file: file } = config;
  if (file !== undefined && !(typeof file === 'string' && isAllowedFile(file, places.folders))) {
    throw new AppError(
      'INVALID_ARGUMENT',
      `token_file must be an existing file in ${places.folders.join(' or ')}. Other files are for the operator's configuration file.`,
    );
  }
}

/**
 * Reads the token; undefined when none is configured. `isTrusted`: the operator's file declares the connector.
 * Throws `CONNECTOR_AUTH` naming the variable or file when it is configured and not there.
 */
export function readToken(
  config: SecretReferences,
  places: SecretPlaces,
  isTrusted: boolean,
): string | undefined {
  const { token_env: name, token_file: file } = config;
  if (typeof name === 'string') return readVariable(name, 'token_env', { places, isTrusted });
  return typeof file === 'string' ? readSecretFile(file, { places, isTrusted }) : undefined;
}

/** Reads the secret that webhook calls are signed with; undefined when none is configured. Throws as `readToken`. */
export function readWebhookSecret(
  config: SecretReferences,
  places: SecretPlaces,
  isTrusted: boolean,
): string | undefined {
  const { webhook_secret_env: name } = config;
  return typeof name === 'string'
    ? readVariable(name, 'webhook_secret_env', { places, isTrusted })
    : undefined;
}

interface Reading {
  readonly places: SecretPlaces;
  readonly isTrusted: boolean;
}

function readVariable(name: string, field: string, { places, isTrusted }: Reading): string {
  const value = isTrusted || isAllowedName(name) ? places.env[name]?.trim() : undefined;
  if (value !== undefined && value !== '') return value;
  throw new AppError(
    'CONNECTOR_AUTH',
    `${field} names the environment variable ${name}, which the server does not have. Set it and restart the server.`,
  );
}

function readSecretFile(file: string, { places, isTrusted }: Reading): string {
  let value = '';
  if (isTrusted || isAllowedFile(file, places.folders)) {
    try {
      if (statSync(file).size <= MAX_SECRET_BYTES) value = readFileSync(file, 'utf8').trim();
    } catch (error) {
      throw new AppError('CONNECTOR_AUTH', describeMissing(file), { cause: error });
    }
  }
  if (value === '') throw new AppError('CONNECTOR_AUTH', describeMissing(file));
  return value;
}

function describeMissing(file: string): string {
  return `token_file names ${file}, which the server cannot read as a secret. Check that it exists, is not empty, and who may read it.`;
}

function isAllowedName(name: string): boolean {
  return name.startsWith(PREFIX) && /^\w{1,200}$/.test(name);
}

function isAllowedFile(file: string, folders: readonly string[]): boolean {
  if (!file.startsWith('/')) return false;
  const real = toRealPath(file);
  if (real === undefined) return false;
  return folders.some((folder) => real.startsWith(`${toRealPath(folder) ?? folder}/`));
}

function toRealPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
