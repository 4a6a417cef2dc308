/**
 * Why one path of a root would or would not be listed: the same rules as the walk, asked for one path from
 * the root down, and what the disk says. Whether the path is in the index is known elsewhere; these are
 * the pieces for the answer.
 */
import { statSync } from 'node:fs';
import type { ListedFile } from '../../model/document.ts';
import { FolderReader, type FolderToRead, ROOT_FOLDER } from './folder-reader.ts';
import { IgnoreRules, type RuleOrigin } from './ignore-rules.ts';
import { createPathFilter } from './path-filter.ts';
import { toExcludedTest, toSecretTest, type WalkOptions } from './walk.ts';

/** What the listing would make of a path. */
export type ListingExplanation =
  /** It would be listed, perhaps settled as skipped or failed. */
  | { readonly kind: 'listed'; readonly file: ListedFile }
  /** It is a folder that would be read. */
  | { readonly kind: 'folder' }
  /** A rule ignores the path, or the folder `ignoredPath` above it. */
  | { readonly kind: 'ignored'; readonly origin: RuleOrigin; readonly ignoredPath: string }
  /** Left out by the include or exclude globs of the root. */
  | { readonly kind: 'filtered' }
  /** A file of the server itself. */
  | { readonly kind: 'excluded' }
  | { readonly kind: 'absent' }
  /** It leads out of the root, by `..` or through a link. */
  | { readonly kind: 'outside' };

/**
 * Explains a path relative to the root, `/` between its segments. Never throws. Cost: one directory read for
 * each folder on the way.
 */
export function explainPath(options: WalkOptions, relativePath: string): ListingExplanation {
  const path = relativePath.replace(/^(?:\.\/)+|\/+$/g, '');
  const segments = path.split('/');
  if (path.startsWith('/') || segments.includes('..')) return { kind: 'outside' };
  if (path === '' || path === '.')
    return isFolderThere(options.root) ? { kind: 'folder' } : { kind: 'absent' };
  const found = descend(options, segments);
  if (found.kind === 'folder' || found.kind === 'listed') return applyFilter(options, path, found);
  return found;
}

/** Goes from the root to the path, as far as the rules and the disk allow. */
function descend(options: WalkOptions, segments: readonly string[]): LookUp {
  const isExcluded = toExcludedTest(options.excludedPaths ?? []);
  let found: LookUp = { kind: 'folder', folder: ROOT_FOLDER };
  for (let depth = 1; depth <= segments.length; depth++) {
    if (found.kind === 'listed') return found.file.skip === 'symlink' ? OUTSIDE : ABSENT;
    if (found.kind !== 'folder') return found;
    const step = segments.slice(0, depth).join('/');
    found = isExcluded(`${options.root}/${step}`)
      ? { kind: 'excluded' }
      : lookUp(options, found.folder, step);
  }
  return found;
}

function applyFilter(options: WalkOptions, path: string, found: Found): ListingExplanation {
  const filter = createPathFilter({
    ...(options.include && { include: options.include }),
    ...(options.exclude && { exclude: options.exclude }),
  });
  if (found.kind === 'folder')
    return filter.acceptsFolder(path) ? { kind: 'folder' } : { kind: 'filtered' };
  return filter.acceptsFile(path) ? found : { kind: 'filtered' };
}

const OUTSIDE = { kind: 'outside' } as const;
const ABSENT = { kind: 'absent' } as const;

type Found =
  | { readonly kind: 'folder'; readonly folder: FolderToRead }
  | { readonly kind: 'listed'; readonly file: ListedFile };

type LookUp =
  | Found
  | Extract<ListingExplanation, { kind: 'ignored' | 'absent' | 'excluded' | 'outside' }>;

/** Reads one folder, with nothing accepted but the one entry that is asked for. */
function lookUp(options: WalkOptions, folder: FolderToRead, path: string): LookUp {
  let origin: RuleOrigin | null = null;
  const reader = new FolderReader({
    root: options.root,
    rules: new IgnoreRules(options),
    filter: { acceptsFile: (it) => it === path, acceptsFolder: (it) => it === path },
    maxFileBytes: options.maxFileBytes,
    isExcludedPath: () => false,
    isSecret: toSecretTest(options.allowSensitive ?? []),
    onIgnored: (_, found) => (origin = found),
  });
  const listing = reader.read(folder);
  if (origin !== null) return { kind: 'ignored', origin, ignoredPath: path };
  const file = listing.files.at(0);
  const child = listing.folders.at(0);
  if (file !== undefined) return { kind: 'listed', file };
  if (child === undefined) return { kind: 'absent' };
  return lookInto(reader, child, () => origin);
}

/** A folder may be ignored for what it holds: a virtual environment, another work tree. */
function lookInto(
  reader: FolderReader,
  folder: FolderToRead,
  getOrigin: () => RuleOrigin | null,
): LookUp {
  reader.read(folder);
  const origin = getOrigin();
  if (origin === null) return { kind: 'folder', folder };
  return { kind: 'ignored', origin, ignoredPath: folder.path };
}

function isFolderThere(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
