/**
 * The routes that say what this server is and whether it can be used: `/health`, `/ready`, `/` and
 * `/metrics`. They hold nothing about anybody's code: no path, no root, no query.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import type { Metrics } from '../../metrics/metrics.ts';
import type { IndexStatus } from '../../model/status.ts';
import type { ServerContext } from '../server-context.ts';

/** Adds the routes. The event-loop monitor it starts ends with the Fastify instance. */
export function addInfoRoutes(app: FastifyInstance, context: ServerContext): void {
  const health = { status: 'healthy', version: context.version };
  app.get('/health', () => health);
  app.get('/ready', (_request, reply) => answerReady(reply, context));
  app.get('/', (request, reply) => answerRoot(request, reply, context));
  if (context.config.observability.metrics.enabled) addMetricsRoute(app, context);
}

async function answerReady(reply: FastifyReply, context: ServerContext): Promise<FastifyReply> {
  if (context.stopping.aborted) return sendNotReady(reply, 'The server is stopping.');
  const readiness = context.engine.readiness();
  if (!readiness.ready) return sendNotReady(reply, readiness.reason);
  return reply.send({ status: 'ready', version: context.version });
}

async function sendNotReady(reply: FastifyReply, reason: string): Promise<FastifyReply> {
  const body = { error: { code: 'NOT_READY', message: reason } };
  return reply.code(503).header('retry-after', String(RETRY_SECONDS)).send(body);
}

async function answerRoot(
  request: FastifyRequest,
  reply: FastifyReply,
  { dashboard, version }: ServerContext,
): Promise<FastifyReply> {
  reply.header('vary', 'accept');
  if (dashboard !== undefined && prefersHtml(request.headers.accept)) {
    return reply.headers(dashboard.headers).send(dashboard.html);
  }
  return reply.send({
    name: 'conexus',
    version,
    mcp_endpoint: '/mcp',
    links: {
      health: '/health',
      ready: '/ready',
      status: '/status',
      events: '/events',
      metrics: '/metrics',
    },
  });
}

/** Browsers name text/html first; programs name it after JSON, or not at all. */
function prefersHtml(accept: string | undefined): boolean {
  const types = (accept ?? '').split(',').map((part) => part.split(';')[0]?.trim().toLowerCase());
  const html = types.indexOf('text/html');
  const json = types.indexOf('application/json');
  return html !== -1 && (json === -1 || html < json);
}

function addMetricsRoute(app: FastifyInstance, context: ServerContext): void {
  const { metrics, engine, version } = context;
  const eventLoop = monitorEventLoopDelay({ resolution: EVENT_LOOP_RESOLUTION_MS });
  eventLoop.enable();
  app.addHook('onClose', () => {
    eventLoop.disable();
  });
  metrics.set('conexus_build_info', { version }, 1);
  app.get('/metrics', async (_request, reply) => {
    setIndexMetrics(metrics, await engine.status({ waitMs: 0 }));
    setProcessMetrics(metrics, eventLoop);
    return reply.type('text/plain; version=0.0.4; charset=utf-8').send(metrics.render());
  });
}

function setIndexMetrics(metrics: Metrics, status: IndexStatus): void {
  const { coverage, passes } = sumRoots(status);
  for (const [outcome, count] of Object.entries(coverage)) {
    metrics.set('conexus_index_files', { outcome }, count);
  }
  const total = coverage.indexed + coverage.skipped + coverage.failed + coverage.pending;
  const settled = total - coverage.pending;
  metrics.set('conexus_index_coverage_ratio', {}, total === 0 ? 1 : settled / total);
  for (const [pass, { done, total: items }] of Object.entries(passes)) {
    metrics.set('conexus_index_pass_done', { pass }, done);
    metrics.set('conexus_index_pass_items', { pass }, items);
  }
  metrics.set('conexus_index_chunks', {}, status.chunks_created);
  metrics.set('conexus_index_job_active', {}, status.is_indexing ? 1 : 0);
  metrics.set('conexus_index_revision', {}, status.revision);
  metrics.set('conexus_database_bytes', {}, status.db_bytes);
  metrics.set('conexus_database_wal_bytes', {}, status.wal_bytes);
}

interface IndexTotals {
  readonly coverage: Record<'indexed' | 'skipped' | 'failed' | 'pending', number>;
  readonly passes: IndexStatus['passes'];
}

/** The top-level coverage is the first root's, so the files of all roots are added up here. */
function sumRoots(status: IndexStatus): IndexTotals {
  const coverages =
    status.roots.length === 0 ? [status.coverage] : status.roots.map((root) => root.coverage);
  const coverage = { indexed: 0, skipped: 0, failed: 0, pending: 0 };
  for (const part of coverages) {
    coverage.indexed += part.indexed;
    coverage.skipped += sumValues(part.skipped);
    coverage.failed += sumValues(part.failed);
    coverage.pending += part.pending;
  }
  return { coverage, passes: status.passes };
}

function sumValues(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

type EventLoopMonitor = ReturnType<typeof monitorEventLoopDelay>;

function setProcessMetrics(metrics: Metrics, eventLoop: EventLoopMonitor): void {
  const delays = {
    p50: eventLoop.percentile(50),
    p99: eventLoop.percentile(99),
    max: eventLoop.max,
  };
  for (const [statistic, delayNs] of Object.entries(delays)) {
    // The monitor counts from its own timer, so an idle loop shows the resolution; take it off.
    const seconds = Math.max(0, delayNs / 1e9 - EVENT_LOOP_RESOLUTION_MS / 1e3);
    metrics.set(
      'conexus_event_loop_delay_seconds',
      { statistic },
      eventLoop.count === 0 ? 0 : seconds,
    );
  }
  eventLoop.reset();
  const cpu = process.cpuUsage();
  metrics.set('process_cpu_seconds_total', {}, (cpu.user + cpu.system) / 1e6);
  metrics.set('process_resident_memory_bytes', {}, process.memoryUsage.rss());
  metrics.set('process_start_time_seconds', {}, performance.timeOrigin / 1e3);
}

const RETRY_SECONDS = 2;
const EVENT_LOOP_RESOLUTION_MS = 10;
