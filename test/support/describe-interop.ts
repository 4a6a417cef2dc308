/**
 * The clients that hosts are built on, each taken through what a host does: connect, list the tools, call
 * one, get an error that a model can read, read a resource. Points at any running server whose index
 * answers the query `hello`.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { createMCPClient } from '@ai-sdk/mcp';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { describe, expect, test } from 'vitest';

const TOOL_NAMES = [
  'context.search',
  'context.get_related_info',
  'context.index_control',
  'context.connector_management',
];

const IDENTITY = { name: 'interop', version: '1.0.0' };
const SEARCH = { name: 'context.search', arguments: { query: 'hello' } };
const WRONG_SEARCH = { name: 'context.search', arguments: { query: 'hello', mode: 'fuzzy' } };

/** Declares the tests. `getUrl` is asked when they run and gives the server's address without path. */
export function describeInterop(getUrl: () => string): void {
  const getEndpoint = (): URL => new URL('/mcp', getUrl());
  describe.each(['legacy', 'auto', { pin: '2026-07-28' }] as const)(
    '@modelcontextprotocol/client, %j',
    (mode) => {
      test('connects, lists, calls, reads', async () => {
        const client = new Client(IDENTITY, { versionNegotiation: { mode } });
        await client.connect(new StreamableHTTPClientTransport(getEndpoint()));
        expect(client.getServerVersion()?.name).toBe('conexus');
        expect(client.getInstructions()).toContain('context.search');
        await exercise(client);
        await client.close();
      });
    },
  );

  test('@modelcontextprotocol/sdk connects, lists, calls, reads', async () => {
    const client = new OldClient(IDENTITY);
    await client.connect(new OldTransport(getEndpoint()));
    expect(client.getInstructions()).toContain('context.search');
    await exercise(client);
    await client.close();
  });

  test('@modelcontextprotocol/client gets progress while it waits', async () => {
    const client = new Client(IDENTITY);
    await client.connect(new StreamableHTTPClientTransport(getEndpoint()));
    const status = { name: 'context.index_control', arguments: { action: 'status', wait_ms: 50 } };
    const result = await client.callTool(status, { onprogress: () => undefined });
    expect(result.structuredContent).toMatchObject({ status: 'ok' });
    await client.close();
  });

  test.each([true, false])('@ai-sdk/mcp, discovery %s', async (protocolVersionDiscovery) => {
    const client = await createMCPClient({
      transport: { type: 'http', url: getEndpoint().href },
      protocolVersionDiscovery,
    });
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(TOOL_NAMES);
    const result = await client.callTool(SEARCH);
    expect(result.isError).not.toBe(true);
    expect(result.structuredContent).toMatchObject({ has_more: false });
    const wrong = await client.callTool(WRONG_SEARCH);
    expect(wrong.isError).toBe(true);
    await client.close();
  });

  test.each(['legacy', 'modern'])('the inspector, %s', async (era) => {
    const { stdout } = await inspect(getEndpoint().href, [
      `--protocol-era=${era}`,
      '--method=tools/call',
      '--tool-name=context.search',
      '--tool-args-json={"query":"hello"}',
    ]);
    const result: unknown = JSON.parse(stdout);
    expect(JSON.stringify(result)).toContain('structuredContent');
  });
}

/** What both SDK lines' clients have in common. */
interface AnyClient {
  listTools(): Promise<{ readonly tools: readonly { readonly name: string }[] }>;
  callTool(call: { name: string; arguments: Record<string, unknown> }): Promise<object>;
  listPrompts(): Promise<{ readonly prompts: readonly unknown[] }>;
  listResources(): Promise<{ readonly resources: readonly { readonly uri: string }[] }>;
  readResource(params: { uri: string }): Promise<{ readonly contents: readonly object[] }>;
}

/** The clients check `structuredContent` against `outputSchema` themselves, so a call proves both. */
async function exercise(client: AnyClient): Promise<void> {
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name)).toEqual(TOOL_NAMES);
  for (const name of ['context.search', 'context_search']) {
    const result = await client.callTool({ ...SEARCH, name });
    expect(result).toMatchObject({ structuredContent: { offset: 0, limit: 20 } });
  }
  const status = { name: 'context.index_control', arguments: { action: 'status' } };
  expect(await client.callTool(status)).toMatchObject({ structuredContent: { status: 'ok' } });
  const list = { name: 'context.connector_management', arguments: { action: 'list' } };
  expect(await client.callTool(list)).toMatchObject({ structuredContent: { status: 'ok' } });
  const wrong = await client.callTool(WRONG_SEARCH);
  expect(wrong).toMatchObject({ isError: true, content: [{ type: 'text' }] });
  expect(JSON.stringify(wrong)).toContain('auto, literal, regex, symbol, path');
  expect((await client.listPrompts()).prompts).toEqual([]);
  const { resources } = await client.listResources();
  const [first] = resources;
  const { contents } = await client.readResource({ uri: first?.uri ?? '' });
  expect(contents[0]).toMatchObject({ uri: first?.uri });
}

async function inspect(url: string, flags: readonly string[]) {
  const launcher = join(
    import.meta.dirname,
    '../../node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js',
  );
  const args = [launcher, '--cli', url, '--transport', 'http', ...flags];
  return promisify(execFile)(process.execPath, args);
}
