/**
 * The real server on a free port with the in-memory engine behind it. Disposing of it stops it and fails
 * the test on any error that was logged and not announced.
 */
import type { Config } from '../../src/config/config.ts';
import { createMetrics, type Metrics } from '../../src/metrics/metrics.ts';
import type { ServerLog } from '../../src/server/server-log.ts';
import { createServer, type ServerOptions } from '../../src/server/server.ts';
import { makeConfig } from './make-config.ts';
import { createMemoryEngine, type MemoryDocument, type MemoryEngine } from './memory-engine.ts';

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface TestServer extends AsyncDisposable {
  readonly url: string;
  readonly engine: MemoryEngine;
  readonly metrics: Metrics;
  readonly logLines: readonly LogLine[];
  /** Says that the log may hold errors; the test looks at them itself. */
  expectErrors(): void;
}

export interface TestServerOptions {
  readonly config?: Partial<Config>;
  readonly documents?: readonly MemoryDocument[];
  readonly server?: Partial<ServerOptions>;
}

export const DOCUMENTS: readonly MemoryDocument[] = [
  {
    root: 'alpha',
    path: 'src/greet.ts',
    text: 'export function greet() {\n  return "hello";\n}\n',
  },
  { root: 'alpha', path: 'src/part.ts', text: 'import { greet } from "./greet.ts";\ngreet();\n' },
  { root: 'alpha', path: 'notes.md', text: 'Say hello before you part.\n' },
  { root: 'beta', path: 'main.c', text: 'int main(void)\n{\n\tputs("hello");\n}\n' },
];

export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const engine = createMemoryEngine(options.documents ?? DOCUMENTS);
  const metrics = createMetrics();
  const logLines: LogLine[] = [];
  let mayHaveErrors = false;
  const server = await createServer({
    engine,
    config: makeConfig(options.config),
    version: '1.2.3',
    logger: createMemoryLog(logLines),
    metrics,
    ...options.server,
  });
  const url = await server.listen();
  return {
    url,
    engine,
    metrics,
    logLines,
    expectErrors: () => {
      mayHaveErrors = true;
    },
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      const errors = logLines.filter(({ level }) => level === 'error');
      if (!mayHaveErrors && errors.length > 0) {
        throw new Error('the server logged errors', { cause: errors });
      }
    },
  };
}

function createMemoryLog(lines: LogLine[]): ServerLog {
  const at = (level: LogLine['level']) => (fields: LogLine['fields'], message: string) => {
    lines.push({ level, message, fields });
  };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** Posts one message the plain way, with no header but the content type; to `/mcp` unless `url` has a path. */
export async function post(
  url: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
) {
  const response = await fetch(new URL(url).pathname === '/' ? `${url}/mcp` : url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await response.text();
  return { response, text, json: text === '' ? undefined : JSON.parse(text) };
}

/** Calls a tool the plain way and gives its result. */
export async function callTool(url: string, name: string, given: unknown) {
  const message = {
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: { name, arguments: given },
  };
  const { json } = await post(url, message);
  return json.result;
}
