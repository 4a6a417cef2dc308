/**
 * Which repositories a root has to do with: the one that it lies in, and those whose work trees lie
 * below it (submodules, or several clones in one folder). Found by reading files only.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import type { Branch, RepositoryPlace } from '../../model/history.ts';
import { findRepository, type GitRepository, openRepository, readLine } from '../git-repository.ts';

const MAX_REPOSITORIES = 100;

/**
 * Lists the repository that contains the root, then those at one of the folders (relative to the root).
 * Cost: one stat for each folder.
 */
export function listRepositories(root: string, folders: Iterable<string>): RepositoryPlace[] {
  const places: RepositoryPlace[] = [];
  const around = findRepository(root);
  if (around !== null) places.push({ folder: '', workTree: around.workTree });
  for (const folder of folders) {
    if (places.length >= MAX_REPOSITORIES) break;
    const workTree = join(root, folder);
    if (folder !== '' && openRepository(workTree) !== null) places.push({ folder, workTree });
  }
  return places;
}

/** How paths of a repository and paths of a root are turned into each other. */
export interface PathMapping {
  /** What git is asked for: the part of the repository that lies in the root; empty means all. */
  readonly gitFolder: string;
  /** Null for a path outside the root. */
  toRootPath(gitPath: string): string | null;
}

/** Gives the mapping between the work tree of a place and its root. */
export function mapPaths(root: string, place: RepositoryPlace): PathMapping {
  if (place.folder !== '') {
    return { gitFolder: '', toRootPath: (path) => `${place.folder}/${path}` };
  }
  const inside = relative(place.workTree, resolve(root)).split(sep).join('/');
  if (inside === '') return { gitFolder: '', toRootPath: (path) => path };
  const prefix = `${inside}/`;
  return {
    gitFolder: inside,
    toRootPath: (path) => (path.startsWith(prefix) ? path.slice(prefix.length) : null),
  };
}

const MAX_BRANCHES = 2_000;
const HASH = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/** Lists local and remote branches, loose refs before packed ones, at most 2,000. Cost: one read for each loose ref. */
export function listBranches(repository: GitRepository): Branch[] {
  const found = new Map<string, string>();
  for (const kind of ['heads', 'remotes']) {
    addLooseRefs(join(repository.commonFolder, 'refs', kind), '', found);
  }
  for (const [hash, name] of readPackedRefs(join(repository.commonFolder, 'packed-refs'))) {
    if (found.size >= MAX_BRANCHES) break;
    if (!found.has(name)) found.set(name, hash);
  }
  return Array.from(found, ([name, hash]) => ({ name, hash }));
}

function addLooseRefs(folder: string, prefix: string, found: Map<string, string>): void {
  for (const entry of listEntries(folder)) {
    if (found.size >= MAX_BRANCHES) return;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) addLooseRefs(path, `${prefix}${entry.name}/`, found);
    else if (entry.isFile() && entry.name !== 'HEAD') {
      const hash = readLine(path) ?? '';
      if (HASH.test(hash)) found.set(`${prefix}${entry.name}`, hash);
    }
  }
}

function listEntries(
  folder: string,
): readonly { readonly name: string; isDirectory(): boolean; isFile(): boolean }[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function* readPackedRefs(file: string): Generator<readonly [hash: string, name: string]> {
  let text = '';
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return;
  }
  for (const [, hash, name] of text.matchAll(
    /^([0-9a-f]{40,64}) refs\/(?:heads|remotes)\/(.+)$/gm,
  )) {
    if (hash !== undefined && name !== undefined && !name.endsWith('/HEAD')) yield [hash, name];
  }
}
