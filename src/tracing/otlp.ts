/**
 * Sends spans to a collector by OTLP over HTTP (JSON), with OpenTelemetry's own SDK. It is loaded only when
 * tracing is on. Spans wait in a queue of 2,048 and go out in batches every 5 s; when the collector is
 * away they are dropped and the log says so, work goes on.
 *
 * The SDK reads the standard variables too (`OTEL_EXPORTER_OTLP_HEADERS` for a key of the collector,
 * `OTEL_RESOURCE_ATTRIBUTES`). It is not registered as the process's global tracer.
 */
import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Context,
  type Span as SdkSpan,
} from '@opentelemetry/api';
import { parseTraceParent } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
  type SpanExporter,
} from '@opentelemetry/sdk-trace';
import type { Span, SpanStart, Tracing } from './tracing.ts';

export interface OtlpOptions {
  /** Address of the collector; `/v1/traces` is added unless it ends so. */
  readonly endpoint: string;
  /** Share of the traces that start here and are sent, 0 to 1. A caller's own decision is kept. */
  readonly sampleRate: number;
  readonly version: string;
  /** Told why spans could not be sent. */
  onProblem(this: void, reason: string): void;
}

/** For a batch, with the exporter's retries inside. */
const EXPORT_LIMIT_MS = 2500;

/** For what is left when the process stops; it has 9 s for everything. */
const STOP_LIMIT_MS = 3000;

/** Starts the sender; nothing is sent before the first span ends. Throws nothing for a collector that is away. */
export function createOtlpTracing(options: OtlpOptions): Tracing {
  const provider = new TracerProvider({
    resource: defaultResource().merge(
      resourceFromAttributes({ 'service.name': 'conexus', 'service.version': options.version }),
    ),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(options.sampleRate) }),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: createExporter(options),
        exportTimeoutMillis: EXPORT_LIMIT_MS,
      }),
    ],
  });
  const tracer = provider.getTracer('conexus', options.version);
  const spans = new WeakMap<Span, SdkSpan>();
  return {
    start: (name, start = {}) => {
      const parent = start.parent === undefined ? undefined : spans.get(start.parent);
      const sdkSpan = tracer.startSpan(
        name,
        {
          kind: start.kind === 'server' ? SpanKind.SERVER : SpanKind.INTERNAL,
          attributes: { ...start.fields },
        },
        toContext(parent, start),
      );
      const span = wrapSpan(sdkSpan);
      spans.set(span, sdkSpan);
      return span;
    },
    [Symbol.asyncDispose]: async () => {
      const isDone = await withinLimit(provider.shutdown());
      if (!isDone) options.onProblem('the collector took too long at the end');
    },
  };
}

function toContext(parent: SdkSpan | undefined, { traceparent }: SpanStart): Context {
  if (parent !== undefined) return trace.setSpan(ROOT_CONTEXT, parent);
  const remote = traceparent === undefined ? null : parseTraceParent(traceparent);
  if (remote === null) return ROOT_CONTEXT;
  return trace.setSpanContext(ROOT_CONTEXT, { ...remote, isRemote: true });
}

function wrapSpan(span: SdkSpan): Span {
  return {
    traceId: span.isRecording() ? span.spanContext().traceId : undefined,
    set: (fields) => void span.setAttributes({ ...fields }),
    end: (errorCode) => {
      if (errorCode !== undefined) {
        span.setAttribute('error.type', errorCode);
        span.setStatus({ code: SpanStatusCode.ERROR });
      }
      span.end();
    },
  };
}

function toTracesUrl(endpoint: string): string {
  const base = endpoint.replace(/\/+$/, '');
  return base.endsWith(TRACES_PATH) ? base : base + TRACES_PATH;
}

const TRACES_PATH = '/v1/traces';

/** The exporter, with an ear at its results: by itself the SDK reports failures to a global logger only. */
function createExporter({ endpoint, onProblem }: OtlpOptions): SpanExporter {
  const exporter = new OTLPTraceExporter({
    url: toTracesUrl(endpoint),
    timeoutMillis: EXPORT_LIMIT_MS,
  });
  return {
    export: (spans, report) =>
      exporter.export(spans, (result) => {
        if (result.error !== undefined) onProblem(result.error.message);
        report(result);
      }),
    shutdown: async () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush(),
  };
}

/** A collector that does not answer must not hold up the end of the process. False when the time was over. */
async function withinLimit(work: Promise<void>): Promise<boolean> {
  const { promise: over, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), STOP_LIMIT_MS);
  const done = work.then(
    () => true,
    // What failed has been reported by the exporter.
    () => true,
  );
  const isDone = await Promise.race([done, over]);
  clearTimeout(timer);
  return isDone;
}
