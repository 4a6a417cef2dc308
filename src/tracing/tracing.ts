/**
 * Traces, as the rooms see them: spans with a name, a parent and a few fields, handed down by hand. There
 * is no global state and no hidden context. While tracing is off nothing is loaded and every span is the
 * one that does nothing. What sends them is `otlp.ts`.
 *
 * Fields are like labels of metrics: route patterns, tool names, outcomes, counts. Never a query, a path,
 * content, an address or a secret, because traces leave the machine.
 */

export type SpanFields = Readonly<Record<string, string | number | boolean>>;

/** A piece of work that is being timed. It ends once; later calls do nothing. */
export interface Span {
  /** 32 hexadecimal digits, for lines of the log; undefined when the span is not sent. */
  readonly traceId: string | undefined;
  set(fields: SpanFields): void;
  /** Ends it. With an error code (`TIMEOUT`) it counts as failed by our fault. */
  end(errorCode?: string): void;
}

export interface SpanStart {
  readonly fields?: SpanFields;
  /** `server` for what a client asked for; default `internal`. */
  readonly kind?: 'server' | 'internal';
  /** The span it is a part of. */
  readonly parent?: Span | undefined;
  /** The header `traceparent` of a request; it counts when there is no parent, and nonsense is ignored. */
  readonly traceparent?: string | undefined;
}

/** Starts spans. Disposing of it sends what is left, for at most 3 s. */
export interface Tracing extends AsyncDisposable {
  /** O(1), never throws, never waits. */
  start(name: string, start?: SpanStart): Span;
}

const NO_SPAN: Span = { traceId: undefined, set: () => undefined, end: () => undefined };

/** Tracing that is off. */
export const NO_TRACING: Tracing = {
  start: () => NO_SPAN,
  [Symbol.asyncDispose]: async () => Promise.resolve(),
};
