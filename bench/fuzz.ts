/**
 * Hostile requests by the hundred thousand: `npm run bench:fuzz -- [--requests N] [--seed N]`, default
 * 200,000. Against the whole program over a real port; ends with 1 at the first ten faults, which it
 * prints with the request that caused each. The integration tests run the first 5,000 of one seed.
 */
import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';

import {
  findFault,
  generateRequests,
  type FuzzAnswer,
  type FuzzRequest,
} from '../test/support/fuzz.ts';
import { startLiveServer } from '../test/support/start-live-server.ts';

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '200000' },
    seed: { type: 'string', default: '1' },
  },
});
const requests = Number(values.requests);
const AT_ONCE = 16;
const MAX_FAULTS = 10;
const LIMIT_MS = 15_000;

const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
await using server = await startLiveServer();
const generator = generateRequests(Number(values.seed));
const secrets = [`${server.dir.path}/data`, 'conexus.db', process.cwd()];
const statuses = new Map<number, number>();
let sent = 0;
let faults = 0;

async function send({ method, path, headers, body }: FuzzRequest): Promise<FuzzAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<FuzzAnswer>();
  const outgoing = request(
    new URL(server.url),
    {
      agent,
      method,
      path,
      headers: { ...headers, 'content-length': String(body.length) },
      timeout: LIMIT_MS,
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

async function judge(made: FuzzRequest): Promise<string | undefined> {
  try {
    const answer = await send(made);
    statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
    return findFault(answer, secrets);
  } catch (error) {
    return String(error);
  }
}

async function work(): Promise<void> {
  while (sent < requests && faults < MAX_FAULTS) {
    sent += 1;
    const made = generator.next().value;
    const fault = await judge(made);
    if (fault === undefined) continue;
    faults += 1;
    const shown = { fault, ...made, body: made.body.toString().slice(0, 2000) };
    process.stdout.write(`${JSON.stringify(shown)}\n`);
  }
}

const startMs = performance.now();
await Promise.all(Array.from({ length: AT_ONCE }, work));
const seconds = (performance.now() - startMs) / 1000;
agent.destroy();
const byStatus = [...statuses].toSorted(([left], [right]) => left - right);
process.stdout.write(
  `${sent} requests in ${seconds.toFixed(0)} s, ${faults} faults; answers by status: ${byStatus
    .map(([status, count]) => `${status} ${count}`)
    .join(', ')}\n`,
);
if (faults > 0) process.exitCode = 1;
