/**
 * The clients that hosts are built on, each behind the same few verbs: connect, list, call, read. One entry
 * for each client and way of connecting; what they are taken through stands in the interop test. Every one
 * talks to a real port or a real process.
 */
import { createMCPClient } from '@ai-sdk/mcp';
import { MultiServerMCPClient } from '@langchain/mcp-adapters';
import {
  Client,
  StreamableHTTPClientTransport,
  type Transport,
} from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as OldStdio } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { MCPServerStreamableHttp } from '@openai/agents-core';
import { createMCPClient as createFirstMcpClient } from 'ai-sdk-mcp-1';

/** Where the server is, both ways. */
export interface InteropTarget {
  /** Of the endpoint, `/mcp` included. */
  readonly url: string;
  /** Starts the program on standard streams. */
  readonly stdio: { readonly command: string; readonly args: string[] };
  /** A folder for what clients write. */
  readonly folder: string;
}

/** A tool's answer, as far as this client shows it. */
export interface InteropAnswer {
  readonly isError: boolean;
  readonly text: string;
  /** Absent when the client does not hand it on. */
  readonly structured?: unknown;
}

export interface InteropClient {
  listTools(): Promise<readonly string[]>;
  call(name: string, given: Record<string, unknown>): Promise<InteropAnswer>;
  /** Reads the first resource that is listed; absent when the client has no resources. */
  readonly readFirst?: () => Promise<string>;
  close(): Promise<void>;
}

export interface InteropEntry {
  /** Package whose version is shown. */
  readonly package: string;
  readonly way: string;
  connect(target: InteropTarget): Promise<InteropClient>;
}

const IDENTITY = { name: 'interop', version: '1.0.0' };
const MODES = ['legacy', 'auto', { pin: '2026-07-28' }] as const;
type Mode = (typeof MODES)[number];

function nameMode(mode: Mode): string {
  return typeof mode === 'string' ? mode : mode.pin;
}

/** Every client and way, in the order of docs/clients.md. */
export const INTEROP_ENTRIES: readonly InteropEntry[] = [
  ...MODES.map((mode) => ({
    package: '@modelcontextprotocol/client',
    way: `HTTP, ${nameMode(mode)}`,
    connect: async ({ url }: InteropTarget) =>
      connectClient(new StreamableHTTPClientTransport(new URL(url)), mode),
  })),
  ...MODES.map((mode) => ({
    package: '@modelcontextprotocol/client',
    way: `stdio, ${nameMode(mode)}`,
    connect: async ({ stdio }: InteropTarget) =>
      connectClient(new StdioClientTransport({ ...stdio, stderr: 'ignore' }), mode),
  })),
  {
    package: '@modelcontextprotocol/sdk',
    way: 'HTTP',
    connect: async ({ url }) => {
      const client = new OldClient(IDENTITY);
      await client.connect(new OldTransport(new URL(url)));
      return wrapSdk(client);
    },
  },
  {
    package: '@modelcontextprotocol/sdk',
    way: 'stdio',
    connect: async ({ stdio }) => {
      const client = new OldClient(IDENTITY);
      await client.connect(new OldStdio({ ...stdio, stderr: 'ignore' }));
      return wrapSdk(client);
    },
  },
  ...[true, false].map((protocolVersionDiscovery) => ({
    package: '@ai-sdk/mcp',
    way: protocolVersionDiscovery ? 'HTTP, discovery' : 'HTTP, no discovery',
    connect: async ({ url }: InteropTarget) =>
      wrapAiSdk(
        await createMCPClient({ transport: { type: 'http', url }, protocolVersionDiscovery }),
      ),
  })),
  {
    package: 'ai-sdk-mcp-1',
    way: 'HTTP',
    connect: async ({ url }) =>
      wrapAiSdk(await createFirstMcpClient({ transport: { type: 'http', url } })),
  },
  { package: '@langchain/mcp-adapters', way: 'HTTP', connect: connectLangchain },
  { package: '@openai/agents-core', way: 'HTTP', connect: connectAgents },
  { package: 'mcp-remote', way: 'bridge from stdio', connect: connectRemote },
];

async function connectClient(transport: Transport, mode: Mode): Promise<InteropClient> {
  const client = new Client(IDENTITY, { versionNegotiation: { mode } });
  await client.connect(transport);
  return wrapSdk(client);
}

/** What both lines of the SDK have in common. */
interface SdkClient {
  listTools(): Promise<{ readonly tools: readonly { readonly name: string }[] }>;
  callTool(call: { name: string; arguments: Record<string, unknown> }): Promise<object>;
  listResources(): Promise<{ readonly resources: readonly { readonly uri: string }[] }>;
  readResource(params: { uri: string }): Promise<{ readonly contents: readonly object[] }>;
  close(): Promise<void>;
}

function wrapSdk(client: SdkClient): InteropClient {
  return {
    listTools: async () => (await client.listTools()).tools.map(({ name }) => name),
    call: async (name, given) => toAnswer(await client.callTool({ name, arguments: given })),
    readFirst: async () => {
      const [first] = (await client.listResources()).resources;
      const { contents } = await client.readResource({ uri: first?.uri ?? '' });
      return JSON.stringify(contents);
    },
    close: async () => client.close(),
  };
}

/** What both lines of the AI SDK have in common. */
interface AiSdkClient {
  listTools(): Promise<{ readonly tools: readonly { readonly name: string }[] }>;
  tools(): Promise<Record<string, { execute?: unknown }>>;
  listResources(): Promise<{ readonly resources: readonly { readonly uri: string }[] }>;
  readResource(params: { uri: string }): Promise<{ readonly contents: readonly object[] }>;
  close(): Promise<void>;
}

/** Calls go through `tools()`, as in an agent's loop; a name that is not listed has no tool there. */
function wrapAiSdk(client: AiSdkClient): InteropClient {
  return {
    listTools: async () => (await client.listTools()).tools.map(({ name }) => name),
    call: async (name, given) => {
      const tool = (await client.tools())[name];
      if (typeof tool?.execute !== 'function') throw new Error(`there is no tool ${name}`);
      const options = { toolCallId: '1', messages: [], context: {} };
      const answer: unknown = await Reflect.apply(tool.execute, tool, [given, options]);
      return toAnswer(answer);
    },
    readFirst: async () => {
      const [first] = (await client.listResources()).resources;
      const { contents } = await client.readResource({ uri: first?.uri ?? '' });
      return JSON.stringify(contents);
    },
    close: async () => client.close(),
  };
}

async function connectLangchain({ url }: InteropTarget): Promise<InteropClient> {
  const client = new MultiServerMCPClient({ conexus: { transport: 'http', url } });
  const tools = await client.getTools();
  return {
    listTools: async () => tools.map(({ name }) => name),
    call: async (name, given) => {
      const tool = tools.find((each) => each.name === name);
      if (tool === undefined) throw new Error(`there is no tool ${name}`);
      try {
        const answer: unknown = await tool.invoke(given);
        const text = typeof answer === 'string' ? answer : JSON.stringify(answer);
        return { isError: false, text };
      } catch (error) {
        return { isError: true, text: String(error) };
      }
    },
    close: async () => client.close(),
  };
}

async function connectAgents({ url }: InteropTarget): Promise<InteropClient> {
  const server = new MCPServerStreamableHttp({ url, name: 'conexus' });
  await server.connect();
  return {
    listTools: async () => (await server.listTools()).map(({ name }) => name),
    call: async (name, given) => toAnswer(await server.callToolResult(name, given)),
    readFirst: async () => {
      const [first] = (await server.listResources()).resources;
      return JSON.stringify(await server.readResource(first?.uri ?? ''));
    },
    close: async () => server.close(),
  };
}

async function connectRemote({ url, folder }: InteropTarget): Promise<InteropClient> {
  const bridge = new URL('../../node_modules/mcp-remote/dist/proxy.js', import.meta.url).pathname;
  const client = new OldClient(IDENTITY);
  const transport = new OldStdio({
    command: process.execPath,
    args: [bridge, url, '--allow-http', '--transport', 'http-only'],
    env: { PATH: process.env['PATH'] ?? '', HOME: folder, MCP_REMOTE_CONFIG_DIR: folder },
    stderr: 'ignore',
  });
  await client.connect(transport);
  return wrapSdk(client);
}

function toAnswer(answer: unknown): InteropAnswer {
  const result = typeof answer === 'object' && answer !== null ? { ...answer } : {};
  const fields: Readonly<Record<string, unknown>> = result;
  return {
    isError: fields['isError'] === true,
    text: JSON.stringify(fields['content'] ?? ''),
    ...(fields['structuredContent'] === undefined
      ? {}
      : { structured: fields['structuredContent'] }),
  };
}
