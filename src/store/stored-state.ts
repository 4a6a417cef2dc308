/** Reads what status needs to know from the database; a few dozen rows, well under a millisecond. */
import type { Connection } from './database.ts';
import { readHistoryTally, type HistoryTally } from './history-tally.ts';
import { listSources, type SourceRow, type TreeRow } from './sources.ts';
import { sizeOf } from './file-size.ts';
import type { TallyRow } from './tallies.ts';

/** Work of a pass over contents, in blobs and bytes. */
export interface PassTally {
  readonly done: number;
  readonly total: number;
  readonly doneBytes: number;
  readonly totalBytes: number;
}

/** What the database says of itself; computed from rows written together with the content. */
export interface StoreState {
  readonly sources: readonly SourceRow[];
  readonly trees: readonly TreeRow[];
  readonly tallies: readonly TallyRow[];
  /** At most five paths for each reason, by tree id. */
  readonly examples: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  readonly chunkCount: number;
  readonly structure: PassTally;
  readonly history: HistoryTally;
  readonly dbBytes: number;
  readonly walBytes: number;
}

export function readStoredState(connection: Connection, path: string): StoreState {
  const tallies = connection
    .prepare('SELECT tree_id AS treeId, outcome, reason, files, bytes FROM tally WHERE files > 0')
    .all() as TallyRow[];
  return {
    sources: listSources(connection),
    trees: connection
      .prepare('SELECT id, source_id AS sourceId, epoch, is_listed AS isListed FROM tree')
      .all() as TreeRow[],
    tallies,
    examples: listExamples(connection, tallies),
    chunkCount: Number(
      connection
        .prepare('SELECT coalesce(sum(chunk_count), 0) FROM segment WHERE is_ready = 1')
        .pluck()
        .get(),
    ),
    structure: connection
      .prepare(
        `SELECT coalesce(sum(blobs), 0) AS total, coalesce(sum(bytes), 0) AS totalBytes,
           coalesce(sum(iif(structure <> 0, blobs, 0)), 0) AS done,
           coalesce(sum(iif(structure <> 0, bytes, 0)), 0) AS doneBytes FROM blob_tally`,
      )
      .get() as PassTally,
    history: readHistoryTally(connection),
    dbBytes: sizeOf(path),
    walBytes: sizeOf(`${path}-wal`),
  };
}

function listExamples(
  connection: Connection,
  tallies: readonly TallyRow[],
): StoreState['examples'] {
  const list = connection
    .prepare('SELECT path FROM document WHERE tree_id = ? AND reason = ? LIMIT 5')
    .pluck();
  const examples: Record<string, Record<string, string[]>> = {};
  for (const { treeId, reason } of tallies) {
    if (reason === '') continue;
    (examples[treeId] ??= {})[reason] = list.all(treeId, reason) as string[];
  }
  return examples;
}
