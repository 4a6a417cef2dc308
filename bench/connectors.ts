/**
 * What syncing a large tracker costs: `npm run bench:connectors -- [ITEMS]` (default 100,000 issues, each with a
 * comment). A service in this process hands them out in pages of 200; a server in a process of its own stores them.
 * Measured: the full sync, peak memory, the database, and an incremental sync of ten changes.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { inTemporaryFolder, printRows } from './server-process.ts';

const ISSUES = Math.max(1000, Number(process.argv[2] ?? '100000'));
const PAGE = 200;
const CHANGES = 10;
const START_MS = Date.UTC(2025, 0, 1);
const PROGRAM = join(import.meta.dirname, '../test/fixtures/connectors/sync-process.ts');
const WORDS = readFileSync(join(import.meta.dirname, '../docs/operations.md'), 'utf8').split(/\s+/);

/** When each item changed; odd ids are comments of the issue before them. */
const changedMs = Float64Array.from({ length: ISSUES * 2 + 1 }, (_, id) => START_MS + id * 1000);

function toText(id: number): string {
  const start = (id * 7919) % WORDS.length;
  const words = Array.from({ length: 120 }, (_, at) => WORDS[(start + at * 13) % WORDS.length]);
  return `${words.join(' ')} number${id} changed${changedMs[id]}`;
}

function toPage(since: number, after: number): unknown {
  const items: unknown[] = [];
  let last = 0;
  for (let id = after + 1; id < changedMs.length && items.length < PAGE; id++) {
    const updatedMs = changedMs[id] as number;
    if (updatedMs < since) continue;
    const isComment = id % 2 === 0;
    const fields = isComment ? { kind: 'comment', parent: `issues/${id - 1}` } : {};
    items.push({ id, title: `Issue ${id}`, text: toText(id), updatedMs, fields });
    last = id;
  }
  const isLast = items.length < PAGE;
  return { items, removed: [], next: isLast ? null : last, total: ISSUES * 2 };
}

async function main(folder: string): Promise<void> {
  const server = createServer((request, response) => {
    const query = new URL(request.url ?? '/', 'http://bench').searchParams;
    const page = toPage(Number(query.get('since')), Number(query.get('after')));
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(page));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const root = join(folder, 'root');
  mkdirSync(root);
  const database = join(folder, 'bench.db');
  const startMs = performance.now();
  const child = spawn(process.execPath, [PROGRAM, database, root, url], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const address = (await readLine(lines, 'listening ')).trim();
  const items = Number(await readLine(lines, 'synced '));
  const fullSeconds = (performance.now() - startMs) / 1000;
  const peakMb = readPeakMb(child);
  const cpuSeconds = readCpuSeconds(child);

  const newest = changedMs.reduce((most, ms) => Math.max(most, ms), 0);
  for (let count = 1; count <= CHANGES; count++) {
    changedMs[count * 100 + 1] = newest + count * 1000;
  }
  const changeMs = performance.now();
  await call(address, 'context_connector_management', { action: 'sync', connector_id: 'tracker' });
  await untilFound(address, `changed${newest + CHANGES * 1000}`);
  const incrementalSeconds = (performance.now() - changeMs) / 1000;
  child.kill('SIGTERM');
  server.close();
  printRows(`connector with ${ISSUES} issues and as many comments`, {
    'items stored': items,
    'full sync and all passes, s': fullSeconds.toFixed(1),
    'items a second': Math.round(items / fullSeconds),
    'CPU of the server, s': cpuSeconds.toFixed(1),
    'peak RSS of the server, MB': peakMb,
    'database, MB': Math.round(statSync(database).size / 1e6),
    [`incremental sync of ${CHANGES} changes until found, s`]: incrementalSeconds.toFixed(2),
  });
}

async function readLine(lines: AsyncIterator<string>, prefix: string): Promise<string> {
  for (;;) {
    const { value, done } = await lines.next();
    if (done === true) throw new Error(`the server ended before it said "${prefix}"`);
    if (value.startsWith(prefix)) return value.slice(prefix.length);
  }
}

function readPeakMb({ pid }: ChildProcess): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
}

/** User and system time of all threads; the clock of /proc has 100 ticks a second. */
function readCpuSeconds({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

async function call(address: string, name: string, given: unknown): Promise<unknown> {
  const message = {
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: { name, arguments: given },
  };
  const response = await fetch(`${address}/mcp`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(message),
  });
  const reply = (await response.json()) as { result: { structuredContent: unknown } };
  return reply.result.structuredContent;
}

async function untilFound(address: string, text: string): Promise<void> {
  for (;;) {
    const found = (await call(address, 'context_search', { query: text, mode: 'literal' })) as {
      total_count: number;
    };
    if (found.total_count > 0) return;
    await wait(20);
  }
}

await inTemporaryFolder(main);
