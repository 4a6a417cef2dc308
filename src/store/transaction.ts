/** Short write transactions: at most this many rows each, so that checkpoints and other work get a turn. */
import type { Connection } from './database.ts';
import type { Tallies } from './tallies.ts';

export const MAX_ROWS_PER_TRANSACTION = 500;

/** Runs `work` in one transaction and writes the tallies it noted just before the commit. */
export function inTransaction<T>(connection: Connection, tallies: Tallies, work: () => T): T {
  connection.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    tallies.flush();
    connection.exec('COMMIT');
    return result;
  } catch (error) {
    tallies.discard();
    if (connection.inTransaction) connection.exec('ROLLBACK');
    throw error;
  }
}

/** Gives the bounds of consecutive slices of at most `size` of `total` elements. */
export function* sliceBounds(
  total: number,
  size: number = MAX_ROWS_PER_TRANSACTION,
): Generator<readonly [start: number, end: number]> {
  for (let start = 0; start < total; start += size) yield [start, Math.min(start + size, total)];
}
