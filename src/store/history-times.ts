/**
 * Paths that history knows and when each was committed last, and from there the times of documents. Searches
 * filter and show by `document.updated_ms`. A few documents with another time travel like any change; of many,
 * readers are told to read all times again, which is one column, instead of everything about each document.
 */
import type { PathTimes } from '../model/history.ts';
import type { Connection, Statement } from './database.ts';
import { sliceBounds } from './transaction.ts';

/** Up to here documents travel as changes. Reading all times costs readers about as much as 2,000 changes. */
const MAX_CHANGES = 1_000;

export class HistoryTimes {
  readonly #connection: Connection;
  /** While a repository is read anew: ids of the paths that got a time. */
  readonly #seen = new Map<number, Set<number>>();
  readonly #findPath: Statement;
  readonly #insertPath: Statement;
  readonly #setTime: Statement;
  readonly #raiseTime: Statement;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#findPath = connection
      .prepare('SELECT id FROM history_path WHERE repository_id = ? AND path = ?')
      .pluck();
    this.#insertPath = connection.prepare(
      'INSERT INTO history_path (repository_id, path) VALUES (?, ?)',
    );
    this.#setTime = connection.prepare('UPDATE history_path SET last_ms = ? WHERE id = ?');
    this.#raiseTime = connection.prepare(
      'UPDATE history_path SET last_ms = max(coalesce(last_ms, 0), ?) WHERE id = ?',
    );
  }

  /** Gives the id of a path; inside a transaction. */
  findOrAddPath(repositoryId: number, path: string): number {
    const id = this.#findPath.get(repositoryId, path) as number | undefined;
    return id ?? Number(this.#insertPath.run(repositoryId, path).lastInsertRowid);
  }

  beginAnew(repositoryId: number): void {
    this.#seen.set(repositoryId, new Set());
  }

  /** Notes times, in short transactions. */
  add(repositoryId: number, { paths, lastMs }: PathTimes): void {
    const seen = this.#seen.get(repositoryId);
    const write = seen === undefined ? this.#raiseTime : this.#setTime;
    for (const [start, end] of sliceBounds(paths.length)) {
      this.#connection.transaction(() => {
        for (let index = start; index < end; index++) {
          const id = this.findOrAddPath(repositoryId, paths[index] as string);
          seen?.add(id);
          write.run(lastMs[index], id);
        }
      })();
    }
  }

  /** Takes the time from paths that were not shown, and drops those that no commit names. */
  finishAnew(repositoryId: number): void {
    const seen = this.#seen.get(repositoryId) ?? new Set();
    this.#seen.delete(repositoryId);
    const ids = this.#connection
      .prepare('SELECT id FROM history_path WHERE repository_id = ?')
      .pluck()
      .all(repositoryId) as number[];
    const gone = ids.filter((id) => !seen.has(id));
    const drop = this.#connection.prepare(
      'DELETE FROM history_path WHERE id = ? AND NOT EXISTS (SELECT 1 FROM commit_file WHERE path_id = history_path.id)',
    );
    for (const [start, end] of sliceBounds(gone.length)) {
      this.#connection.transaction(() => {
        for (const id of gone.slice(start, end)) {
          if (drop.run(id).changes === 0) this.#setTime.run(null, id);
        }
      })();
    }
  }

  /** Takes the times of paths from the commits that are left; a path without any keeps its time. */
  recompute(pathIds: readonly number[]): void {
    const update = this.#connection.prepare(
      `UPDATE history_path SET last_ms = coalesce((SELECT max(committed_ms) FROM commit_file f
         JOIN commit_log c ON c.id = f.commit_id WHERE f.path_id = history_path.id), last_ms) WHERE id = ?`,
    );
    for (const [start, end] of sliceBounds(pathIds.length)) {
      this.#connection.transaction(() => {
        for (const id of pathIds.slice(start, end)) update.run(id);
      })();
    }
  }

  remove(repositoryId: number): void {
    this.#connection.prepare('DELETE FROM history_path WHERE repository_id = ?').run(repositoryId);
  }

  /** Cost: one lookup for each document, about 150 ms for 80,000, in between transactions. */
  apply(sourceId: number): number {
    const changes = this.#connection
      .prepare(
        `SELECT d.id, max(p.last_ms) AS lastMs FROM source s
         CROSS JOIN document d ON d.tree_id = s.active_tree
         LEFT JOIN history_path p ON p.path = d.path
           AND p.repository_id IN (SELECT id FROM history_repository WHERE source_id = s.id)
         WHERE s.id = ? AND d.item IS NULL GROUP BY d.id HAVING d.updated_ms IS NOT max(p.last_ms)`,
      )
      .all(sourceId) as { id: number; lastMs: number | null }[];
    const update = this.#connection.prepare('UPDATE document SET updated_ms = ? WHERE id = ?');
    const tell = this.#connection.prepare('INSERT INTO change (document_id) VALUES (?)');
    const isFew = changes.length <= MAX_CHANGES;
    for (const [start, end] of sliceBounds(changes.length)) {
      this.#connection.transaction(() => {
        for (const { id, lastMs } of changes.slice(start, end)) {
          update.run(lastMs, id);
          if (isFew) tell.run(id);
        }
        if (!isFew && end === changes.length) this.#bumpEpoch();
      })();
    }
    return changes.length;
  }

  #bumpEpoch(): void {
    this.#connection
      .prepare(
        `INSERT INTO meta (key, value) VALUES ('times_epoch', 1) ON CONFLICT DO UPDATE SET value = value + 1`,
      )
      .run();
  }
}
