/** Turns the end of a response, early or not, into an abort signal for the work behind it. */
import type { FastifyReply } from 'fastify';

/**
 * Gives a signal that fires when the response is over: because the client went away, or because all of
 * it was sent, when nobody listens any more. The listener lives as long as the response.
 */
export function createDisconnectSignal(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => controller.abort());
  return controller.signal;
}
