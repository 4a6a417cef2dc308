/** What status says of the history pass, from the rows of its repositories. */
import type { HistoryProblem } from '../model/history.ts';
import type { Connection } from './database.ts';

/** Work of the history pass. */
export interface HistoryTally {
  /** Commits read and to be read; one whose HEAD has not been looked at counts as one to do. */
  readonly repositories: readonly {
    readonly connectorId: string;
    readonly done: number;
    readonly total: number;
  }[];
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
  const repositories = connection
    .prepare(
      `SELECT s.connector_id AS connectorId, r.commit_count AS done, max(r.commit_count, r.expected_count) AS total
       FROM history_repository r JOIN source s ON s.id = r.source_id
       UNION ALL
       SELECT s.connector_id, 0, 1 FROM source s LEFT JOIN history_repository r ON r.source_id = s.id AND r.folder = ''
       WHERE s.head_commit IS NOT NULL AND s.head_commit IS NOT r.seen_head`,
    )
    .all() as HistoryTally['repositories'][number][];
  const problems = connection
    .prepare(
      `SELECT s.connector_id AS connectorId, r.folder, r.problem, r.message FROM history_repository r
       JOIN source s ON s.id = r.source_id WHERE r.problem IS NOT NULL ORDER BY r.id`,
    )
    .all() as HistoryTally['problems'][number][];
  return { repositories, problems };
}
