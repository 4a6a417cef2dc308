/** Requests that must be refused, each with its status, its code and its shape (security rows 1-9, 13, 16, 25). */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { makeConfig } from '../../support/make-config.ts';
import { rawRequest } from '../../support/raw-request.ts';
import {
  callTool,
  post,
  startTestServer,
  type TestServer,
} from '../../support/start-test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({
    config: {
      server: { ...makeConfig().server, allowedHosts: ['code.example.org'] },
      cors: { allowedOrigins: ['https://app.example.org'] },
    },
  });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const JSON_TYPE = { 'content-type': 'application/json' };
const PING = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' });

async function ping(headers: Readonly<Record<string, string>>) {
  const all = { ...JSON_TYPE, ...headers };
  return rawRequest(server.url, { method: 'POST', path: '/mcp', headers: all, body: PING });
}

describe('host and origin', () => {
  test.each([
    'localhost',
    'localhost:8080',
    '127.0.0.1:9',
    '192.168.1.7:8080',
    '[::1]:8080',
    'code.example.org',
    'CODE.example.org:80',
  ])('host %s passes', async (host) => {
    expect((await ping({ host })).status).toBe(200);
  });

  test.each([
    'evil.example',
    'localhost.evil.example',
    'evil@localhost',
    'localhost/evil',
    '2130706433',
    'xlocalhost',
    ':8080',
  ])('host "%s" is refused with 403', async (host) => {
    const answer = await ping({ host });
    expect(answer.status).toBe(403);
    const { error, jsonrpc } = JSON.parse(answer.text);
    expect(jsonrpc).toBe('2.0');
    expect(error.data.code).toBe('HOST_REJECTED');
  });

  test.each([
    'http://localhost:6274',
    'http://127.0.0.1',
    'http://[::1]:3000',
    'https://app.example.org',
  ])('origin %s passes', async (origin) => {
    expect((await ping({ origin })).status).toBe(200);
  });

  test.each([
    'http://evil.example',
    'null',
    'http://localhost.evil.example',
    'https://localhost@evil.example',
    'https://app.example.org.evil.example',
    'http://app.example.org',
    'file://',
  ])('origin %s is refused with 403 before the body is read', async (origin) => {
    const headers = { ...JSON_TYPE, origin };
    const answer = await rawRequest(server.url, {
      method: 'POST',
      path: '/mcp',
      headers,
      body: 'not json',
    });
    expect(answer.status).toBe(403);
    expect(JSON.parse(answer.text).error.data.code).toBe('ORIGIN_REJECTED');
  });

  test('the page of this server may talk to it under its own name', async () => {
    const host = 'code.example.org';
    expect((await ping({ host, origin: `http://${host}` })).status).toBe(200);
  });

  test.each(['/health', '/ready', '/metrics'])('%s answers under any host', async (path) => {
    const answer = await rawRequest(server.url, { path, headers: { host: 'probe.cluster' } });
    expect(answer.status).toBe(200);
  });

  test.each(['/', '/status', '/events', '/nothing'])('%s does not', async (path) => {
    const answer = await rawRequest(server.url, { path, headers: { host: 'evil.example' } });
    expect(answer.status).toBe(403);
    expect(JSON.parse(answer.text)).toMatchObject({ error: { code: 'HOST_REJECTED' } });
  });

  test('a listed origin gets its CORS headers, another none', async () => {
    const origin = 'https://app.example.org';
    const preflight = await rawRequest(server.url, {
      method: 'OPTIONS',
      path: '/mcp',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type,mcp-protocol-version',
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers['access-control-allow-origin']).toBe(origin);
    const local = await ping({ origin: 'http://localhost:1' });
    expect(local.headers['access-control-allow-origin']).toBeUndefined();
  });
});

describe('bodies', () => {
  test.each([
    ['text/plain', { 'content-type': 'text/plain' }],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['JSON in name only', { 'content-type': 'application/jsonx' }],
    ['no content type', {}],
  ])('%s is refused with 415', async (_reason, headers) => {
    const answer = await rawRequest(server.url, {
      method: 'POST',
      path: '/mcp',
      headers,
      body: PING,
    });
    expect(answer.status).toBe(415);
    expect(JSON.parse(answer.text)).toMatchObject({
      jsonrpc: '2.0',
      id: null,
      error: { code: -32600, data: { code: 'UNSUPPORTED_MEDIA_TYPE' } },
    });
  });

  test('a charset parameter is fine', async () => {
    const type = { 'content-type': 'application/json; charset=utf-8' };
    expect((await post(server.url, PING, type)).response.status).toBe(200);
  });

  test('more than 1 MiB is refused with 413 in the shape of JSON-RPC', async () => {
    const params = { name: 'context.search', arguments: { query: 'x'.repeat(1_100_000) } };
    const message = { jsonrpc: '2.0', id: 1, method: 'tools/call', params };
    const { response, json } = await post(server.url, message);
    expect(response.status).toBe(413);
    expect(json).toMatchObject({ jsonrpc: '2.0', error: { data: { code: 'BODY_TOO_LARGE' } } });
  });

  test.each([
    ['malformed JSON', '{"jsonrpc":', -32700],
    ['an empty body', '', -32700],
    ['invalid UTF-8', Buffer.from([0x22, 0xff, 0x22]), -32700],
    ['nesting of 100,000 levels', '['.repeat(100_000), -32600],
    ['nesting hidden behind a string', `{"a":"\\"[[","b":${'['.repeat(99)}`, -32600],
    ['a batch', `[${PING}]`, -32600],
    ['an empty batch', '[]', -32600],
    ['a number', '7', -32600],
    ['null', 'null', -32600],
    ['another version', '{"jsonrpc":"1.0","id":1,"method":"ping"}', -32600],
    ['id null', '{"jsonrpc":"2.0","id":null,"method":"ping"}', -32600],
    ['a fractional id', '{"jsonrpc":"2.0","id":1.5,"method":"ping"}', -32600],
    ['an object as id', '{"jsonrpc":"2.0","id":{},"method":"ping"}', -32600],
    ['a method that is no string', '{"jsonrpc":"2.0","id":1,"method":7}', -32600],
    ['positional params', '{"jsonrpc":"2.0","id":1,"method":"ping","params":[1]}', -32600],
    ['neither method nor result', '{"jsonrpc":"2.0","id":1}', -32600],
  ])('%s is refused with 400 and its code', async (_reason, body, code) => {
    const answer = await rawRequest(server.url, {
      method: 'POST',
      path: '/mcp',
      headers: JSON_TYPE,
      body,
    });
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.text)).toMatchObject({ jsonrpc: '2.0', error: { code } });
  });

  test('keys named __proto__ stay ordinary keys and are unknown ones', async () => {
    const body = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"context.search","arguments":{"query":"x","filters":{"__proto__":{"polluted":1}}}}}`;
    const { json } = await post(server.url, body);
    expect(json.result.isError).toBe(true);
    expect(json.result.content[0].text).toContain('__proto__');
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

describe('messages', () => {
  test('a notification gets 202 without a body', async () => {
    const { response, text } = await post(server.url, {
      jsonrpc: '2.0',
      method: 'notifications/initialized',
    });
    expect([response.status, text]).toEqual([202, '']);
  });

  test.each(['GET', 'DELETE', 'PUT', 'PATCH'])('%s /mcp is 405 and allows POST', async (method) => {
    const answer = await rawRequest(server.url, { method, path: '/mcp' });
    expect(answer.status).toBe(405);
    expect(answer.headers['allow']).toBe('POST');
    expect(JSON.parse(answer.text).error.data.code).toBe('METHOD_NOT_ALLOWED');
  });

  test('an unknown method is 200 with -32601 for an old client', async () => {
    const { response, json } = await post(server.url, {
      jsonrpc: '2.0',
      id: 'a',
      method: 'no/such',
    });
    expect(response.status).toBe(200);
    expect(json).toMatchObject({ id: 'a', error: { code: -32601 } });
  });

  test.each([
    ['initialize without anything', 'initialize', {}],
    ['a call without a name', 'tools/call', {}],
    ['arguments that are a list', 'tools/call', { name: 'context.search', arguments: [] }],
    ['a cursor that is a number', 'resources/list', { cursor: 7 }],
  ])('%s is -32602 in plain words', async (_reason, method, params) => {
    const { response, json } = await post(server.url, { jsonrpc: '2.0', id: 1, method, params });
    expect(response.status).toBe(200);
    expect(json).toMatchObject({
      id: 1,
      error: { code: -32602, data: { code: 'INVALID_ARGUMENT' } },
    });
    expect(json.error.message).toMatch(/^params\./);
  });

  test('a session id from before a restart is ignored', async () => {
    const headers = { 'mcp-session-id': 'gone' };
    expect((await post(server.url, PING, headers)).response.status).toBe(200);
  });

  test('equal ids of many callers never cross', async () => {
    const words = Array.from({ length: 60 }, (_, index) => `word${index}`);
    const echoes = await Promise.all(
      words.map(async (word) => {
        const given = { query: 'hello', filters: { paths: [word] } };
        const result = await callTool(server.url, 'context.search', given);
        return result.structuredContent.applied_filters.paths[0];
      }),
    );
    expect(echoes).toEqual(words);
  });
});

describe('the new era', () => {
  const meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  const headers = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/list' };
  const list = { jsonrpc: '2.0', id: 1, method: 'tools/list', params: { _meta: meta } };

  test('answers with result type and lifetime', async () => {
    const { response, json } = await post(server.url, list, headers);
    expect(response.status).toBe(200);
    expect(json.result).toMatchObject({ resultType: 'complete', cacheScope: 'public' });
    expect(json.result.tools).toHaveLength(4);
  });

  test('refuses a method header that disagrees', async () => {
    const wrong = { ...headers, 'mcp-method': 'tools/call' };
    const { response, json } = await post(server.url, list, wrong);
    expect([response.status, json.error.code]).toEqual([400, -32020]);
  });

  function call(name: string) {
    const params = { _meta: meta, name, arguments: { query: 'hello' } };
    return { ...list, method: 'tools/call', params };
  }
  function named(name: string) {
    return { ...headers, 'mcp-method': 'tools/call', 'mcp-name': name };
  }

  test('holds the name header against the name as sent, in either spelling', async () => {
    const same = await post(server.url, call('context_search'), named('context_search'));
    expect(same.json.result.isError).toBeUndefined();
    const other = await post(server.url, call('context_search'), named('context.search'));
    expect([other.response.status, other.json.error.code]).toEqual([400, -32020]);
  });

  test('refuses a missing envelope, a missing header and an unknown revision', async () => {
    const bare = await post(server.url, { ...list, params: {} }, headers);
    expect([bare.response.status, bare.json.error.code]).toEqual([400, -32602]);
    const unheaded = await post(server.url, list);
    expect(unheaded.response.status).toBe(400);
    const future = { ...meta, 'io.modelcontextprotocol/protocolVersion': '2099-01-01' };
    const { response, json } = await post(
      server.url,
      { ...list, params: { _meta: future } },
      { ...headers, 'mcp-protocol-version': '2099-01-01' },
    );
    expect([response.status, json.error.code]).toEqual([400, -32022]);
    expect(json.error.data.supported).toContain('2026-07-28');
  });

  test('answers an unknown method with 404', async () => {
    const { response, json } = await post(
      server.url,
      { ...list, method: 'no/such' },
      { ...headers, 'mcp-method': 'no/such' },
    );
    expect([response.status, json.error.code]).toEqual([404, -32601]);
  });

  test('discovers with instructions', async () => {
    const { json } = await post(
      server.url,
      { ...list, method: 'server/discover' },
      { ...headers, 'mcp-method': 'server/discover' },
    );
    expect(json.result.supportedVersions).toContain('2026-07-28');
    expect(json.result.instructions).toContain('alpha');
  });
});

describe('what leaks', () => {
  test('/, /health and /metrics name no root, no path and no query', async () => {
    await callTool(server.url, 'context.search', { query: 'secretquery' });
    for (const path of ['/', '/health', '/ready', '/metrics']) {
      const { text } = await rawRequest(server.url, { path });
      expect(text).not.toMatch(/alpha|beta|\/srv|secretquery/);
    }
  });

  test('the log has no query, no argument and no address of a file', async () => {
    const before = server.logLines.length;
    await callTool(server.url, 'context.search', { query: 'secretquery' });
    const lines = JSON.stringify(server.logLines.slice(before));
    expect(lines).toContain('"route":"/mcp"');
    expect(lines).not.toContain('secretquery');
  });
});

describe('other addresses', () => {
  test.each(['/nothing', '/mcp/x', '/health/x', '/.env', '/%2e%2e/etc/passwd'])(
    '%s is 404 in the shape of errors',
    async (path) => {
      const answer = await rawRequest(server.url, { path });
      expect(answer.status).toBe(404);
      expect(JSON.parse(answer.text)).toMatchObject({ error: { code: 'ROUTE_NOT_FOUND' } });
    },
  );

  test('a webhook of an unknown connector is 404', async () => {
    const answer = await rawRequest(server.url, { method: 'POST', path: '/webhooks/none' });
    expect(answer.status).toBe(404);
    expect(JSON.parse(answer.text)).toMatchObject({ error: { code: 'CONNECTOR_NOT_FOUND' } });
  });

  test('a request id is kept when it is sane and replaced when it is not', async () => {
    const kept = await rawRequest(server.url, {
      path: '/health',
      headers: { 'x-request-id': 'a-1' },
    });
    expect(kept.headers['x-request-id']).toBe('a-1');
    const odd = await rawRequest(server.url, {
      path: '/health',
      headers: { 'x-request-id': 'a b' },
    });
    expect(odd.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });
});
