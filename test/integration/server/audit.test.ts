/** One line for each tool call: who, what, which roots, how long, how much; never what was said. */
import { createHash, randomBytes } from 'node:crypto';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { makeConfig } from '../../support/make-config.ts';
import {
  startLiveServer,
  type LiveServer,
  type LogEvent,
} from '../../support/start-live-server.ts';
import { post } from '../../support/start-test-server.ts';

const key = randomBytes(32).toString('base64url');

let server: LiveServer;
beforeAll(async () => {
  server = await startLiveServer({
    config: (dir) => {
      const sha256 = createHash('sha256').update(key).digest('hex');
      const entry = { id: 'ci', sha256, scopes: ['read', 'index'], connectors: ['beta'] };
      const keysFile = dir.write('keys.json', JSON.stringify({ keys: [entry] }));
      return { auth: { ...makeConfig().auth, mode: 'keys', keysFile } };
    },
  });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

/** Sends one message and gives the audit lines that it left. */
async function send(method: string, params: object): Promise<readonly LogEvent[]> {
  const before = server.logLines.length;
  const message = { jsonrpc: '2.0', id: 1, method, params };
  await post(server.url, message, { authorization: `Bearer ${key}`, 'x-request-id': 'r-1' });
  return server.logLines.slice(before).filter(({ room }) => room === 'audit');
}

async function call(name: string, given: object): Promise<LogEvent | undefined> {
  const lines = await send('tools/call', { name, arguments: given });
  expect(lines).toHaveLength(1);
  return lines[0];
}

test('a search leaves who asked, where the answer came from and how much it was', async () => {
  expect(await call('context_search', { query: 'puts hello' })).toEqual({
    level: 'info',
    time: expect.any(String),
    room: 'audit',
    msg: 'tool call',
    requestId: 'r-1',
    principal: 'ci',
    allowed: ['beta'],
    tool: 'context.search',
    outcome: 'ok',
    roots: ['beta'],
    results: 1,
    answerBytes: expect.any(Number),
    durationMs: expect.any(Number),
  });
});

test('an action is named, a refusal has its code', async () => {
  const control = 'context.index_control';
  expect(await call(control, { action: 'status' })).toMatchObject({ action: 'status' });
  expect(await call(control, { action: 'status', job_id: 'none' })).toMatchObject({
    outcome: 'rejected',
    code: 'JOB_NOT_FOUND',
  });
});

test('what a caller writes does not get in, whatever it calls it', async () => {
  const word = 'unmentionable';
  await call('context.search', { query: word });
  await call('context.search', { query: 'x', [word]: 1 });
  const line = await call('context.index_control', { action: word });
  expect(line).not.toHaveProperty('action');
  await call('context.search', { query: 'x', filters: { connectors: [word], paths: [word] } });
  await send('resources/read', { uri: `engine://file/beta/${word}` });
  await send('tools/call', { name: word, arguments: {} });
  expect(JSON.stringify(server.logLines)).not.toContain(word);
  expect(JSON.stringify(server.logLines)).not.toContain(key);
});

test('a resource that is read leaves a line too', async () => {
  const [read] = await send('resources/read', { uri: 'engine://file/beta/main.c' });
  expect(read).toMatchObject({ msg: 'resource read', outcome: 'ok', roots: ['beta'] });
  const [refused] = await send('resources/read', { uri: 'engine://file/alpha/notes.md' });
  expect(refused).toMatchObject({ code: 'FILE_NOT_FOUND', roots: [], answerBytes: 0 });
});
