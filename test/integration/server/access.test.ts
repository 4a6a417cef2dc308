/**
 * What a caller with few roots sees of a server with two: nothing of the other one, through any door. The
 * real system over a real port; a caller with all roots asks the same to show that there is something.
 */
import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { makeConfig } from '../../support/make-config.ts';
import { rawRequest } from '../../support/raw-request.ts';
import { ROOTS, startLiveServer, type LiveServer } from '../../support/start-live-server.ts';
import { post } from '../../support/start-test-server.ts';

const KEYS = {
  few: randomBytes(32).toString('base64url'),
  all: randomBytes(32).toString('base64url'),
};
const SCOPES = ['read', 'index', 'connectors'];

/** Whatever gives away that the root `beta` exists. */
const TRACES = /beta|main\.c|puts|shibboleth/;

function toEntry(id: keyof typeof KEYS, more: object) {
  const sha256 = createHash('sha256').update(KEYS[id]).digest('hex');
  return { id, sha256, scopes: SCOPES, ...more };
}

let server: LiveServer;
beforeAll(async () => {
  server = await startLiveServer({
    roots: { ...ROOTS, beta: { ...ROOTS.beta, 'src/shibboleth.c': 'int shibboleth(void);\n' } },
    config: (dir) => {
      const keys = [toEntry('few', { connectors: ['alpha'] }), toEntry('all', {})];
      const keysFile = dir.write('keys.json', JSON.stringify({ keys }));
      return { auth: { ...makeConfig().auth, mode: 'keys', keysFile } };
    },
  });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

async function ask(key: keyof typeof KEYS, method: string, params: object) {
  const message = { jsonrpc: '2.0', id: 1, method, params };
  return post(server.url, message, { authorization: `Bearer ${KEYS[key]}` });
}

async function callTool(key: keyof typeof KEYS, name: string, given: object) {
  const { json } = await ask(key, 'tools/call', { name, arguments: given });
  return json.result;
}

async function control(key: keyof typeof KEYS, given: object) {
  return callTool(key, 'context.index_control', given);
}

async function connector(key: keyof typeof KEYS, given: object) {
  return callTool(key, 'context.connector_management', given);
}

async function startJob(key: keyof typeof KEYS, connectors: readonly string[]): Promise<string> {
  const { structuredContent } = await control(key, { action: 'start', connectors });
  return structuredContent.job_id;
}

describe('reading', () => {
  test.each([
    ['ranked', { query: 'hello shibboleth' }],
    ['literal', { query: 'hello', mode: 'literal' }],
    ['regex', { query: 'hel+o', mode: 'regex' }],
    ['path', { query: 'c', mode: 'path' }],
    ['symbol', { query: 'shibboleth', mode: 'symbol' }],
    ['filtered to the other root', { query: 'hello', filters: { connectors: ['beta'] } }],
    ['filtered to a folder there', { query: 'hello', filters: { paths: ['main.c'] } }],
    ['for an absent word', { query: 'shibbolet', mode: 'symbol' }],
    ['boosted by a file there', { query: 'hello', work_context: { active_file: 'main.c' } }],
  ])('a %s search shows nothing of the other root', async (_name, given) => {
    const { applied_filters: _echo, ...answer } =
      (await callTool('few', 'context.search', given)).structuredContent ?? {};
    expect(answer.results).toBeDefined();
    expect(JSON.stringify(answer)).not.toMatch(TRACES);
  });

  test('counts count what the caller sees', async () => {
    const given = { query: 'hello', mode: 'literal' };
    const few = await callTool('few', 'context.search', given);
    const all = await callTool('all', 'context.search', given);
    expect(few.structuredContent.total_files).toBe(2);
    expect(all.structuredContent.total_files).toBe(3);
  });

  test.each([
    ['a file', { file_path: 'beta:main.c' }],
    ['an absolute file', { file_path: '/beta/main.c' }],
    ['a symbol', { symbol: 'shibboleth' }],
  ])('related information to %s of the other root is refused', async (_name, given) => {
    const result = await callTool('few', 'context.get_related_info', given);
    expect(result.isError).toBe(true);
  });

  test('resources are listed and read within the allowed root only', async () => {
    const list = await ask('few', 'resources/list', {});
    expect(list.json.result.resources).toHaveLength(3);
    expect(list.text).not.toMatch(TRACES);
    const uri = 'engine://file/beta/main.c';
    const few = await ask('few', 'resources/read', { uri });
    expect(few.json.error.data.code).toBe('FILE_NOT_FOUND');
    const all = await ask('all', 'resources/read', { uri });
    expect(all.json.result.contents[0].text).toContain('puts');
    // One visible root: its name may be left out.
    const short = await ask('few', 'resources/read', { uri: 'engine://file/notes.md' });
    expect(short.json.result.contents[0].text).toContain('Say hello');
  });

  test.each(['/status', '/status?wait_ms=50&since=0'])('%s names no other root', async (path) => {
    const read = async (key: keyof typeof KEYS) =>
      rawRequest(server.url, { path, headers: { authorization: `Bearer ${KEYS[key]}` } });
    expect((await read('all')).text).toMatch(TRACES);
    const { text } = await read('few');
    expect(text).not.toMatch(TRACES);
    expect(JSON.parse(text)).toMatchObject({ total_files: 3, roots: [{ connector_id: 'alpha' }] });
  });

  test('/events sends a status without the other root, also when that one changes', async () => {
    const controller = new AbortController();
    const response = await fetch(`${server.url}/events`, {
      headers: { authorization: `Bearer ${KEYS.few}` },
      signal: controller.signal,
    });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let seen = '';
    await control('all', { action: 'start', connectors: ['beta'] });
    while (seen.split('event: status').length < 3) seen += (await reader?.read())?.value ?? '';
    controller.abort();
    expect(seen).not.toMatch(TRACES);
    await server.app.idle();
  });

  test('instructions name the visible roots', async () => {
    const params = {
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 'test', version: '1' },
    };
    expect((await ask('few', 'initialize', params)).text).not.toMatch(TRACES);
    expect((await ask('all', 'initialize', params)).text).toMatch(TRACES);
  });
});

describe('jobs', () => {
  test('of other roots do not exist: not in the status, not by id, not to stop', async () => {
    const jobId = await startJob('all', ['beta']);
    const status = await control('few', { action: 'status' });
    expect(JSON.stringify(status)).not.toContain(jobId);
    for (const action of ['status', 'stop']) {
      const refused = await control('few', { action, job_id: jobId });
      expect(refused.content[0].text).toMatch(/^JOB_NOT_FOUND: No job has the id/);
    }
    await server.app.idle();
    const seen = await control('all', { action: 'status', job_id: jobId });
    expect(seen.structuredContent.message).toContain('completed');
  });

  test('that cover other roots too are shown without these, and cannot be stopped', async () => {
    const jobId = await startJob('all', ['alpha', 'beta']);
    const given = { action: 'status', job_id: jobId, wait_ms: 10_000 };
    const seen = await control('few', given);
    expect(seen.structuredContent.index_status.jobs[0].connectors).toEqual(['alpha']);
    expect(JSON.stringify(seen)).not.toMatch(TRACES);
    const refused = await control('few', { action: 'stop', job_id: jobId });
    expect(refused.content[0].text).toMatch(/^JOB_NOT_FOUND: Job .* covers more/);
  });

  test('start, plan and explain_path stay within the allowed root', async () => {
    const refused = await control('few', { action: 'start', connectors: ['beta'] });
    expect(refused.content[0].text).toMatch(/^CONNECTOR_NOT_FOUND/);
    const jobId = await startJob('few', ['alpha']);
    const all = await control('all', { action: 'status', job_id: jobId, wait_ms: 10_000 });
    expect(all.structuredContent.index_status.jobs[0].connectors).toEqual(['alpha']);
    const folder = join(server.dir.path, 'beta', 'main.c');
    for (const path of ['beta:main.c', folder]) {
      const explained = await control('few', { action: 'explain_path', path });
      const text = explained.content[0].text.replaceAll(path, '');
      expect(text).not.toMatch(/indexed"|searchable/);
      expect(text).not.toMatch(TRACES);
    }
  });

  test('documents are pushed only by who may see them', async () => {
    const content = { path: 'note.md', content: 'pushed', source_type: 'jira' };
    const refused = await control('few', { action: 'index', content });
    expect(refused.content[0].text).toMatch(/^INSUFFICIENT_SCOPE/);
    const taken = await control('all', { action: 'index', content });
    expect(taken.structuredContent.status).toBe('ok');
  });
});

describe('connectors', () => {
  test('of others are not listed, synced, changed or removed', async () => {
    const list = await connector('few', { action: 'list' });
    expect(list.structuredContent.connectors).toHaveLength(1);
    expect(JSON.stringify(list)).not.toMatch(TRACES);
    for (const given of [
      { action: 'sync' },
      { action: 'test' },
      { action: 'remove', confirm: true },
      { action: 'update', connector_config: { name: 'x' } },
    ]) {
      const refused = await connector('few', { ...given, connector_id: 'beta' });
      expect(refused.content[0].text).toMatch(/^CONNECTOR_NOT_FOUND/);
      expect(refused.content[0].text).not.toContain('beta:');
    }
  });

  test('cannot be pointed at the folders of others', async () => {
    const path = join(server.dir.path, 'beta');
    const config = { type: 'filesystem', name: 'alpha', path };
    for (const given of [{ action: 'add', connector_id: 'alpha-2' }, { action: 'test' }]) {
      const refused = await connector('few', { ...given, connector_config: config });
      expect(refused.content[0].text).toMatch(/^PATH_OUTSIDE_ROOTS/);
    }
    const all = await connector('all', { action: 'test', connector_config: config });
    expect(all.structuredContent.status).toBe('ok');
  });

  test('a new one must have an id that the key names', async () => {
    const config = { type: 'filesystem', name: 'mine', path: join(server.dir.path, 'alpha/src') };
    const refused = await connector('few', { action: 'add', connector_config: config });
    expect(refused.content[0].text).toMatch(/^INSUFFICIENT_SCOPE/);
  });

  test.each(['../x', 'A', 'pushed', '-a'])('%s is no id', async (id) => {
    const config = { type: 'filesystem', name: 'x', path: join(server.dir.path, 'alpha/src') };
    const given = { action: 'add', connector_id: id, connector_config: config };
    expect((await connector('all', given)).content[0].text).toMatch(/^INVALID_ARGUMENT/);
  });
});
