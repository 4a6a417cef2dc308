/** What a caller with nothing but curl gets: JSON answers, the four tools, HTTP routes. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import {
  callTool,
  post,
  startTestServer,
  type TestServer,
} from '../../support/start-test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const listTools = { jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} };

interface ListedTool {
  readonly name: string;
  readonly description: string;
}

describe('the plain call', () => {
  test('lists exactly the four dotted tools as JSON, with no header but the content type', async () => {
    const { response, json } = await post(server.url, listTools);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    expect(json.result.tools.map((tool: ListedTool) => tool.name)).toEqual([
      'context.search',
      'context.get_related_info',
      'context.index_control',
      'context.connector_management',
    ]);
  });

  test('lists underscored names when asked to, and calls both spellings', async () => {
    const { result } = (await post(`${server.url}/mcp?names=underscore`, listTools)).json;
    expect(result.tools.map((tool: ListedTool) => tool.name)).toEqual([
      'context_search',
      'context_get_related_info',
      'context_index_control',
      'context_connector_management',
    ]);
    const dotted = await callTool(server.url, 'context.search', { query: 'greet' });
    const underscored = await callTool(server.url, 'context_search', { query: 'greet' });
    expect(dotted.structuredContent.results.length).toBeGreaterThan(0);
    expect(underscored).toEqual(dotted);
  });

  test('carries the same compact JSON in text and structuredContent', async () => {
    const result = await callTool(server.url, 'context.search', { query: 'hello' });
    expect(result.isError).toBeUndefined();
    expect(result.content).toHaveLength(1);
    expect(JSON.stringify(result.structuredContent)).toBe(result.content[0].text);
  });

  test('keeps every description and the instructions under 2 KB', async () => {
    const { json } = await post(server.url, listTools);
    const sizes = json.result.tools.map((tool: ListedTool) => Buffer.byteLength(tool.description));
    expect(Math.max(...sizes)).toBeLessThan(2048);
    const initialize = {
      jsonrpc: '2.0',
      id: 2,
      method: 'initialize',
      params: {
        protocolVersion: '2025-11-25',
        capabilities: {},
        clientInfo: { name: 'curl', version: '8' },
      },
    };
    const { result } = (await post(server.url, initialize)).json;
    expect(result.serverInfo).toMatchObject({ name: 'conexus', version: '1.2.3' });
    expect(Buffer.byteLength(result.instructions)).toBeLessThan(2048);
    expect(result.instructions).toContain('alpha (3 files');
    expect(result.instructions).toContain('context.search');
  });

  test('has no prompts, and says so in the code of the protocol', async () => {
    const list = await post(server.url, { jsonrpc: '2.0', id: 1, method: 'prompts/list' });
    expect(list.json.result.prompts).toEqual([]);
    const params = { name: 'nothing' };
    const get = await post(server.url, { jsonrpc: '2.0', id: 1, method: 'prompts/get', params });
    expect(get.json.error).toMatchObject({ code: -32602, data: { code: 'PROMPT_NOT_FOUND' } });
  });

  test('names the nearest tool for an unknown one', async () => {
    const params = { name: 'context.serch', arguments: {} };
    const { response, json } = await post(server.url, {
      ...listTools,
      method: 'tools/call',
      params,
    });
    expect(response.status).toBe(200);
    expect(json.error).toMatchObject({ code: -32602, data: { code: 'TOOL_NOT_FOUND' } });
    expect(json.error.message).toContain('context.search');
  });
});

async function ask(method: string, params: object) {
  return (await post(server.url, { jsonrpc: '2.0', id: 1, method, params })).json;
}

describe('resources', () => {
  test('are listed page by page and can be read', async () => {
    const first = (await ask('resources/list', {})).result;
    const second = (await ask('resources/list', { cursor: first.nextCursor })).result;
    const uris = [...first.resources, ...second.resources].map(({ uri }: { uri: string }) => uri);
    expect(uris).toHaveLength(4);
    expect(second.nextCursor).toBeUndefined();
    const read = await ask('resources/read', { uri: uris[0] });
    expect(read.result.contents[0].text).toContain('function greet');
  });

  test('have a template', async () => {
    const { resourceTemplates } = (await ask('resources/templates/list', {})).result;
    expect(resourceTemplates[0].uriTemplate).toBe('engine://file/{root}/{+path}');
  });

  test.each([
    ['an unknown file', { uri: 'engine://file/alpha/none' }, 'FILE_NOT_FOUND'],
    ['no uri', {}, 'INVALID_ARGUMENT'],
  ])('answer %s with -32602 and our code', async (_reason, params, code) => {
    expect((await ask('resources/read', params)).error).toMatchObject({
      code: -32602,
      data: { code },
    });
  });
});
