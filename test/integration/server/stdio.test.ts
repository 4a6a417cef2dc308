/** MCP over a pair of pipes, spoken by the SDK's own client in both eras. */
import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';

import { Client, type Transport } from '@modelcontextprotocol/client';
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import { describe, expect, test } from 'vitest';

import { createMetrics } from '../../../src/metrics/metrics.ts';
import { serveOverStdio } from '../../../src/server/stdio.ts';
import { makeConfig } from '../../support/make-config.ts';
import { createMemoryEngine } from '../../support/memory-engine.ts';
import { DOCUMENTS } from '../../support/start-test-server.ts';
import { until } from '../../support/until.ts';

function ignore(): void {
  // These tests do not look at the log.
}

const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };

function start() {
  const input = new PassThrough();
  const output = new PassThrough();
  const engine = createMemoryEngine(DOCUMENTS);
  const connection = serveOverStdio({
    engine,
    config: makeConfig({ toolNames: 'underscore' }),
    version: '1.2.3',
    logger: silent,
    audit: silent,
    metrics: createMetrics(),
    input,
    output,
  });
  // Lines go both ways in the same form, so the server's transport turned round serves the client.
  const transport: Transport = new StdioServerTransport(output, input);
  return { connection, transport, input, output, engine };
}

describe.each(['legacy', { pin: '2026-07-28' }] as const)('stdio, %j', (mode) => {
  test('lists the spelling of the configuration and answers calls', async () => {
    const { connection, transport } = start();
    const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } });
    await client.connect(transport);
    expect(client.getInstructions()).toContain('context_search');
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)[0]).toBe('context_search');
    const result = await client.callTool({ name: 'context_search', arguments: { query: 'hello' } });
    expect(result.structuredContent).toMatchObject({ total_count: 3 });
    await connection[Symbol.asyncDispose]();
    await connection.closed;
  });
});

test('requests that were sent before the end of the input are answered', async () => {
  const { connection, input, output } = start();
  const lines: string[] = [];
  createInterface({ input: output }).on('line', (line) => lines.push(line));
  const call = { name: 'context.search', arguments: { query: 'hello' } };
  for (let id = 1; id <= 50; id++) {
    const message = { jsonrpc: '2.0', id, method: 'tools/call', params: call };
    input.write(`${JSON.stringify(message)}\n`);
  }
  input.end();
  await connection.closed;
  await until(() => lines.length === 50);
  const ids = lines.map((line) => JSON.parse(line).id);
  expect(ids.toSorted((left, right) => left - right)).toEqual(
    Array.from({ length: 50 }, (_, index) => index + 1),
  );
});

test('a request that was cancelled does not hold up the end', async () => {
  const { connection, input, engine } = start();
  engine.hold();
  const call = { name: 'context.search', arguments: { query: 'hello' } };
  input.write(`${JSON.stringify({ jsonrpc: '2.0', id: 7, method: 'tools/call', params: call })}\n`);
  await until(() => engine.waiting === 1);
  const cancel = { method: 'notifications/cancelled', params: { requestId: 7 } };
  input.end(`${JSON.stringify({ jsonrpc: '2.0', ...cancel })}\n`);
  await connection.closed;
  expect(engine.waiting).toBe(0);
});

test('the connection ends when the client closes its end', async () => {
  const { connection, input } = start();
  input.end();
  await expect(connection.closed).resolves.toBeUndefined();
});
