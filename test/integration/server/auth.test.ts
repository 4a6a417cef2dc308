/** Who gets in, with what, and what the others are told (security rows 12, 20, 22-24). */
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWTPayload } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { createCallGate } from '../../../src/server/call-gate.ts';
import { makeConfig } from '../../support/make-config.ts';
import { rawRequest } from '../../support/raw-request.ts';
import { post, startTestServer, type TestServer } from '../../support/start-test-server.ts';

const off = makeConfig().auth;
const list = { jsonrpc: '2.0', id: 1, method: 'tools/list' };

function bearer(credential: string) {
  return { authorization: `Bearer ${credential}` };
}

function call(name: string, given: object) {
  return { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: given } };
}

function toEntry(id: string, key: string, more: object) {
  return { id, sha256: createHash('sha256').update(key).digest('hex'), ...more };
}

describe('keys', () => {
  const keys = {
    reader: randomBytes(32).toString('base64url'),
    owner: randomBytes(32).toString('base64url'),
    late: randomBytes(32).toString('base64url'),
  };
  let server: TestServer;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'keys-'));
    const file = {
      keys: [
        toEntry('reader', keys.reader, { connectors: ['beta'] }),
        toEntry('owner', keys.owner, { scopes: ['read', 'index', 'connectors'] }),
        toEntry('late', keys.late, { expires_at: '2020-01-01T00:00:00Z' }),
      ],
    };
    await writeFile(join(folder, 'keys.json'), JSON.stringify(file));
    server = await startTestServer({
      config: {
        auth: { ...off, mode: 'keys', keysFile: join(folder, 'keys.json') },
        cors: { allowedOrigins: ['https://app.example.org'] },
        rateLimit: { enabled: true, requestsPerMinute: 1000, maxConcurrent: 256 },
      },
    });
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  test.each([
    ['no header', {}, 'Bearer realm="conexus"'],
    ['an unknown key', bearer('nothing'), 'Bearer error="invalid_token"'],
    ['an expired key', bearer(keys.late), 'Bearer error="invalid_token"'],
    ['another scheme', { authorization: `Basic ${keys.owner}` }, 'Bearer error="invalid_token"'],
    [
      'the hash itself',
      bearer(createHash('sha256').update(keys.owner).digest('hex')),
      'Bearer error="invalid_token"',
    ],
  ])('%s is 401 with a challenge, before the body is read', async (_reason, headers, challenge) => {
    const { response, json } = await post(server.url, 'not json', headers);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe(challenge);
    expect(json).toMatchObject({ jsonrpc: '2.0', error: { data: { code: 'AUTH_REQUIRED' } } });
  });

  test.each(['/status', '/events'])('%s needs a key too', async (path) => {
    expect((await rawRequest(server.url, { path })).status).toBe(401);
    const denied = await rawRequest(server.url, { path: '/status', headers: bearer(keys.reader) });
    expect(denied.status).toBe(200);
  });

  test.each(['/', '/health', '/ready', '/metrics'])('%s does not', async (path) => {
    expect((await rawRequest(server.url, { path })).status).toBe(200);
  });

  test('a key gets in', async () => {
    const { response, json } = await post(server.url, list, bearer(keys.owner));
    expect(response.status).toBe(200);
    expect(json.result.tools).toHaveLength(4);
  });

  test('a key with few connectors sees those only: search, status, resources, instructions', async () => {
    const headers = bearer(keys.reader);
    const found = await post(server.url, call('context.search', { query: 'hello' }), headers);
    expect(found.json.result.structuredContent.results).toHaveLength(1);
    const status = await rawRequest(server.url, { path: '/status', headers });
    expect(status.text).not.toContain('alpha');
    const resources = await post(server.url, { ...list, method: 'resources/list' }, headers);
    expect(resources.text).not.toContain('alpha');
    const params = { uri: 'engine://file/alpha/notes.md' };
    const read = await post(server.url, { ...list, method: 'resources/read', params }, headers);
    expect(read.json.error.data.code).toBe('FILE_NOT_FOUND');
    const identity = { name: 'x', version: '1' };
    const hello = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: identity };
    const started = await post(
      server.url,
      { ...list, method: 'initialize', params: hello },
      headers,
    );
    expect(started.json.result.instructions).not.toContain('alpha');
    expect(started.json.result.instructions).toContain('beta');
  });

  test('a right that a key lacks is 403 and named, in both spellings of the tool', async () => {
    for (const name of ['context.index_control', 'context_index_control']) {
      const answer = await post(server.url, call(name, { action: 'start' }), bearer(keys.reader));
      expect(answer.response.status).toBe(403);
      expect(answer.response.headers.get('www-authenticate')).toBe(
        'Bearer error="insufficient_scope", scope="index"',
      );
      expect(answer.json).toMatchObject({ id: 1, error: { data: { code: 'INSUFFICIENT_SCOPE' } } });
    }
    const message = call('context.index_control', { action: 'start' });
    const allowed = await post(server.url, message, bearer(keys.owner));
    expect(allowed.json.result.isError).toBeUndefined();
  });

  test('a preflight needs no key', async () => {
    const answer = await rawRequest(server.url, {
      method: 'OPTIONS',
      path: '/mcp',
      headers: { origin: 'https://app.example.org', 'access-control-request-method': 'POST' },
    });
    expect(answer.status).toBe(204);
  });

  test('no key stands in the log or in metrics', async () => {
    const { text } = await rawRequest(server.url, { path: '/metrics' });
    const seen = `${JSON.stringify(server.logLines)}${text}`;
    for (const key of Object.values(keys)) expect(seen).not.toContain(key);
  });

  test('a key that is taken out of the file stops working at once, a broken file changes nothing', async () => {
    const keysFile = join(folder, 'changing.json');
    const write = async (text: string) => writeFile(keysFile, text);
    await write(JSON.stringify({ keys: [toEntry('owner', keys.owner, {})] }));
    const auth = { ...off, mode: 'keys' as const, keysFile };
    await using own = await startTestServer({ config: { auth } });
    const ask = async () => (await post(own.url, list, bearer(keys.owner))).response.status;
    expect(await ask()).toBe(200);
    await write('{');
    expect(await ask()).toBe(200);
    await write(JSON.stringify({ keys: [toEntry('reader', keys.reader, {})] }));
    expect(await ask()).toBe(401);
  });

  test.each([
    ['is missing', undefined],
    ['is not JSON', '{'],
    ['has no list', '{}'],
    ['has a short hash', '{"keys":[{"id":"a","sha256":"00"}]}'],
    [
      'has an unknown scope',
      `{"keys":[{"id":"a","sha256":"${'0'.repeat(64)}","scopes":["root"]}]}`,
    ],
  ])('the server does not start with a file that %s', async (_reason, text) => {
    const keysFile = join(folder, 'broken.json');
    if (text !== undefined) await writeFile(keysFile, text);
    const start = startTestServer({ config: { auth: { ...off, mode: 'keys', keysFile } } });
    await expect(start).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });
});

describe('oauth', () => {
  const audience = 'https://code.example.org/mcp';
  const seenByIssuer: string[] = [];
  let issuer: Server;
  let issuerUrl: string;
  let server: TestServer;
  let privateKey: CryptoKey;

  beforeAll(async () => {
    const pair = await generateKeyPair('ES256');
    privateKey = pair.privateKey;
    const jwk = { ...(await exportJWK(pair.publicKey)), kid: 'one', alg: 'ES256' };
    issuer = createServer((request, response) => {
      seenByIssuer.push(request.rawHeaders.join(' '));
      const documents: Readonly<Record<string, object>> = {
        '/.well-known/openid-configuration': { jwks_uri: `${issuerUrl}/keys` },
        '/keys': { keys: [jwk] },
      };
      const document = documents[request.url ?? ''];
      response.statusCode = document === undefined ? 404 : 200;
      response.end(JSON.stringify(document ?? {}));
    });
    issuer.listen(0, '127.0.0.1');
    await once(issuer, 'listening');
    const address = issuer.address();
    issuerUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    server = await startTestServer({
      config: { auth: { ...off, mode: 'oauth', issuer: issuerUrl, audience } },
    });
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    issuer.close();
  });

  interface TokenChanges {
    readonly claims?: JWTPayload;
    readonly audience?: string;
    readonly issuer?: string;
    readonly expires?: string;
    readonly key?: CryptoKey;
  }

  async function sign(changes: TokenChanges = {}): Promise<string> {
    return new SignJWT({ sub: 'ann', scope: 'read', ...changes.claims })
      .setProtectedHeader({ alg: 'ES256', kid: 'one' })
      .setIssuer(changes.issuer ?? issuerUrl)
      .setAudience(changes.audience ?? audience)
      .setExpirationTime(changes.expires ?? '5 minutes')
      .sign(changes.key ?? privateKey);
  }

  test('a token of the issuer for this audience gets in', async () => {
    const { response } = await post(server.url, list, bearer(await sign()));
    expect(response.status).toBe(200);
  });

  test.each([
    ['another audience', { audience: 'https://other.example.org' }],
    ['another issuer', { issuer: 'https://evil.example' }],
    ['an expired one', { expires: '-5 minutes' }],
  ])('a token with %s is 401 and points at the metadata', async (_reason, changes) => {
    const { response } = await post(server.url, list, bearer(await sign(changes)));
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe(
      'Bearer error="invalid_token", resource_metadata="https://code.example.org/.well-known/oauth-protected-resource/mcp"',
    );
  });

  test('a token signed by somebody else, or by nobody, is 401', async () => {
    const other = await generateKeyPair('ES256');
    const forged = await sign({ key: other.privateKey });
    const [, payload = ''] = (await sign()).split('.');
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`;
    for (const token of [forged, unsigned, 'x.y.z', 'x']) {
      expect((await post(server.url, list, bearer(token))).response.status).toBe(401);
    }
  });

  test('scopes and connectors of the token count', async () => {
    const claims = { scope: 'conexus:read conexus:index', conexus_connectors: ['beta'] };
    const headers = bearer(await sign({ claims }));
    const found = await post(server.url, call('context.search', { query: 'hello' }), headers);
    expect(found.json.result.structuredContent.total_count).toBe(1);
    const add = call('context.connector_management', { action: 'remove', connector_id: 'x' });
    expect((await post(server.url, add, headers)).response.status).toBe(403);
    const bare = bearer(await sign({ claims: { scope: '' } }));
    expect((await post(server.url, list, bare)).response.status).toBe(403);
  });

  test.each(['', '/mcp'])('the metadata is public (%s)', async (suffix) => {
    const path = `/.well-known/oauth-protected-resource${suffix}`;
    const { status, text } = await rawRequest(server.url, { path });
    expect(status).toBe(200);
    expect(JSON.parse(text)).toEqual({
      resource: audience,
      authorization_servers: [issuerUrl],
      scopes_supported: ['read', 'index', 'connectors'],
      bearer_methods_supported: ['header'],
    });
  });

  test('no token goes to the issuer or anywhere else', async () => {
    const token = await sign();
    expect((await post(server.url, list, bearer(token))).response.status).toBe(200);
    const seen = `${JSON.stringify(seenByIssuer)}${JSON.stringify(server.logLines)}`;
    expect(seenByIssuer.length).toBeGreaterThan(0);
    for (const part of token.split('.')) expect(seen).not.toContain(part.slice(0, 60));
  });

  test('an issuer that is down is 503, not 401', async () => {
    const auth = { ...off, mode: 'oauth' as const, issuer: 'http://127.0.0.1:9', audience };
    await using alone = await startTestServer({ config: { auth } });
    const { response, json } = await post(alone.url, list, bearer(await sign()));
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('2');
    expect(json.error.data.code).toBe('NOT_READY');
  });
});

test('one caller cannot have more under way than the cap, others still can', () => {
  const gate = createCallGate(2);
  const leave = gate.enter('a');
  gate.enter('a');
  expect(() => gate.enter('a')).toThrow('More than 2 requests');
  gate.enter('b');
  leave();
  gate.enter('a');
});
