/** The guarded fetch against real servers on loopback: what it refuses, follows, repeats and cuts off. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import {
  createGuardedFetch,
  type GuardedFetchOptions,
} from '../../../src/connectors/guarded-fetch.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const open: { close(): unknown }[] = [];

afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function serve(handler: Handler): Promise<{ url: string; host: string; port: number }> {
  const server: Server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push({ close: () => server.closeAllConnections() ?? server.close() });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, host: `127.0.0.1:${port}`, port };
}

function guard(allowedHosts: readonly string[], options: Partial<GuardedFetchOptions> = {}) {
  const guarded = createGuardedFetch({ allowedHosts, backoffMs: 1, attempts: 3, ...options });
  open.push({ close: async () => guarded[Symbol.asyncDispose]() });
  return guarded.fetch;
}

const refused = { code: 'CONNECTOR_ADDRESS_REFUSED' };

describe('the guard', () => {
  test('refuses loopback, private, link-local and metadata addresses in every clothing', async () => {
    const fetch = guard([]);
    const urls = [
      'http://127.0.0.1:1/',
      'http://127.1:1/',
      'http://2130706433/',
      'http://0x7f000001/',
      'http://10.0.0.1/',
      'http://169.254.169.254/latest/meta-data/',
      'http://[::1]/',
      'http://[::ffff:127.0.0.1]/',
      'http://[fd00:ec2::254]/',
      'http://[fe80::1]/',
      'http://0.0.0.0/',
      'http://localhost:8081/',
      'ftp://example.com/',
    ];
    for (const url of urls) {
      const error = await fetch(url).catch((reason: unknown) => reason);
      expect({ url, error }).toMatchObject({ error: refused });
    }
  });

  test('reaches what the operator allows, and only on the allowed port', async () => {
    const server = await serve((_request, response) => response.end('hello'));
    expect(await (await guard([server.host])(server.url)).text()).toBe('hello');
    expect(await (await guard(['127.0.0.0/8'])(server.url)).text()).toBe('hello');
    const named = `http://localhost:${server.port}/`;
    expect(await (await guard([`localhost:${server.port}`])(named)).text()).toBe('hello');
    await expect(guard(['localhost:1'])(named)).rejects.toMatchObject(refused);
    await expect(guard(['127.0.0.1:1'])(server.url)).rejects.toMatchObject(refused);
  });

  test('checks each redirect like the first request', async () => {
    const server = await serve((_request, response) => {
      response.writeHead(302, { location: 'http://169.254.169.254/latest/' }).end();
    });
    await expect(guard([server.host])(server.url)).rejects.toMatchObject(refused);
  });

  test('keeps credentials with the origin that they were meant for', async () => {
    let seen: string | undefined = 'never asked';
    const other = await serve((request, response) => {
      seen = request.headers.authorization;
      response.end('moved here');
    });
    const server = await serve((_request, response) => {
      response.writeHead(307, { location: `${other.url}/x` }).end();
    });
    const fetch = guard(['127.0.0.1']);
    const response = await fetch(server.url, { headers: { authorization: 'Bearer s3cret' } });
    expect(await response.text()).toBe('moved here');
    expect(seen).toBeUndefined();
  });

  test('ends a ring of redirects', async () => {
    const server = await serve((_request, response) => {
      response.writeHead(302, { location: '/again' }).end();
    });
    await expect(guard(['127.0.0.1'])(server.url)).rejects.toMatchObject({
      code: 'CONNECTOR_UNREACHABLE',
      message: expect.stringContaining('redirect') as string,
    });
  });
});

describe('repeating', () => {
  test('asks a broken server again, with the same body', async () => {
    const bodies: string[] = [];
    const server = await serve((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        bodies.push(body);
        response.writeHead(bodies.length < 3 ? 502 : 200).end('done');
      });
    });
    const fetch = guard(['127.0.0.1']);
    const response = await fetch(server.url, { method: 'POST', body: '{"query":1}' });
    expect(await response.text()).toBe('done');
    expect(bodies).toEqual(['{"query":1}', '{"query":1}', '{"query":1}']);
  });

  test('waits as long as the server asks, and gives the answer back when that is too long', async () => {
    const asked: number[] = [];
    const server = await serve((request, response) => {
      asked.push(performance.now());
      const wait = request.url === '/long' ? '3600' : '0.2';
      if (asked.length === 1) response.writeHead(429, { 'retry-after': wait }).end('busy');
      else response.end('fine');
    });
    const fetch = guard(['127.0.0.1']);
    expect(await (await fetch(`${server.url}/short`)).text()).toBe('fine');
    expect((asked[1] ?? 0) - (asked[0] ?? 0)).toBeGreaterThanOrEqual(199);
    asked.length = 0;
    const limited = await fetch(`${server.url}/long`);
    expect([limited.status, await limited.text(), asked.length]).toEqual([429, 'busy', 1]);
  });

  test('waits for the quota of a 403 and not for one that is a refusal', async () => {
    let calls = 0;
    const server = await serve((request, response) => {
      calls += 1;
      const isQuota = request.url === '/quota' && calls === 1;
      const headers = isQuota ? { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '0' } : {};
      response.writeHead(request.url === '/quota' && !isQuota ? 200 : 403, headers).end();
    });
    const fetch = guard(['127.0.0.1']);
    expect((await fetch(`${server.url}/quota`)).status).toBe(200);
    expect((await fetch(`${server.url}/no`)).status).toBe(403);
    expect(calls).toBe(3);
  });

  test('names what is wrong when no answer comes', async () => {
    const closed = await serve((_request, response) => response.end());
    for (const one of open.splice(0)) await one.close();
    await expect(guard(['127.0.0.1'])(closed.url)).rejects.toMatchObject({
      code: 'CONNECTOR_UNREACHABLE',
      message: expect.stringContaining('nothing listens there') as string,
    });
  });

  test('gives up on a server that does not answer in time, and stops at once for its signal', async () => {
    let requests = 0;
    const server = await serve(() => {
      requests += 1;
    });
    const fetch = guard(['127.0.0.1'], { timeoutMs: 50 });
    await expect(fetch(server.url)).rejects.toMatchObject({ code: 'CONNECTOR_UNREACHABLE' });
    expect(requests).toBe(3);
    const reason = new Error('stopped by the test');
    const abort = new AbortController();
    const stopped = guard(['127.0.0.1'])(server.url, { signal: abort.signal });
    abort.abort(reason);
    await expect(stopped).rejects.toBe(reason);
  });

  test('cuts an answer off that is too large', async () => {
    const server = await serve((_request, response) => response.end('x'.repeat(200_000)));
    const fetch = guard(['127.0.0.1'], { maxResponseBytes: 100_000 });
    await expect(fetch(server.url).then(async (one) => one.text())).rejects.toMatchObject({
      cause: { code: 'UND_ERR_RES_EXCEEDED_MAX_SIZE' },
    });
  });
});
