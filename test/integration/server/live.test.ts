/** What lasts: long polls, events, progress, clients that leave, limits, the end of the server. */
import { once } from 'node:events';
import { connect } from 'node:net';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { rawRequest } from '../../support/raw-request.ts';
import {
  callTool,
  post,
  startTestServer,
  type TestServer,
  type TestServerOptions,
} from '../../support/start-test-server.ts';
import { until } from '../../support/until.ts';

let server: TestServer;

async function restart(options: TestServerOptions): Promise<void> {
  await server[Symbol.asyncDispose]();
  server = await startTestServer(options);
}

beforeEach(async () => {
  server = await startTestServer();
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
});

/** A reader over the frames of an event stream. */
async function openEvents(url: string) {
  const controller = new AbortController();
  const response = await fetch(url, { signal: controller.signal });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let buffered = '';
  const next = async (): Promise<string> => {
    while (!buffered.includes('\n\n')) {
      const chunk = await reader?.read();
      if (chunk?.value === undefined) return '';
      buffered += chunk.value;
    }
    const end = buffered.indexOf('\n\n');
    const frame = buffered.slice(0, end);
    buffered = buffered.slice(end + 2);
    return frame;
  };
  return { response, next, close: () => controller.abort() };
}

describe('/status', () => {
  test('is the index status, with its revision as tag', async () => {
    const { status, headers, text } = await rawRequest(server.url, { path: '/status' });
    const expected = await server.engine.status({ waitMs: 0 });
    expect(status).toBe(200);
    expect(JSON.parse(text)).toEqual(expected);
    expect(headers['etag']).toBe(`"${expected.revision}"`);
    const given = await callTool(server.url, 'context.index_control', { action: 'status' });
    expect(given.structuredContent.index_status).toEqual(expected);
  });

  test.each(['"1"', 'W/"1"', '"0", "1"'])('is 304 for the known tag %s', async (tag) => {
    const headers = { 'if-none-match': tag };
    const { status, text } = await rawRequest(server.url, { path: '/status', headers });
    expect([status, text]).toEqual([304, '']);
  });

  test.each(['since=1', 'tag'])('waits for the next revision (%s)', async (by) => {
    const query = by === 'tag' ? '' : `&${by}`;
    const headers: Record<string, string> = by === 'tag' ? { 'if-none-match': '"1"' } : {};
    const path = `/status?wait_ms=20000${query}`;
    const answer = rawRequest(server.url, { path, headers });
    await until(() => server.engine.listeners === 1);
    server.engine.advance();
    expect(JSON.parse((await answer).text).revision).toBe(2);
    expect(server.engine.listeners).toBe(0);
  });

  test('answers at once when the revision is another one already', async () => {
    const { text } = await rawRequest(server.url, { path: '/status?wait_ms=20000&since=0' });
    expect(JSON.parse(text).revision).toBe(1);
  });

  test('is 304 when the wait is over and nothing happened', async () => {
    const headers = { 'if-none-match': '"1"' };
    const { status } = await rawRequest(server.url, { path: '/status?wait_ms=20', headers });
    expect(status).toBe(304);
  });

  test.each(['wait_ms=25001', 'wait_ms=-1', 'wait_ms=x', 'since=1.5', 'wait_ms=1&wait_ms=2'])(
    'refuses %s',
    async (query) => {
      const { status, text } = await rawRequest(server.url, { path: `/status?${query}` });
      expect(status).toBe(400);
      expect(JSON.parse(text).error.code).toBe('INVALID_ARGUMENT');
    },
  );

  test('stops waiting when the client leaves', async () => {
    const controller = new AbortController();
    const answer = fetch(`${server.url}/status?wait_ms=20000&since=1`, {
      signal: controller.signal,
    });
    await until(() => server.engine.listeners === 1);
    controller.abort();
    await expect(answer).rejects.toThrow('abort');
    await until(() => server.engine.listeners === 0);
  });
});

describe('/events', () => {
  test('sends the status at once and on each new revision', async () => {
    const events = await openEvents(`${server.url}/events`);
    expect(events.response.headers.get('content-type')).toBe('text/event-stream');
    const first = await events.next();
    expect(first).toMatch(/^event: status\nid: 1\ndata: \{"revision":1,/);
    server.engine.advance();
    expect(await events.next()).toMatch(/^event: status\nid: 2\n/);
    const { text } = await rawRequest(server.url, { path: '/metrics' });
    expect(text).toContain('conexus_event_streams_open 1');
    events.close();
    await until(() => server.engine.listeners === 0);
  });
});

describe('/ready', () => {
  test('says why it is not, and when to ask again', async () => {
    server.engine.setReady('the database is being migrated');
    const answer = await rawRequest(server.url, { path: '/ready' });
    expect(answer.status).toBe(503);
    expect(answer.headers['retry-after']).toBe('2');
    expect(JSON.parse(answer.text).error.message).toBe('the database is being migrated');
    expect((await rawRequest(server.url, { path: '/health' })).status).toBe(200);
  });
});

describe('/', () => {
  test('is JSON for programs', async () => {
    const { text } = await rawRequest(server.url, { path: '/' });
    expect(JSON.parse(text)).toMatchObject({ name: 'conexus', mcp_endpoint: '/mcp' });
  });

  test('is a closed page for browsers', async () => {
    const headers = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
    const answer = await rawRequest(server.url, { path: '/', headers });
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
    const policy = String(answer.headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe-inline');
    expect(answer.text).not.toMatch(/(?:src|href)\s*=\s*["']?(?:https?:)?\/\//);
  });
});

describe('a call', () => {
  const waiting = {
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: {
      name: 'context.index_control',
      arguments: { action: 'status', since: 1, wait_ms: 20_000 },
      _meta: { progressToken: 'p' },
    },
  };

  test('with a progress token and a client that takes streams reports progress', async () => {
    const response = fetch(`${server.url}/mcp`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      },
      body: JSON.stringify(waiting),
    });
    await until(() => server.engine.listeners === 2);
    server.engine.advance();
    const answer = await response;
    expect(answer.headers.get('content-type')).toBe('text/event-stream');
    const frames = Array.from((await answer.text()).matchAll(/^data: (.*)$/gm), ([, data]) =>
      JSON.parse(data ?? ''),
    );
    expect(frames[0]).toMatchObject({
      method: 'notifications/progress',
      params: { progressToken: 'p', progress: 10, total: 100 },
    });
    expect(frames.at(-1)).toMatchObject({ id: 1, result: { structuredContent: { status: 'ok' } } });
    await until(() => server.engine.listeners === 0);
  });

  test('with a token alone is answered in JSON', async () => {
    const answer = post(server.url, waiting);
    await until(() => server.engine.listeners === 1);
    server.engine.advance();
    const { response, json } = await answer;
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    expect(json.result.structuredContent.index_status.revision).toBe(2);
  });

  test.each([
    ['old', {}, {}],
    [
      'new',
      {
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': 'tools/call',
        'mcp-name': 'context.search',
      },
      {
        'io.modelcontextprotocol/protocolVersion': '2026-07-28',
        'io.modelcontextprotocol/clientCapabilities': {},
      },
    ],
  ])(
    'of a client of the %s era that leaves is aborted in the engine',
    async (_era, headers, meta) => {
      server.engine.hold();
      const controller = new AbortController();
      const params = { name: 'context.search', arguments: { query: 'x' }, _meta: meta };
      const answer = fetch(`${server.url}/mcp`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ ...waiting, params }),
        signal: controller.signal,
      });
      await until(() => server.engine.waiting === 1);
      controller.abort();
      await expect(answer).rejects.toThrow('abort');
      await until(() => server.engine.waiting === 0);
      await until(() => server.metrics.render().includes('outcome="canceled"} 1'));
    },
  );

  test('is counted', async () => {
    await callTool(server.url, 'context_search', { query: 'x' });
    await callTool(server.url, 'context.search', { qery: 'x' });
    const { text } = await rawRequest(server.url, { path: '/metrics' });
    expect(text).toContain('conexus_tool_calls_total{tool="context.search",outcome="ok"} 1');
    expect(text).toContain('conexus_tool_calls_total{tool="context.search",outcome="rejected"} 1');
    expect(text).toContain(
      'conexus_http_requests_total{route="/mcp",method="POST",status="200"} 2',
    );
    expect(text).toContain('conexus_index_files{outcome="indexed"} 4');
    expect(text).toMatch(/conexus_event_loop_delay_seconds\{statistic="p99"\} \d/);
  });
});

describe('limits', () => {
  test('too many requests get 429 with the time to wait, probes do not count', async () => {
    await restart({
      config: { rateLimit: { enabled: true, requestsPerMinute: 3, maxConcurrent: 256 } },
    });
    const ping = { jsonrpc: '2.0', id: 1, method: 'ping' };
    for (let sent = 0; sent < 3; sent++) {
      expect((await post(server.url, ping)).response.status).toBe(200);
    }
    const { response, json } = await post(server.url, ping);
    expect(response.status).toBe(429);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(json.error.data.code).toBe('RATE_LIMITED');
    expect((await rawRequest(server.url, { path: '/health' })).status).toBe(200);
  });
});

describe('the end', () => {
  test('lets a running call finish, ends waits and streams, frees idle connections', async () => {
    const events = await openEvents(`${server.url}/events`);
    await events.next();
    const poll = rawRequest(server.url, { path: '/status?wait_ms=20000&since=1' });
    await until(() => server.engine.listeners === 2);
    const { hostname, port } = new URL(server.url);
    const idle = connect(Number(port), hostname);
    await once(idle, 'connect');
    const startMs = performance.now();
    await server[Symbol.asyncDispose]();
    expect(performance.now() - startMs).toBeLessThan(2000);
    expect((await poll).status).toBe(200);
    expect(await events.next()).toBe('');
    await expect(fetch(`${server.url}/health`)).rejects.toThrow('fetch failed');
    idle.destroy();
  });

  test('cuts calls that do not finish within the grace time', async () => {
    await restart({ server: { graceMs: 50 } });
    server.engine.hold();
    const answer = callTool(server.url, 'context.search', { query: 'x' });
    const outcome = answer.then(
      () => 'answered',
      () => 'cut',
    );
    await until(() => server.engine.waiting === 1);
    await server[Symbol.asyncDispose]();
    expect(await outcome).toBe('cut');
  });
});
