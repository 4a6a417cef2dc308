/**
 * Counts of documents by tree, outcome and reason. Changes are collected while a transaction runs and
 * written just before it commits, so that the table always agrees with the rows it counts.
 */
import type { Connection, Statement } from './database.ts';

/** One line of the tally of a tree. `reason` is empty for pending and indexed documents. */
export interface TallyRow {
  readonly treeId: number;
  readonly outcome: number;
  readonly reason: string;
  readonly files: number;
  readonly bytes: number;
}

interface Delta {
  readonly treeId: number;
  readonly outcome: number;
  readonly reason: string;
  files: number;
  bytes: number;
}

export class Tallies {
  readonly #deltas = new Map<string, Delta>();
  readonly #update: Statement;
  readonly #list: Statement;

  constructor(connection: Connection) {
    this.#update = connection.prepare(
      `INSERT INTO tally (tree_id, outcome, reason, files, bytes)
       VALUES (@treeId, @outcome, @reason, @files, @bytes)
       ON CONFLICT DO UPDATE SET files = files + excluded.files, bytes = bytes + excluded.bytes`,
    );
    this.#list = connection.prepare(
      'SELECT tree_id AS treeId, outcome, reason, files, bytes FROM tally WHERE files > 0',
    );
  }

  /** Notes that `sign` (1 or -1) document of this kind came or went. */
  count(row: Omit<TallyRow, 'files'>, sign: 1 | -1): void {
    const key = `${row.treeId} ${row.outcome} ${row.reason}`;
    let delta = this.#deltas.get(key);
    if (delta === undefined) {
      delta = { treeId: row.treeId, outcome: row.outcome, reason: row.reason, files: 0, bytes: 0 };
      this.#deltas.set(key, delta);
    }
    delta.files += sign;
    delta.bytes += sign * row.bytes;
  }

  /** Writes what was noted; to be called inside the transaction. */
  flush(): void {
    for (const delta of this.#deltas.values()) {
      if (delta.files !== 0 || delta.bytes !== 0) this.#update.run(delta);
    }
    this.#deltas.clear();
  }

  /** Forgets what was noted, when the transaction is rolled back. */
  discard(): void {
    this.#deltas.clear();
  }

  list(): TallyRow[] {
    return this.#list.all() as TallyRow[];
  }
}
