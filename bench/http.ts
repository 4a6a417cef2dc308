/**
 * Load over HTTP: `npm run bench:http -- [DIR] [--requests N]`. 20,000 requests over 50 connections of the
 * loopback interface against the whole program on DIR (default: this program's own sources) and against a
 * bare server of the SDK that gives constant answers of the same size, in the same run. Every answer is
 * checked; one that is not right fails the run. Heap after a forced collection and open handles are taken
 * before and after. Writes bench/results/http.md.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';

import type { BareAnswers, SubjectMessage } from './http-subject.ts';
import { inTemporaryFolder, percentile } from './server-process.ts';

const top = join(import.meta.dirname, '..');
const { values, positionals } = parseArgs({
  options: { requests: { type: 'string', default: '20000' } },
  allowPositionals: true,
});
const requests = Number(values.requests);
const root = positionals[0] ?? join(top, 'src');
const CONNECTIONS = 50;
const WARM_REQUESTS = 2000;

interface Subject extends AsyncDisposable {
  readonly address: string;
  measure(): Promise<{ readonly heapMb: number; readonly handles: number }>;
}

/** One kind of load: what is sent, and what an answer must hold to be right. */
interface Load {
  readonly name: string;
  readonly body: (sent: number) => Message;
  readonly expects: string;
}

interface Message {
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

const WORDS = ['config', 'writer thread', 'token', 'listen', 'revision', 'error code', 'segment'];

function toCall(name: string, given: object): Message {
  return { method: 'tools/call', params: { name, arguments: given } };
}

const LIST: Load = {
  name: 'tools/list',
  body: () => ({ method: 'tools/list', params: {} }),
  expects: '"tools":[',
};
const STATUS: Load = {
  name: 'index_control status',
  body: () => toCall('context.index_control', { action: 'status' }),
  expects: 'index_status',
};
const SEARCH: Load = {
  name: 'search, ranked',
  body: (sent) => toCall('context.search', { query: WORDS[sent % WORDS.length], top_k: 5 }),
  expects: 'total_count',
};
/** What a host does: mostly searches, and a look at the state now and then. */
const MIX: Load = {
  name: 'searches and status, 3 to 1',
  body: (sent) => (sent % 4 === 0 ? STATUS : SEARCH).body(sent),
  expects: 'structuredContent',
};
const CONSTANT: Load = {
  name: 'a constant answer of the size of a search',
  body: () => toCall('constant', {}),
  expects: 'total_count',
};

async function startSubject(args: readonly string[], answers?: BareAnswers): Promise<Subject> {
  const child = fork(join(import.meta.dirname, 'http-subject.ts'), [...args]);
  if (answers !== undefined) child.send(answers);
  const ready = await receive(child, 'ready');
  return {
    address: ready.address,
    measure: async () => {
      // Connections of the load are on their way out; what stays is what counts.
      let last = -1;
      for (;;) {
        child.send('measure');
        const { heapBytes, handles } = await receive(child, 'measured');
        if (handles === last) return { heapMb: heapBytes / 1e6, handles };
        last = handles;
        await wait(200);
      }
    },
    [Symbol.asyncDispose]: async () => {
      const exit = once(child, 'exit');
      child.disconnect();
      await exit;
    },
  };
}

async function receive<Kind extends SubjectMessage['kind']>(
  child: ChildProcess,
  kind: Kind,
): Promise<Extract<SubjectMessage, { kind: Kind }>> {
  const [message] = (await once(child, 'message')) as [SubjectMessage];
  if (message.kind !== kind) throw new Error(`expected ${kind}, got ${message.kind}`);
  return message as Extract<SubjectMessage, { kind: Kind }>;
}

/** Sends one message of an era and gives the text of the answer. */
async function send(
  target: { readonly address: string; readonly agent: Agent },
  { method, params }: Message,
  isModern: boolean,
): Promise<string> {
  const meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  const name = params['name'];
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    ...(isModern ? { 'mcp-protocol-version': '2026-07-28', 'mcp-method': method } : {}),
    ...(isModern && typeof name === 'string' ? { 'mcp-name': name } : {}),
  };
  const message = {
    jsonrpc: '2.0',
    id: 1,
    method,
    params: isModern ? { ...params, _meta: meta } : params,
  };
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const options = { method: 'POST', headers, agent: target.agent };
  const outgoing = request(`${target.address}/mcp`, options, (response) => {
    text(response).then(
      (answer) =>
        response.statusCode === 200
          ? resolve(answer)
          : reject(new Error(`status ${response.statusCode}: ${answer.slice(0, 200)}`)),
      reject,
    );
  });
  outgoing.on('error', reject);
  outgoing.end(JSON.stringify(message));
  return promise;
}

interface LoadResult {
  readonly perSecond: number;
  readonly medianMs: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** Keeps every connection busy until all requests are answered. Throws for the first wrong answer. */
async function runLoad(address: string, load: Load, count: number): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const times: number[] = [];
  let sent = 0;
  const work = async (): Promise<void> => {
    while (sent < count) {
      const number = sent++;
      const startMs = performance.now();
      const answer = await send({ address, agent }, load.body(number), number % 2 === 1);
      times.push(performance.now() - startMs);
      if (!answer.includes(load.expects) || answer.includes('"isError":true')) {
        throw new Error(`a wrong answer to ${load.name}: ${answer.slice(0, 300)}`);
      }
    }
  };
  const startMs = performance.now();
  await Promise.all(Array.from({ length: CONNECTIONS }, work));
  const seconds = (performance.now() - startMs) / 1000;
  agent.destroy();
  return {
    perSecond: count / seconds,
    medianMs: percentile(times, 0.5),
    p99Ms: percentile(times, 0.99),
    maxMs: percentile(times, 1),
  };
}

/** Runs one load on one server and gives the line of the table. */
async function bench(server: string, subject: Subject, load: Load): Promise<string> {
  await runLoad(subject.address, load, WARM_REQUESTS);
  const before = await subject.measure();
  const result = await runLoad(subject.address, load, requests);
  const after = await subject.measure();
  const cells = [
    server,
    load.name,
    Math.round(result.perSecond),
    result.medianMs.toFixed(1),
    result.p99Ms.toFixed(1),
    result.maxMs.toFixed(0),
    `${before.heapMb.toFixed(1)} -> ${after.heapMb.toFixed(1)}`,
    `${before.handles} -> ${after.handles}`,
  ];
  const line = `| ${cells.join(' | ')} |`;
  process.stdout.write(`${line}\n`);
  return line;
}

async function takeAnswers(address: string): Promise<BareAnswers> {
  const agent = new Agent();
  const list = JSON.parse(await send({ address, agent }, LIST.body(0), false)) as {
    result: { tools: BareAnswers['tools'] };
  };
  const found = JSON.parse(await send({ address, agent }, SEARCH.body(0), false)) as {
    result: { structuredContent: object };
  };
  return { tools: list.result.tools, result: found.result.structuredContent };
}

await inTemporaryFolder(async (folder) => {
  const lines: string[] = [];
  let answers: BareAnswers;
  {
    await using conexus = await startSubject(['conexus', root, join(folder, 'bench.db')]);
    answers = await takeAnswers(conexus.address);
    for (const load of [LIST, MIX]) lines.push(await bench('conexus', conexus, load));
  }
  await using bare = await startSubject(['bare'], answers);
  for (const load of [LIST, CONSTANT]) lines.push(await bench('bare SDK', bare, load));
  const bytes = Buffer.byteLength(JSON.stringify(answers.result));
  writeResults(lines, bytes);
});

function writeResults(lines: readonly string[], bytes: number): void {
  const [cpu] = cpus();
  const report = `# Load over HTTP

\`npm run bench:http\`: ${requests} requests of each kind over ${CONNECTIONS} connections of the loopback interface, half of them in each era,
after ${WARM_REQUESTS} to warm up. The client runs in a process of its own on the same machine and takes its share of it. No request failed.

${cpus().length} x ${cpu?.model.trim() ?? 'unknown'}, Node ${process.versions.node}. A search answers with about ${bytes} bytes, sent twice
(text and structured). The bare server is the SDK's handler on \`node:http\` with constant answers: no checks of host or origin, no
authentication, no limits, no check of arguments, no log, no metrics, no work.

| server | request | per second | median ms | p99 ms | longest ms | heap MB | handles |
|---|---|---|---|---|---|---|---|
${lines.join('\n')}
`;
  mkdirSync(join(top, 'bench/results'), { recursive: true });
  writeFileSync(join(top, 'bench/results/http.md'), report);
}
