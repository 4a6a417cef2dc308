/**
 * Both eras of MCP on one address. A message that carries the envelope of 2026-07-28 goes to the SDK's
 * stateless handler; every other one to a transport of the older era that lives for one exchange, has
 * no session, and answers in JSON unless the client asked for progress and takes a stream. Nothing is
 * remembered between exchanges, so a restart loses nobody. Knows web `Request` and `Response` only.
 */
import {
  createMcpHandler,
  isLegacyRequest,
  WebStandardStreamableHTTPServerTransport,
  type AuthInfo,
  type McpRequestContext,
  type Server,
} from '@modelcontextprotocol/server';

import { AppError } from '../../errors/app-error.ts';
import type { ServerLog } from '../server-log.ts';
import { assertLegacyParams } from './message.ts';
import type { CreateProtocolServer, Exchange } from './protocol-server.ts';
import { peek } from '../peek.ts';

/** One POST with a body that `classifyMessage` has found sound. */
export interface McpPost {
  readonly body: unknown;
  /** Without credentials: nothing behind this line has any use for them. */
  readonly headers: Headers;
  /** Fires when the client is gone. */
  readonly signal: AbortSignal;
  readonly exchange: Exchange;
}

export interface McpEndpoint {
  /** Answers one message. Throws INVALID_ARGUMENT for params that no era can read. */
  handle(post: McpPost): Promise<Response>;
  /** Ends open streams and exchanges of the new era; the older one's end with their requests. */
  close(): Promise<void>;
}

export interface McpEndpointOptions {
  readonly createProtocolServer: CreateProtocolServer;
  readonly log: ServerLog;
}

/** Creates the endpoint. The caller closes it. */
export function createMcpEndpoint({ createProtocolServer, log }: McpEndpointOptions): McpEndpoint {
  const exchanges: Exchanges = new WeakMap();
  const modern = createMcpHandler(
    async (context) => createProtocolServer(getExchange(exchanges, context)),
    {
      legacy: 'reject',
      responseMode: 'auto',
      maxSubscriptions: MAX_SUBSCRIPTIONS,
      onerror: (error) => log.debug({ reason: error.message }, 'mcp exchange'),
    },
  );
  return {
    handle: async (post) => {
      const request = toWebRequest(post);
      if (await isLegacyRequest(request, post.body)) {
        assertLegacyParams(post.body);
        return serveLegacy(post, await createProtocolServer(post.exchange));
      }
      const authInfo = toAuthInfo(post.exchange);
      exchanges.set(authInfo, post.exchange);
      return modern.fetch(request, { parsedBody: post.body, authInfo });
    },
    close: async () => modern.close(),
  };
}

/** The body travels parsed; the address is never looked at. */
function toWebRequest({ headers, signal }: McpPost): Request {
  return new Request('http://localhost/mcp', { method: 'POST', headers, signal });
}

/** The SDK hands `authInfo` through to the factory as it is, so the exchange is found again by it. */
type Exchanges = WeakMap<AuthInfo, Exchange>;

function toAuthInfo(exchange: Exchange): AuthInfo {
  const { id, scopes } = exchange.principal;
  return { token: '', clientId: id, scopes: [...scopes] };
}

function getExchange(exchanges: Exchanges, { authInfo }: McpRequestContext): Exchange {
  const exchange = authInfo === undefined ? undefined : exchanges.get(authInfo);
  if (exchange === undefined) throw new AppError('INTERNAL', 'An exchange lost its context.');
  return exchange;
}

async function serveLegacy(post: McpPost, server: Server): Promise<Response> {
  const isStreaming = wantsStream(post);
  // Without a session id generator the transport is stateless.
  const transport = new WebStandardStreamableHTTPServerTransport({
    enableJsonResponse: !isStreaming,
  });
  // Stock transports insist on both types in Accept; plain callers send neither.
  post.headers.set('accept', 'application/json, text/event-stream');
  const close = (): void => {
    transport.close().catch(() => undefined);
  };
  const { promise: gone, resolve: leave } = Promise.withResolvers<Response>();
  const onAbort = (): void => {
    close();
    leave(new Response(null, { status: CLIENT_GONE }));
  };
  post.signal.addEventListener('abort', onAbort, { once: true });
  await server.connect(transport);
  const answer = transport.handleRequest(toWebRequest(post), { parsedBody: post.body });
  const response = await Promise.race([answer, gone]);
  if (!isStreaming) {
    post.signal.removeEventListener('abort', onAbort);
    close();
  }
  return response;
}

/** A stream is for progress alone: it was asked for by token, and the client takes streams. */
function wantsStream({ body, exchange }: McpPost): boolean {
  if (!exchange.acceptsStream || peek(body, 'method') !== 'tools/call') return false;
  return peek(peek(peek(body, 'params'), '_meta'), 'progressToken') !== undefined;
}

/** Not a registered status; nobody is left to read it. */
const CLIENT_GONE = 499;

/** We publish no change events; a subscription is answered and then only costs memory. */
const MAX_SUBSCRIPTIONS = 64;
