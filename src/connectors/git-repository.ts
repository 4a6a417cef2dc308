/**
 * Where the git repository of a folder keeps its things, found by reading files only: git itself is
 * never run, because a repository can make git run programs.
 *
 * A work tree has a `.git` folder, or a `.git` file (`gitdir: <path>`) for linked work trees and
 * submodules. A linked work tree's git folder has a `commondir` file that leads to what all work
 * trees of the repository share.
 */
import { readFileSync, realpathSync, type Stats, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** The folders of one work tree; absolute, symbolic links resolved where they exist. */
export interface GitRepository {
  readonly workTree: string;
  /** Holds HEAD and the index of this work tree. */
  readonly gitFolder: string;
  /** Holds refs, config and info of the whole repository; equal for all its work trees. */
  readonly commonFolder: string;
}

/** Finds the repository whose work tree contains the folder. Costs one stat for each parent. */
export function findRepository(folder: string): GitRepository | null {
  for (let current = resolve(folder); ; current = dirname(current)) {
    const repository = openRepository(current);
    if (repository !== null || current === dirname(current)) return repository;
  }
}

/** Gives the repository whose work tree starts at this very folder, or null. */
export function openRepository(workTree: string): GitRepository | null {
  const gitFolder = findGitFolder(join(workTree, '.git'));
  if (gitFolder === null) return null;
  const common = readLine(join(gitFolder, 'commondir'));
  const commonFolder = common === null ? gitFolder : toRealPath(resolve(gitFolder, common));
  if (readLine(join(gitFolder, 'HEAD')) === null) return null;
  return { workTree, gitFolder, commonFolder };
}

function findGitFolder(pointer: string): string | null {
  const stats = findStats(pointer);
  if (stats === null) return null;
  if (!stats.isFile()) return toRealPath(pointer);
  const target = /^gitdir: (.+)$/.exec(readLine(pointer) ?? '')?.[1];
  return target === undefined ? null : toRealPath(resolve(dirname(pointer), target));
}

function findStats(path: string): Stats | null {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null;
  } catch {
    return null;
  }
}

function toRealPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** First line of a small file without its line end; null when it cannot be read. */
export function readLine(file: string): string | null {
  try {
    if (findStats(file)?.isFile() !== true) return null;
    return readFileSync(file, 'utf8').split('\n', 1)[0]?.trimEnd() ?? null;
  } catch {
    return null;
  }
}
