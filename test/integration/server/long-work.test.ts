/**
 * Work that lasts, on the whole program: jobs that are waited for with progress, and callers that leave in
 * the middle, in both eras.
 */
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { IndexStatus } from '../../../src/model/status.ts';
import { createRandom } from '../../support/random.ts';
import {
  startLiveServer,
  type LiveServer,
  type LogEvent,
} from '../../support/start-live-server.ts';
import { callTool } from '../../support/start-test-server.ts';
import { until } from '../../support/until.ts';

const FILES = 400;
const LINES = 200;

/** Enough that indexing it takes longer than the 50 ms between two revisions of the status. */
function makeFiles(): Record<string, string> {
  const random = createRandom(7);
  const makeLine = (): string =>
    Array.from({ length: 12 }, () => `word${random.below(5000)}`).join(' ');
  return Object.fromEntries(
    Array.from({ length: FILES }, (_, file) => [
      `folder${file % 20}/file${file}.txt`,
      Array.from({ length: LINES }, makeLine).join('\n'),
    ]),
  );
}

let server: LiveServer;
beforeAll(async () => {
  server = await startLiveServer({ roots: { alpha: makeFiles() } });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const control = 'context.index_control';

async function readRevision(given: object): Promise<number> {
  const ask = { action: 'status', ...given };
  const { structuredContent } = await callTool(server.url, control, ask);
  return structuredContent.index_status.revision;
}

/** Waits until the status stays the same for a while: what a job leaves behind can end a wait for news. */
async function untilQuiet(): Promise<void> {
  let before: number;
  let revision = await readRevision({});
  do {
    before = revision;
    revision = await readRevision({ since: before, wait_ms: 700 });
  } while (revision !== before);
}

describe.each(['legacy', { pin: '2026-07-28' }] as const)('a client, %j', (mode) => {
  async function connect() {
    const client = new Client({ name: 'x', version: '1' }, { versionNegotiation: { mode } });
    await client.connect(new StreamableHTTPClientTransport(new URL(`${server.url}/mcp`)));
    return Object.assign(client, {
      [Symbol.asyncDispose]: async (): Promise<void> => client.close(),
    });
  }

  test('starts a job, waits for its end and is told how far it is', async () => {
    await using client = await connect();
    const started = await client.callTool({
      name: control,
      arguments: { action: 'force_reindex' },
    });
    const { job_id: jobId } = started.structuredContent as { job_id: string };
    const seen: number[] = [];
    const ended = await client.callTool(
      { name: control, arguments: { action: 'status', job_id: jobId, wait_ms: 25_000 } },
      { onprogress: ({ progress }) => seen.push(progress) },
    );
    const { index_status: status } = ended.structuredContent as { index_status: IndexStatus };
    const end = { job_id: jobId, state: 'completed', progress: 100 };
    expect(status.jobs[0]).toMatchObject(end);
    expect(seen.length).toBeGreaterThan(0);
    expect(seen).toEqual([...new Set(seen)].toSorted((left, right) => left - right));
  });

  test('cancels what it waits for', async () => {
    await using client = await connect();
    await untilQuiet();
    const before = server.logLines.length;
    const controller = new AbortController();
    const given = { action: 'status', wait_ms: 25_000 };
    const answer = client.callTool(
      { name: control, arguments: given },
      { signal: controller.signal },
    );
    await untilRunning(1);
    controller.abort('changed my mind');
    await expect(answer).rejects.toThrow('changed my mind');
    // The older era says so in a message of its own, which nothing ties to the call without a session;
    // what ends the call is that the client closes the connection.
    await client.close();
    await until(() => findCall(before)?.['outcome'] === 'canceled');
    expect(findCall(before)?.['durationMs']).toBeLessThan(20_000);
    await untilRunning(0);
  });
});

test('a job that is waited for answers after its end, not after the time', async () => {
  const started = await callTool(server.url, control, { action: 'verify' });
  const { job_id: jobId } = started.structuredContent;
  const given = { action: 'status', job_id: jobId, wait_ms: 25_000 };
  const startMs = performance.now();
  const { structuredContent } = await callTool(server.url, control, given);
  expect(performance.now() - startMs).toBeLessThan(20_000);
  expect(structuredContent.index_status.jobs[0].state).toMatch(/^completed/);
  expect(structuredContent.details).toMatchObject({ problems: [] });
});

test('a job can be stopped, and what was indexed still answers', async () => {
  const started = await callTool(server.url, control, { action: 'force_reindex' });
  const given = { action: 'stop', job_id: started.structuredContent.job_id };
  const stopped = await callTool(server.url, control, given);
  expect(stopped.structuredContent.index_status.is_indexing).toBe(false);
  const found = await callTool(server.url, 'context.search', { query: 'word7' });
  expect(found.structuredContent.total_count).toBeGreaterThan(0);
});

const modernHeaders = {
  'mcp-protocol-version': '2026-07-28',
  'mcp-method': 'tools/call',
  'mcp-name': 'context.search',
};
const envelope = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
};

test.each([
  ['old', {}, {}],
  ['new', modernHeaders, envelope],
])('a client of the %s era that leaves ends its search', async (_era, headers, meta) => {
  // No trigram narrows it, and it fails late on every line: a second and more over these files.
  const query = String.raw`(\w+ )+(\d|x)[a-c]+(\w+ )+!`;
  const before = server.logLines.length;
  const controller = new AbortController();
  const params = { name: 'context.search', arguments: { query, mode: 'regex' }, _meta: meta };
  const answer = fetch(`${server.url}/mcp`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }),
    signal: controller.signal,
  });
  await untilRunning(1);
  controller.abort();
  await expect(answer).rejects.toThrow('abort');
  await until(() => findCall(before)?.['outcome'] === 'canceled');
  await untilRunning(0);
  // Every thread is there again: as many searches as there may be threads are answered.
  const answers = await Promise.all(
    Array.from({ length: 8 }, async () =>
      callTool(server.url, 'context.search', { query: 'word7' }),
    ),
  );
  for (const { isError } of answers) expect(isError).toBeUndefined();
});

function findCall(after: number): LogEvent | undefined {
  return server.logLines.slice(after).find(({ msg }) => msg === 'tool call');
}

/** Waits until so many tool calls are being answered, as the metrics say. */
async function untilRunning(calls: number): Promise<void> {
  for (;;) {
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    if (metrics.includes(`conexus_tool_calls_running ${calls}\n`)) return;
  }
}
