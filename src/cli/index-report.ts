/**
 * What the command `index` shows: progress while the job runs and a sum at its end, in one of three
 * forms (redrawn line, plain lines, JSON lines). It only formats what the status says.
 */
import type { IndexStatus, JobState, JobView } from '../model/status.ts';
import { writeLine, type CommandContext } from './cli-io.ts';
import { hasFlag } from './parse-arguments.ts';
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatReasons,
  getStyles,
  sumCounts,
  toSafeText,
} from './terminal.ts';

export interface IndexReport {
  showProgress(status: IndexStatus): void;
  /** `job` is undefined when it is no longer among those the status lists. */
  showEnd(status: IndexStatus, job: JobView | undefined): void;
}

/** Gives the report that fits the flags and the stream. */
export function createIndexReport(context: CommandContext): IndexReport {
  if (hasFlag(context.args, 'json')) return createJsonReport(context);
  return context.stdout.isTTY === true ? createLineReport(context) : createPlainReport(context);
}

/** Formats progress on one line: bar, percent, phase, files, bytes, rate, time left. */
export function formatProgress(status: IndexStatus, widthChars: number, nowMs: number): string {
  const { text } = status.passes;
  const leftMs = status.estimated_end === null ? null : Date.parse(status.estimated_end) - nowMs;
  const facts = [
    `${Math.floor(status.progress)} %`,
    status.phase,
    `${formatCount(text.done)}/${formatCount(text.total)} files`,
    formatBytes(status.bytes_processed),
    `${formatCount(status.files_per_second)} files/s`,
    ...(leftMs === null ? [] : [`${formatDuration(leftMs)} left`]),
  ].join('  ');
  const barChars = Math.min(30, widthChars - facts.length - 4);
  if (barChars < 5) return facts.slice(0, Math.max(0, widthChars - 1));
  const filled = Math.round((barChars * status.progress) / 100);
  return `[${'#'.repeat(filled)}${'-'.repeat(barChars - filled)}] ${facts}`;
}

/** Formats the end: what is indexed, what was left out and why, with examples of what failed. */
export function formatSum(status: IndexStatus, job: JobView | undefined): string[] {
  const { coverage } = status;
  const skipped = sumCounts(coverage.skipped);
  const failed = sumCounts(coverage.failed);
  const tookMs =
    job?.started_at && job.ended_at ? Date.parse(job.ended_at) - Date.parse(job.started_at) : null;
  const took = tookMs === null ? '' : ` in ${formatDuration(tookMs)}`;
  return [
    `${job === undefined ? 'Ended' : HEADLINES[job.state]}${took}: ${formatCount(coverage.indexed)} of ${formatCount(coverage.discovered)} files indexed, ${formatBytes(status.bytes_processed)}, ${formatCount(status.chunks_created)} chunks.`,
    ...(skipped === 0
      ? []
      : [`Skipped ${formatCount(skipped)}: ${formatReasons(coverage.skipped)}.`]),
    ...(failed === 0 ? [] : [`Failed ${formatCount(failed)}: ${formatReasons(coverage.failed)}.`]),
    ...Object.keys(coverage.failed).flatMap((reason) =>
      (coverage.examples[reason] ?? []).map((path) => `  ${reason}: ${toSafeText(path)}`),
    ),
  ];
}

const HEADLINES: Readonly<Record<JobState, string>> = {
  completed: 'Completed',
  completed_with_errors: 'Completed with errors',
  failed: 'Failed',
  cancelled: 'Stopped',
  queued: 'Not started',
  running: 'Not ended',
};

function createJsonReport({ stdout }: CommandContext): IndexReport {
  let shown = -1;
  return {
    showProgress(status) {
      if (status.revision === shown) return;
      shown = status.revision;
      writeLine(
        stdout,
        JSON.stringify({
          event: 'progress',
          phase: status.phase,
          progress: status.progress,
          files_processed: status.files_processed,
          total_files: status.total_files,
          bytes_processed: status.bytes_processed,
          files_per_second: status.files_per_second,
          estimated_end: status.estimated_end,
        }),
      );
    },
    showEnd(status, job) {
      const { coverage, chunks_created, bytes_processed } = status;
      const sum = { event: 'end', job: job ?? null, coverage, chunks_created, bytes_processed };
      writeLine(stdout, JSON.stringify(sum));
    },
  };
}

/** One line, drawn over itself; cleared before the sum is written. */
function createLineReport({ stdout, env }: CommandContext): IndexReport {
  const styles = getStyles(stdout, env);
  return {
    showProgress(status) {
      const widthChars = stdout.columns ?? 80;
      stdout.write(`\r\u001B[2K${formatProgress(status, widthChars, Date.now())}`);
    },
    showEnd(status, job) {
      stdout.write('\r\u001B[2K');
      const [first = '', ...rest] = formatSum(status, job);
      const paint = job?.state === 'completed' ? styles.green : styles.yellow;
      writeLine(stdout, job?.state === 'failed' ? styles.red(first) : paint(first));
      for (const line of rest) writeLine(stdout, line);
    },
  };
}

/** For logs and pipes: a line whenever the phase changes, else every few seconds. */
function createPlainReport({ stdout }: CommandContext): IndexReport {
  let shownMs = Number.NEGATIVE_INFINITY;
  let phase = '';
  return {
    showProgress(status) {
      const nowMs = performance.now();
      if (status.phase === phase && nowMs - shownMs < PLAIN_EVERY_MS) return;
      shownMs = nowMs;
      phase = status.phase;
      writeLine(stdout, formatProgress(status, 0, Date.now()) || phase);
    },
    showEnd(status, job) {
      for (const line of formatSum(status, job)) writeLine(stdout, line);
    },
  };
}

const PLAIN_EVERY_MS = 5_000;
