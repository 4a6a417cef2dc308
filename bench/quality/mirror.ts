/**
 * Work trees of mirrored repositories. A mirror is a bare git folder `owner+name` (also `owner+name.git`,
 * `owner+name/repo`) in the folder of mirrors; a mirror that another organisation keeps under the name
 * `owner__name` is found too.
 *
 * A work tree has its own git folder that borrows the mirror's objects and has no branch: HEAD stands
 * detached on the commit, so that the only history there is are the ancestors of that commit. Moving it
 * rewrites only the files that differ. The mirror is never written to.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** One file of a tree, as git knows it. */
export interface TreeFile {
  readonly path: string;
  /** Hash of its content. */
  readonly blob: string;
}

/** Finds the git folder of a mirror; null when there is none. */
export function findMirror(folder: string, repo: string): string | null {
  const [owner = '', name = ''] = repo.split('/');
  const foreign = `+${owner}__${name}`;
  const names = [
    `${owner}+${name}`,
    `${owner}+${name}.git`,
    ...readdirSync(folder).filter((entry) => entry.endsWith(foreign)),
  ];
  return (
    names
      .flatMap((entry) => [join(folder, entry), join(folder, entry, 'repo')])
      .find((path) => existsSync(join(path, 'HEAD')) && existsSync(join(path, 'objects'))) ?? null
  );
}

/** A checked-out tree that moves between commits. */
export class WorkTree {
  /** Absolute. */
  readonly path: string;
  /** Empty until it stands on a commit. */
  #files: readonly TreeFile[] = [];

  /** Makes the folder, without files yet. `path` must not exist or be empty. */
  constructor(mirror: string, path: string) {
    this.path = path;
    mkdirSync(path, { recursive: true });
    this.#git(['init', '--quiet']);
    // A repository's own settings must not run programs or rewrite contents here.
    for (const [key, value] of SETTINGS) this.#git(['config', key, value]);
    writeFileSync(join(path, '.git/objects/info/alternates'), `${join(mirror, 'objects')}\n`);
  }

  /**
   * Makes the files those of the commit; leaves no others, and rewrites none that is equal. Files whose
   * content the mirror does not have (some mirrors leave out the largest) are left out and given back.
   * Errors: the commit is not in the mirror.
   */
  moveTo(commit: string): readonly TreeFile[] {
    const listed = this.#listCommit(commit);
    const absent = this.#listAbsent(listed);
    this.#git(['read-tree', '--reset', commit]);
    const paths = absent.map(({ path }) => `${path}\0`).join('');
    this.#git(['update-index', '--skip-worktree', '-z', '--stdin'], paths);
    for (const { path } of absent) rmSync(join(this.path, path), { force: true });
    this.#git(['clean', '--quiet', '-ffdx']);
    this.#git(['checkout-index', '--all', '--force', '--index', '--quiet']);
    this.#git(['update-ref', '--no-deref', 'HEAD', commit]);
    this.#files = listed.filter((file) => !absent.includes(file));
    return absent;
  }

  /** The regular files of the commit it stands on, sorted by path; no links, no submodules. */
  get files(): readonly TreeFile[] {
    return this.#files;
  }

  /** Seconds since the epoch at which the commit was made. */
  readCommitTime(commit: string): number {
    return Number(this.#git(['show', '--no-patch', '--format=%ct', commit]));
  }

  #listCommit(commit: string): readonly TreeFile[] {
    return this.#git(['ls-tree', '-r', '-z', commit])
      .split('\0')
      .flatMap((entry) => {
        const match = /^100\d+ blob ([0-9a-f]+)\t(.+)$/s.exec(entry);
        return match === null ? [] : [{ blob: match[1] as string, path: match[2] as string }];
      });
  }

  #listAbsent(files: readonly TreeFile[]): readonly TreeFile[] {
    const blobs = files.map(({ blob }) => `${blob}\n`).join('');
    const answers = this.#git(['cat-file', '--batch-check'], blobs).split('\n');
    return files.filter((_, index) => answers[index]?.endsWith(' missing') === true);
  }

  #git(args: readonly string[], input = ''): string {
    return execFileSync('git', ['-C', this.path, ...args], {
      encoding: 'utf8',
      input,
      maxBuffer: 1 << 28,
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' },
    });
  }
}

const SETTINGS = [
  ['core.hooksPath', '/dev/null'],
  ['core.autocrlf', 'false'],
  ['core.symlinks', 'true'],
  ['gc.auto', '0'],
] as const;
