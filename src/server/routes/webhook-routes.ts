/**
 * `POST /webhooks/:connector_id`: where code hosts and trackers announce changes. A call has no principal and
 * proves itself by its signature, which is over the bytes as they came, so the body of any type is taken
 * unparsed. The answer is 202 without a body, or what the service wants to hear at once.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import type { ServerContext } from '../server-context.ts';
import { peek } from '../peek.ts';

/** Code hosts send up to 25 MB and mostly a few kilobytes; a change can be announced without the whole of it. */
const MAX_CALL_BYTES = 5 * 1024 * 1024;

/** Adds the route, with a parser of its own that leaves bodies as they are. */
export function addWebhookRoutes(app: FastifyInstance, context: ServerContext): void {
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      '*',
      { parseAs: 'buffer', bodyLimit: MAX_CALL_BYTES },
      async (_request: FastifyRequest, body: Buffer) => body,
    );
    scope.post('/webhooks/:connector_id', async (request, reply) =>
      answerCall(request, reply, context),
    );
  });
}

async function answerCall(
  request: FastifyRequest,
  reply: FastifyReply,
  { engine }: ServerContext,
): Promise<FastifyReply> {
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : value,
    ]),
  );
  const connectorId = peek(request.params, 'connector_id');
  const id = typeof connectorId === 'string' ? connectorId : '';
  const { answer } = await engine.webhook(id, { headers, body });
  return answer === undefined ? reply.code(202).send() : reply.code(200).send(answer);
}
