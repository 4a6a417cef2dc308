/** Many exchanges of both eras leave nothing behind: no heap, no handle, no listener. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { expect, test } from 'vitest';

import { post, startTestServer } from '../../support/start-test-server.ts';

const params = { name: 'context.search', arguments: { query: 'hello' } };
const old = { jsonrpc: '2.0', id: 1, method: 'tools/call', params };
const meta = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
};
const modern = { ...old, params: { ...params, _meta: meta } };
const modernHeaders = {
  'mcp-protocol-version': '2026-07-28',
  'mcp-method': 'tools/call',
  'mcp-name': 'context.search',
};

function measureHeapBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') collect();
  return process.memoryUsage().heapUsed;
}

test('the heap does not grow with the number of exchanges', async () => {
  await using server = await startTestServer();
  const run = async (exchanges: number): Promise<void> => {
    for (let sent = 0; sent < exchanges; sent += 2) {
      const answers = await Promise.all([
        post(server.url, old),
        post(server.url, modern, modernHeaders),
      ]);
      expect(answers.map(({ response }) => response.status)).toEqual([200, 200]);
    }
  };
  await run(400);
  const beforeBytes = measureHeapBytes();
  await run(1600);
  // A server kept for each exchange would be some 20 kB of handlers and maps: 32 MB in all.
  expect(measureHeapBytes() - beforeBytes).toBeLessThan(8_000_000);
  expect(server.engine.listeners).toBe(0);
  expect(server.metrics.render()).toContain('conexus_tool_calls_running 0');
});
