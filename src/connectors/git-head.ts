/**
 * The commit that a work tree stands on, read from git's files without running git. Knows HEAD as a
 * commit or a symbolic ref, loose and packed refs, linked work trees and submodules. A repository that
 * keeps its refs in a reftable gives a null commit: its format is not read here.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findRepository, type GitRepository, readLine } from './git-repository.ts';

/** Where HEAD is. */
export interface GitHead {
  /** Full hash (SHA-1 or SHA-256, lower case), or null: no commit yet, or not readable. */
  readonly commit: string | null;
  /** Short branch name (`main`, `feature/x`), or null when HEAD is detached. */
  readonly branch: string | null;
  /** Files that change when HEAD moves; absolute; some need not exist. */
  readonly watchedFiles: readonly string[];
}

/** Reads HEAD of the repository that contains the folder; null outside any. Reads two or three small files. */
export function readGitHead(folder: string): GitHead | null {
  const repository = findRepository(folder);
  return repository === null ? null : readHead(repository);
}

/** Symbolic refs that point to symbolic refs are followed this far, as git does. */
const MAX_REF_DEPTH = 5;

function readHead(repository: GitRepository): GitHead {
  const packed = join(repository.commonFolder, 'packed-refs');
  const watchedFiles = [join(repository.gitFolder, 'HEAD'), packed];
  let value = readLine(join(repository.gitFolder, 'HEAD'));
  const branch = /^refs\/heads\/(.+)$/.exec(toTarget(value) ?? '')?.[1] ?? null;
  for (let depth = 0; depth < MAX_REF_DEPTH; depth++) {
    const ref = toTarget(value);
    if (ref === null) break;
    watchedFiles.push(join(repository.commonFolder, ref));
    value = readLooseRef(repository, ref) ?? findPackedRef(packed, ref);
  }
  const commit = value !== null && HASH.test(value) ? value : null;
  return { commit, branch: branch === REFTABLE_BRANCH ? null : branch, watchedFiles };
}

/** The ref that a symbolic ref names; null for a hash, and for a name that would leave the folder of refs. */
function toTarget(value: string | null): string | null {
  const ref = /^ref: *(refs\/.+)$/.exec(value ?? '')?.[1];
  return ref === undefined || ref.split('/').includes('..') ? null : ref;
}

const HASH = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
/** What HEAD says in a repository with a reftable, where it only stands for older programs. */
const REFTABLE_BRANCH = '.invalid';

function readLooseRef(repository: GitRepository, ref: string): string | null {
  return readLine(join(repository.gitFolder, ref)) ?? readLine(join(repository.commonFolder, ref));
}

/** Lines are `<hash> <ref>`; `#` starts the header, `^` the commit that the tag above points to. */
function findPackedRef(file: string, ref: string): string | null {
  try {
    const lines = readFileSync(file, 'latin1').split('\n');
    const name = Buffer.from(ref, 'utf8').toString('latin1');
    return lines.find((line) => line.endsWith(` ${name}`))?.split(' ', 1)[0] ?? null;
  } catch {
    return null;
  }
}
