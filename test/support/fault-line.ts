/**
 * An HTTP service on loopback whose answers a test can break: for the next requests that match, its own answer takes the
 * place of the right one. It remembers what it was asked.
 */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ServiceRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface ServiceAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; a string as it is. */
  readonly body?: unknown;
}

/** `hang` never answers, `cut` sends half of the right answer and closes the connection. */
export type Fault = ServiceAnswer | 'hang' | 'cut';

export interface AskedFor {
  readonly method: string;
  readonly path: string;
  readonly search: string;
  readonly body: string;
  status: number;
}

export interface FaultLine extends AsyncDisposable {
  /** `http://127.0.0.1:port` */
  readonly url: string;
  readonly asked: readonly AskedFor[];
  /** Breaks the next `times` requests whose `METHOD /path?query` and body contain the text. */
  breakNext(match: string, fault: Fault, times?: number): void;
  /** Forgets what was asked so far. */
  forget(): void;
}

/** Starts a service that answers with `answer` unless a test broke it. */
export async function startFaultLine(
  answer: (request: ServiceRequest) => ServiceAnswer | Promise<ServiceAnswer>,
): Promise<FaultLine> {
  const asked: AskedFor[] = [];
  const faults: { match: string; fault: Fault; times: number }[] = [];
  const takeFault = (text: string): Fault | undefined => {
    const found = faults.find(({ match, times }) => times > 0 && text.includes(match));
    if (found === undefined) return undefined;
    found.times -= 1;
    return found.fault;
  };
  const answerOrFail = async (request: ServiceRequest): Promise<ServiceAnswer> => {
    try {
      return await answer(request);
    } catch (error) {
      // 400, so that the client does not ask again and the test shows the message.
      return { status: 400, body: { message: `the service of the test failed: ${String(error)}` } };
    }
  };
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const url = new URL(request.url ?? '/', 'http://service');
      const { method = 'GET', headers } = request;
      const body = Buffer.concat(chunks).toString();
      const entry: AskedFor = { method, path: url.pathname, search: url.search, body, status: 0 };
      asked.push(entry);
      const fault = takeFault(`${method} ${url.pathname}${url.search} ${body}`);
      if (fault === 'hang') return;
      const right =
        typeof fault === 'object'
          ? fault
          : await answerOrFail({
              method,
              path: url.pathname,
              query: url.searchParams,
              headers,
              body,
            });
      entry.status = right.status;
      const text =
        typeof right.body === 'string' || right.body === undefined
          ? (right.body ?? '')
          : JSON.stringify(right.body);
      const type = { 'content-type': 'application/json; charset=utf-8' };
      const length = { 'content-length': String(Buffer.byteLength(text)) };
      const date = { date: new Date().toUTCString() };
      response.writeHead(right.status, { ...type, ...length, ...date, ...right.headers });
      if (fault === 'cut') {
        response.write(text.slice(0, Math.floor(text.length / 2)), () => response.destroy());
      } else response.end(text);
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    breakNext: (match, fault, times = 1) => faults.push({ match, fault, times }),
    forget: () => asked.splice(0),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
