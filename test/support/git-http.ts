/** Git's own HTTP server program behind node:http on loopback, with a password, for repositories in one folder. */
import { execFileSync, spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

export interface GitHttp extends AsyncDisposable {
  /** `http://127.0.0.1:port` */
  readonly url: string;
  readonly host: string;
  /** Paths that were asked for with accepted credentials. */
  readonly served: string[];
  readonly users: string[];
}

/** Serves the bare repositories of a folder to whoever has the password. */
export async function serveGit(folder: string, password: string): Promise<GitHttp> {
  const program = join(
    execFileSync('git', ['--exec-path'], { encoding: 'utf8' }).trim(),
    'git-http-backend',
  );
  const served: string[] = [];
  const users: string[] = [];
  const server = createServer((request, response) => {
    const [user = '', given = ''] = readCredentials(request);
    if (given !== password) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
      return;
    }
    served.push(request.url ?? '');
    users.push(user);
    runBackend(program, folder, { request, response });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    host: `127.0.0.1:${port}`,
    served,
    users,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function readCredentials({ headers }: IncomingMessage): readonly string[] {
  const basic = /^Basic (.+)$/.exec(headers.authorization ?? '')?.[1] ?? '';
  return Buffer.from(basic, 'base64').toString().split(':');
}

function runBackend(
  program: string,
  folder: string,
  { request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
): void {
  const url = new URL(request.url ?? '/', 'http://git');
  const child = spawn(program, [], {
    env: {
      PATH: process.env['PATH'],
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_CONFIG_NOSYSTEM: '1',
      HOME: folder,
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method ?? 'GET',
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      HTTP_GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
    },
  });
  request.pipe(child.stdin);
  let head = Buffer.alloc(0);
  let isOpen = false;
  child.stdout.on('data', (chunk: Buffer) => {
    if (isOpen) {
      response.write(chunk);
      return;
    }
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    isOpen = true;
    const lines = head.toString('latin1', 0, end).split('\r\n');
    const fields = lines.map((line) => line.split(/:\s*/, 2) as [string, string]);
    const status = fields.find(([name]) => name === 'Status')?.[1] ?? '200';
    response.writeHead(
      Number.parseInt(status, 10),
      Object.fromEntries(fields.filter(([name]) => name !== 'Status')),
    );
    response.write(head.subarray(end + 4));
  });
  child.on('close', () => response.end());
}
