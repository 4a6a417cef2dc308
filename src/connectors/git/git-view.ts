/**
 * A view of a repository in which nothing that the repository brings can make git run a program.
 *
 * Git takes hooks, pagers, file system monitors, text converters, external diffs, filters, aliases, signature
 * programs, credential helpers and the remotes of a partial clone from the repository's configuration and
 * attributes. Switching each of them off by name would miss the next one that git invents. So git is never
 * shown the repository: it gets a folder of ours in its place, private and empty but for HEAD, a configuration
 * of four lines and a copy of the list of shallow commits, and only the *objects* are the repository's
 * (`GIT_OBJECT_DIRECTORY`). Objects are data. The same keeps git's check of the owner out of the way, which is
 * there because configuration can run programs.
 *
 * The environment is built from nothing; what it holds beyond the view is a second line of defence.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GitRepository } from '../git-repository.ts';

export interface GitView extends Disposable {
  /** Where git is started; holds nothing of the repository. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Makes the view for a hash of this length (40 or 64). Throws what the temporary folder throws. */
export function createGitView(
  repository: GitRepository,
  options: { readonly hashLength: number; readonly searchPath: string },
): GitView {
  const folder = mkdtempSync(join(tmpdir(), 'conexus-git-'));
  const view = join(folder, 'view.git');
  mkdirSync(join(view, 'refs'), { recursive: true });
  writeFileSync(join(view, 'HEAD'), 'ref: refs/heads/none\n');
  writeFileSync(join(view, 'config'), options.hashLength === 64 ? SHA256_CONFIG : SHA1_CONFIG);
  const shallow = readShallow(repository);
  if (shallow !== '') writeFileSync(join(view, 'shallow'), shallow);
  return {
    folder,
    environment: {
      PATH: options.searchPath,
      LC_ALL: 'C',
      GIT_DIR: view,
      GIT_OBJECT_DIRECTORY: join(repository.commonFolder, 'objects'),
      // Neither the machine's nor the user's configuration: answers are the same everywhere.
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      // A replaced object may be another text than the hash says.
      GIT_NO_REPLACE_OBJECTS: '1',
      // Should an object be missing: no network, no question on a terminal, no lock, no transport at all.
      GIT_NO_LAZY_FETCH: '1',
      GIT_ALLOW_PROTOCOL: 'none',
      GIT_TERMINAL_PROMPT: '0',
      GIT_OPTIONAL_LOCKS: '0',
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** The commits at which a shallow clone ends, as git's file lists them; empty when it is not shallow. */
export function readShallow(repository: GitRepository): string {
  const file = join(repository.commonFolder, 'shallow');
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats?.isFile() !== true || stats.size > MAX_SHALLOW_BYTES) return '';
  return readFileSync(file, 'latin1');
}

/** 100,000 commits. */
const MAX_SHALLOW_BYTES = 4_100_000;

const SHA1_CONFIG = '[core]\n\trepositoryformatversion = 0\n\tbare = true\n';
const SHA256_CONFIG =
  '[core]\n\trepositoryformatversion = 1\n\tbare = true\n[extensions]\n\tobjectformat = sha256\n';
