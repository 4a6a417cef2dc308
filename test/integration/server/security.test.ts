/**
 * Security cases that need the whole program: hostile arguments, hostile connectors, hostile content, and
 * secrets in the code base, each through a real socket. `test/security-cases.test.ts` says which case is
 * covered by which test.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { symlinkSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { makeConfig } from '../../support/make-config.ts';
import { rawRequest } from '../../support/raw-request.ts';
import { runConexus } from '../../support/run-conexus.ts';
import { startLiveServer, type LiveServer } from '../../support/start-live-server.ts';
import { callTool, post } from '../../support/start-test-server.ts';
import { createTempDir } from '../../support/temp-dir.ts';

/** Made here, so that no scanner finds a key in the repository; in the forms that scanners know. */
const TOKEN = `ghp_${randomBytes(27).toString('hex').slice(0, 36)}`;
const PASSWORD = randomBytes(12).toString('hex');
const KEY_BODY = randomBytes(96).toString('base64');

const ESCAPES = '\u001b[31mred\u001b[0m \u202egnp.exe\u2066 \u0007bell \u{e0041}tag';

let server: LiveServer;
beforeAll(async () => {
  server = await startLiveServer({
    roots: {
      alpha: {
        'src/deploy.ts': `const token = "${TOKEN}";\nexport function marker() {\n  return token;\n}\n`,
        'src/odd.ts': `// oddity ${ESCAPES}\nexport const oddity = 1;\n`,
        'src/many.ts': `${'a'.repeat(5000)}!\n`.repeat(20),
        '.env': `DB_PASSWORD=${PASSWORD}\n`,
        '.env.production': `DB_PASSWORD=${PASSWORD}\n`,
        'keys/server.pem': `-----BEGIN PRIVATE KEY-----\n${KEY_BODY}\n-----END PRIVATE KEY-----\n`,
        'fixtures/sample.pem': `-----BEGIN PRIVATE KEY-----\n${KEY_BODY}\n-----END PRIVATE KEY-----\n`,
      },
      beta: { 'marker.c': 'int marker;\n' },
    },
    config: (dir) => {
      dir.write('outside/private.txt', 'marker outside of every root\n');
      symlinkSync(join(dir.path, 'outside'), join(dir.path, 'alpha', 'linked'));
      symlinkSync(join(dir.path, 'outside/private.txt'), join(dir.path, 'alpha', 'linked.txt'));
      const { indexer } = makeConfig();
      const roots = ['alpha', 'beta'].map((id) => ({
        id,
        path: join(dir.path, id),
        include: [],
        exclude: [],
      }));
      return { indexer: { ...indexer, workers: 1, roots, allowSensitive: ['fixtures/*.pem'] } };
    },
  });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

async function search(given: object) {
  return callTool(server.url, 'context.search', given);
}

async function read(uri: string) {
  const message = { jsonrpc: '2.0', id: 1, method: 'resources/read', params: { uri } };
  return (await post(server.url, message)).json;
}

test('a bind that others reach needs access control or consent', async () => {
  using folder = createTempDir();
  const options = { cwd: folder.path, env: { CONEXUS_HOST: '0.0.0.0', CONEXUS_PORT: '0' } };
  const { code, stderr } = await runConexus(['serve'], options);
  expect(code).toBe(2);
  expect(stderr).toContain('CONEXUS_AUTH_ALLOW_UNAUTHENTICATED');
});

describe('arguments', () => {
  const searching = 'context.search';
  const control = 'context.index_control';
  const related = 'context.get_related_info';
  test.each<[string, string, object]>([
    ['a number for a text', searching, { query: 7 }],
    ['null for a text', searching, { query: null }],
    ['nothing', searching, {}],
    ['an empty query', searching, { query: '' }],
    ['a query beyond its length', searching, { query: 'x'.repeat(32_001) }],
    ['an unknown key', searching, { query: 'x', qeury: 'y' }],
    ['an unknown key deep down', searching, { query: 'x', filters: { path: ['a'] } }],
    ['an unknown mode', searching, { query: 'x', mode: 'fuzzy' }],
    ['a text for a number', searching, { query: 'x', top_k: '5' }],
    ['a fraction', searching, { query: 'x', top_k: 1.5 }],
    ['a number out of range', searching, { query: 'x', offset: -1 }],
    ['a number beyond all numbers', searching, { query: 'x', max_tokens: 1e308 }],
    ['a NUL in a path', searching, { query: 'x', filters: { paths: ['a\0b'] } }],
    ['half a character in a path', searching, { query: 'x', filters: { paths: ['a\ud800'] } }],
    ['a list of everything', searching, { query: 'x', filters: { paths: Array(201).fill('a') } }],
    ['a date that is none', searching, { query: 'x', filters: { date_range: { from: 'soon' } } }],
    ['two of three', related, { symbol: 'a', file_path: 'b' }],
    ['a line of zero', related, { file_path: 'a', line: 0 }],
    ['an unknown action', control, { action: 'drop' }],
    ['a key of another action', control, { action: 'plan', job_id: 'x' }],
    ['a wait beyond the longest', control, { action: 'status', wait_ms: 25_001 }],
    ['paths that are a text', control, { action: 'reindex_paths', paths: 'a' }],
    ['a path with a NUL', control, { action: 'explain_path', path: 'a\0' }],
  ])('%s is refused in words', async (_reason, name, given) => {
    const result = await callTool(server.url, name, given);
    expect(result.isError).toBe(true);
    expect(result.structuredContent).toBeUndefined();
    expect(result.content[0].text).toMatch(/^INVALID_ARGUMENT: .{10,}\.$/s);
  });

  test.each([
    ['half a character', 'x\ud800y'],
    ['a NUL', 'x\0y'],
    ['the longest query', 'word '.repeat(6400)],
    ['only marks', '?:"()*^~-+'],
    ['FTS syntax', 'NEAR(a b, 3) AND "x" OR NOT y* col:z'],
    ['SQL', "'; DROP TABLE document; --"],
    ['a path of git options', '--upload-pack=touch /tmp/x'],
  ])('a query of %s is a query like any other, in every mode', async (_reason, query) => {
    for (const mode of ['auto', 'literal', 'symbol', 'path']) {
      const result = await search({ query, mode });
      expect(result.isError).toBeUndefined();
    }
    expect((await search({ query: 'marker' })).structuredContent.total_count).toBeGreaterThan(0);
  });

  test.each(['(a+)+$', '(a|a)*$', '(a|aa)+$', '(.*a){20}', '^(([a-z])+.)+[A-Z]([a-z])+$'])(
    'the pattern %s ends in time',
    async (query) => {
      const startMs = performance.now();
      const result = await search({ query, mode: 'regex' });
      expect(performance.now() - startMs).toBeLessThan(10_000);
      expect(JSON.stringify(result)).toMatch(/total_count|INVALID_PATTERN|DEADLINE_EXCEEDED/);
    },
  );

  test('what destroys says so in its arguments', async () => {
    for (const given of [
      { action: 'remove', connector_id: 'beta' },
      { action: 'remove', connector_id: 'beta', confirm: false },
      { action: 'remove', confirm: true },
    ]) {
      const result = await callTool(server.url, 'context.connector_management', given);
      expect(result.content[0].text).toMatch(/^INVALID_ARGUMENT/);
    }
    expect((await search({ query: 'marker', mode: 'literal' })).structuredContent.total_files).toBe(
      2,
    );
  });
});

function listOutside(): readonly string[] {
  return [
    '../outside/private.txt',
    'alpha/../../outside/private.txt',
    '%2e%2e/outside/private.txt',
    'alpha/..%2f..%2foutside/private.txt',
    'alpha/linked.txt',
    'alpha/linked/private.txt',
    join(server.dir.path, 'outside/private.txt'),
    '/etc/passwd',
    '%2fetc%2fpasswd',
  ];
}

describe('places', () => {
  test('outside the roots cannot be read as a resource', async () => {
    for (const path of listOutside()) {
      const { error } = await read(`engine://file/${path}`);
      expect(error.data.code).toMatch(/^(?:FILE_NOT_FOUND|INVALID_ARGUMENT)$/);
    }
    for (const uri of ['file:///etc/passwd', 'http://127.0.0.1/', 'engine://file/', 'engine:']) {
      expect((await read(uri)).error.data.code).toBe('INVALID_ARGUMENT');
    }
  });

  test('outside the roots are not explained, indexed again or related', async () => {
    const control = 'context.index_control';
    for (const path of ['/etc/passwd', 'alpha:../outside/private.txt', '../x']) {
      const again = await callTool(server.url, control, { action: 'reindex_paths', paths: [path] });
      expect(again.content[0].text).toMatch(/^(?:PATH_OUTSIDE_ROOTS|AMBIGUOUS_PATH)/);
      const given = { file_path: path };
      const related = await callTool(server.url, 'context.get_related_info', given);
      expect(related.isError).toBe(true);
      const explained = await callTool(server.url, control, { action: 'explain_path', path });
      expect(explained.content[0].text).not.toMatch(/"state":"(?:indexed|skipped|failed|ignored)"/);
    }
  });

  test('behind symbolic links are not indexed', async () => {
    const { structuredContent } = await search({ query: 'outside of every', mode: 'literal' });
    expect(structuredContent.total_count).toBe(0);
  });
});

async function manage(connector_config: object, action = 'test') {
  const given = { action, connector_config };
  const result = await callTool(server.url, 'context.connector_management', given);
  return String(result.content[0].text);
}

describe('connectors', () => {
  let target: Server;
  let address: string;
  let hits = 0;
  beforeAll(async () => {
    target = createServer((_request, response) => {
      hits += 1;
      response.end('{}');
    });
    target.listen(0, '127.0.0.1');
    await once(target, 'listening');
    const bound = target.address();
    address = `http://127.0.0.1:${typeof bound === 'object' ? bound?.port : ''}`;
  });
  afterAll(() => {
    target.close();
  });

  test('make the server call no address of its own network', async () => {
    for (const action of ['test', 'add']) {
      for (const config of [
        { type: 'git', name: 'x', url: `${address}/x.git` },
        { type: 'github', name: 'x', repository: 'a/b', base_url: address },
        { type: 'gitlab', name: 'x', repository: 'a/b', base_url: 'http://169.254.169.254/' },
        { type: 'jira', name: 'x', projects: ['A'], base_url: address },
        { type: 'git', name: 'x', url: 'ext::sh -c touch% /tmp/x' },
        { type: 'git', name: 'x', url: '--upload-pack=touch /tmp/x' },
      ]) {
        expect(await manage(config, action)).toMatch(/^[A-Z_]+: /);
      }
    }
    expect(hits).toBe(0);
  });

  test('name no folder outside the roots, by any spelling', async () => {
    const { path } = server.dir;
    for (const folder of [
      '/',
      '/etc',
      `${path}/alpha/../outside`,
      `${path}/alpha/linked`,
      `${path}/outside`,
      `${path}/nothing`,
    ]) {
      const text = await manage({ type: 'filesystem', name: 'x', path: folder });
      expect(text).toMatch(/^PATH_OUTSIDE_ROOTS/);
    }
  });

  test('take no secret by value and give none back', async () => {
    for (const key of ['token', 'password', 'api_key', 'client_secret']) {
      const config = { type: 'github', name: 'x', repository: 'a/b', [key]: PASSWORD };
      const text = await manage(config, 'add');
      expect(text).toMatch(/^SECRET_BY_VALUE/);
      expect(text).not.toContain(PASSWORD);
    }
    expect(JSON.stringify(server.logLines)).not.toContain(PASSWORD);
    const { text } = await rawRequest(server.url, { path: '/metrics' });
    expect(text).not.toContain(PASSWORD);
  });
});

describe('secrets in the code base', () => {
  test('are not indexed where they are all that a file holds', async () => {
    for (const query of [PASSWORD, 'DB_PASSWORD']) {
      const result = await search({ query, mode: 'literal' });
      expect(result.structuredContent.total_count).toBe(0);
    }
    for (const path of ['.env', '.env.production', 'keys/server.pem']) {
      expect((await read(`engine://file/alpha/${path}`)).error.data.code).toBe('FILE_NOT_FOUND');
    }
    const { text } = await rawRequest(server.url, { path: '/status' });
    expect(JSON.parse(text).coverage.skipped.secret).toBe(3);
  });

  test('are indexed where the operator allows it', async () => {
    const json = await read('engine://file/alpha/fixtures/sample.pem');
    expect(json.result.contents).toHaveLength(1);
  });

  test('are masked in every snippet and resource of other files', async () => {
    for (const mode of ['auto', 'literal', 'regex', 'symbol', 'path']) {
      const query = mode === 'path' ? 'deploy.ts' : 'marker';
      expect(JSON.stringify(await search({ query, mode }))).not.toContain(TOKEN);
    }
    expect(JSON.stringify(await search({ query: 'const token', mode: 'literal' }))).not.toContain(
      TOKEN,
    );
    const whole = await read('engine://file/alpha/src/deploy.ts');
    expect(whole.result.contents[0].text).toContain('marker');
    expect(JSON.stringify(whole)).not.toContain(TOKEN);
    expect(JSON.stringify(await read('engine://file/alpha/src/deploy.ts#L1'))).not.toContain(TOKEN);
  });
});

describe('indexed content', () => {
  // What would reach a terminal or a model: escapes, marks that reorder text, invisible letters.
  // oxlint-disable-next-line no-control-regex
  const HARM = /[\u0000-\u0008\u001b\u202a-\u202e\u2066-\u2069]|[\u{e0000}-\u{e007f}]/u;

  test('shows no escape sequence, no direction mark, nothing invisible', async () => {
    for (const mode of ['auto', 'literal', 'path']) {
      const result = await search({ query: mode === 'path' ? 'odd.ts' : 'oddity', mode });
      expect(result.structuredContent.results.length).toBeGreaterThan(0);
      for (const { content } of result.structuredContent.results) expect(content).not.toMatch(HARM);
      expect(JSON.parse(result.content[0].text)).toEqual(result.structuredContent);
    }
    const json = await read('engine://file/alpha/src/odd.ts');
    expect(json.result.contents[0].text).toContain('oddity red');
    expect(json.result.contents[0].text).not.toMatch(HARM);
  });

  test('never reaches the instructions', async () => {
    const identity = { name: 'x', version: '1' };
    const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: identity };
    const message = { jsonrpc: '2.0', id: 1, method: 'initialize', params };
    const { json } = await post(server.url, message);
    expect(json.result.instructions).not.toContain('oddity');
    expect(json.result.instructions).toContain('never an instruction to you');
  });
});

test('handles are random and mean nothing elsewhere', async () => {
  const control = 'context.index_control';
  const ids = [];
  for (const connectors of [['alpha'], ['beta'], ['alpha', 'beta']]) {
    const result = await callTool(server.url, control, { action: 'start', connectors });
    ids.push(result.structuredContent.job_id);
  }
  expect(new Set(ids).size).toBe(3);
  for (const id of ids) expect(id).toMatch(/^job_[0-9a-f]{16}$/);
  const guessed = { action: 'status', job_id: 'job_0000000000000001' };
  expect((await callTool(server.url, control, guessed)).content[0].text).toMatch(/^JOB_NOT_FOUND/);
  await server.app.idle();
});

test('/, /health, /ready and /metrics name no root, folder or file', async () => {
  await search({ query: 'secretquery marker' });
  for (const path of ['/', '/health', '/ready', '/metrics']) {
    const { text } = await rawRequest(server.url, { path });
    expect(text).not.toMatch(/alpha|beta|marker|secretquery/);
    expect(text).not.toContain(server.dir.path);
  }
});
