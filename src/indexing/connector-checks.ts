/**
 * What a caller of `context.connector_management` may configure. The shape of the fields is checked against the
 * same table as the operator's file; on top of that, local folders must lie below the configured roots or the
 * folders that the operator allows, and secrets may only be named where secrets are kept.
 */
import { realpathSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { posix } from 'node:path';
import { AppError } from '../errors/app-error.ts';
import type { ConnectorRequest } from '../model/control.ts';
import { CONNECTOR_ID_PATTERN, PUSHED_CONNECTOR_ID } from '../model/connector-fields.ts';
import type { SourceRow } from '../store/sources.ts';

/** A checked configuration: type, name and the fields of the type. */
export type CheckedConfig = Readonly<Record<string, unknown>> & {
  readonly type: string;
  readonly name: string;
};

/** Throws `INVALID_ARGUMENT` with every fault at once; `listFaults` knows the fields. */
export function checkConfig(
  config: Readonly<Record<string, unknown>>,
  listFaults: (config: Readonly<Record<string, unknown>>) => readonly string[],
): CheckedConfig {
  const { type, name } = config;
  const faults = listFaults(config);
  if (faults.length === 0 && typeof type === 'string' && typeof name === 'string') {
    return { ...config, type, name };
  }
  throw new AppError('INVALID_ARGUMENT', `connector_config: ${faults.join(' ')}`);
}

/** Throws `INVALID_ARGUMENT` for an id that no connector may have, `INSUFFICIENT_SCOPE` for one that this caller may not. */
export function assertAllowedId(connectorId: string, request: ConnectorRequest): void {
  if (!CONNECTOR_ID_PATTERN.test(connectorId) || connectorId === PUSHED_CONNECTOR_ID) {
    throw new AppError(
      'INVALID_ARGUMENT',
      'connector_id must be made of a-z, 0-9 and -, at most 63 of them, with no - at either end, and not be "pushed".',
    );
  }
  if (request.allowed_connectors?.includes(connectorId) ?? true) return;
  throw new AppError(
    'INSUFFICIENT_SCOPE',
    `This key may not have a connector ${connectorId}. Send a connector_id that it names.`,
  );
}

/** Throws for a connector that the operator's file declares: it would be as before after a restart. */
export function assertNotDeclared(source: SourceRow): void {
  if (source.isDeclared === 0) return;
  throw new AppError(
    'INVALID_ARGUMENT',
    `${source.connectorId} is declared by the operator's configuration. Change or remove it there.`,
  );
}

/**
 * Gives the real path of a folder that a connector may read. Errors: `INVALID_ARGUMENT`, `PATH_OUTSIDE_ROOTS`,
 * `CONNECTOR_UNREACHABLE`.
 */
export function resolveFolder(
  path: unknown,
  { field, folders }: { readonly field: string; readonly folders: readonly string[] },
): string {
  if (typeof path !== 'string' || !path.startsWith('/')) {
    throw new AppError('INVALID_ARGUMENT', `connector_config.${field} must be an absolute folder.`);
  }
  const real = findRealPath(path) ?? posix.normalize(path);
  // Before it is looked at: whether a folder outside exists is nobody's business.
  if (!folders.some((folder) => real === folder || real.startsWith(`${folder}/`))) {
    throw new AppError(
      'PATH_OUTSIDE_ROOTS',
      `${path} lies outside the configured roots. The operator can allow its folder with connectors.allowed_paths.`,
    );
  }
  assertReadableFolder(real);
  return real;
}

/** The folder that the address of a repository on this machine means; undefined for one elsewhere. */
export function toLocalFolder(url: string): string | undefined {
  if (url.startsWith('/')) return url;
  const parsed = URL.parse(url);
  if (parsed?.protocol !== 'file:') return undefined;
  return parsed.host === '' ? fileURLToPath(parsed) : url;
}

/** Throws `CONNECTOR_UNREACHABLE` unless the path is a folder that can be read. */
export function assertReadableFolder(path: string): void {
  let isFolder = false;
  try {
    isFolder = statSync(path).isDirectory();
  } catch (error) {
    throw new AppError(
      'CONNECTOR_UNREACHABLE',
      `The folder ${path} cannot be read. Check that it exists and who may read it.`,
      { cause: error },
    );
  }
  if (!isFolder) throw new AppError('CONNECTOR_UNREACHABLE', `${path} is not a folder.`);
}

function findRealPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
