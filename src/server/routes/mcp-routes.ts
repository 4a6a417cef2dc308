/**
 * `POST /mcp` between Fastify and the endpoint: content type before the body, principal and rights before
 * the protocol, the web response back into Fastify. Every answer here, refusals included, is JSON-RPC.
 */
import { Readable } from 'node:stream';

import { isJsonContentType } from '@modelcontextprotocol/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { AppError } from '../../errors/app-error.ts';
import { createCallGate, type CallGate } from '../call-gate.ts';
import { createDisconnectSignal } from '../disconnect.ts';
import { createMcpEndpoint, type McpEndpoint } from '../mcp/mcp-endpoint.ts';
import { classifyMessage, findMessageId } from '../mcp/message.ts';
import type { Exchange } from '../mcp/protocol-server.ts';
import { peek } from '../peek.ts';
import { assertScope, getCaller, type Principal, type Scope } from '../principal.ts';
import type { ServerContext } from '../server-context.ts';
import { createUnsupportedMediaType, toJsonRpcBody, toShownError } from '../wire-errors.ts';

/** The address of the endpoint; errors below it are JSON-RPC. */
export const MCP_PATH = '/mcp';

/** Adds the routes. The endpoint ends with the Fastify instance. */
export function addMcpRoutes(app: FastifyInstance, context: ServerContext): void {
  const endpoint = createMcpEndpoint(context);
  const gate = createCallGate(context.config.rateLimit.maxConcurrent);
  app.addHook('preClose', async () => endpoint.close());
  app.route({
    method: 'POST',
    url: MCP_PATH,
    onRequest: async (request) => {
      if (!isJsonContentType(request.headers['content-type'])) throw createUnsupportedMediaType();
    },
    handler: async (request, reply) => answerPost({ request, reply, context, endpoint, gate }),
  });
  app.route({
    method: ['GET', 'DELETE', 'PUT', 'PATCH'],
    url: MCP_PATH,
    handler: async (_request, reply) => {
      reply.header('allow', 'POST');
      throw new AppError('METHOD_NOT_ALLOWED', 'This endpoint is stateless: use POST.');
    },
  });
}

interface PostParts {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly context: ServerContext;
  readonly endpoint: McpEndpoint;
  readonly gate: CallGate;
}

async function answerPost({
  request,
  reply,
  context,
  endpoint,
  gate,
}: PostParts): Promise<FastifyReply> {
  const { body } = request;
  const principal = context.getPrincipal(request);
  classifyMessage(body);
  assertScope(principal, findScope(context, body));
  const leave = gate.enter(getCaller(principal, request.ip));
  reply.raw.once('close', leave);
  try {
    const response = await endpoint.handle({
      body,
      headers: toHeaders(request),
      signal: createDisconnectSignal(reply),
      exchange: toExchange(request, context, principal),
    });
    return await sendResponse(reply, response);
  } catch (error) {
    const shown = toShownError(error);
    // Faults of params are in-band: HTTP has done its part.
    if (shown.code !== 'INVALID_ARGUMENT') throw error;
    return reply.code(200).send(toJsonRpcBody(shown, findMessageId(body)));
  }
}

function toExchange(
  request: FastifyRequest,
  { config, traces }: ServerContext,
  principal: Principal,
): Exchange {
  const names = peek(request.query, 'names');
  const method = peek(request.body, 'method');
  const span = traces.get(request);
  return {
    principal,
    requestId: request.id,
    nameStyle: names === 'underscore' || names === 'dot' ? names : config.toolNames,
    acceptsStream: (request.headers.accept ?? '').includes('text/event-stream'),
    ...(typeof method === 'string' ? { method } : {}),
    ...(span === undefined ? {} : { span }),
  };
}

/** The right that a message needs. Lacking it is answered in HTTP, so that a host asks for that right. */
function findScope({ registry }: ServerContext, body: unknown): Scope {
  if (peek(body, 'method') !== 'tools/call') return 'read';
  const params = peek(body, 'params');
  const name = peek(params, 'name');
  const given = peek(params, 'arguments');
  return typeof name === 'string' ? (registry.findRequiredScope(name, given) ?? 'read') : 'read';
}

function toHeaders(request: FastifyRequest): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value === undefined || CREDENTIAL_HEADERS.has(name)) continue;
    headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return headers;
}

async function sendResponse(reply: FastifyReply, response: Response): Promise<FastifyReply> {
  reply.code(response.status);
  for (const [name, value] of response.headers) {
    if (name !== 'connection') reply.header(name, value);
  }
  if (response.body === null) return reply.send();
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
  // A whole answer goes out with its length; only streams are piped.
  if (!isStream) return reply.send(await response.text());
  return reply.send(Readable.fromWeb(response.body));
}

const CREDENTIAL_HEADERS: ReadonlySet<string> = new Set(['authorization', 'cookie']);
