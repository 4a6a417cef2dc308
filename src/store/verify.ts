/**
 * Checks that the rows agree with each other: every indexed document has a blob, every blob its content
 * and its place in a segment, every tally the number of rows it counts. What does not hold is repaired by
 * marking the documents pending, so that the next pass reads them again, or by counting anew.
 */
import type { Connection } from './database.ts';
import { inTransaction } from './transaction.ts';
import { removeStructure } from './structures.ts';
import type { Tallies } from './tallies.ts';

export interface VerifyResult {
  readonly checked: number;
  readonly repaired: number;
  readonly problems: readonly string[];
}

const BROKEN_BLOBS = `
  SELECT b.id FROM blob b
  LEFT JOIN blob_content c ON c.blob_id = b.id
  LEFT JOIN segment s ON s.id = b.segment_id AND s.is_ready = 1
  WHERE c.blob_id IS NULL OR s.id IS NULL`;

/** Checks and repairs. Cost: one pass over documents and blobs, about 100 ms for 80,000 files. */
export function verifyRows(connection: Connection, tallies: Tallies): VerifyResult {
  const problems: string[] = [];
  let repaired = 0;
  const checked = Number(connection.prepare('SELECT count(*) FROM document').pluck().get());
  inTransaction(connection, tallies, () => {
    const broken = connection.prepare(BROKEN_BLOBS).pluck().all() as number[];
    if (broken.length > 0) {
      problems.push(`${broken.length} contents were incomplete; their files are read again`);
      for (const id of broken) dropBlob(connection, id);
      repaired += broken.length;
    }
    const orphans = connection
      .prepare(
        `UPDATE document SET is_pending = 1, blob_id = NULL WHERE outcome = 1 AND is_pending = 0
         AND (blob_id IS NULL OR blob_id NOT IN (SELECT id FROM blob))`,
      )
      .run().changes;
    if (orphans > 0) {
      problems.push(`${orphans} documents had no content; they are read again`);
      repaired += orphans;
    }
    if (countTalliesAnew(connection)) {
      problems.push('counts of files differed from the files; counted anew');
      repaired += 1;
    }
  });
  return { checked, repaired, problems };
}

function dropBlob(connection: Connection, blobId: number): void {
  connection
    .prepare('UPDATE document SET is_pending = 1, blob_id = NULL WHERE blob_id = ?')
    .run(blobId);
  removeStructure(connection, blobId);
  connection.prepare('DELETE FROM blob_content WHERE blob_id = ?').run(blobId);
  connection.prepare('DELETE FROM blob WHERE id = ?').run(blobId);
}

const TRUE_TALLIES = `
  SELECT tree_id, iif(is_pending, 0, outcome) AS outcome, iif(is_pending, '', coalesce(reason, '')) AS reason,
    count(*) AS files, sum(size_bytes) AS bytes
  FROM document GROUP BY 1, 2, 3`;

/** Gives true when the stored counts were wrong. */
function countTalliesAnew(connection: Connection): boolean {
  const isWrong =
    connection
      .prepare(
        `SELECT 1 WHERE EXISTS (SELECT tree_id, outcome, reason, files, bytes FROM tally WHERE files <> 0 EXCEPT ${TRUE_TALLIES})
         OR EXISTS (${TRUE_TALLIES} EXCEPT SELECT tree_id, outcome, reason, files, bytes FROM tally)`,
      )
      .get() !== undefined;
  if (isWrong) {
    connection.exec(
      `DELETE FROM tally; INSERT INTO tally (tree_id, outcome, reason, files, bytes) ${TRUE_TALLIES}`,
    );
  }
  return isWrong;
}
