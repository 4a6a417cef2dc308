/** Hostile requests against the whole program: no fault of ours, no hang, nothing told that should not be. */
import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';

import { afterAll, beforeAll, expect, test } from 'vitest';

import {
  findFault,
  generateRequests,
  type FuzzAnswer,
  type FuzzRequest,
} from '../../support/fuzz.ts';
import { startLiveServer, type LiveServer } from '../../support/start-live-server.ts';

const REQUESTS = 5000;
const SEED = 20_261_123;
const AT_ONCE = 8;

let server: LiveServer;
const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
beforeAll(async () => {
  server = await startLiveServer();
});
afterAll(async () => {
  agent.destroy();
  await server[Symbol.asyncDispose]();
});

/** Sends one request and reads the whole answer, which must come within the limit of a call. */
async function send({ method, path, headers, body }: FuzzRequest): Promise<FuzzAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<FuzzAnswer>();
  const { hostname, port } = new URL(server.url);
  const outgoing = request(
    // Node leaves the length out where a method has no body by custom.
    {
      agent,
      hostname,
      port,
      method,
      path,
      headers: { ...headers, 'content-length': String(body.length) },
      timeout: 15_000,
    },
    (response) => {
      text(response).then(
        (answer) => resolve({ status: response.statusCode ?? 0, text: answer }),
        reject,
      );
    },
  );
  outgoing.on('timeout', () => outgoing.destroy(new Error('hangs')));
  outgoing.on('error', reject);
  outgoing.end(body);
  return promise;
}

test('5,000 hostile requests find no fault', async () => {
  const generator = generateRequests(SEED);
  const faults: object[] = [];
  const secrets = [`${server.dir.path}/data`, 'conexus.db', process.cwd()];
  let left = REQUESTS;
  const work = async (): Promise<void> => {
    while (left-- > 0) {
      const sent = generator.next().value;
      const fault = await send(sent).then(
        (answer) => findFault(answer, secrets),
        (error: unknown) => String(error),
      );
      if (fault !== undefined) faults.push({ fault, ...sent, body: sent.body.toString() });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  expect(faults.slice(0, 3)).toEqual([]);
  expect((await fetch(`${server.url}/health`)).status).toBe(200);
  expect(server.app.engine.readiness().ready).toBe(true);
});
