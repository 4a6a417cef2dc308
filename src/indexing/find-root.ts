/** Finds the root that a path from a client means. */
import { posix, sep } from 'node:path';
import { AppError } from '../errors/app-error.ts';
import type { SourceRow } from '../store/sources.ts';

export interface RootedPath {
  readonly source: SourceRow;
  /** Relative to the root, `/` between segments, empty for the root itself. */
  readonly relativePath: string;
}

/**
 * Accepts `id:relative`, absolute paths, and relative paths while there is one root (or only one of them
 * has the path, as far as `exists` can tell). Errors: `PATH_OUTSIDE_ROOTS`, `AMBIGUOUS_PATH`.
 */
export function findRoot(
  sources: readonly SourceRow[],
  path: string,
  exists?: (source: SourceRow, relativePath: string) => boolean,
): RootedPath {
  const named = sources.find(({ connectorId }) => path.startsWith(`${connectorId}:`));
  if (named !== undefined) return toRooted(named, path.slice(named.connectorId.length + 1), path);
  if (path.startsWith('/')) return findAbsolute(sources, path);
  const [only] = sources;
  if (sources.length === 1 && only !== undefined) return toRooted(only, path, path);
  if (only === undefined || isOutside(posix.normalize(path))) throw outside(path);
  const fitting = sources.filter((source) => exists?.(source, path) ?? true);
  if (fitting.length === 1 && fitting[0] !== undefined) return toRooted(fitting[0], path, path);
  const choices = (fitting.length === 0 ? sources : fitting)
    .map(({ connectorId }) => `${connectorId}:${path}`)
    .join(', ');
  throw new AppError(
    'AMBIGUOUS_PATH',
    `${path} can stand below several roots. Send one of ${choices}.`,
  );
}

function findAbsolute(sources: readonly SourceRow[], path: string): RootedPath {
  const clean = posix.normalize(path);
  const fitting = sources
    .filter(
      ({ path: root }) =>
        root !== null &&
        (clean === root || clean.startsWith(root.endsWith(sep) ? root : `${root}/`)),
    )
    .toSorted((left, right) => (right.path?.length ?? 0) - (left.path?.length ?? 0));
  const [source] = fitting;
  if (source === undefined) throw outside(path);
  return { source, relativePath: posix.relative(source.path ?? '', clean) };
}

function toRooted(source: SourceRow, relative: string, asSent: string): RootedPath {
  const clean = posix.normalize(relative === '' ? '.' : relative);
  if (isOutside(clean)) throw outside(asSent);
  return { source, relativePath: clean === '.' ? '' : clean.replace(/\/$/, '') };
}

function isOutside(clean: string): boolean {
  return clean === '..' || clean.startsWith('../') || clean.startsWith('/');
}

function outside(path: string): AppError {
  return new AppError(
    'PATH_OUTSIDE_ROOTS',
    `${path} lies outside the roots of this server. Send a path relative to a root, or below one; \`status\` lists them.`,
  );
}
