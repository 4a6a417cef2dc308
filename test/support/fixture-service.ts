/**
 * A service on loopback that answers as a test tells it to: the stand-in for a tracker or a chat on a real socket. It
 * notes what was asked, and can be told to answer the next fitting request wrongly: refuse it, cut the body off in
 * the middle, or never answer at all.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ServiceRequest {
  readonly method: string;
  readonly path: string;
  /** Of the address, and of a form in the body. */
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

export interface ServiceAnswer {
  /** Default 200. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  /** In place of `json`. */
  readonly text?: string;
  /** `cut`: half of the body, then the connection is destroyed. `hang`: nothing, ever. */
  readonly fault?: 'cut' | 'hang';
}

export interface FixtureService extends AsyncDisposable {
  readonly url: string;
  /** All requests so far, the oldest first. */
  readonly requests: readonly ServiceRequest[];
  /** Answers the next requests whose path holds `part` with these, one each. */
  failNext(part: string, ...answers: readonly ServiceAnswer[]): void;
  /** How many requests had a path that holds `part`; counting starts anew. */
  takeCount(part: string): number;
}

/** Starts the service on a free port of 127.0.0.1. */
export async function startFixtureService(
  answer: (request: ServiceRequest) => ServiceAnswer,
): Promise<FixtureService> {
  const requests: ServiceRequest[] = [];
  const planned: { part: string; answer: ServiceAnswer }[] = [];
  let countedUpTo = 0;
  const server = createServer((incoming, response) => {
    void readRequest(incoming).then((request) => {
      requests.push(request);
      const place = planned.findIndex(({ part }) => request.path.includes(part));
      const [fault] = place === -1 ? [] : planned.splice(place, 1);
      return send(response, fault?.answer ?? answer(request));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    failNext(part, ...answers) {
      planned.push(...answers.map((fault) => ({ part, answer: fault })));
    },
    takeCount(part) {
      const fresh = requests.slice(countedUpTo);
      countedUpTo = requests.length;
      return fresh.filter(({ path }) => path.includes(part)).length;
    },
    [Symbol.asyncDispose]: async () => stop(server),
  };
}

async function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}

async function readRequest(incoming: IncomingMessage): Promise<ServiceRequest> {
  const parts: Buffer[] = [];
  for await (const part of incoming) parts.push(part as Buffer);
  const body = Buffer.concat(parts).toString('utf8');
  const url = new URL(incoming.url ?? '/', 'http://service');
  const headers = incoming.headers as Record<string, string | undefined>;
  if (headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true) {
    for (const [name, value] of new URLSearchParams(body)) url.searchParams.append(name, value);
  }
  return {
    method: incoming.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers,
    body,
  };
}

function send(response: ServerResponse, answer: ServiceAnswer): void {
  if (answer.fault === 'hang') return;
  const body = Buffer.from(answer.text ?? JSON.stringify(answer.json ?? {}));
  response.writeHead(answer.status ?? 200, {
    'content-type': answer.text === undefined ? 'application/json' : 'text/html',
    'content-length': body.length,
    ...answer.headers,
  });
  if (answer.fault === undefined) {
    response.end(body);
    return;
  }
  response.write(body.subarray(0, body.length >> 1), () => response.destroy());
}
