/**
 * One span for each HTTP request, from its headers to the end of its answer; probes are left out. Tool calls
 * become parts of it. Spans are kept beside the requests, so that nothing is added to Fastify's objects.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';

import type { Span, Tracing } from '../tracing/tracing.ts';

export interface RequestTraces {
  /** Starts the span of a request, which ends by itself with the answer or with the connection. */
  start(request: FastifyRequest, reply: FastifyReply): void;
  /** Undefined for a request that is not traced. */
  get(request: FastifyRequest): Span | undefined;
}

/** Creates the book of running requests. */
export function createRequestTraces(tracing: Tracing): RequestTraces {
  const spans = new WeakMap<FastifyRequest, Span>();
  return {
    get: (request) => spans.get(request),
    start: (request, reply) => {
      const route = request.routeOptions.url ?? 'none';
      const { traceparent } = request.headers;
      const span = tracing.start(`${request.method} ${route}`, {
        kind: 'server',
        traceparent: typeof traceparent === 'string' ? traceparent : undefined,
        fields: {
          'http.request.method': request.method,
          'http.route': route,
          'conexus.request_id': request.id,
        },
      });
      spans.set(request, span);
      reply.raw.once('close', () => {
        const { statusCode, writableFinished } = reply.raw;
        if (writableFinished) span.set({ 'http.response.status_code': statusCode });
        else span.set({ 'conexus.outcome': 'canceled' });
        span.end(statusCode >= 500 ? String(statusCode) : undefined);
      });
    },
  };
}
