/**
 * The same tools over standard input and output, for hosts that start the server themselves. The SDK
 * decides the era from the first message and keeps one server for the whole connection. Standard output
 * belongs to the protocol alone: the log must go elsewhere.
 */
import type { Readable, Writable } from 'node:stream';

import { serveStdio } from '@modelcontextprotocol/server/stdio';

import type { Config } from '../config/config.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Engine } from '../model/engine.ts';
import { NO_TRACING, type Tracing } from '../tracing/tracing.ts';
import { createProtocolServerFactory } from './mcp/protocol-server.ts';
import { createToolRegistry } from './mcp/tool-registry.ts';
import { createPathAliases } from './path-aliases.ts';
import { LOCAL_PRINCIPAL } from './principal.ts';
import type { ServerLog } from './server-log.ts';
import { DrainingStdioTransport } from './stdio-transport.ts';
import { BODY_LIMIT_BYTES } from './wire-errors.ts';

export interface StdioOptions {
  readonly engine: Engine;
  readonly config: Config;
  /** Of the program, as in package.json. */
  readonly version: string;
  readonly logger: ServerLog;
  /** Gets one line for each tool call. */
  readonly audit: ServerLog;
  readonly metrics: Metrics;
  /** Default: none. */
  readonly tracing?: Tracing;
  /** The process's own streams; never closed here. */
  readonly input: Readable;
  readonly output: Writable;
}

/** A running connection. Disposing of it ends it; the streams stay open. */
export interface StdioConnection extends AsyncDisposable {
  /** Resolves when the client has closed its end and has its answers, or after disposal. */
  readonly closed: Promise<void>;
}

/** Starts to answer. The host that started the process is trusted like the user it runs as. */
export function serveOverStdio(options: StdioOptions): StdioConnection {
  const { engine, config, version, logger: log, audit, metrics } = options;
  const tracing = options.tracing ?? NO_TRACING;
  const aliases = createPathAliases(config.pathAliases);
  const registry = createToolRegistry({ engine, aliases, metrics, tracing, log, audit });
  const createProtocolServer = createProtocolServerFactory({
    engine,
    registry,
    version,
    log,
    audit,
  });
  const exchange = {
    principal: LOCAL_PRINCIPAL,
    nameStyle: config.toolNames,
    acceptsStream: true,
  };
  const transport = new DrainingStdioTransport(options.input, options.output, {
    maxBufferBytes: BUFFER_LIMIT_BYTES,
    drainLimitMs: DRAIN_LIMIT_MS,
  });
  const handle = serveStdio(async () => createProtocolServer(exchange), {
    transport,
    onerror: (error) => log.debug({ reason: error.message }, 'stdio message'),
  });
  return {
    closed: transport.closed,
    [Symbol.asyncDispose]: async () => {
      await handle.close();
      await transport.close();
    },
  };
}

/** One message may be as long as an HTTP body, and one more may follow it in the same chunk. */
const BUFFER_LIMIT_BYTES = 2 * BODY_LIMIT_BYTES;

/** As long as a call may take that does not wait. */
const DRAIN_LIMIT_MS = 10_000;
