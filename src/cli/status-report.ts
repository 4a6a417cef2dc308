/** The index status as a table for people. It only formats; every number is the status's own. */
import type { IndexStatus, JobView, RootStatus } from '../model/status.ts';
import {
  formatBytes,
  formatCount,
  formatReasons,
  sumCounts,
  toSafeText,
  type Styles,
} from './terminal.ts';

/** Gives the lines: state, roots with coverage, passes, sizes, the newest jobs. */
export function formatStatus(status: IndexStatus, styles: Styles): string[] {
  const { passes } = status;
  const state = status.is_indexing
    ? styles.yellow(`${status.phase} ${Math.floor(status.progress)} %`)
    : styles.green('idle');
  const rate = status.is_indexing ? `, ${formatCount(status.files_per_second)} files/s` : '';
  return [
    `${styles.bold('State')}     ${state}${rate}${status.searchable ? '' : ', not searchable yet'}`,
    `${styles.bold('Passes')}    ${(['text', 'structure', 'history'] as const)
      .map((name) => `${name} ${formatCount(passes[name].done)}/${formatCount(passes[name].total)}`)
      .join('  ')}`,
    `${styles.bold('Database')}  ${formatBytes(status.db_bytes)} + WAL ${formatBytes(status.wal_bytes)}, ${formatCount(status.chunks_created)} chunks`,
    ...(status.last_error === null
      ? []
      : [
          `${styles.bold('Error')}     ${styles.red(`${status.last_error.code}: ${toSafeText(status.last_error.message)}`)}`,
        ]),
    ...status.roots.flatMap((root) => ['', ...formatRoot(root, styles)]),
    ...(status.jobs.length === 0 ? [] : ['', styles.bold('Jobs')]),
    ...status.jobs.slice(0, JOBS_SHOWN).map((job) => formatJob(job, styles)),
  ];
}

function formatRoot(root: RootStatus, styles: Styles): string[] {
  const { coverage } = root;
  const skipped = formatReasons(coverage.skipped);
  const failed = formatReasons(coverage.failed);
  return [
    `${styles.bold('Root')}      ${styles.cyan(root.connector_id)}  ${toSafeText(root.path)}`,
    `  files     ${formatCount(coverage.indexed)} of ${formatCount(coverage.discovered)} indexed (${coverage.percent} %), ${formatCount(coverage.pending)} pending`,
    ...(skipped === ''
      ? []
      : [`  skipped   ${formatCount(sumCounts(coverage.skipped))}: ${skipped}`]),
    ...(failed === ''
      ? []
      : [styles.red(`  failed    ${formatCount(sumCounts(coverage.failed))}: ${failed}`)]),
    `  watching  ${root.watching.mode}${root.watching.reason === '' ? '' : ` (${root.watching.reason})`}`,
    `  verified  ${root.verified_at ?? 'never'}${root.head_commit === null ? '' : `  HEAD ${root.head_commit.slice(0, 12)}`}`,
  ];
}

function formatJob(job: JobView, styles: Styles): string {
  const error = job.last_error === null ? '' : `  ${job.last_error.code}`;
  const state = job.state === 'failed' ? styles.red(job.state) : job.state;
  return `  ${job.job_id}  ${job.action}  ${state} ${Math.floor(job.progress)} %  ${job.created_at}${error}`;
}

const JOBS_SHOWN = 5;
