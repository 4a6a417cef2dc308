/**
 * The front door: HTTP routes, checks of where a request comes from, limits, and the end of it all.
 * What the system can do is behind the `Engine`; this room knows HTTP, MCP and rights, and keeps no
 * state between requests but counters. Order of a request: request id, stopping, host and origin,
 * rate, content type, body, principal, route. Stopping: refuse new requests, end waits and streams, let
 * running ones finish for a grace time, then cut.
 */
import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { Server as TlsServer } from 'node:tls';

import fastifyCors from '@fastify/cors';
import fastifyRateLimit from '@fastify/rate-limit';
import {
  fastify,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';

import type { Config } from '../config/config.ts';
import { AppError } from '../errors/app-error.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Engine } from '../model/engine.ts';
import { NO_TRACING, type Tracing } from '../tracing/tracing.ts';
import { createAuthenticate } from './auth/authenticate.ts';
import { createResourceMetadata, formatChallenge, METADATA_ROUTES } from './auth/challenge.ts';
import { answerClientError } from './client-error.ts';
import { trackConnections } from './connections.ts';
import { loadDashboard } from './dashboard.ts';
import { assertHostAllowed } from './host-guard.ts';
import { parseJsonBody } from './json-body.ts';
import { findMessageId } from './mcp/message.ts';
import { createProtocolServerFactory, type CreateProtocolServer } from './mcp/protocol-server.ts';
import { createToolRegistry } from './mcp/tool-registry.ts';
import { createPathAliases } from './path-aliases.ts';
import { getCaller, type Principal } from './principal.ts';
import { addInfoRoutes } from './routes/info-routes.ts';
import { addMcpRoutes, MCP_PATH } from './routes/mcp-routes.ts';
import { addStatusRoutes } from './routes/status-routes.ts';
import { createRequestTraces } from './request-traces.ts';
import { addWebhookRoutes } from './routes/webhook-routes.ts';
import type { ServerContext } from './server-context.ts';
import type { ServerLog } from './server-log.ts';
import { loadTlsPair, renewTls, type TlsPair } from './tls.ts';
import {
  BODY_LIMIT_BYTES,
  isOurFault,
  toHttpBody,
  toJsonRpcBody,
  toShownError,
} from './wire-errors.ts';

export interface ServerOptions {
  readonly engine: Engine;
  readonly config: Config;
  /** Of the program, as in package.json. */
  readonly version: string;
  readonly logger: ServerLog;
  /** Gets one line for each tool call; default: `logger`. */
  readonly audit?: ServerLog;
  readonly metrics: Metrics;
  /** Default: none. */
  readonly tracing?: Tracing;
  /** Other plumbing for other registries, as the conformance tests need; default: the product's. */
  readonly createProtocolServer?: CreateProtocolServer;
  /** Milliseconds that running requests get when the server stops; default 5,000. */
  readonly graceMs?: number;
}

/** The listening server. Disposing of it stops it gracefully; a second time does nothing. */
export interface Server extends AsyncDisposable {
  /** Binds to the configured host and port and gives the address as `http://host:port`. */
  listen(): Promise<string>;
  /** The address, undefined before `listen`. With port 0 it has the port that was chosen. */
  readonly address: string | undefined;
}

/** Builds the server; nothing listens yet. The engine stays the caller's. */
export async function createServer(options: ServerOptions): Promise<Server> {
  const stopping = new AbortController();
  const context = await createContext(options, stopping.signal);
  const { tls } = options.config.server;
  const app = await createApp(context, tls === null ? null : await loadTlsPair(tls));
  if (tls !== null && app.server instanceof TlsServer) renewTls(app.server, tls, context.log);
  const connections = trackConnections(app.server);
  let address: string | undefined;
  return {
    get address() {
      return address;
    },
    listen: async () => {
      const { host, port } = context.config.server;
      await app.listen({ host, port });
      address = formatAddress(app.server.address(), tls === null ? 'http' : 'https');
      return address;
    },
    [Symbol.asyncDispose]: async () => {
      if (stopping.signal.aborted) return;
      stopping.abort(new AppError('SHUTTING_DOWN', STOPPING_MESSAGE));
      const cut = setTimeout(() => app.server.closeAllConnections(), options.graceMs ?? GRACE_MS);
      const closed = app.close();
      connections.closeIdle();
      await closed;
      clearTimeout(cut);
    },
  };
}

async function createContext(
  options: ServerOptions,
  stopping: AbortSignal,
): Promise<ServerContext> {
  const { engine, config, version, logger: log, metrics } = options;
  const audit = options.audit ?? log;
  const tracing = options.tracing ?? NO_TRACING;
  const aliases = createPathAliases(config.pathAliases);
  const registry = createToolRegistry({ engine, aliases, metrics, tracing, log, audit });
  const createProtocolServer =
    options.createProtocolServer ??
    createProtocolServerFactory({ engine, registry, version, log, audit });
  const authenticate = await createAuthenticate(config.auth, log);
  const principals = new WeakMap<FastifyRequest, Principal>();
  const dashboard = await loadDashboard();
  return {
    engine,
    config,
    version,
    log,
    metrics,
    authenticate: async (request) => {
      const principal = await authenticate(request);
      principals.set(request, principal);
      return principal;
    },
    getPrincipal: (request) => {
      const principal = principals.get(request);
      if (principal === undefined) throw new AppError('INTERNAL', 'A request has no principal.');
      return principal;
    },
    traces: createRequestTraces(tracing),
    registry,
    createProtocolServer,
    dashboard,
    stopping,
  };
}

async function createApp(context: ServerContext, tls: TlsPair | null): Promise<FastifyInstance> {
  const app = fastify({
    logger: false,
    https: tls,
    clientErrorHandler: answerClientError,
    trustProxy: [...context.config.server.trustedProxies],
    bodyLimit: BODY_LIMIT_BYTES,
    forceCloseConnections: false,
    requestTimeout: REQUEST_LIMIT_MS,
    return503OnClosing: false,
    requestIdHeader: false,
    genReqId: (request) => pickRequestId(request.headers['x-request-id']),
    routerOptions: { ignoreTrailingSlash: true },
  });
  addBodyParser(app);
  addGuards(app, context);
  addRequestLog(app, context);
  app.setErrorHandler<FastifyError>(async (error, request, reply) =>
    sendError(error, { request, reply, context }),
  );
  app.setNotFoundHandler(async () => {
    throw new AppError('ROUTE_NOT_FOUND', 'There is nothing at this address. GET / lists what is.');
  });
  await addCors(app, context.config);
  addAuthentication(app, context);
  await addRateLimit(app, context);
  addInfoRoutes(app, context);
  addStatusRoutes(app, context);
  addWebhookRoutes(app, context);
  addMcpRoutes(app, context);
  return app;
}

/** JSON alone, as bytes, so that encoding faults are found; every other type is refused with 415. */
function addBodyParser(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    async (_request: FastifyRequest, body: Buffer) => parseJsonBody(body),
  );
}

function addGuards(app: FastifyInstance, { config, stopping, traces }: ServerContext): void {
  const allowedHosts = [...config.server.allowedHosts, config.server.host];
  const rules = { allowedHosts, allowedOrigins: config.cors.allowedOrigins };
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({ ...SECURITY_HEADERS, 'x-request-id': request.id });
    if (config.server.tls !== null) reply.header('strict-transport-security', 'max-age=31536000');
    const isProbe = PROBES.has(request.routeOptions.url ?? '');
    if (!isProbe) traces.start(request, reply);
    if (stopping.aborted && !isProbe) throw new AppError('SHUTTING_DOWN', STOPPING_MESSAGE);
    if (!isProbe) assertHostAllowed(request.headers, rules);
  });
  app.addHook('onSend', async (_request, reply) => {
    // A kept-alive connection would hold up the end.
    if (stopping.aborted) reply.header('connection', 'close');
  });
}

async function addCors(app: FastifyInstance, config: Config): Promise<void> {
  const { allowedOrigins } = config.cors;
  if (allowedOrigins.length === 0) return;
  const origin = allowedOrigins.includes('*') ? '*' : [...allowedOrigins];
  await app.register(fastifyCors, {
    origin,
    methods: ['GET', 'POST'],
    exposedHeaders: ['etag', 'retry-after', 'www-authenticate', 'x-request-id'],
  });
}

/** Before the body is read; what is public says nothing about anybody's code. */
function addAuthentication(app: FastifyInstance, context: ServerContext): void {
  app.addHook('onRequest', async (request) => {
    const route = request.routeOptions.url;
    if (route === undefined || PUBLIC_ROUTES.has(route)) return;
    await context.authenticate(request);
  });
  const metadata = createResourceMetadata(context.config.auth);
  if (metadata === undefined) return;
  for (const route of METADATA_ROUTES) app.get(route, () => metadata);
}

async function addRateLimit(app: FastifyInstance, context: ServerContext): Promise<void> {
  const { rateLimit } = context.config;
  if (!rateLimit.enabled) return;
  await app.register(fastifyRateLimit, {
    max: rateLimit.requestsPerMinute,
    keyGenerator: (request) => {
      const route = request.routeOptions.url;
      const isPublic = route === undefined || PUBLIC_ROUTES.has(route);
      return getCaller(isPublic ? undefined : context.getPrincipal(request), request.ip);
    },
    timeWindow: 60_000,
    // RateLimit-Limit, -Remaining and -Reset as the IETF draft names them, without X-.
    enableDraftSpec: true,
    allowList: (request) => PROBES.has(request.routeOptions.url ?? ''),
    errorResponseBuilder: (_request, { ttl }) =>
      new AppError('RATE_LIMITED', 'Too many requests. Wait as long as Retry-After says.', {
        details: { retryAfterSeconds: ttl / 1000 },
      }),
  });
}

function addRequestLog(app: FastifyInstance, { log, metrics, traces }: ServerContext): void {
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    const durationMs = Math.round(reply.elapsedTime * 10) / 10;
    const status = String(reply.statusCode);
    metrics.increment('conexus_http_requests_total', { route, method: request.method, status });
    metrics.observe('conexus_http_request_duration_seconds', { route }, reply.elapsedTime / 1000);
    const traceId = traces.get(request)?.traceId;
    const fields = {
      requestId: request.id,
      ...(traceId === undefined ? {} : { traceId }),
      method: request.method,
      route,
      status,
      durationMs,
    };
    if (PROBES.has(route)) log.debug(fields, 'request');
    else log.info(fields, 'request');
  });
}

interface FailedRequest {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly context: ServerContext;
}

async function sendError(
  error: unknown,
  { request, reply, context }: FailedRequest,
): Promise<FastifyReply> {
  const shown = toShownError(error);
  if (isOurFault(error)) context.log.error({ requestId: request.id, err: error }, 'request failed');
  const { retryAfterSeconds } = shown;
  if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds));
  const challenge = formatChallenge(error, context.config.auth);
  if (challenge !== undefined) reply.header('www-authenticate', challenge);
  const isMcp = request.routeOptions.url === MCP_PATH;
  const body = isMcp ? toJsonRpcBody(shown, findMessageId(request.body)) : toHttpBody(shown);
  return reply.code(shown.httpStatus).send(body);
}

/** A caller's id is kept when it is a plain short word, so that it can stand in a log line. */
function pickRequestId(header: string | readonly string[] | undefined): string {
  return typeof header === 'string' && /^[\w.:-]{1,128}$/.test(header) ? header : randomUUID();
}

function formatAddress(address: AddressInfo | string | null, scheme: 'http' | 'https'): string {
  if (address === null || typeof address === 'string') return String(address);
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `${scheme}://${host}:${address.port}`;
}

/** On every answer; the dashboard has a policy of its own, everything else is data and no page. */
const SECURITY_HEADERS = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
};

/** Asked by orchestrators under any name, and silent about the code bases. */
const PROBES: ReadonlySet<string> = new Set(['/health', '/ready', '/metrics']);

/** Routes without a principal; a webhook proves itself by its signature. */
const PUBLIC_ROUTES: ReadonlySet<string> = new Set([
  ...PROBES,
  ...METADATA_ROUTES,
  '/',
  '/webhooks/:connector_id',
]);

const STOPPING_MESSAGE = 'The server is stopping. Try again in a moment.';
const GRACE_MS = 5000;

/** For a request to arrive whole; Fastify's default is no limit. Answers may take longer. */
const REQUEST_LIMIT_MS = 30_000;
