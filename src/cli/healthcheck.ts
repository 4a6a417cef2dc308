/**
 * The command `healthcheck`: one GET /health of the configured port. It loads the configuration and
 * the HTTP client and nothing else, because container engines start it every few seconds.
 */
import type { IncomingMessage } from 'node:http';
import { EXIT, writeLine, type CommandContext } from './cli-io.ts';

/** Exit code 0 for 200 within 3 s, else 1 with the reason on stderr. */
export async function runHealthcheck(context: CommandContext): Promise<number> {
  const { config } = await context.loadConfig();
  const url = `${toLocalAddress(config.server)}/health`;
  const reason = await findHealthFault(url);
  if (reason === null) return EXIT.done;
  writeLine(context.stderr, `conexus: ${url}: ${reason}`);
  return EXIT.unexpected;
}

/** Gives the address under which a server with this configuration is reached from the same machine. */
export function toLocalAddress({
  host,
  port,
  tls,
}: {
  host: string;
  port: number;
  tls: object | null;
}): string {
  const local = { '0.0.0.0': '127.0.0.1', '::': '::1', '': '127.0.0.1' }[host] ?? host;
  return `${tls === null ? 'http' : 'https'}://${local.includes(':') ? `[${local}]` : local}:${port}`;
}

/** Gives null when the server answers 200, else why not. A certificate is not checked. */
export function findHealthFault(url: string): Promise<string | null> {
  // TLS takes 8 MB of a memory limit that the probe shares with the server. An import of node:http would
  // load it with all that hangs on WebSocket, which is among the names that it exports.
  const { get } = process.getBuiltinModule(url.startsWith('https:') ? 'node:https' : 'node:http');
  return new Promise((resolve) => {
    const onResponse = (response: IncomingMessage): void => {
      response.resume();
      resolve(response.statusCode === 200 ? null : `answered ${response.statusCode}`);
    };
    // The certificate names the public host, and nothing secret is sent to the own machine.
    const options = { agent: false, timeout: TIMEOUT_MS, rejectUnauthorized: false };
    const request = get(url, options, onResponse);
    // The socket's own timeout counts silence; this one counts all of it.
    const timer = setTimeout(() => {
      resolve(`no answer within ${TIMEOUT_MS} ms`);
      request.destroy();
    }, TIMEOUT_MS);
    request.on('error', (error) => resolve(error.message));
    request.on('close', () => clearTimeout(timer));
  });
}

const TIMEOUT_MS = 3_000;
