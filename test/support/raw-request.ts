/** One HTTP request with exactly the headers that a test names; fetch would set or forbid some. */
import { request } from 'node:http';
import { text } from 'node:stream/consumers';

export interface RawRequest {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly text: string;
}

export async function rawRequest(url: string, options: RawRequest): Promise<RawAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<RawAnswer>();
  const outgoing = request(new URL(options.path ?? '/', url), {
    method: options.method ?? 'GET',
    headers: options.headers ?? {},
    agent: false,
  });
  outgoing.on('response', (response) => {
    text(response).then(
      (body) =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text: body }),
      reject,
    );
  });
  outgoing.on('error', reject);
  outgoing.end(options.body);
  return promise;
}
