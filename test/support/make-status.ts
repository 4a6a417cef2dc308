/** An index status with plain values; a test changes what it is about. */
import type { IndexStatus, JobView } from '../../src/model/status.ts';

export function makeJob(changes: Partial<JobView> = {}): JobView {
  return {
    job_id: 'job-1',
    action: 'start',
    connectors: ['app'],
    state: 'completed',
    phase: 'idle',
    progress: 100,
    created_at: '2026-01-02T03:04:05.000Z',
    started_at: '2026-01-02T03:04:05.000Z',
    ended_at: '2026-01-02T03:05:45.000Z',
    last_error: null,
    ...changes,
  };
}

export function makeStatus(changes: Partial<IndexStatus> = {}): IndexStatus {
  const coverage = {
    discovered: 1_240,
    indexed: 1_234,
    skipped: { binary: 3, too_large: 1 },
    failed: { permission_denied: 2 },
    examples: { permission_denied: ['a/locked.txt', 'b/\u001B[31mred.txt'] },
    pending: 0,
    percent: 100,
  };
  const watching = { mode: 'events', reason: '' } as const;
  return {
    revision: 7,
    is_indexing: false,
    phase: 'idle',
    progress: 100,
    files_processed: 1_240,
    total_files: 1_240,
    chunks_created: 4_321,
    bytes_processed: 5_600_000,
    files_per_second: 0,
    start_time: null,
    estimated_end: null,
    verified_at: null,
    last_error: null,
    searchable: true,
    coverage,
    passes: {
      text: { done: 1_240, total: 1_240 },
      structure: { done: 1_234, total: 1_234 },
      history: { done: 0, total: 0 },
    },
    watching,
    head_commit: null,
    roots: [
      {
        connector_id: 'app',
        path: '/src/app',
        head_commit: '0123456789abcdef0123',
        verified_at: null,
        watching,
        coverage,
      },
    ],
    connectors: [],
    db_bytes: 2_000_000,
    wal_bytes: 0,
    jobs: [makeJob()],
    ...changes,
  };
}
