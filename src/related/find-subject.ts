/** The file or folder that a path from a caller means: `id:relative`, absolute below a root, or relative to one. */
import { posix } from 'node:path';
import { AppError } from '../errors/app-error.ts';
import { createPathScorer } from '../query/score-path.ts';
import type { SourceView } from '../search/ports.ts';
import { TopList } from '../search/top-list.ts';
import type { RelatedView } from './ports.ts';

export type Subject =
  | { readonly kind: 'file'; readonly slot: number }
  /** `folder` is empty for the root itself. */
  | { readonly kind: 'folder'; readonly connectorId: string; readonly folder: string };

const MAX_NEAR = 5;

/** Files win over folders. Errors: `FILE_NOT_FOUND`, `AMBIGUOUS_PATH`. Cost of a folder: a pass over all paths. */
export function findSubject(view: RelatedView, path: string): Subject {
  const { catalog } = view;
  const places = catalog
    .listSources()
    .map((source) => ({ connectorId: source.connectorId, relative: toRelative(source, path) }));
  const files = places
    .map((place) => ({ ...place, slot: catalog.findSlot(place.connectorId, place.relative) }))
    .filter(({ slot }) => slot >= 0);
  const [file] = files;
  if (file !== undefined) {
    if (files.length > 1) throw createAmbiguous(path, files);
    return { kind: 'file', slot: file.slot };
  }
  const folders = places.filter(({ connectorId, relative }) =>
    hasFolder(view, connectorId, relative),
  );
  const [folder] = folders;
  if (folder === undefined) throw createNotFound(view, path);
  if (folders.length > 1) throw createAmbiguous(path, folders);
  return { kind: 'folder', connectorId: folder.connectorId, folder: folder.relative };
}

/** The path as relative to the root; empty for the root itself. A path outside of it stays what no file is called. */
function toRelative({ connectorId, path: root }: SourceView, path: string): string {
  const prefix = `${connectorId}:`;
  const own = path.startsWith(prefix) ? path.slice(prefix.length) : path;
  const isBelow = root !== null && (own === root || own.startsWith(`${root}/`));
  const relative = posix.normalize(isBelow ? `./${own.slice(root.length)}` : own || '.');
  return relative === '.' || relative === './' ? '' : relative.replace(/\/$/, '');
}

function hasFolder({ catalog }: RelatedView, connectorId: string, folder: string): boolean {
  for (const slot of catalog.listSlots()) {
    if (catalog.connectorOf(slot) !== connectorId) continue;
    if (folder === '' || (catalog.paths[slot] as string).startsWith(`${folder}/`)) return true;
  }
  return false;
}

function createAmbiguous(
  path: string,
  places: readonly { readonly connectorId: string; readonly relative: string }[],
): AppError {
  const choices = places.map(({ connectorId, relative }) => `${connectorId}:${relative}`);
  return new AppError(
    'AMBIGUOUS_PATH',
    `${path} stands below several roots. Send one of ${choices.join(', ')}.`,
  );
}

function createNotFound(view: RelatedView, path: string): AppError {
  const near = listNearPaths(view, path);
  const hint =
    near.length === 0
      ? 'Search with mode "path" to find its name.'
      : `Near names: ${near.join(', ')}.`;
  return new AppError('FILE_NOT_FOUND', `No indexed file or folder has the path ${path}. ${hint}`);
}

function listNearPaths({ catalog }: RelatedView, path: string): string[] {
  const score = createPathScorer(path.slice(path.lastIndexOf('/') + 1));
  const top = new TopList<string>(MAX_NEAR);
  for (const slot of catalog.listSlots()) {
    const own = catalog.paths[slot] as string;
    const value = score(own);
    if (value > 0) top.add(value, own);
  }
  return top.list();
}
