/** What stands between the socket and the routes: TLS and its renewal, proxies, headers, limits. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { utimesSync } from 'node:fs';
import { connect as connectPlain } from 'node:net';
import { connect } from 'node:tls';

import { describe, expect, test } from 'vitest';

import { runHealthcheck } from '../../../src/cli/healthcheck.ts';
import { makeCertificate } from '../../support/make-certificate.ts';
import { makeConfig } from '../../support/make-config.ts';
import { rawRequest } from '../../support/raw-request.ts';
import { post, startTestServer } from '../../support/start-test-server.ts';
import { createTempDir, type TempDir } from '../../support/temp-dir.ts';
import { until } from '../../support/until.ts';

const server = makeConfig().server;
const ping = { jsonrpc: '2.0', id: 1, method: 'ping' };

function writePair(dir: TempDir, commonName: string) {
  const { cert, key } = makeCertificate(commonName);
  return { certFile: dir.write('cert.pem', cert), keyFile: dir.write('key.pem', key) };
}

/** The common name that a server shows, and what it answers to `GET /health`. */
async function ask(url: string): Promise<{ readonly name: string; readonly answer: string }> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const { CN: name } = socket.getPeerCertificate().subject;
  socket.end('GET /health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n');
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  return { name: String(name), answer };
}

describe('tls', () => {
  test('serves HTTPS and says that it will go on to', async () => {
    using dir = createTempDir();
    const tls = writePair(dir, 'first');
    await using running = await startTestServer({ config: { server: { ...server, tls } } });
    expect(running.url).toMatch(/^https:/);
    const { name, answer } = await ask(running.url);
    expect(name).toBe('first');
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(answer).toContain('strict-transport-security: max-age=31536000');
  });

  test('takes a renewed certificate without a restart, and keeps the old one when it is broken', async () => {
    using dir = createTempDir();
    const tls = writePair(dir, 'first');
    await using running = await startTestServer({ config: { server: { ...server, tls } } });
    expect((await ask(running.url)).name).toBe('first');
    dir.write('key.pem', 'half a key');
    await untilSeen(async () => {
      expect((await ask(running.url)).name).toBe('first');
      return running.logLines.some(({ level }) => level === 'warn');
    });
    writePair(dir, 'second');
    // A time of its own, whatever the resolution of the file system's clock.
    utimesSync(tls.certFile, new Date(), new Date(Date.now() + 5000));
    await untilSeen(async () => (await ask(running.url)).name === 'second');
    expect(JSON.stringify(running.logLines)).not.toContain('PRIVATE KEY');
  });

  test.each([
    [
      'a missing file',
      (dir: TempDir) => ({ certFile: `${dir.path}/none`, keyFile: `${dir.path}/x` }),
    ],
    [
      'a key of another certificate',
      (dir: TempDir) => {
        const { certFile } = writePair(dir, 'one');
        return { certFile, keyFile: dir.write('other.pem', makeCertificate('two').key) };
      },
    ],
  ])('does not start with %s', async (_reason, prepare) => {
    using dir = createTempDir();
    const start = startTestServer({ config: { server: { ...server, tls: prepare(dir) } } });
    await expect(start).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  test('the health check of the command line reaches it', async () => {
    using dir = createTempDir();
    const tls = writePair(dir, 'first');
    await using running = await startTestServer({ config: { server: { ...server, tls } } });
    const port = Number(new URL(running.url).port);
    const config = makeConfig({ server: { ...server, port, tls } });
    const code = await runHealthcheck({ loadConfig: async () => ({ config }) } as never);
    expect(code).toBe(0);
  });
});

/** Connects again and again; each connection is a chance for the server to look at its files. */
async function untilSeen(check: () => Promise<boolean>): Promise<void> {
  let isSeen = false;
  const poll = async (): Promise<void> => {
    while (!isSeen) isSeen = await check();
  };
  const polling = poll();
  await until(() => isSeen, 10_000);
  await polling;
}

async function count(url: string, client: string): Promise<number> {
  return (await post(url, ping, { 'x-forwarded-for': client })).response.status;
}

describe('proxies', () => {
  const rateLimit = { enabled: true, requestsPerMinute: 2, maxConcurrent: 10 };

  test('a trusted one names the client that limits count', async () => {
    const trustedProxies = ['127.0.0.0/8'];
    await using running = await startTestServer({
      config: { rateLimit, server: { ...server, trustedProxies } },
    });
    const answers = ['10.1.1.1', '10.1.1.1', '10.1.1.1', '10.2.2.2'];
    const codes = [];
    for (const client of answers) codes.push(await count(running.url, client));
    expect(codes).toEqual([200, 200, 429, 200]);
  });

  test('anyone else is counted by the address of the connection', async () => {
    await using running = await startTestServer({ config: { rateLimit } });
    const codes = [];
    for (const client of ['10.1.1.1', '10.2.2.2', '10.3.3.3']) {
      codes.push(await count(running.url, client));
    }
    expect(codes).toEqual([200, 200, 429]);
  });
});

describe('limits', () => {
  test('every answer says what is left, a refused one when to come back', async () => {
    const rateLimit = { enabled: true, requestsPerMinute: 2, maxConcurrent: 10 };
    await using running = await startTestServer({ config: { rateLimit } });
    const first = await post(running.url, ping);
    expect(first.response.headers.get('ratelimit-limit')).toBe('2');
    expect(first.response.headers.get('ratelimit-remaining')).toBe('1');
    expect(Number(first.response.headers.get('ratelimit-reset'))).toBeGreaterThan(0);
    await post(running.url, ping);
    const refused = await post(running.url, ping);
    expect(refused.response.status).toBe(429);
    expect(Number(refused.response.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  test('each key has a limit of its own, whatever address it comes from', async () => {
    using dir = createTempDir();
    const keys = ['one', 'two'].map((id) => ({
      id,
      sha256: createHash('sha256').update(id).digest('hex'),
    }));
    const keysFile = dir.write('keys.json', JSON.stringify({ keys }));
    const rateLimit = { enabled: true, requestsPerMinute: 2, maxConcurrent: 10 };
    await using running = await startTestServer({
      config: {
        rateLimit,
        auth: { ...makeConfig().auth, mode: 'keys', keysFile },
        server: { ...server, trustedProxies: ['127.0.0.1'] },
      },
    });
    const codes: number[] = [];
    for (const [index, id] of ['one', 'one', 'one', 'two'].entries()) {
      const headers = { authorization: `Bearer ${id}`, 'x-forwarded-for': `10.0.0.${index}` };
      codes.push((await post(running.url, ping, headers)).response.status);
    }
    expect(codes).toEqual([200, 200, 429, 200]);
  });

  test('more calls at once than one caller may have are refused, and room comes back', async () => {
    const rateLimit = { enabled: false, requestsPerMinute: 1, maxConcurrent: 2 };
    await using running = await startTestServer({ config: { rateLimit } });
    const params = {
      name: 'context.index_control',
      arguments: { action: 'status', since: 1, wait_ms: 20_000 },
    };
    const waiting = { ...ping, method: 'tools/call', params };
    const held = [post(running.url, waiting), post(running.url, waiting)];
    await until(() => running.engine.listeners === 2);
    const { response, json } = await post(running.url, ping);
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('1');
    expect(json.error.data.code).toBe('RATE_LIMITED');
    running.engine.advance();
    await Promise.all(held);
    expect((await post(running.url, ping)).response.status).toBe(200);
  });
});

test.each([
  ['no HTTP at all', 'hello\r\n\r\n', 400],
  ['a broken header', 'GET / HTTP/1.1\r\nhost localhost\r\n\r\n', 400],
  ['two lengths', 'POST /mcp HTTP/1.1\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n', 400],
  ['endless headers', `GET / HTTP/1.1\r\nx: ${'y'.repeat(40_000)}\r\n\r\n`, 431],
])(
  '%s is refused in the shape of errors, and the connection ends',
  async (_reason, bytes, code) => {
    await using running = await startTestServer();
    const { hostname, port } = new URL(running.url);
    const socket = connectPlain({ host: hostname, port: Number(port) });
    socket.write(bytes);
    let answer = '';
    for await (const chunk of socket) answer += String(chunk);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${code} `));
    const body: unknown = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')));
    expect(body).toMatchObject({ error: { code: 'INVALID_REQUEST' } });
  },
);

test.each(['/', '/health', '/status', '/mcp', '/nothing', '/metrics'])(
  '%s has the headers that browsers obey',
  async (path) => {
    await using running = await startTestServer();
    const { headers } = await rawRequest(running.url, { path });
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    });
    expect(headers['strict-transport-security']).toBeUndefined();
  },
);
