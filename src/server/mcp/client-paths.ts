/**
 * Paths at the border between clients and the engine: inputs are freed of aliases before the engine
 * sees them, results of aliased roots get `metadata.client_path`. Also refuses what no path can be:
 * NUL bytes and broken UTF-16, which some layer further in would cut or replace.
 */
import type { RootStatus } from '../../model/status.ts';
import type { PathAliases } from '../path-aliases.ts';
import { createInvalidArgument } from './check-arguments.ts';
import type { ToolCall } from './tool.ts';

/** Gives the server's form of a path or glob. Throws INVALID_ARGUMENT naming `field`. */
export function toServerPath(aliases: PathAliases, path: string, field: string): string {
  if (path.includes('\0') || !path.isWellFormed()) {
    throw createInvalidArgument([`${field} holds a NUL or half a character. Send a plain path.`]);
  }
  return aliases.toServer(path);
}

/** As `toServerPath`, for a list. */
export function toServerPaths(
  aliases: PathAliases,
  paths: readonly string[],
  field: string,
): readonly string[] {
  return paths.map((path) => toServerPath(aliases, path, field));
}

/** What stands in an answer: `id` is a resource URI where it is a file. */
interface Placed {
  readonly id: string;
  readonly metadata: object;
}

/** Adds `metadata.client_path` to what lies below an aliased root; `toPath` gives the path relative to the root, null for none. */
export async function placeForClient<T extends Placed>(
  call: ToolCall,
  placed: readonly T[],
  toPath: (item: T) => string | null,
): Promise<readonly T[]> {
  const findClientPath = await createClientPathFinder(call);
  return placed.map((item) => {
    const path = toPath(item);
    const clientPath = path === null ? undefined : findClientPath({ id: item.id, path });
    if (clientPath === undefined) return item;
    return { ...item, metadata: { ...item.metadata, client_path: clientPath } };
  });
}

/** A result that may name a file: `id` is a resource URI, `path` is relative to its root. */
interface PlacedFile {
  readonly id: string;
  readonly path: string;
}

/** Gives the client's absolute form of a result's file, or undefined when its root has no alias. */
type FindClientPath = (file: PlacedFile) => string | undefined;

/**
 * Prepares the lookup for one answer. Asks the engine where the roots are only when there are
 * aliases; otherwise it costs nothing.
 */
async function createClientPathFinder(call: ToolCall): Promise<FindClientPath> {
  if (call.aliases.isEmpty) return () => undefined;
  const { allowedConnectors } = call.principal;
  const allowed = allowedConnectors === undefined ? {} : { allowedConnectors };
  const status = await call.engine.status({ waitMs: 0, signal: call.signal, ...allowed });
  const roots = new Map(status.roots.map((root: RootStatus) => [root.connector_id, root.path]));
  return ({ id, path }) => {
    const root = roots.get(findRootId(id) ?? '');
    if (root === undefined) return undefined;
    return call.aliases.toClient(root.endsWith('/') ? `${root}${path}` : `${root}/${path}`);
  };
}

/** The root of `engine://file/<root>/<path>`; other kinds of items have none. */
function findRootId(uri: string): string | undefined {
  return /^engine:\/\/file\/([^/#]+)\//.exec(uri)?.[1];
}
