/** Traces of the whole system, decoded by a collector that listens on a socket. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import type { Config } from '../../../src/config/config.ts';
import { createWorkplace, startTestApp, type TestApp } from '../../support/start-test-app.ts';
import { callTool } from '../../support/start-test-server.ts';
import { makeConfig } from '../../support/make-config.ts';

/** As OTLP's JSON has it: values are wrapped in their type. */
interface Attribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly Attribute[];
  readonly status: { readonly code: number };
}

interface Batch {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[];
  }[];
}

interface Collector extends AsyncDisposable {
  readonly url: string;
  readonly bodies: readonly string[];
  readonly addresses: readonly string[];
}

async function startCollector(): Promise<Collector> {
  const bodies: string[] = [];
  const addresses: string[] = [];
  const server = createServer((request, response) => {
    addresses.push(`${request.method} ${request.url} ${request.headers['content-type']}`);
    void text(request).then((body) => {
      bodies.push(body);
      response.setHeader('content-type', 'application/json').end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    bodies,
    addresses,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function toFields(attributes: readonly Attribute[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}

function listSpans({ bodies }: Collector): readonly OtlpSpan[] {
  return bodies.flatMap((body) =>
    (JSON.parse(body) as Batch).resourceSpans.flatMap(({ scopeSpans }) =>
      scopeSpans.flatMap(({ spans }) => spans),
    ),
  );
}

function listJobPhases(spans: readonly OtlpSpan[]): readonly string[] {
  const job = spans.find(({ name }) => name === 'job start');
  return spans.filter(({ parentSpanId }) => parentSpanId === job?.spanId).map(({ name }) => name);
}

function readResource({ bodies }: Collector): Readonly<Record<string, unknown>> {
  const batch: Batch = JSON.parse(bodies[0] ?? '');
  return toFields(batch.resourceSpans[0]?.resource.attributes ?? []);
}

async function startTraced(
  place: Parameters<typeof startTestApp>[0],
  endpoint: string,
  sampleRate = 1,
): Promise<TestApp> {
  const { server, observability } = makeConfig();
  const config: Partial<Config> = {
    server: { ...server, port: 0 },
    observability: { ...observability, tracing: { enabled: true, endpoint, sampleRate } },
  };
  return startTestApp(place, { mode: 'serve', config });
}

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const CALLER_SPAN = 'b7ad6b7169203331';

async function searchOver(url: string, flags: '00' | '01'): Promise<void> {
  await fetch(`${url}/mcp`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      traceparent: `00-${TRACE_ID}-${CALLER_SPAN}-${flags}`,
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'context.search', arguments: { query: 'kingfisher' } },
    }),
  }).then(async (response) => response.text());
}

test('a request, its tool call and a job arrive as OTLP, in the trace of the caller', async () => {
  using place = createWorkplace({ 'a.txt': 'kingfisher\n' });
  await using collector = await startCollector();
  {
    await using app = await startTraced(place, collector.url);
    await app.app.idle();
    const url = app.app.address ?? '';
    await searchOver(url, '01');
    await callTool(url, 'context.search', { query: '' });
    await fetch(`${url}/health`).then(async (response) => response.text());
  }
  expect(new Set(collector.addresses)).toEqual(new Set(['POST /v1/traces application/json']));
  const spans = listSpans(collector);
  const [request] = spans.filter(
    ({ name, traceId }) => name === 'POST /mcp' && traceId === TRACE_ID,
  );
  expect(request).toMatchObject({ parentSpanId: CALLER_SPAN, kind: 2 });
  expect(toFields(request?.attributes ?? [])).toMatchObject({
    'http.route': '/mcp',
    'http.response.status_code': 200,
  });
  const calls = spans.filter(({ name }) => name === 'tools/call context.search');
  const traced = calls.find(({ traceId }) => traceId === TRACE_ID);
  expect(traced?.parentSpanId).toBe(request?.spanId);
  const outcomes = calls.map(({ attributes }) => toFields(attributes)['conexus.outcome']);
  expect(new Set(outcomes)).toEqual(new Set(['ok', 'rejected']));
  expect(BigInt(traced?.endTimeUnixNano ?? 0)).toBeGreaterThan(
    BigInt(traced?.startTimeUnixNano ?? 0),
  );

  expect(listJobPhases(spans)).toEqual(
    expect.arrayContaining(['phase listing', 'phase text', 'phase structure', 'phase settling']),
  );
  expect(spans.filter(({ name }) => name.includes('health'))).toEqual([]);
  // What was asked and what was found stay on the machine.
  for (const secret of ['kingfisher', 'a.txt', place.root]) {
    expect(collector.bodies.filter((body) => body.includes(secret))).toEqual([]);
  }
  expect(readResource(collector)).toMatchObject({
    'service.name': 'conexus',
    'service.version': expect.stringMatching(/^\d+\.\d+\.\d+/),
  });
});

test('a rate of 0 sends what its caller has chosen and nothing else', async () => {
  using place = createWorkplace({ 'a.txt': 'kingfisher\n' });
  await using collector = await startCollector();
  {
    await using app = await startTraced(place, collector.url, 0);
    await app.app.idle();
    const url = app.app.address ?? '';
    await callTool(url, 'context.search', { query: 'kingfisher' });
    await searchOver(url, '00');
    expect(app.logLines).toEqual([]);
    await searchOver(url, '01');
  }
  expect(
    listSpans(collector)
      .map(({ name }) => name)
      .toSorted(),
  ).toEqual(['POST /mcp', 'tools/call context.search']);
});

test('a collector that is away costs a line of the log and no more than 3 s at the end', async () => {
  using place = createWorkplace({ 'a.txt': 'kingfisher\n' });
  const away = await startCollector();
  await away[Symbol.asyncDispose]();
  const app = await startTraced(place, away.url);
  await app.app.idle();
  expect(
    await callTool(app.app.address ?? '', 'context.search', { query: 'kingfisher' }),
  ).toMatchObject({ structuredContent: { total_count: 1 } });
  const beginMs = performance.now();
  await app[Symbol.asyncDispose]();
  expect(performance.now() - beginMs).toBeLessThan(8000);
  expect(app.logLines.map(({ msg }) => msg)).toContain('traces not sent');
});
