/**
 * What every route needs, built once by `server.ts`. Routes take nothing else: no globals, no
 * decorators on the Fastify instance.
 */
import type { FastifyRequest } from 'fastify';

import type { Config } from '../config/config.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Engine } from '../model/engine.ts';
import type { Dashboard } from './dashboard.ts';
import type { CreateProtocolServer } from './mcp/protocol-server.ts';
import type { ToolRegistry } from './mcp/tool-registry.ts';
import type { Authenticate, Principal } from './principal.ts';
import type { RequestTraces } from './request-traces.ts';
import type { ServerLog } from './server-log.ts';

export interface ServerContext {
  readonly engine: Engine;
  readonly config: Config;
  readonly version: string;
  readonly log: ServerLog;
  readonly metrics: Metrics;
  /** Who makes a request; it was found before the body was read. */
  readonly getPrincipal: (request: FastifyRequest) => Principal;
  readonly authenticate: Authenticate;
  /** The span of each request, for those that make spans below it. */
  readonly traces: RequestTraces;
  readonly registry: ToolRegistry;
  readonly createProtocolServer: CreateProtocolServer;
  /** The page for browsers, or undefined when it was not built into this copy. */
  readonly dashboard: Dashboard | undefined;
  /** Fires when the server begins to stop: waits end, streams close, new requests are refused. */
  readonly stopping: AbortSignal;
}
