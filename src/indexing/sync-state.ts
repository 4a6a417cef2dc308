/**
 * Where the syncs of a source stand, as the text in `source.cursor`. There is one entry for each tree, because a
 * rebuild fills a second tree beside the one that answers:
 *
 *     {"config": "<fingerprint>", "trees": {"12": {"cursor": {…}, "listing": 3, "isFull": false, …}}}
 *
 * The fingerprint is of what decides which items there are: when it changes, everything is listed anew. A
 * text that cannot be read counts as none, so the worst that a damaged row costs is a full sync.
 */
import { createHash } from 'node:crypto';
import type { SyncCursor } from '../connectors/connector.ts';

/** Where the sync of one tree stands. */
export interface TreeSync {
  /** Of the last stored page; null before the first. */
  readonly cursor: SyncCursor | null;
  /** Number of the full sync that goes on, or of the last one. */
  readonly listing: number;
  /** True while a full sync is not at its end. */
  readonly isFull: boolean;
  /** Items that this sync has stored, over restarts. */
  readonly storedItems: number;
  /** When the last full sync ended, null when none has. */
  readonly fullMs: number | null;
}

interface StoredSyncs {
  readonly config: string;
  readonly trees: Readonly<Record<string, TreeSync>>;
}

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

/** Reads the entry of a tree; undefined when there is none for this configuration. `stored` is `source.cursor`. */
export function readTreeSync(
  stored: string | null,
  config: string,
  treeId: number,
): TreeSync | undefined {
  const syncs = parse(stored);
  return syncs?.config === toFingerprint(config) ? syncs.trees[String(treeId)] : undefined;
}

/** Gives the text with the entry of one tree replaced; those of trees that are not `kept` go. */
export function writeTreeSync(
  stored: string | null,
  entry: { readonly config: string; readonly treeId: number; readonly sync: TreeSync },
  kept: readonly (number | null)[],
): string {
  const fingerprint = toFingerprint(entry.config);
  const before = parse(stored);
  const others = Object.entries(before?.config === fingerprint ? before.trees : {});
  const trees = Object.fromEntries(others.filter(([id]) => kept.includes(Number(id))));
  return JSON.stringify({
    config: fingerprint,
    trees: { ...trees, [entry.treeId]: entry.sync },
  } satisfies StoredSyncs);
}

/** Says how the next sync of a tree begins: anew, or behind the last stored page. */
export function beginTreeSync(known: TreeSync | undefined, nowMs: number): TreeSync {
  const isOld = known?.fullMs != null && nowMs - known.fullMs > FULL_AGAIN_MS;
  const goesOn = known !== undefined && known.cursor !== null;
  if (goesOn && (known.isFull || !isOld)) {
    return known.isFull ? known : { ...known, storedItems: 0 };
  }
  return {
    cursor: null,
    listing: (known?.listing ?? 0) + 1,
    isFull: true,
    storedItems: 0,
    fullMs: known?.fullMs ?? null,
  };
}

function toFingerprint(config: string): string {
  const fields = Object.entries(JSON.parse(config) as Record<string, unknown>)
    .filter(([name]) => !PASSING_FIELDS.has(name))
    .toSorted(([left], [right]) => (left < right ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(fields)).digest('hex').slice(0, 16);
}

function parse(stored: string | null): StoredSyncs | undefined {
  if (stored === null) return undefined;
  try {
    return JSON.parse(stored) as StoredSyncs;
  } catch {
    return undefined; // As after a row that was cut off: everything is listed anew.
  }
}
