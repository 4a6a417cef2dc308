/**
 * Tells when something below a root changes, so that it can be indexed at once. It is the fast one of
 * several nets and promises no completeness: events can be lost (a full queue of the kernel), so the
 * caller lists the root from time to time as well, and when the mode is `polling` that is all there is.
 *
 * Runs on the main thread and never blocks it: the native watcher has threads of its own. Changes are
 * gathered until nothing happened for 50 ms, at most for 500 ms; a storm becomes one `rescan`.
 *
 * States: `events` (subscribed) -> `polling` (once, after a problem; nothing is reported from then on)
 * -> `off` (closed). A watcher never goes back; make another one to try again.
 */
import { type FSWatcher, watch } from 'node:fs';
import { relative } from 'node:path';
import { type AsyncSubscription, type Event, subscribe } from '@parcel/watcher';
import type { Watching } from '../../model/status.ts';
import { type GitHead, readGitHead } from '../git-head.ts';
import { findRepository } from '../git-repository.ts';
import { listDeniedFolderNames } from './deny-list.ts';
import { findRemoteFileSystem } from './file-system-type.ts';

/** What changed. */
export type RootChange =
  /** Relative paths, each once. A folder stands for everything below it. */
  | { readonly kind: 'paths'; readonly paths: readonly string[] }
  /** Too much, or nobody knows what: list the whole root. */
  | { readonly kind: 'rescan'; readonly reason: string };

/** What to watch and whom to tell. The callbacks must not throw. */
export interface WatcherOptions {
  /** Absolute, links resolved. */
  readonly root: string;
  /** Absolute folders that are not watched at all, which saves the system's watches. */
  readonly ignoredFolders?: readonly string[];
  /** Drops a change by its relative path; called for each event, so it must be quick. */
  readonly isIgnored?: (path: string) => boolean;
  readonly onChange: (change: RootChange) => void;
  /** HEAD stands on another commit or branch. */
  readonly onHeadMove?: (head: GitHead) => void;
  /** Events end here and now: the mode is `polling` from then on. */
  readonly onProblem: (watching: Watching) => void;
  /** More changed paths than this within one gathering become a `rescan`; default 5,000. */
  readonly maxPaths?: number;
}

/** A running watcher. */
export interface Watcher extends AsyncDisposable {
  /** How changes are found at this moment, and why. */
  readonly watching: Watching;
}

/** A gathering ends after this much quiet. */
const QUIET_MS = 50;
/** A gathering ends after this much time in any case. */
const MAX_GATHER_MS = 500;
const DEFAULT_MAX_PATHS = 5000;

/**
 * Starts watching. Never rejects: what keeps events from arriving (a file system that makes none, the
 * system's limit on watches, a missing folder) is the reason of the mode `polling`, and is not reported
 * through `onProblem`. Resolves when the whole tree is watched, which takes as long as a listing.
 */
export async function createWatcher(options: WatcherOptions): Promise<Watcher> {
  const watcher = new RootWatcher(options);
  await watcher.start();
  return watcher;
}

class RootWatcher implements Watcher {
  readonly #options: WatcherOptions;
  readonly #gathering: Gathering;
  #watching: Watching = { mode: 'off', reason: 'not started' };
  /** Null before the start and after the end of events. */
  #subscription: AsyncSubscription | null = null;
  #headWatcher: FSWatcher | null = null;
  #head: GitHead | null = null;
  #headTimer: NodeJS.Timeout | undefined;

  constructor(options: WatcherOptions) {
    this.#options = options;
    this.#gathering = new Gathering(options.maxPaths ?? DEFAULT_MAX_PATHS, options.onChange);
  }

  get watching(): Watching {
    return this.#watching;
  }

  async start(): Promise<void> {
    const { root, ignoredFolders = [] } = this.#options;
    // One pattern: each costs a look at every path of the tree, and forty took 27 s on 78,000 files, one 2 s.
    const denied = `**/{${listDeniedFolderNames().join(',')}}`;
    try {
      const remoteType = await findRemoteFileSystem(root);
      if (remoteType !== null) {
        const reason = `the file system (${remoteType}) reports no changes made elsewhere`;
        this.#watching = { mode: 'polling', reason };
        return;
      }
      this.#subscription = await subscribe(root, (error, events) => this.#onEvents(error, events), {
        ignore: [denied, ...ignoredFolders],
      });
    } catch (error) {
      this.#watching = { mode: 'polling', reason: toReason(error) };
      return;
    }
    this.#watching = { mode: 'events', reason: 'file events of the system' };
    this.#watchHead();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#watching = { mode: 'off', reason: 'closed' };
    await this.#release();
  }

  async #release(): Promise<void> {
    const subscription = this.#subscription;
    this.#subscription = null;
    this.#gathering.clear();
    clearTimeout(this.#headTimer);
    this.#headWatcher?.close();
    this.#headWatcher = null;
    await subscription?.unsubscribe();
  }

  #onEvents(error: Error | null, events: readonly Event[]): void {
    if (this.#watching.mode === 'off') return;
    const { root, isIgnored } = this.#options;
    const isRootGone = events.some(({ path, type }) => path === root && type === 'delete');
    if (error !== null || isRootGone) {
      this.#giveUp(error === null ? 'the folder was removed' : toReason(error));
      return;
    }
    for (const event of events) {
      const path = relative(root, event.path);
      if (path !== '' && isIgnored?.(path) !== true) this.#gathering.add(path);
    }
  }

  #giveUp(reason: string): void {
    if (this.#watching.mode !== 'events') return;
    this.#watching = { mode: 'polling', reason };
    this.#options.onProblem(this.#watching);
    this.#options.onChange({ kind: 'rescan', reason });
    // The subscription is already broken; that it cannot be ended either changes nothing.
    this.#release().catch(() => undefined);
  }

  /** Git replaces files inside its folder whenever HEAD moves; which ones depends on what was done. */
  #watchHead(): void {
    const { root, onHeadMove } = this.#options;
    const repository = findRepository(root);
    if (onHeadMove === undefined || repository === null) return;
    this.#head = readGitHead(root);
    try {
      this.#headWatcher = watch(repository.gitFolder, { persistent: false }, () => {
        clearTimeout(this.#headTimer);
        this.#headTimer = setTimeout(() => this.#compareHead(onHeadMove), QUIET_MS).unref();
      });
      this.#headWatcher.on('error', () => this.#headWatcher?.close());
    } catch {
      // Without this watch a move of HEAD is found by the next listing.
      this.#headWatcher = null;
    }
  }

  #compareHead(onHeadMove: (head: GitHead) => void): void {
    const head = readGitHead(this.#options.root);
    const hasMoved = head?.commit !== this.#head?.commit || head?.branch !== this.#head?.branch;
    if (head === null || !hasMoved) return;
    this.#head = head;
    onHeadMove(head);
  }
}

/** Changed paths until they are told. */
class Gathering {
  readonly #maxPaths: number;
  readonly #onChange: (change: RootChange) => void;
  readonly #paths = new Set<string>();
  #startMs = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(maxPaths: number, onChange: (change: RootChange) => void) {
    this.#maxPaths = maxPaths;
    this.#onChange = onChange;
  }

  add(path: string): void {
    if (this.#paths.size === 0) this.#startMs = performance.now();
    // One path over the limit is enough to know that there are too many.
    if (this.#paths.size <= this.#maxPaths) this.#paths.add(path);
    const leftMs = this.#startMs + MAX_GATHER_MS - performance.now();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#tell(), Math.max(0, Math.min(QUIET_MS, leftMs)));
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#paths.clear();
  }

  #tell(): void {
    const paths = [...this.#paths];
    this.clear();
    if (paths.length <= this.#maxPaths) this.#onChange({ kind: 'paths', paths });
    else this.#onChange({ kind: 'rescan', reason: `more than ${this.#maxPaths} paths changed` });
  }
}

/** The native watcher puts the system's message into its own. */
function toReason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (/ENOSPC|No space left|EMFILE|Too many open files/i.test(message))
    return 'the limit on watches is reached; raise fs.inotify.max_user_watches or max_user_instances';
  return `file events cannot be had: ${message}`;
}
