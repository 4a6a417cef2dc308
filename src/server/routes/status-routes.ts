/**
 * `/status` and `/events`: the same object as `index_status` of `context.index_control`, asked for once,
 * waited for, or sent on every new revision. The revision is the ETag, so an unchanged status costs a
 * 304. Readers see the roots that their principal may see.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { AppError } from '../../errors/app-error.ts';
import type { IndexStatus } from '../../model/status.ts';
import { createDisconnectSignal } from '../disconnect.ts';
import { MAX_WAIT_MS } from '../mcp/tools/index-tool.ts';
import { peek } from '../peek.ts';
import { assertScope, type Principal } from '../principal.ts';
import { toSafeData } from '../safe-text.ts';
import type { ServerContext } from '../server-context.ts';

/** Adds the routes. */
export function addStatusRoutes(app: FastifyInstance, context: ServerContext): void {
  app.get('/status', async (request, reply) => answerStatus(request, reply, context));
  let streams = 0;
  app.get('/events', async (request, reply) => {
    const principal = context.getPrincipal(request);
    assertScope(principal, 'read');
    streams += 1;
    context.metrics.set('conexus_event_streams_open', {}, streams);
    reply.raw.once('close', () => {
      streams -= 1;
      context.metrics.set('conexus_event_streams_open', {}, streams);
    });
    return startEvents(reply, { ...context, principal });
  });
}

async function answerStatus(
  request: FastifyRequest,
  reply: FastifyReply,
  context: ServerContext,
): Promise<FastifyReply> {
  const principal = context.getPrincipal(request);
  assertScope(principal, 'read');
  const query = parseStatusQuery(request);
  const status = await context.engine.status({
    waitMs: query.waitMs,
    signal: AbortSignal.any([createDisconnectSignal(reply), context.stopping]),
    ...(query.since === undefined ? {} : { since: query.since }),
    ...toAllowed(principal),
  });
  const etag = `"${status.revision}"`;
  reply.headers({ etag, 'cache-control': 'no-cache', vary: 'authorization' });
  if (query.knownTags.includes(etag)) return reply.code(304).send();
  return reply.send(toSafeData(status));
}

interface StatusRequest {
  /** Zero unless there is something to compare the revision with. */
  readonly waitMs: number;
  readonly since: number | undefined;
  /** Entity tags of If-None-Match, weak marks taken off. */
  readonly knownTags: readonly string[];
}

function parseStatusQuery(request: FastifyRequest): StatusRequest {
  const knownTags = (request.headers['if-none-match'] ?? '')
    .split(',')
    .map((tag) => tag.trim().replace(/^W\//, ''))
    .filter((tag) => tag !== '');
  const waitMs = parseWhole(peek(request.query, 'wait_ms'), 'wait_ms', MAX_WAIT_MS) ?? 0;
  const since =
    parseWhole(peek(request.query, 'since'), 'since', Number.MAX_SAFE_INTEGER) ??
    findRevision(knownTags);
  return { waitMs: since === undefined ? 0 : waitMs, since, knownTags };
}

function parseWhole(value: unknown, key: string, maximum: number): number | undefined {
  if (value === undefined) return undefined;
  const number = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : -1;
  if (number >= 0 && number <= maximum) return number;
  throw new AppError('INVALID_ARGUMENT', `${key} must be a whole number from 0 to ${maximum}.`);
}

function findRevision(tags: readonly string[]): number | undefined {
  const revision = tags
    .map((tag) => /^"(\d{1,15})"$/.exec(tag)?.[1])
    .find((text) => text !== undefined);
  return revision === undefined ? undefined : Number(revision);
}

function toAllowed(principal: Principal): { readonly allowedConnectors?: readonly string[] } {
  const { allowedConnectors } = principal;
  return allowedConnectors === undefined ? {} : { allowedConnectors };
}

/**
 * Writes events until the client leaves or the server stops. A client that reads slowly gets the newest
 * status when it has room again; nothing is queued for it.
 */
async function startEvents(
  reply: FastifyReply,
  context: ServerContext & { readonly principal: Principal },
): Promise<FastifyReply> {
  const { engine, stopping, principal } = context;
  const first = await engine.status({ waitMs: 0, ...toAllowed(principal) });
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, { ...toHeaders(reply), ...EVENT_HEADERS });
  let newest: IndexStatus | undefined;
  let hasRoom = true;
  const flush = (): void => {
    if (newest === undefined || !hasRoom) return;
    const data = JSON.stringify(toSafeData(newest));
    hasRoom = raw.write(`event: status\nid: ${newest.revision}\ndata: ${data}\n\n`);
    newest = undefined;
  };
  const publish = (status: IndexStatus): void => {
    newest = status;
    flush();
  };
  const forget = engine.onStatus((status) => {
    if (principal.allowedConnectors === undefined) return publish(status);
    engine.status({ waitMs: 0, ...toAllowed(principal) }).then(publish, () => raw.destroy());
  });
  const heartbeat = setInterval(() => raw.write(': still here\n\n'), HEARTBEAT_MS);
  const end = (): void => {
    raw.end();
  };
  raw.on('drain', () => {
    hasRoom = true;
    flush();
  });
  raw.once('close', () => {
    clearInterval(heartbeat);
    forget();
    stopping.removeEventListener('abort', end);
  });
  stopping.addEventListener('abort', end, { once: true });
  publish(first);
  return reply;
}

function toHeaders(reply: FastifyReply): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(reply.getHeaders())) headers[name] = String(value);
  return headers;
}

const EVENT_HEADERS = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
} as const;

/** Below the idle limits of common proxies (60 s, some 30 s). */
const HEARTBEAT_MS = 15_000;
