/**
 * Where a Jira sync stands. Times in it are the service's own (taken from the issues), so that a clock of ours
 * that is wrong loses nothing; only `reconciledMs` is ours.
 *
 * JSON: see `StoredCursor`. A connector that can read one more project starts over: the times of the others say nothing
 * about the issues of that one.
 */
import type { SyncCursor } from '../connector.ts';
import { KeySet, splitKey } from './jira-keys.ts';

const VERSION = 1;
/** Cloud's search may show a change some minutes late; the next sync looks that far back. */
const OVERLAP_MS = 10 * 60_000;
/** A bulk change has thousands of issues in one minute; this many are told apart, the rest comes twice. */
const MAX_RECENT = 2000;

interface StoredCursor {
  readonly version: number;
  /** True until the run has ended: go on at `boundMs`. */
  readonly open: boolean;
  readonly projects: readonly string[];
  /** The latest `updated` of all issues handed out; null before the first. */
  readonly seenMs: number | null;
  readonly boundMs: number | null;
  /** Issue id -> its `updated`, for issues that the overlap brings again. */
  readonly recent: Readonly<Record<string, number>>;
  /** Project -> its known keys (jira-keys.ts). */
  readonly keys: Readonly<Record<string, string>>;
  /** Key -> the keys that the issue had before. */
  readonly formerKeys: Readonly<Record<string, readonly string[]>>;
  /** Null until everything was read once. */
  readonly reconciledMs: number | null;
}

/** Keys of projects. What is configured and cannot be read stays as it is in the index. */
export interface ProjectChoice {
  readonly configured: readonly string[];
  readonly readable: readonly string[];
}

/** The state of one run; `toJson` gives what is stored with a page. */
export class JiraCursor {
  /** True when everything is read from the start: nothing of this connector is stored yet. */
  readonly isFull: boolean;
  /** When the keys were last compared, by our clock; null: never. */
  reconciledMs: number | null;
  /** Keys that issues had before they were moved, by their key of today. */
  readonly #formerKeys: Map<string, readonly string[]>;
  readonly #keys: Map<string, KeySet>;
  /** `updated` of the issues handed out last, by id: those at or after `boundMs`. */
  #recent: Map<string, number>;
  /** The latest `updated` of all issues handed out; null before the first. */
  #seenMs: number | null;
  /** Lower bound of the query; null: none. */
  #boundMs: number | null;
  readonly #startedAfterMs: number | null;
  readonly #projects: ProjectChoice;
  #isOpen = true;

  /** Goes on where a run was cut off, or starts the next one. */
  constructor(stored: SyncCursor | null, projects: ProjectChoice) {
    const from = startFrom(stored, projects.readable);
    this.#projects = projects;
    this.isFull = from.reconciledMs === null;
    this.#seenMs = from.seenMs;
    this.#boundMs = from.open || from.seenMs === null ? from.boundMs : from.seenMs - OVERLAP_MS;
    this.#startedAfterMs = this.isFull ? null : from.seenMs;
    this.#recent = new Map(Object.entries(from.recent));
    this.#keys = new Map(Object.entries(from.keys).map(([key, text]) => [key, new KeySet(text)]));
    this.#formerKeys = new Map(Object.entries(from.formerKeys));
    this.reconciledMs = from.reconciledMs;
  }

  get boundMs(): number | null {
    return this.#boundMs;
  }

  /** An issue that was created before this moment would be known by its key, had it not moved; null in a full run. */
  get startedAfterMs(): number | null {
    return this.#startedAfterMs;
  }

  /** True when this very version of the issue was handed out. */
  hasSeen(id: string, updatedMs: number): boolean {
    return this.#recent.get(id) === updatedMs;
  }

  /** Notes an issue as handed out, and moves the bound up to it. Issues come in order of `updated`. */
  note(id: string, updatedMs: number): void {
    this.#recent.delete(id);
    this.#recent.set(id, updatedMs);
    this.#seenMs = Math.max(this.#seenMs ?? updatedMs, updatedMs);
    this.#boundMs = Math.max(this.#boundMs ?? updatedMs, updatedMs);
  }

  keysOf(project: string): KeySet {
    const known = this.#keys.get(project);
    if (known !== undefined) return known;
    const keys = new KeySet('');
    this.#keys.set(project, keys);
    return keys;
  }

  hasKey(key: string): boolean {
    const parts = splitKey(key);
    return parts !== undefined && this.keysOf(parts.project).has(parts.number);
  }

  addKey(key: string): void {
    const parts = splitKey(key);
    if (parts !== undefined) this.keysOf(parts.project).add(parts.number);
  }

  deleteKey(key: string): void {
    const parts = splitKey(key);
    if (parts !== undefined) this.keysOf(parts.project).delete(parts.number);
    this.#formerKeys.delete(key);
  }

  /** Forgets projects that are no longer configured, and gives the keys that they had. */
  dropOtherProjects(): string[] {
    const dropped: string[] = [];
    for (const [project, keys] of this.#keys) {
      if (this.#projects.configured.includes(project)) continue;
      for (const number of keys.listMissingFrom(new KeySet('')))
        dropped.push(`${project}-${number}`);
      this.#keys.delete(project);
    }
    return dropped;
  }

  /** How many issues of all projects are known. */
  countKeys(): number {
    let count = 0;
    for (const keys of this.#keys.values()) count += keys.count;
    return count;
  }

  formerKeysOf(key: string): readonly string[] {
    return this.#formerKeys.get(key) ?? [];
  }

  /** Notes that `key` was once `former`; what that one was before counts too. */
  addFormerKey(key: string, former: string): void {
    const all = new Set([...this.formerKeysOf(key), former, ...this.formerKeysOf(former)]);
    all.delete(key);
    this.#formerKeys.set(key, [...all]);
  }

  /** The run has come to its end; the next one asks for what changed since. */
  close(): void {
    this.#isOpen = false;
  }

  toJson(): SyncCursor {
    return {
      version: VERSION,
      open: this.#isOpen,
      projects: this.#projects.readable,
      seenMs: this.#seenMs,
      boundMs: this.#boundMs,
      recent: Object.fromEntries(this.#keepRecent()),
      keys: Object.fromEntries(Array.from(this.#keys, ([key, set]) => [key, set.toText()])),
      formerKeys: Object.fromEntries(this.#formerKeys),
      reconciledMs: this.reconciledMs,
    };
  }

  /** Only what the overlap can bring again. */
  #keepRecent(): Map<string, number> {
    const edgeMs = (this.#seenMs ?? 0) - OVERLAP_MS - 60_000;
    const kept = [...this.#recent].filter(([, updatedMs]) => updatedMs >= edgeMs);
    this.#recent = new Map(kept.slice(-MAX_RECENT));
    return this.#recent;
  }
}

const EMPTY: StoredCursor = {
  version: VERSION,
  open: true,
  projects: [],
  seenMs: null,
  boundMs: null,
  recent: {},
  keys: {},
  formerKeys: {},
  reconciledMs: null,
};

function startFrom(stored: SyncCursor | null, projects: readonly string[]): StoredCursor {
  if (stored?.['version'] !== VERSION) return EMPTY;
  const from = stored as unknown as StoredCursor;
  if (projects.every((project) => from.projects.includes(project))) return from;
  return { ...EMPTY, keys: from.keys, formerKeys: from.formerKeys };
}
