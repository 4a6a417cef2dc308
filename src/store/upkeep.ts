/**
 * Keeps the database small: collects contents that no document refers to, picks segments to be written
 * anew (many small ones into one, or one that is mostly dead), gives pages back and bounds the WAL.
 * Every step is short; the caller repeats it while there is something to do and nobody waits.
 */
import type { BuiltSegment } from '../segments/segment.ts';
import type { Connection } from './database.ts';
import { sizeOf } from './file-size.ts';
import type { SegmentTable } from './segments.ts';
import { removeStructure } from './structures.ts';
import type { Tallies } from './tallies.ts';
import { inTransaction, MAX_ROWS_PER_TRANSACTION } from './transaction.ts';

/** A block of an index, in bytes: what `KeyedBlockWriter` fills it to. */
const BLOCK_BYTES = 3584;
/**
 * Building takes memory by what is noted, not by the text: many short texts note four times as much a byte as source
 * files do. A byte of index therefore weighs as much as the text that it stands for in source files.
 */
const TEXT_BYTES_PER_INDEX_BYTE = 4;
/** Segments that weigh less than a bound form a tier; this many of one tier are merged. */
const TIER_BOUNDS_BYTES = [256 * 1024, 1024 * 1024, 4 * 1024 * 1024];
const MERGE_FACTOR = 8;
/** The WAL is copied back when it is larger than this, whenever readers allow. */
const CHECKPOINT_BYTES = 32 * 1024 * 1024;
/** From here on the writer waits for readers, up to a second, to start the WAL at its beginning again. */
const RESTART_BYTES = 128 * 1024 * 1024;
const RESTART_WAIT_MS = 1000;
/** Pages given back in one step: 8 MB. */
const VACUUM_PAGES = 1024;
const KEPT_CHANGES = 200_000;

/** Segments to be replaced by one that holds the living blobs of all of them. */
export interface MergePlan {
  readonly segmentIds: readonly number[];
  readonly blobIds: readonly number[];
}

interface SegmentSize {
  readonly id: number;
  readonly textBytes: number;
  readonly deadBytes: number;
  readonly blockCount: number;
}

export class Upkeep {
  readonly #connection: Connection;
  readonly #tallies: Tallies;
  readonly #segments: SegmentTable;
  readonly #path: string;

  constructor(
    connection: Connection,
    tallies: Tallies,
    parts: { readonly segments: SegmentTable; readonly path: string },
  ) {
    this.#connection = connection;
    this.#tallies = tallies;
    this.#segments = parts.segments;
    this.#path = parts.path;
  }

  /** Deletes up to 500 blobs that have been unused since before `beforeMs`. Gives how many. */
  collect(beforeMs: number): number {
    return inTransaction(this.#connection, this.#tallies, () => {
      const rows = this.#connection
        .prepare(
          `SELECT id, size_bytes AS sizeBytes, segment_id AS segmentId FROM blob
           WHERE unused_ms IS NOT NULL AND unused_ms <= ? LIMIT ${MAX_ROWS_PER_TRANSACTION}`,
        )
        .all(beforeMs) as { id: number; sizeBytes: number; segmentId: number }[];
      const dead = this.#connection.prepare(
        'UPDATE segment SET dead_bytes = dead_bytes + ? WHERE id = ?',
      );
      for (const { id, sizeBytes, segmentId } of rows) {
        removeStructure(this.#connection, id);
        this.#connection.prepare('DELETE FROM blob_content WHERE blob_id = ?').run(id);
        this.#connection.prepare('DELETE FROM blob WHERE id = ?').run(id);
        dead.run(sizeBytes, segmentId);
      }
      return rows.length;
    });
  }

  /**
   * Removes segments without a living blob and picks the next ones to merge, if any: at most `maxBytes` of source
   * text, or of other texts what takes as much memory to build.
   */
  planMerge(maxBytes: number): MergePlan | null {
    const sizes = this.#connection
      .prepare(
        `SELECT id, text_bytes AS textBytes, dead_bytes AS deadBytes, block_count AS blockCount
         FROM segment WHERE is_ready = 1 ORDER BY id`,
      )
      .all() as SegmentSize[];
    const alive: SegmentSize[] = [];
    for (const size of sizes) {
      if (size.deadBytes >= size.textBytes && this.#listBlobs(size.id).length === 0) {
        this.#segments.remove(size.id);
      } else {
        alive.push(size);
      }
    }
    const segmentIds = pickSegments(alive, maxBytes);
    if (segmentIds.length === 0) return null;
    return { segmentIds, blobIds: segmentIds.flatMap((id) => this.#listBlobs(id)) };
  }

  /** Replaces the segments of a plan; blobs that went meanwhile are left out of the new one. */
  replace(plan: MergePlan, segment: BuiltSegment): void {
    const segmentId = this.#segments.storeMerged(plan.blobIds, segment);
    inTransaction(this.#connection, this.#tallies, () => {
      const move = this.#connection.prepare('UPDATE blob SET segment_id = ? WHERE segment_id = ?');
      for (const id of plan.segmentIds) {
        move.run(segmentId, id);
        this.#connection.prepare('UPDATE segment SET is_ready = 2 WHERE id = ?').run(id);
      }
      this.#segments.publish(segmentId);
    });
    for (const id of plan.segmentIds) this.#segments.remove(id);
  }

  /** Copies the WAL back when it has grown; never blocks readers. Gives its size in bytes before. */
  checkpoint(): number {
    const bytes = sizeOf(`${this.#path}-wal`);
    if (bytes > RESTART_BYTES) {
      this.#connection.pragma(`busy_timeout = ${RESTART_WAIT_MS}`);
      this.#connection.pragma('wal_checkpoint(RESTART)');
    } else if (bytes > CHECKPOINT_BYTES) {
      this.#connection.pragma('wal_checkpoint(PASSIVE)');
    }
    return bytes;
  }

  /** Drops the oldest notes of changes; readers that are further behind load their catalog anew. */
  trimChanges(): void {
    const floor = Number(
      this.#connection
        .prepare('SELECT coalesce(max(sequence), 0) - ? FROM change')
        .pluck()
        .get(KEPT_CHANGES),
    );
    if (floor <= 0) return;
    this.#connection.transaction(() => {
      this.#connection.prepare('DELETE FROM change WHERE sequence <= ?').run(floor);
      this.#connection
        .prepare(
          "INSERT INTO meta (key, value) VALUES ('change_floor', ?) ON CONFLICT DO UPDATE SET value = excluded.value",
        )
        .run(floor);
    })();
  }

  /** Gives pages back to the file system. Gives true while there are more. */
  vacuum(): boolean {
    const free = this.#connection.pragma('freelist_count', { simple: true }) as number;
    if (free === 0) return false;
    this.#connection.exec(`PRAGMA incremental_vacuum(${VACUUM_PAGES})`);
    return free > VACUUM_PAGES;
  }

  truncateWal(): void {
    this.#connection.pragma('wal_checkpoint(TRUNCATE)');
  }

  #listBlobs(segmentId: number): number[] {
    return this.#connection
      .prepare('SELECT id FROM blob WHERE segment_id = ? ORDER BY id')
      .pluck()
      .all(segmentId) as number[];
  }
}

function pickSegments(sizes: readonly SegmentSize[], maxBytes: number): number[] {
  const mostlyDead = sizes.find(({ textBytes, deadBytes }) => deadBytes * 2 > textBytes);
  if (mostlyDead !== undefined) return [mostlyDead.id];
  for (const [tier, bound] of TIER_BOUNDS_BYTES.entries()) {
    const lower = TIER_BOUNDS_BYTES[tier - 1] ?? 0;
    const members = sizes.filter((size) => {
      const weight = toWeight(size);
      return weight >= lower && weight < bound;
    });
    // What is made of two bounds and less leaves the tier, so that nothing is merged again and again.
    if (members.length >= MERGE_FACTOR && bound * 2 <= maxBytes) return takeUpTo(members, maxBytes);
  }
  return [];
}

function takeUpTo(sizes: readonly SegmentSize[], maxBytes: number): number[] {
  let bytes = 0;
  const taken: number[] = [];
  for (const size of sizes) {
    bytes += toWeight(size);
    if (bytes > maxBytes) break;
    taken.push(size.id);
  }
  return taken;
}

/** Bytes of source text that take as much memory to build as the living part of a segment. */
function toWeight({ textBytes, deadBytes, blockCount }: SegmentSize): number {
  const indexBytes = blockCount * BLOCK_BYTES;
  const living = textBytes === 0 ? 0 : Math.max(0, textBytes - deadBytes) / textBytes;
  return living * Math.max(textBytes, indexBytes * TEXT_BYTES_PER_INDEX_BYTE);
}
