/**
 * Where the syncs of a source stand, as the text in `source.cursor`. There is one entry for each tree, because a
 * rebuild fills a second tree beside the one that answers:
 *
 *     {"12": {"config": "<fingerprint>", "cursor": {…}, "listing": 1770000000, "isFull": false, …}}
 *
 * The fingerprint is of what decides which items there are: when it changes, everything is listed anew. A
 * text that cannot be read counts as none, so the worst that a damaged row costs is a full sync.
 */
import { createHash } from 'node:crypto';
import type { SyncCursor } from '../connectors/connector.ts';

/** Where the sync of one tree stands. */
export interface TreeSync {
  /** Fingerprint of the configuration that the cursor belongs to. */
  readonly config: string;
  /** Of the last stored page; null before the first. */
  readonly cursor: SyncCursor | null;
  /** Number of the full sync that goes on, or of the last one; grows. */
  readonly listing: number;
  /** True while a full sync is not at its end. */
  readonly isFull: boolean;
  /** Items that this sync has stored, over restarts. */
  readonly storedItems: number;
  /** When the last full sync ended, null when none has. */
  readonly fullMs: number | null;
}

type StoredSyncs = Readonly<Record<string, TreeSync>>;

/** Fields that say how and when to ask, not what for. */
const PASSING_FIELDS: ReadonlySet<string> = new Set([
  'id',
  'name',
  'type',
  'token_env',
  'token_file',
  'username',
  'sync_interval_seconds',
  'webhook_secret_env',
]);

/** What services do not tell of (deletions, items that moved away) is found by listing all again this often. */
const FULL_AGAIN_MS = 7 * 24 * 60 * 60 * 1000;

/** Gives the text with the entry of one tree replaced; those of trees that are not `kept` go. */
export function writeTreeSync(
  stored: string | null,
  entry: { readonly treeId: number; readonly sync: TreeSync },
  kept: readonly (number | null)[],
): string {
  const others = Object.entries(parse(stored)).filter(([id]) => kept.includes(Number(id)));
  return JSON.stringify({ ...Object.fromEntries(others), [entry.treeId]: entry.sync });
}

/**
 * Says how the next sync of a tree begins: behind the last stored page, or anew. `stored` is `source.cursor`,
 * `config` the configuration as stored.
 */
export function beginTreeSync(
  stored: string | null,
  place: { readonly config: string; readonly treeId: number },
  nowMs: number,
): TreeSync {
  const known = parse(stored)[String(place.treeId)];
  const config = toFingerprint(place.config);
  const goesOn = known?.config === config && known.cursor !== null;
  if (goesOn && known.isFull) return known;
  if (goesOn && !isOld(known, nowMs)) return { ...known, storedItems: 0 };
  return {
    config,
    cursor: null,
    // Of the clock, so that it is a new one even when the row before was lost.
    listing: Math.max(Math.floor(nowMs / 1000), (known?.listing ?? 0) + 1),
    isFull: true,
    storedItems: 0,
    fullMs: known?.fullMs ?? null,
  };
}

function isOld({ fullMs }: TreeSync, nowMs: number): boolean {
  return fullMs !== null && nowMs - fullMs > FULL_AGAIN_MS;
}

function toFingerprint(config: string): string {
  const fields = Object.entries(JSON.parse(config) as Record<string, unknown>)
    .filter(([name]) => !PASSING_FIELDS.has(name))
    .toSorted(([left], [right]) => (left < right ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(fields)).digest('hex').slice(0, 16);
}

function parse(stored: string | null): StoredSyncs {
  if (stored === null) return {};
  try {
    return JSON.parse(stored) as StoredSyncs;
  } catch {
    return {}; // As after a row that was cut off: everything is listed anew.
  }
}
