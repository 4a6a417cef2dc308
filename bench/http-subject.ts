/**
 * One server under load, in a process of its own that `http.ts` forks: `conexus` is the whole program on the
 * given root, `bare` a server of the SDK alone that gives constant answers of the same size. On a message
 * it collects garbage and says how much heap and how many handles are left.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { createMcpHandler, Server } from '@modelcontextprotocol/server';

import { startApp } from '../src/app.ts';
import { loadConfig } from '../src/config/load-config.ts';
import { createLog } from '../src/log.ts';

/** What the parent is told. */
export type SubjectMessage =
  | { readonly kind: 'ready'; readonly address: string }
  | { readonly kind: 'measured'; readonly heapBytes: number; readonly handles: number };

/** What the bare server answers; taken from the whole program, so that both send as many bytes. */
export interface BareAnswers {
  readonly tools: readonly { readonly name: string; readonly inputSchema: object }[];
  readonly result: object;
}

const [kind, root = '.', databasePath = ':memory:'] = process.argv.slice(2);

function tell(message: SubjectMessage): void {
  process.send?.(message);
}

function measure(): void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') collect();
  const { heapUsed: heapBytes } = process.memoryUsage();
  tell({ kind: 'measured', heapBytes, handles: process.getActiveResourcesInfo().length });
}

async function startConexus(): Promise<string> {
  const flags = { root: [root], db: databasePath, port: '0' };
  const { config } = await loadConfig({ flags, env: {}, cwd: root, listens: true });
  const silent = createLog({ level: 'warn', format: 'json' }, process.stderr);
  const app = await startApp(config, { mode: 'serve', logger: silent.logger });
  await app.idle();
  return app.address ?? '';
}

async function startBare({ tools, result }: BareAnswers): Promise<string> {
  const handler = createMcpHandler(() => {
    const server = new Server({ name: 'bare', version: '1' }, { capabilities: { tools: {} } });
    server.setRequestHandler('tools/list', () => ({
      tools: tools.map((tool) => ({
        ...tool,
        inputSchema: { ...tool.inputSchema, type: 'object' as const },
      })),
    }));
    server.setRequestHandler('tools/call', () => ({
      content: [{ type: 'text' as const, text: JSON.stringify(result) }],
      structuredContent: { ...result },
    }));
    return server;
  });
  const answer = async (request: IncomingMessage, reply: ServerResponse): Promise<void> => {
    const headers = new Headers();
    for (const [name, value] of Object.entries(request.headers)) headers.set(name, String(value));
    const body = await text(request);
    const init = { method: 'POST', headers, body };
    const response = await handler.fetch(new Request('http://localhost/mcp', init));
    reply.writeHead(response.status, Object.fromEntries(response.headers));
    reply.end(Buffer.from(await response.arrayBuffer()));
  };
  const server = createServer((request, reply) => {
    answer(request, reply).catch(() => reply.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
}

if (kind === 'conexus') {
  tell({ kind: 'ready', address: await startConexus() });
  process.on('message', measure);
} else {
  const [answers] = (await once(process, 'message')) as [BareAnswers];
  tell({ kind: 'ready', address: await startBare(answers) });
  process.on('message', measure);
}
process.on('disconnect', () => process.exit(0));
