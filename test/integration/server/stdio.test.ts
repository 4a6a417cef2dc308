/** MCP over a pair of pipes, spoken by the SDK's own client in both eras. */
import { PassThrough } from 'node:stream';

import { Client, type Transport } from '@modelcontextprotocol/client';
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import { describe, expect, test } from 'vitest';

import { createMetrics } from '../../../src/metrics/metrics.ts';
import { serveOverStdio } from '../../../src/server/stdio.ts';
import { makeConfig } from '../../support/make-config.ts';
import { createMemoryEngine } from '../../support/memory-engine.ts';
import { DOCUMENTS } from '../../support/start-test-server.ts';

function ignore(): void {
  // These tests do not look at the log.
}

function start() {
  const input = new PassThrough();
  const output = new PassThrough();
  const connection = serveOverStdio({
    engine: createMemoryEngine(DOCUMENTS),
    config: makeConfig({ toolNames: 'underscore' }),
    version: '1.2.3',
    logger: { debug: ignore, info: ignore, warn: ignore, error: ignore },
    metrics: createMetrics(),
    input,
    output,
  });
  // Lines go both ways in the same form, so the server's transport turned round serves the client.
  const transport: Transport = new StdioServerTransport(output, input);
  return { connection, transport, input };
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

test('the connection ends when the client closes its end', async () => {
  const { connection, input } = start();
  input.end();
  await expect(connection.closed).resolves.toBeUndefined();
});
