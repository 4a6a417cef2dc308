/** What status says of the history pass, from the rows of its repositories. */
import type { HistoryProblem } from '../model/history.ts';
import type { Connection } from './database.ts';

/** Work of the history pass in commits; a repository whose HEAD has not been looked at counts as one to do. */
export interface HistoryTally {
  readonly done: number;
  readonly total: number;
  /** Repositories without a history, and why. */
  readonly problems: readonly {
    readonly connectorId: string;
    readonly folder: string;
    readonly problem: HistoryProblem;
    readonly message: string;
  }[];
}

/** Cost: a row for each repository. */
export function readHistoryTally(connection: Connection): HistoryTally {
  const { done, total } = connection
    .prepare(
      `SELECT coalesce(sum(commit_count), 0) AS done, coalesce(sum(max(commit_count, expected_count)), 0) AS total
       FROM history_repository`,
    )
    .get() as { done: number; total: number };
  const waiting = Number(
    connection
      .prepare(
        `SELECT count(*) FROM source s LEFT JOIN history_repository r ON r.source_id = s.id AND r.folder = ''
         WHERE s.head_commit IS NOT NULL AND s.head_commit IS NOT r.seen_head`,
      )
      .pluck()
      .get(),
  );
  const problems = connection
    .prepare(
      `SELECT s.connector_id AS connectorId, r.folder, r.problem, r.message FROM history_repository r
       JOIN source s ON s.id = r.source_id WHERE r.problem IS NOT NULL ORDER BY r.id`,
    )
    .all() as HistoryTally['problems'][number][];
  return { done, total: total + waiting, problems };
}
