/** Rows of jobs, as the job room hands them in. Only this many ended jobs are kept. */
import type { JobAction, JobState, Phase, StatusError } from '../model/status.ts';
import type { Connection } from './database.ts';

const KEPT_JOBS = 100;

export interface JobRow {
  readonly jobId: string;
  readonly action: JobAction;
  readonly connectors: readonly string[];
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly state: JobState;
  readonly phase: Phase;
  /** 0 to 100. */
  readonly progress: number;
  readonly createdMs: number;
  readonly startedMs: number | null;
  readonly endedMs: number | null;
  readonly lastError: StatusError | null;
}

interface StoredJob extends Omit<JobRow, 'connectors' | 'parameters' | 'lastError'> {
  readonly connectors: string;
  readonly parameters: string;
  readonly lastError: string | null;
}

export class JobTable {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Inserts the job or brings its row up to date. */
  save(job: JobRow): void {
    this.#connection
      .prepare(
        `INSERT INTO job (job_id, action, connectors, parameters, state, phase, progress, created_ms, started_ms, ended_ms, last_error)
         VALUES (@jobId, @action, @connectors, @parameters, @state, @phase, @progress, @createdMs, @startedMs, @endedMs, @lastError)
         ON CONFLICT (job_id) DO UPDATE SET state = excluded.state, phase = excluded.phase, progress = excluded.progress,
           started_ms = excluded.started_ms, ended_ms = excluded.ended_ms, last_error = excluded.last_error`,
      )
      .run({
        ...job,
        connectors: JSON.stringify(job.connectors),
        parameters: JSON.stringify(job.parameters),
        lastError: job.lastError === null ? null : JSON.stringify(job.lastError),
      });
    this.#connection
      .prepare(
        'DELETE FROM job WHERE ended_ms IS NOT NULL AND number <= (SELECT max(number) FROM job) - ?',
      )
      .run(KEPT_JOBS);
  }

  /** Newest first. */
  list(): JobRow[] {
    const rows = this.#connection
      .prepare(
        `SELECT job_id AS jobId, action, connectors, parameters, state, phase, progress, created_ms AS createdMs,
           started_ms AS startedMs, ended_ms AS endedMs, last_error AS lastError FROM job ORDER BY number DESC`,
      )
      .all() as StoredJob[];
    return rows.map((row) => ({
      ...row,
      connectors: JSON.parse(row.connectors) as string[],
      parameters: JSON.parse(row.parameters) as Record<string, unknown>,
      lastError: row.lastError === null ? null : (JSON.parse(row.lastError) as StatusError),
    }));
  }
}
