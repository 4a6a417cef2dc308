/**
 * The writer's side of the manifest: takes listings, hands out what must be read, settles what was read.
 *
 * A listing is compared file by file. What is unchanged costs one read; what is new or changed is marked
 * pending and keeps answering with its old content until it is settled. Which documents a listing has
 * shown is kept in memory: when it is complete, the others are deleted. A crash in between loses only
 * that, and the next listing starts anew.
 */
import {
  fromReasonCode,
  isFailReason,
  type ListingColumns,
  type PendingColumns,
} from '../model/batches.ts';
import type { Connection, Statement } from './database.ts';
import { OUTCOME_CODE, STRUCTURE_STATE } from './schema.ts';
import type { Tallies } from './tallies.ts';
import { inTransaction, sliceBounds } from './transaction.ts';

/** A row of `document` as far as counting needs it. */
export interface DocumentRow {
  readonly id: number;
  readonly treeId: number;
  readonly sizeBytes: number;
  readonly mtimeMs: number;
  readonly outcome: number;
  readonly reason: string | null;
  readonly isPending: number;
  readonly blobId: number | null;
}

/** What a document becomes. */
export interface SettledDocument {
  readonly sizeBytes: number;
  readonly mtimeMs: number;
  readonly outcome: number;
  readonly reason: string | null;
  readonly blobId: number | null;
  readonly language: string;
  readonly role: number;
}

export interface CompareCounts {
  added: number;
  changed: number;
  unchanged: number;
  settled: number;
}

const COLUMNS =
  'id, tree_id AS treeId, size_bytes AS sizeBytes, mtime_ms AS mtimeMs, outcome, reason, is_pending AS isPending, blob_id AS blobId';

/** Failures that do not go away by themselves: tried again only when the file changes. */
const LASTING_FAILURES: ReadonlySet<string> = new Set(['timeout', 'crashed']);

export class DocumentTable {
  readonly #connection: Connection;
  readonly #tallies: Tallies;
  /** Listings that run, by their number: which documents of the tree they have shown. */
  readonly #listings = new Map<number, { readonly treeId: number; readonly seen: Set<number> }>();
  #lastListing = 0;
  readonly #find: Statement;
  readonly #get: Statement;
  readonly #insert: Statement;
  readonly #markPending: Statement;
  readonly #settle: Statement;
  readonly #delete: Statement;
  readonly #change: Statement;
  readonly #pending: Statement;
  readonly #release: Statement;
  readonly #retain: Statement;

  constructor(connection: Connection, tallies: Tallies) {
    this.#connection = connection;
    this.#tallies = tallies;
    this.#find = connection.prepare(
      `SELECT ${COLUMNS} FROM document WHERE tree_id = ? AND path = ?`,
    );
    this.#get = connection.prepare(`SELECT ${COLUMNS} FROM document WHERE id = ?`);
    this.#insert = connection.prepare(
      `INSERT INTO document (tree_id, path, size_bytes, mtime_ms, outcome, reason, is_pending, language, role)
       VALUES (@treeId, @path, @sizeBytes, @mtimeMs, @outcome, @reason, @isPending, '', 0)`,
    );
    this.#markPending = connection.prepare(
      'UPDATE document SET is_pending = 1, size_bytes = ?, mtime_ms = ? WHERE id = ?',
    );
    this.#settle = connection.prepare(
      `UPDATE document SET size_bytes = @sizeBytes, mtime_ms = @mtimeMs, outcome = @outcome, reason = @reason,
       is_pending = 0, blob_id = @blobId, language = @language, role = @role WHERE id = @id`,
    );
    this.#delete = connection.prepare('DELETE FROM document WHERE id = ?');
    this.#change = connection.prepare('INSERT INTO change (document_id) VALUES (?)');
    this.#pending = connection.prepare(
      `SELECT id, path, size_bytes AS sizeBytes, mtime_ms AS mtimeMs FROM document
       WHERE tree_id = ? AND is_pending = 1 AND id > ? ORDER BY id LIMIT ?`,
    );
    this.#retain = connection.prepare(
      `UPDATE blob SET document_count = document_count + 1, unused_ms = NULL,
       structure = iif(document_count = 0 AND structure = ${STRUCTURE_STATE.none}, ${STRUCTURE_STATE.pending}, structure)
       WHERE id = ?`,
    );
    this.#release = connection.prepare(
      `UPDATE blob SET document_count = document_count - 1,
       unused_ms = CASE WHEN document_count = 1 THEN unixepoch() * 1000 END WHERE id = ?`,
    );
  }

  /** Opens a listing of the tree and gives its number. Several may run at once; each ends by itself. */
  beginListing(treeId: number): number {
    this.#lastListing += 1;
    this.#listings.set(this.#lastListing, { treeId, seen: new Set() });
    return this.#lastListing;
  }

  /**
   * Compares a stretch of a listing with the manifest. With `isForced` every readable file becomes
   * pending. What it shows counts as seen for every open listing of the tree, so that single paths that
   * are compared meanwhile are not taken for gone.
   */
  compare(treeId: number, listing: ListingColumns, isForced: boolean): CompareCounts {
    const counts: CompareCounts = { added: 0, changed: 0, unchanged: 0, settled: 0 };
    const open = Array.from(this.#listings.values()).filter((one) => one.treeId === treeId);
    for (const [start, end] of sliceBounds(listing.paths.length)) {
      inTransaction(this.#connection, this.#tallies, () => {
        for (let index = start; index < end; index++) {
          const id = this.#compareOne({ treeId, listing, index, isForced }, counts);
          for (const { seen } of open) seen.add(id);
        }
      });
    }
    return counts;
  }

  /** Marks one document to be read, whatever it was; inside a transaction. Gives its id. */
  compareInside(treeId: number, listing: ListingColumns): number {
    const counts: CompareCounts = { added: 0, changed: 0, unchanged: 0, settled: 0 };
    return this.#compareOne({ treeId, listing, index: 0, isForced: true }, counts);
  }

  /**
   * Ends a listing that is complete: deletes the documents that it has not shown, but not those below a
   * folder that could not be listed. Gives their number.
   */
  finishListing(listing: number, unreadableFolders: readonly string[]): number {
    const open = this.#listings.get(listing);
    if (open === undefined) return 0;
    this.#listings.delete(listing);
    const { treeId, seen } = open;
    const rows = this.#connection
      .prepare('SELECT id, path FROM document WHERE tree_id = ?')
      .iterate(treeId) as IterableIterator<{ id: number; path: string }>;
    const gone: number[] = [];
    for (const { id, path } of rows) {
      const isBelowUnreadable = unreadableFolders.some((folder) => path.startsWith(`${folder}/`));
      if (!seen.has(id) && !isBelowUnreadable) gone.push(id);
    }
    this.deleteAll(gone);
    return gone.length;
  }

  /** Forgets a listing that did not come to its end. */
  dropListing(listing: number): void {
    this.#listings.delete(listing);
  }

  /** Hands out pending documents in order of id: at most `maxFiles`, and no more than `maxBytes` once there is one. */
  takePending(
    treeId: number,
    afterId: number,
    limits: { readonly maxFiles: number; readonly maxBytes: number },
  ): PendingColumns {
    const taken: PendingRow[] = [];
    let bytes = 0;
    for (const row of this.#pending.iterate(
      treeId,
      afterId,
      limits.maxFiles,
    ) as IterableIterator<PendingRow>) {
      if (taken.length > 0 && bytes + row.sizeBytes > limits.maxBytes) break;
      taken.push(row);
      bytes += row.sizeBytes;
    }
    return toColumns(taken);
  }

  /** Hands out those of the named documents that are pending. */
  takePendingPaths(treeId: number, paths: readonly string[]): PendingColumns {
    const rows = paths.flatMap((path) => {
      const row = this.find(treeId, path);
      return row === undefined || row.isPending === 0 ? [] : [{ ...row, path }];
    });
    return toColumns(rows);
  }

  get(id: number): DocumentRow | undefined {
    return this.#get.get(id) as DocumentRow | undefined;
  }

  find(treeId: number, path: string): DocumentRow | undefined {
    return this.#find.get(treeId, path) as DocumentRow | undefined;
  }

  /** Writes what became of a document; inside a transaction. */
  settle(row: DocumentRow, settled: SettledDocument): void {
    this.#countOut(row);
    this.#settle.run({ ...settled, id: row.id });
    this.#tallies.count(
      {
        treeId: row.treeId,
        outcome: settled.outcome,
        reason: settled.reason ?? '',
        bytes: settled.sizeBytes,
      },
      1,
    );
    if (settled.blobId !== row.blobId) {
      if (settled.blobId !== null) this.#retain.run(settled.blobId);
      if (row.blobId !== null) this.#release.run(row.blobId);
    }
    this.#change.run(row.id);
  }

  /** Inserts a document that nothing has to be read for, or one to be read. Gives its id; inside a transaction. */
  insert(
    treeId: number,
    file: { path: string; sizeBytes: number; mtimeMs: number; reason: string | null },
  ): number {
    const outcome = outcomeOf(file.reason);
    const isPending = file.reason === null ? 1 : 0;
    const { lastInsertRowid } = this.#insert.run({ treeId, ...file, outcome, isPending });
    this.#tallies.count({ treeId, outcome, reason: file.reason ?? '', bytes: file.sizeBytes }, 1);
    return Number(lastInsertRowid);
  }

  /** Deletes documents in short transactions. */
  deleteAll(ids: readonly number[]): void {
    for (const [start, end] of sliceBounds(ids.length)) {
      inTransaction(this.#connection, this.#tallies, () => {
        for (let index = start; index < end; index++) this.#deleteOne(ids[index] as number);
      });
    }
  }

  #compareOne(
    file: { treeId: number; listing: ListingColumns; index: number; isForced: boolean },
    counts: CompareCounts,
  ): number {
    const { treeId, listing, index } = file;
    const path = listing.paths[index] as string;
    const sizeBytes = listing.sizeBytes[index] as number;
    const mtimeMs = listing.mtimeMs[index] as number;
    const reason = fromReasonCode(listing.reasons[index] as number);
    const row = this.find(treeId, path);
    if (row === undefined) {
      counts.added += 1;
      return this.insert(treeId, { path, sizeBytes, mtimeMs, reason });
    }
    if (reason !== null) {
      if (row.reason !== reason || row.isPending === 1) {
        counts.settled += 1;
        const outcome = outcomeOf(reason);
        this.settle(row, {
          sizeBytes,
          mtimeMs,
          outcome,
          reason,
          blobId: null,
          language: '',
          role: 0,
        });
      }
    } else if (row.isPending === 1) {
      counts.changed += 1;
    } else if (file.isForced || hasChanged(row, sizeBytes, mtimeMs)) {
      counts.changed += 1;
      this.#countOut(row);
      this.#markPending.run(sizeBytes, mtimeMs, row.id);
      this.#tallies.count(
        { treeId, outcome: OUTCOME_CODE.pending, reason: '', bytes: sizeBytes },
        1,
      );
    } else {
      counts.unchanged += 1;
    }
    return row.id;
  }

  #deleteOne(id: number): void {
    const row = this.get(id);
    if (row === undefined) return;
    this.#countOut(row);
    if (row.blobId !== null) this.#release.run(row.blobId);
    this.#delete.run(id);
    this.#change.run(id);
  }

  #countOut(row: DocumentRow): void {
    const outcome = row.isPending === 1 ? OUTCOME_CODE.pending : row.outcome;
    const reason = row.isPending === 1 ? '' : (row.reason ?? '');
    this.#tallies.count({ treeId: row.treeId, outcome, reason, bytes: row.sizeBytes }, -1);
  }
}

interface PendingRow {
  readonly id: number;
  readonly path: string;
  readonly sizeBytes: number;
  readonly mtimeMs: number;
}

function toColumns(rows: readonly PendingRow[]): PendingColumns {
  return {
    documentIds: Float64Array.from(rows, ({ id }) => id),
    paths: rows.map(({ path }) => path),
    sizeBytes: Float64Array.from(rows, ({ sizeBytes }) => sizeBytes),
    mtimeMs: Float64Array.from(rows, ({ mtimeMs }) => mtimeMs),
  };
}

/** The outcome that a reason means; no reason = still to be read. */
export function outcomeOf(reason: string | null): number {
  if (reason === null) return OUTCOME_CODE.pending;
  return isFailReason(reason) ? OUTCOME_CODE.failed : OUTCOME_CODE.skipped;
}

/** A skip that the listing itself decides is gone by now, since the listing gave no reason this time. */
const LISTED_SKIPS: ReadonlySet<string> = new Set(['too_large', 'symlink', 'special_file']);

function hasChanged(row: DocumentRow, sizeBytes: number, mtimeMs: number): boolean {
  if (row.sizeBytes !== sizeBytes || row.mtimeMs !== mtimeMs) return true;
  if (row.outcome === OUTCOME_CODE.failed) return !LASTING_FAILURES.has(row.reason ?? '');
  return row.reason !== null && LISTED_SKIPS.has(row.reason);
}
