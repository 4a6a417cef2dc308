/**
 * The command `index`: starts one job, follows it to its end and says what came of it. On a terminal
 * one line is redrawn; elsewhere a line is written every few seconds; with `--json` one object for
 * each revision. The job itself is the engine's.
 */
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { startApp, type App } from '../app.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import { AppError } from '../errors/app-error.ts';
import type { ControlRequest } from '../model/control.ts';
import type { IndexStatus, JobView } from '../model/status.ts';
import { EXIT, writeLine, type CommandContext } from './cli-io.ts';
import { createIndexReport, type IndexReport } from './index-report.ts';

/** Exit code 0 when the job completed (errors in single files are listed), 1 when it failed or was stopped. */
export async function runIndex(context: CommandContext): Promise<number> {
  const { loaded, requests } = await plan(context);
  const log = await context.createLog(loaded, context.stderr);
  // The report says what happens; of the log only what went wrong belongs between its lines.
  if (loaded.config.logging.level === 'info') log.setLevel('warn');
  for (const warning of loaded.warnings) log.logger.warn({ warning }, 'configuration warning');
  const report = createIndexReport(context);
  await using app = await startApp(loaded.config, { mode: 'oneshot', logger: log.logger });
  const results: boolean[] = [];
  for (const request of requests) results.push(await runJob({ context, app, report }, request));
  return results.every(Boolean) ? EXIT.done : EXIT.unexpected;
}

interface Plan {
  readonly loaded: LoadedConfig;
  readonly requests: readonly ControlRequest[];
}

/**
 * Decides what the paths mean: when all of them lie inside roots that were configured, those roots are
 * refreshed there; else the paths become the roots of this run.
 */
async function plan(context: CommandContext): Promise<Plan> {
  const paths = context.args.operands.map((path) => resolve(context.cwd, path));
  for (const path of paths) {
    if (statSync(path, { throwIfNoEntry: false }) === undefined) {
      throw new AppError('INVALID_ARGUMENT', `${path} does not exist. Name a folder to index.`);
    }
  }
  const loaded = await context.loadConfig();
  if (paths.length === 0) return { loaded, requests: [START_ALL] };
  const roots = hasOwnRoots(loaded) ? loaded.config.indexer.roots : [];
  const owners = paths.map((path) =>
    roots.find((root) => path === root.path || path.startsWith(`${root.path}/`)),
  );
  if (owners.includes(undefined)) {
    return { loaded: await context.loadConfig({ roots: paths }), requests: [START_ALL] };
  }
  const whole = roots.filter((root) => paths.includes(root.path)).map(({ id }) => id);
  const parts = paths.filter((path) => !roots.some((root) => root.path === path));
  return {
    loaded,
    requests: [
      ...(whole.length === 0 ? [] : [{ ...START_ALL, connectors: whole }]),
      ...(parts.length === 0
        ? []
        : [{ action: 'reindex_paths' as const, connectors: [], wait_ms: 0, paths: parts }]),
    ],
  };
}

const START_ALL: ControlRequest = { action: 'start', connectors: [], wait_ms: 0 };

function hasOwnRoots({ origins }: LoadedConfig): boolean {
  return origins.some(({ key }) => key === 'indexer.root_path' || key === 'connectors.list');
}

interface JobRun {
  readonly context: CommandContext;
  readonly app: App;
  readonly report: IndexReport;
}

/** Runs one job to its end; true when it completed. A signal stops the job; what it indexed stays. */
async function runJob({ context, app, report }: JobRun, request: ControlRequest): Promise<boolean> {
  const { engine } = app;
  const { job_id: jobId } = await engine.control(request);
  if (jobId === undefined) throw new AppError('INTERNAL', 'The job was started without an id.');
  let status = await engine.status({ waitMs: 0 });
  let job = findJob(status, jobId);
  while (job === undefined || !hasEnded(job)) {
    if (context.signal.aborted) {
      await engine.control({ action: 'stop', connectors: [], wait_ms: 0, job_id: jobId });
      status = await engine.status({ waitMs: 0 });
      break;
    }
    report.showProgress(status);
    status = await engine.status({ since: status.revision, waitMs: REDRAW_MS });
    job = findJob(status, jobId);
  }
  const ended = findJob(status, jobId);
  report.showEnd(status, ended);
  if (ended?.last_error) writeLine(context.stderr, formatJobError(ended));
  return ended?.state === 'completed' || ended?.state === 'completed_with_errors';
}

function findJob(status: IndexStatus, jobId: string): JobView | undefined {
  return status.jobs.find((job) => job.job_id === jobId);
}

function hasEnded(job: JobView): boolean {
  return job.state !== 'queued' && job.state !== 'running';
}

function formatJobError({ last_error: error }: JobView): string {
  const path = error?.path === undefined ? '' : ` (${error.path})`;
  return `${error?.code}: ${error?.message}${path}`;
}

/** The line is drawn again after at most this time, because rates change without a revision. */
const REDRAW_MS = 500;
