/**
 * The program itself, run as users run it: a process of its own that serves one folder over HTTP and is
 * asked by plain MCP calls. A search is sent with its query alone, so that latency and tokens are those of
 * a default call; further pages are asked for only until enough different files are known.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ControlReply } from '../../src/model/control.ts';
import type { SearchReply } from '../../src/model/search.ts';
import type { JobView } from '../../src/model/status.ts';
import { type Page, retrieve, type Searcher } from './retrieve.ts';
import type { Retrieved } from './retrieved.ts';

const WAIT_MS = 25_000;

/** A call was answered with a tool error or not at all. */
class CallFailed extends Error {}

/** One run of the server. Dispose it to end the process. */
export class Product implements AsyncDisposable, Searcher {
  readonly #process: ChildProcess;
  readonly #address: string;

  private constructor(child: ChildProcess, address: string) {
    this.#process = child;
    this.#address = address;
  }

  /** Starts the server on a folder with an empty database. Errors: it ended before it listened. */
  static async start(root: string, databaseFile: string): Promise<Product> {
    for (const suffix of ['', '-wal', '-shm']) rmSync(databaseFile + suffix, { force: true });
    const main = join(import.meta.dirname, '../../src/main.ts');
    const args = [main, 'serve', '--root', root, '--db', databaseFile, '--port', '0'];
    const child = spawn(process.execPath, [...args, '--log-format', 'json'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, CONEXUS_RATE_LIMIT_ENABLED: 'false' },
    });
    const address = await readAddress(child);
    return new Product(child, address);
  }

  /** Brings the index up to date with the folder and waits for all passes. Gives the milliseconds it took. */
  async refresh(): Promise<number> {
    const started = performance.now();
    // A job that began before the folder changed would answer for the one that is asked for.
    await this.#waitUntilIdle();
    const { job_id: jobId } = await this.#control({ action: 'start' });
    for (;;) {
      const reply = await this.#control({ action: 'status', job_id: jobId, wait_ms: WAIT_MS });
      const job = reply.index_status?.jobs.find((view) => view.job_id === jobId);
      if (job !== undefined && hasEnded(job)) break;
    }
    await this.#waitUntilIdle();
    return performance.now() - started;
  }

  /** Asks one query. Latency is that of the first page, tokens too. */
  async search(query: string): Promise<Retrieved> {
    return retrieve(query, async (input) => this.#search(input));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode !== null) return;
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGTERM');
    await ended;
  }

  async #waitUntilIdle(): Promise<void> {
    for (;;) {
      const { index_status: status } = await this.#control({ action: 'status' });
      if (status?.is_indexing !== true) return;
      const since = status.revision;
      await this.#control({ action: 'status', since, wait_ms: WAIT_MS });
    }
  }

  async #search(input: object): Promise<Page> {
    const { value, bytes } = await this.#call('context.search', input);
    return { reply: value as SearchReply, bytes };
  }

  async #control(input: object): Promise<ControlReply> {
    return (await this.#call('context.index_control', input)).value as ControlReply;
  }

  async #call(name: string, input: object): Promise<{ value: unknown; bytes: number }> {
    const response = await fetch(`${this.#address}/mcp`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'tools/call',
        params: { name, arguments: input },
      }),
    });
    const { result } = (await response.json()) as { result?: ToolResult };
    const text = result?.content[0]?.text ?? '';
    if (result === undefined || result.isError === true) {
      throw new CallFailed(`${name} answered ${response.status}: ${text.slice(0, 300)}`);
    }
    return { value: JSON.parse(text), bytes: Buffer.byteLength(text) };
  }
}

interface ToolResult {
  readonly isError?: boolean;
  readonly content: readonly { readonly text: string }[];
}

function hasEnded({ state }: JobView): boolean {
  return state !== 'queued' && state !== 'running';
}

/** Reads the log until it names the address, and goes on reading so that the pipe never fills. */
async function readAddress(child: ChildProcess): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const last: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on('line', (line) => {
      last.push(line);
      if (last.length > 20) last.shift();
      const address = /"address":"([^"]+)"/.exec(line)?.[1];
      if (address !== undefined) resolve(address);
    });
  }
  child.once('exit', (code) => {
    reject(new Error(`The server ended with code ${code}:\n${last.join('\n')}`));
  });
  return promise;
}
