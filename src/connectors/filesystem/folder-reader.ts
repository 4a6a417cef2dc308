/**
 * Reads one folder of a listing: names and types from the directory, ignored entries left out, the rest
 * with size and time. Gives the files and the folders to descend into; what is ignored is never entered.
 *
 * A folder is read after its parent, because its rules are those of its parent and its own. An entry
 * that is settled by what it is (a link, a special file, too large, a secret by its name) comes settled.
 */
import { type Dirent, lstatSync, readdirSync } from 'node:fs';
import type { FailReason, ListedFile, SkipReason } from '../../model/document.ts';
import {
  type EntryName,
  type FolderRules,
  findIgnoreRule,
  type IgnoreRules,
  isRuleOrigin,
  type RuleOrigin,
  toFolderMarks,
} from './ignore-rules.ts';
import type { PathFilter } from './path-filter.ts';

/** What a folder reader is made from. */
export interface FolderReaderOptions {
  /** Absolute, without slash at the end. */
  readonly root: string;
  readonly rules: IgnoreRules;
  readonly filter: PathFilter;
  readonly maxFileBytes: number;
  /** True for what belongs to the server itself. */
  readonly isExcludedPath: (absolutePath: string) => boolean;
  /** True for a file that must not be read because of its name. */
  readonly isSecret: (path: string) => boolean;
  readonly onIgnored: (kind: 'file' | 'folder', origin: RuleOrigin) => void;
}

/** A folder that is to be read. */
export interface FolderToRead {
  /** Relative to the root; empty for the root. */
  readonly path: string;
  /** Last segment of the path. */
  readonly name: string;
  /** Rules of the folder that holds it; null for the root. */
  readonly parentRules: FolderRules | null;
}

/** What one folder holds. Both lists are in directory order. */
export interface FolderListing {
  readonly files: readonly ListedFile[];
  readonly folders: readonly FolderToRead[];
}

/** The root, as the first folder to read. */
export const ROOT_FOLDER: FolderToRead = { path: '', name: '', parentRules: null };

interface FolderPlace {
  readonly rules: FolderRules;
  /** Path relative to the root with a slash at the end; empty for the root. */
  readonly prefix: string;
}

/** Reads folders for one walk. */
export class FolderReader {
  readonly #options: FolderReaderOptions;

  constructor(options: FolderReaderOptions) {
    this.#options = options;
  }

  /**
   * Lists one folder. A folder that cannot be read gives itself as one failed file; one that has
   * vanished gives nothing. Costs one directory read and one stat for each file that is left.
   */
  read(folder: FolderToRead): FolderListing {
    const { root } = this.#options;
    const absolutePath = folder.path === '' ? root : `${root}/${folder.path}`;
    let entries: readonly Dirent[];
    try {
      entries = readdirSync(absolutePath, { withFileTypes: true });
    } catch (error) {
      const fail = toFailure(error);
      if (fail === 'vanished') return { files: [], folders: [] };
      return { files: [{ path: folder.path, sizeBytes: 0, mtimeMs: 0, fail }], folders: [] };
    }
    const rules = this.#openRules(folder, entries);
    if (rules === null) return { files: [], folders: [] };
    const prefix = folder.path === '' ? '' : `${folder.path}/`;
    return this.#split(entries, { rules, prefix });
  }

  #openRules(folder: FolderToRead, entries: readonly Dirent[]): FolderRules | null {
    const { rules, onIgnored } = this.#options;
    if (folder.parentRules === null)
      return rules.openRoot(entries.map((entry) => toEntryName(entry)));
    const marks = toFolderMarks(new Set(entries.map(({ name }) => name)));
    const opened = rules.openFolder(folder.parentRules, folder.name, marks);
    if (!isRuleOrigin(opened)) return opened;
    onIgnored('folder', opened);
    return null;
  }

  #split(entries: readonly Dirent[], place: FolderPlace): FolderListing {
    const files: ListedFile[] = [];
    const folders: FolderToRead[] = [];
    const badNames = new Set(listBadNames(place.rules.folder, entries));
    for (const entry of entries) {
      const { name } = entry;
      if (badNames.has(name) || !this.#isWanted(entry, place)) continue;
      const path = place.prefix + name;
      if (entry.isDirectory()) folders.push({ path, name, parentRules: place.rules });
      else files.push(...this.#listFile(path, entry));
    }
    for (const name of badNames) {
      const path = place.prefix + name;
      if (!this.#options.filter.acceptsFile(path)) continue;
      files.push({ path, sizeBytes: 0, mtimeMs: 0, skip: 'name_not_utf8' });
    }
    return { files, folders };
  }

  #isWanted(entry: Dirent, place: FolderPlace): boolean {
    const { filter, isExcludedPath, onIgnored, root } = this.#options;
    const path = place.prefix + entry.name;
    const isFolder = entry.isDirectory();
    if (isFolder ? !filter.acceptsFolder(path) : !filter.acceptsFile(path)) return false;
    if (isExcludedPath(`${root}/${path}`)) return false;
    const origin = findIgnoreRule(place.rules, toEntryName(entry));
    if (origin !== null) onIgnored(isFolder ? 'folder' : 'file', origin);
    return origin === null;
  }

  /** One entry, or none when the file vanished in between. */
  #listFile(path: string, entry: Dirent): ListedFile[] {
    try {
      const stats = lstatSync(`${this.#options.root}/${path}`, { throwIfNoEntry: false });
      if (stats === undefined) return [];
      const listed = { path, sizeBytes: stats.size, mtimeMs: Math.floor(stats.mtimeMs) };
      const skip = this.#findSkip(path, {
        isFile: stats.isFile(),
        isLink: entry.isSymbolicLink(),
        sizeBytes: stats.size,
      });
      return [skip === null ? listed : { ...listed, skip }];
    } catch (error) {
      const fail = toFailure(error);
      return fail === 'vanished' ? [] : [{ path, sizeBytes: 0, mtimeMs: 0, fail }];
    }
  }

  #findSkip(path: string, found: FoundFile): SkipReason | null {
    if (found.isLink) return 'symlink';
    if (!found.isFile) return 'special_file';
    if (this.#options.isSecret(path)) return 'secret';
    return found.sizeBytes > this.#options.maxFileBytes ? 'too_large' : null;
  }
}

/** A directory entry as the ignore rules are asked about it. */
function toEntryName(entry: Dirent): EntryName {
  return { name: entry.name, isFolder: entry.isDirectory() };
}

interface FoundFile {
  readonly isFile: boolean;
  readonly isLink: boolean;
  readonly sizeBytes: number;
}

/**
 * Names that are not UTF-8, with U+FFFD in place of bad bytes. The folder is read a second time, as
 * bytes, only when a name holds U+FFFD; a name that really spells that character is fine.
 */
function listBadNames(folder: string, entries: readonly Dirent[]): readonly string[] {
  if (!entries.some(({ name }) => name.includes('\uFFFD'))) return [];
  try {
    return readdirSync(folder, { encoding: 'buffer' })
      .filter((name) => !Buffer.from(name.toString('utf8'), 'utf8').equals(name))
      .map((name) => name.toString('utf8'));
  } catch {
    return entries.map(({ name }) => name).filter((name) => name.includes('\uFFFD'));
  }
}

function toFailure(error: unknown): FailReason {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'vanished';
  return code === 'EACCES' || code === 'EPERM' ? 'permission_denied' : 'read_error';
}
