/**
 * Lists a root: every entry that the ignore rules leave, with size and time, in batches, shallow folders
 * first. It reads no content and follows no symbolic link; what can be settled without reading (links,
 * special files, too large, unreadable folders) comes settled.
 *
 * fast-glob walks; behind its file-system adapter stands a `FolderReader`, which shows it only folders to
 * descend into. One folder is read at a time, when the caller asks for more, so that a slow caller never
 * makes the listing pile up. All calls are
 * synchronous: run it in a worker thread. Order within a folder is the directory's.
 */
import fastGlob from 'fast-glob';
import { statSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ListedFile } from '../../model/document.ts';
import { FolderReader, type FolderToRead, ROOT_FOLDER } from './folder-reader.ts';
import { BUILT_IN_RULES, GIT_FOLDER_RULE } from './deny-list.ts';
import { IgnoreRules, type RuleOrigin } from './ignore-rules.ts';
import type { GitUserFolders } from './git-config.ts';
import { createPathFilter, matchAny, type PathFilterOptions } from './path-filter.ts';
import { isSecretPath } from './secrets.ts';

/** What to list. */
export interface WalkOptions extends PathFilterOptions {
  /** Absolute path of a folder, without slash at the end. */
  readonly root: string;
  /** Larger files come settled as `too_large`. */
  readonly maxFileBytes: number;
  /** Absolute paths of the server's own files; a database stands for its side files too. */
  readonly excludedPaths?: readonly string[];
  /** Globs of files that are indexed although they look like secrets. */
  readonly allowSensitive?: readonly string[];
  /** Where the user's git configuration is; default: the home folder of the process. */
  readonly user?: GitUserFolders;
  /** Ends the listing before the next folder; the summary then says that it is not complete. */
  readonly signal?: AbortSignal;
}

/** A rule with the number of entries that it ignored; a folder counts as one. */
export interface CountedRule extends RuleOrigin {
  readonly count: number;
}

/** What the batches do not say. */
export interface WalkSummary {
  /** Entries that a rule ignored; what lies inside ignored folders is not counted. */
  readonly ignoredFiles: number;
  readonly ignoredFolders: number;
  /** The rule that removed most; a folder weighs as much as a hundred files here. */
  readonly topRule: CountedRule | null;
  /** Relative paths of folders that could not be read: nothing is known about what they hold. */
  readonly unreadableFolders: readonly string[];
  /** False when the listing was stopped, or the root could not be read. */
  readonly listedCompletely: boolean;
  readonly error?: { readonly code: 'ROOT_MISSING'; readonly message: string };
}

/** At most this many entries come at once. */
const WALK_BATCH_LENGTH = 2000;
/** After this time a smaller batch goes out and the thread's messages (a cancellation) get their turn. */
const MAX_TURN_MS = 50;

/**
 * Lists the root. Yields batches of 1 to 2,000 entries and returns the summary. Throws nothing for what
 * it meets on disk: a missing root is in the summary, an unreadable folder is an entry.
 */
export async function* walk(
  options: WalkOptions,
): AsyncGenerator<readonly ListedFile[], WalkSummary> {
  const tally = new IgnoreTally();
  const rootError = findRootError(options.root);
  if (rootError !== null) return tally.toSummary({ rootError, isComplete: false });
  const listing = new Listing(options, tally);
  try {
    let turnStartMs = performance.now();
    while (!listing.isDone && options.signal?.aborted !== true) {
      const hasRead = listing.readNextFolder();
      while (listing.found.length >= WALK_BATCH_LENGTH)
        yield listing.found.splice(0, WALK_BATCH_LENGTH);
      if (hasRead && performance.now() - turnStartMs < MAX_TURN_MS) continue;
      if (listing.found.length > 0) yield listing.found.splice(0);
      await nextTurn();
      turnStartMs = performance.now();
    }
    if (listing.found.length > 0) yield listing.found.splice(0);
    return tally.toSummary({ rootError: null, isComplete: listing.isDone });
  } finally {
    listing.close();
  }
}

function findRootError(root: string): string | null {
  try {
    return statSync(root).isDirectory() ? null : `${root} is not a folder.`;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return `The folder ${root} cannot be listed: ${reason}`;
  }
}

/** How fast-glob is answered: with the sub-folders of the folder that it asked for. */
type FolderAnswer = (error: null, entries: FolderEntry[]) => void;

/** A folder as fast-glob sees it: a number for a name, so that no name on disk can upset its patterns. */
interface FolderEntry extends Record<
  `is${'BlockDevice' | 'CharacterDevice' | 'Directory' | 'FIFO' | 'File' | 'Socket' | 'SymbolicLink'}`,
  () => boolean
> {
  readonly name: string;
}

const no = (): boolean => false;

function toFolderEntry(name: string): FolderEntry {
  return {
    name,
    isBlockDevice: no,
    isCharacterDevice: no,
    isDirectory: () => true,
    isFIFO: no,
    isFile: no,
    isSocket: no,
    isSymbolicLink: no,
  };
}

/** One run of fast-glob, advanced folder by folder. Owns the stream; `close` ends it. */
class Listing {
  /** Entries not handed out yet. */
  readonly found: ListedFile[] = [];
  readonly #reader: FolderReader;
  readonly #tally: IgnoreTally;
  readonly #stream: NodeJS.ReadableStream;
  /** Folders that fast-glob knows by their number and has not asked for yet. */
  readonly #folders = new Map<string, FolderToRead>([['', ROOT_FOLDER]]);
  #nextNumber = 0;
  /** What fast-glob is waiting for; at most one, since it runs with a concurrency of one. */
  #asked: { readonly folder: FolderToRead; readonly answer: FolderAnswer } | null = null;
  #hasEnded = false;

  constructor(options: WalkOptions, tally: IgnoreTally) {
    this.#tally = tally;
    this.#reader = new FolderReader({
      root: options.root,
      rules: new IgnoreRules(options),
      filter: createPathFilter(options),
      maxFileBytes: options.maxFileBytes,
      isExcludedPath: toExcludedTest(options.excludedPaths ?? []),
      isSecret: toSecretTest(options.allowSensitive ?? []),
      onIgnored: (kind, origin) => tally.add(kind, origin),
    });
    this.#stream = fastGlob.stream('**', {
      cwd: '/',
      dot: true,
      followSymbolicLinks: false,
      concurrency: 1,
      unique: false,
      fs: toAdapter((path, answer) => this.#onAsked(path, answer)),
    });
    this.#stream.on('end', () => (this.#hasEnded = true));
    this.#stream.resume();
  }

  /** True once every folder was read. */
  get isDone(): boolean {
    return this.#hasEnded;
  }

  /** Reads the next folder, if fast-glob has asked for one, and puts its files into `found`. */
  readNextFolder(): boolean {
    const asked = this.#asked;
    if (asked === null) return false;
    this.#asked = null;
    const { files, folders } = this.#reader.read(asked.folder);
    for (const file of files) {
      this.found.push(file);
      if (file.fail !== undefined && file.path === asked.folder.path)
        this.#tally.unreadableFolders.push(file.path);
    }
    asked.answer(
      null,
      folders.map((folder) => this.#toEntry(folder)),
    );
    return true;
  }

  /** Ends the run; folders not read yet stay unread. */
  close(): void {
    if ('destroy' in this.#stream && typeof this.#stream.destroy === 'function')
      this.#stream.destroy();
  }

  #toEntry(folder: FolderToRead): FolderEntry {
    const name = String(this.#nextNumber++);
    this.#folders.set(name, folder);
    return toFolderEntry(name);
  }

  #onAsked(path: string, answer: FolderAnswer): void {
    const name = path.slice(path.lastIndexOf('/') + 1);
    const folder = this.#folders.get(name);
    this.#folders.delete(name);
    if (folder === undefined) answer(null, []);
    else this.#asked = { folder, answer };
  }
}

interface FolderAdapter {
  readdir(path: string, options: { withFileTypes: true }, answer: FolderAnswer): void;
  readdir(path: string, answer: (error: null, names: string[]) => void): void;
}

/** fast-glob asks with types whenever it wants no stats, which is always here. */
function toAdapter(onAsked: (path: string, answer: FolderAnswer) => void): FolderAdapter {
  return {
    readdir: (path: string, _options: unknown, answer?: FolderAnswer): void => {
      if (answer !== undefined) onAsked(path, answer);
    },
  };
}

/** A database is several files: the journals, the lock and a copy on its way belong to it. */
const SIDE_FILE_SUFFIXES = [
  '',
  '-wal',
  '-shm',
  '-journal',
  '.lock',
  '.lock-journal',
  '.holder',
  '.part',
];

/** Tests absolute paths against the files of the server itself, side files included. */
export function toExcludedTest(paths: readonly string[]): (absolutePath: string) => boolean {
  const all = new Set(paths.flatMap((path) => SIDE_FILE_SUFFIXES.map((suffix) => path + suffix)));
  return all.size === 0 ? () => false : (absolutePath) => all.has(absolutePath);
}

/** Tests relative paths for secrets by name, with the globs that the operator allows taken out. */
export function toSecretTest(allowed: readonly string[]): (path: string) => boolean {
  if (allowed.length === 0) return isSecretPath;
  const isAllowed = matchAny(allowed);
  return (path) => isSecretPath(path) && !isAllowed(path);
}

/** How much more a folder weighs than a file when the rule that removed most is looked for. */
const FOLDER_WEIGHT = 100;

/** Counts what the rules ignore. */
class IgnoreTally {
  readonly unreadableFolders: string[] = [];
  #files = 0;
  #folders = 0;
  readonly #rules = new Map<string, { origin: RuleOrigin; count: number; weight: number }>();

  add(kind: 'file' | 'folder', origin: RuleOrigin): void {
    if (origin.file === BUILT_IN_RULES && origin.rule === GIT_FOLDER_RULE) return;
    const weight = kind === 'file' ? 1 : FOLDER_WEIGHT;
    if (kind === 'file') this.#files++;
    else this.#folders++;
    const key = `${origin.file}\0${origin.line}\0${origin.rule}`;
    const counted = this.#rules.get(key);
    if (counted === undefined) this.#rules.set(key, { origin, count: 1, weight });
    else {
      counted.count++;
      counted.weight += weight;
    }
  }

  toSummary(state: {
    readonly rootError: string | null;
    readonly isComplete: boolean;
  }): WalkSummary {
    const [top] = [...this.#rules.values()].sort((a, b) => b.weight - a.weight);
    const summary = {
      ignoredFiles: this.#files,
      ignoredFolders: this.#folders,
      topRule: top === undefined ? null : { ...top.origin, count: top.count },
      unreadableFolders: this.unreadableFolders,
      listedCompletely: state.isComplete,
    };
    if (state.rootError === null) return summary;
    return { ...summary, error: { code: 'ROOT_MISSING', message: state.rootError } };
  }
}
