/**
 * Every metric, once: name, kind, labels, help. `docs/metrics.md` is tested against this table, and
 * the registry in `metrics.ts` refuses names and labels that do not stand here. Names end in their
 * unit (`_seconds`, `_bytes`, `_total`, `_ratio`). Labels have few values by construction: route
 * patterns, tool names, outcomes; never a path, a query, an id or an address.
 */

export interface MetricRow {
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly labels: readonly string[];
  readonly help: string;
  /** Histogram only: upper bounds in the unit of the name, ascending, without +Inf. */
  readonly buckets?: readonly number[];
}

/** From half a millisecond (a liveness check) to 30 s (a long poll of 25 s with its margin). */
const SECONDS_BUCKETS = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
] as const;

export const METRICS = {
  conexus_build_info: {
    kind: 'gauge',
    labels: ['version'],
    help: 'Always 1; the label names the running version.',
  },
  conexus_http_requests_total: {
    kind: 'counter',
    labels: ['route', 'method', 'status'],
    help: 'HTTP requests answered, by route pattern.',
  },
  conexus_http_request_duration_seconds: {
    kind: 'histogram',
    labels: ['route'],
    help: 'Time from the arrival of a request to the end of its answer, long polls included.',
    buckets: SECONDS_BUCKETS,
  },
  conexus_tool_calls_total: {
    kind: 'counter',
    labels: ['tool', 'outcome'],
    help: 'Tool calls by outcome: ok, rejected (the caller can correct it), failed, canceled.',
  },
  conexus_tool_call_duration_seconds: {
    kind: 'histogram',
    labels: ['tool'],
    help: 'Time of a tool call from its arguments to its result.',
    buckets: SECONDS_BUCKETS,
  },
  conexus_tool_calls_running: {
    kind: 'gauge',
    labels: [],
    help: 'Tool calls being answered at this moment.',
  },
  conexus_event_streams_open: {
    kind: 'gauge',
    labels: [],
    help: 'Clients listening on /events at this moment.',
  },
  conexus_index_files: {
    kind: 'gauge',
    labels: ['outcome'],
    help: 'Discovered files by outcome: indexed, skipped, failed, pending. Their sum is what was discovered.',
  },
  conexus_index_coverage_ratio: {
    kind: 'gauge',
    labels: [],
    help: 'Share of the discovered files that the text pass has settled, 0 to 1.',
  },
  conexus_index_pass_done: {
    kind: 'gauge',
    labels: ['pass'],
    help: 'Items that a pass has finished: text, structure, history.',
  },
  conexus_index_pass_items: {
    kind: 'gauge',
    labels: ['pass'],
    help: 'Items that a pass has in all.',
  },
  conexus_index_chunks: {
    kind: 'gauge',
    labels: [],
    help: 'Searchable pieces in the index.',
  },
  conexus_index_job_active: {
    kind: 'gauge',
    labels: [],
    help: '1 while a job is queued or running, else 0.',
  },
  conexus_index_revision: {
    kind: 'gauge',
    labels: [],
    help: 'Revision of the index status; it grows with each change of state.',
  },
  conexus_database_bytes: {
    kind: 'gauge',
    labels: [],
    help: 'Size of the database file.',
  },
  conexus_database_wal_bytes: {
    kind: 'gauge',
    labels: [],
    help: 'Size of the write-ahead log.',
  },
  conexus_event_loop_delay_seconds: {
    kind: 'gauge',
    labels: ['statistic'],
    help: 'Delay of the main thread since the previous scrape: its median (p50), its 99th percentile (p99), the longest (max).',
  },
  process_resident_memory_bytes: {
    kind: 'gauge',
    labels: [],
    help: 'Resident memory of the process.',
  },
  process_cpu_seconds_total: {
    kind: 'counter',
    labels: [],
    help: 'User and system time of the process, all threads.',
  },
  process_start_time_seconds: {
    kind: 'gauge',
    labels: [],
    help: 'Start of the process, seconds since the epoch.',
  },
} as const satisfies Record<string, MetricRow>;
export type MetricName = keyof typeof METRICS;

/** The label set that one metric takes. */
export type MetricLabels<Name extends MetricName> = Readonly<
  Record<(typeof METRICS)[Name]['labels'][number], string>
>;
