/**
 * One MCP server for one exchange (HTTP) or one connection (stdio): the SDK's low-level `Server` with
 * handlers for tools, resources and the empty list of prompts. A fresh one is made each time, because
 * a shared one mixes up answers between clients. What it says comes from the registry and the engine;
 * what leaves it in errors has passed `wire-errors.ts`.
 */
import {
  ProtocolError,
  Server,
  type CallToolResult,
  type ServerContext,
  type StandardSchemaV1,
} from '@modelcontextprotocol/server';
import { AjvJsonSchemaValidator } from '@modelcontextprotocol/server/validators/ajv';

import { AppError } from '../../errors/app-error.ts';
import type { Engine } from '../../model/engine.ts';
import type { Span } from '../../tracing/tracing.ts';
import type { Principal } from '../principal.ts';
import { toSafeText } from '../safe-text.ts';
import type { ServerLog } from '../server-log.ts';
import { isOurFault, toShownError } from '../wire-errors.ts';
import { describeRead } from './audit.ts';
import { formatInstructions } from './instructions.ts';
import { peek } from '../peek.ts';
import type { NameStyle, ToolRegistry } from './tool-registry.ts';

/** What is known of an exchange before the protocol looks at it. */
export interface Exchange {
  readonly principal: Principal;
  readonly nameStyle: NameStyle;
  /** The method when it is known; instructions are built only for those that carry them. */
  readonly method?: string;
  /** Of the HTTP request; absent on stdio. */
  readonly requestId?: string;
  /** Of the HTTP request; absent on stdio. */
  readonly span?: Span;
  /** Whether progress can reach the client. */
  readonly acceptsStream: boolean;
}

/** Makes the server of one exchange. */
export type CreateProtocolServer = (exchange: Exchange) => Promise<Server>;

export interface ProtocolServerOptions {
  readonly engine: Engine;
  readonly registry: ToolRegistry;
  readonly version: string;
  readonly log: ServerLog;
  /** Gets one line for each resource that is read; tool calls are the registry's. */
  readonly audit: ServerLog;
}

/** Prepares the factory. Each server it makes is the caller's to connect and close. */
export function createProtocolServerFactory(options: ProtocolServerOptions): CreateProtocolServer {
  return async (exchange) => {
    const instructions = await buildInstructions(options, exchange);
    const server = new Server(
      { name: 'conexus', title: 'Conexus', version: options.version },
      {
        capabilities: { tools: {}, resources: {}, prompts: {} },
        jsonSchemaValidator: SHARED_VALIDATOR,
        cacheHints: CACHE_HINTS,
        ...(instructions === undefined ? {} : { instructions }),
      },
    );
    registerTools(server, options, exchange);
    registerResources(server, options, exchange);
    registerPrompts(server, options);
    return server;
  };
}

async function buildInstructions(
  { engine }: ProtocolServerOptions,
  exchange: Exchange,
): Promise<string | undefined> {
  if (exchange.method !== undefined && !METHODS_WITH_INSTRUCTIONS.has(exchange.method)) {
    return undefined;
  }
  const { allowedConnectors } = exchange.principal;
  const allowed = allowedConnectors === undefined ? {} : { allowedConnectors };
  const status = await engine.status({ waitMs: 0, ...allowed });
  return formatInstructions(status, exchange.nameStyle === 'dot' ? 'context.' : 'context_');
}

function registerTools(
  server: Server,
  { registry, log }: ProtocolServerOptions,
  exchange: Exchange,
): void {
  server.setRequestHandler('tools/list', () => ({
    tools: registry
      .list(exchange.nameStyle)
      .map((card) => ({ ...card, inputSchema: { ...card.inputSchema, type: 'object' as const } })),
  }));
  server.setRequestHandler('tools/call', AS_SENT, async (params, context) =>
    guard(log, async () => callTool({ registry, exchange, params, context })),
  );
}

interface CallParts {
  readonly registry: ToolRegistry;
  readonly exchange: Exchange;
  readonly params: unknown;
  readonly context: ServerContext;
}

async function callTool({
  registry,
  exchange,
  params,
  context,
}: CallParts): Promise<CallToolResult> {
  const name = peek(params, 'name');
  if (typeof name !== 'string')
    throw createInvalidParams('params.name must be the name of a tool.');
  const given = peek(params, 'arguments') ?? {};
  const { principal, acceptsStream, requestId, span } = exchange;
  const request = {
    name,
    given,
    principal,
    signal: context.mcpReq.signal,
    ...(requestId === undefined ? {} : { requestId }),
    ...(span === undefined ? {} : { span }),
  };
  const token = findProgressToken(params);
  if (token === undefined || !acceptsStream) return registry.call(request);
  const reportProgress = (progress: number, message: string): void => {
    const notification = {
      method: 'notifications/progress' as const,
      params: { progressToken: token, progress, total: 100, message },
    };
    // A client that left while progress was on its way is noticed by the request's own signal.
    context.mcpReq.notify(notification).catch(() => undefined);
  };
  return registry.call({ ...request, reportProgress });
}

function findProgressToken(params: unknown): string | number | undefined {
  const token = peek(peek(params, '_meta'), 'progressToken');
  return typeof token === 'string' || typeof token === 'number' ? token : undefined;
}

function registerResources(
  server: Server,
  { engine, log, audit }: ProtocolServerOptions,
  exchange: Exchange,
): void {
  const allowed = exchange.principal.allowedConnectors;
  server.setRequestHandler('resources/list', AS_SENT, async (params) =>
    guard(log, async () => {
      const page = await engine.listResources(getCursor(params), allowed);
      const resources = page.resources.map(({ sizeBytes, ...entry }) => ({
        ...entry,
        name: toSafeText(entry.name),
        size: sizeBytes,
      }));
      return page.nextCursor === undefined
        ? { resources }
        : { resources, nextCursor: page.nextCursor };
    }),
  );
  server.setRequestHandler('resources/templates/list', () => ({
    resourceTemplates: RESOURCE_TEMPLATES.map((template) => ({ ...template })),
  }));
  server.setRequestHandler('resources/read', AS_SENT, async (params) => {
    const uri = peek(params, 'uri');
    const read = async () => {
      if (typeof uri !== 'string') throw createInvalidParams('params.uri must be a resource URI.');
      try {
        const content = await engine.readResource(uri, allowed);
        audit.info(describeRead(exchange, { uri, text: content.text }), 'resource read');
        return { contents: [{ ...content, text: toSafeText(content.text) }] };
      } catch (error) {
        const { code } = toShownError(error);
        audit.info(describeRead(exchange, { uri, code }), 'resource read');
        throw error;
      }
    };
    // Clients tell a missing resource from other faults by the URI in the error's data.
    return guard(log, read, typeof uri === 'string' ? { uri } : {});
  });
}

function getCursor(params: unknown): string | undefined {
  const cursor = peek(params, 'cursor');
  if (cursor === undefined || typeof cursor === 'string') return cursor;
  throw createInvalidParams('params.cursor must be the nextCursor of the page before.');
}

function registerPrompts(server: Server, { log }: ProtocolServerOptions): void {
  server.setRequestHandler('prompts/list', () => ({ prompts: [] }));
  server.setRequestHandler('prompts/get', AS_SENT, async () =>
    guard(log, async () => {
      throw new AppError('PROMPT_NOT_FOUND', 'This server has no prompts; it has tools.');
    }),
  );
}

function createInvalidParams(message: string): AppError {
  return new AppError('INVALID_ARGUMENT', message);
}

/** The SDK sends an exception's message to the client word for word; only shown ones may reach it. */
async function guard<Value>(
  log: ServerLog,
  work: () => Promise<Value>,
  data: Readonly<Record<string, string>> = {},
): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    if (isOurFault(error)) log.error({ err: error }, 'mcp request failed');
    const shown = toShownError(error);
    throw new ProtocolError(shown.jsonRpcCode, shown.message, { ...data, code: shown.code });
  }
}

/** Hands params to a handler untouched: the SDK's own check would answer -32603 with a schema dump. */
const AS_SENT_SCHEMA: StandardSchemaV1<unknown, unknown> = {
  '~standard': { version: 1, vendor: 'conexus', validate: (value) => ({ value }) },
};
const AS_SENT = { params: AS_SENT_SCHEMA };

const METHODS_WITH_INSTRUCTIONS: ReadonlySet<string> = new Set(['initialize', 'server/discover']);

/** Made once: a server would otherwise make one for itself in each exchange. */
const SHARED_VALIDATOR = new AjvJsonSchemaValidator();

/** Lists that are part of the program may be kept for an hour; what depends on the index may not. */
const HOUR_MS = 3_600_000;
const CACHE_HINTS = {
  'tools/list': { ttlMs: HOUR_MS, cacheScope: 'public' },
  'prompts/list': { ttlMs: HOUR_MS, cacheScope: 'public' },
  'resources/templates/list': { ttlMs: HOUR_MS, cacheScope: 'public' },
} as const;

const RESOURCE_TEMPLATES = [
  {
    uriTemplate: 'engine://file/{root}/{+path}',
    name: 'file',
    title: 'Indexed file',
    description: 'A file as indexed. Append #L10-L40 for lines 10 to 40.',
  },
] as const;
