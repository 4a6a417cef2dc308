/** A server as its own process, as users run it, with what the benchmarks ask of it over HTTP. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import type { SearchReply } from '../src/model/search.ts';
import type { IndexStatus } from '../src/model/status.ts';

const top = join(import.meta.dirname, '..');

// The first command in a changed checkout builds it, for many seconds: no time of a benchmark's.
spawnSync(process.execPath, [join(top, 'bin', 'conexus.mjs'), '--version'], {
  stdio: ['ignore', 'ignore', 'inherit'],
});

export interface Answer {
  readonly reply: SearchReply;
  readonly wallMs: number;
}

export class ServerProcess {
  readonly #child: ChildProcess;
  readonly address: string;

  private constructor(child: ChildProcess, address: string) {
    this.#child = child;
    this.address = address;
  }

  /** Starts a server on a free port; resolves when it listens. */
  static async start(
    root: string,
    databasePath: string,
    further: readonly string[] = [],
  ): Promise<ServerProcess> {
    const args = [
      join(top, 'bin', 'conexus.mjs'),
      'serve',
      ...[root, ...further].flatMap((folder) => ['--root', folder]),
      '--db',
      databasePath,
      '--port',
      '0',
      '--log-format',
      'json',
    ];
    const child = spawn(process.execPath, args, {
      cwd: tmpdir(),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    // A benchmark that is ended takes its server with it.
    process.once('exit', () => child.kill('SIGKILL'));
    process.once('SIGTERM', () => process.exit(143));
    for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
      const event = JSON.parse(line) as { msg?: string; address?: string };
      if (event.msg !== 'ready' || event.address === undefined) continue;
      child.stdout?.resume();
      return new ServerProcess(child, event.address);
    }
    throw new Error('the server ended before it listened');
  }

  async status(): Promise<IndexStatus> {
    return (await (await fetch(`${this.address}/status`)).json()) as IndexStatus;
  }

  async search(args: object): Promise<Answer> {
    return this.call<SearchReply>('search', args);
  }

  /** Calls a tool by its name without `context.`; throws on an error of the tool. */
  async call<T>(
    tool: string,
    args: object,
  ): Promise<{ readonly reply: T; readonly wallMs: number }> {
    const startMs = performance.now();
    const response = await fetch(`${this.address}/mcp`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'tools/call',
        params: { name: `context.${tool}`, arguments: args },
      }),
    });
    const body = (await response.json()) as {
      result?: { structuredContent?: T; content: { text: string }[] };
    };
    const wallMs = performance.now() - startMs;
    const reply = body.result?.structuredContent;
    if (reply === undefined)
      throw new Error(`${tool} failed: ${JSON.stringify(body).slice(0, 300)}`);
    return { reply, wallMs };
  }

  async get(path: string): Promise<{ readonly text: string; readonly wallMs: number }> {
    const startMs = performance.now();
    const text = await (await fetch(`${this.address}${path}`)).text();
    return { text, wallMs: performance.now() - startMs };
  }

  /** Waits until no job is open. */
  async untilIdle(): Promise<IndexStatus> {
    for (;;) {
      const status = await this.status();
      if (!status.is_indexing && status.jobs.length > 0) return status;
      await wait(100);
    }
  }

  /** Peak and present memory of the process in megabytes, and its CPU seconds so far. Linux. */
  usage(): { readonly peakMb: number; readonly residentMb: number; readonly cpuSeconds: number } {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8');
    const stat =
      readFileSync(`/proc/${this.#child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    const read = (key: string): number =>
      Number(new RegExp(`${key}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024;
    return {
      peakMb: Math.round(read('VmHWM')),
      residentMb: Math.round(read('VmRSS')),
      cpuSeconds: (Number(stat[11]) + Number(stat[12])) / 100,
    };
  }

  async stop(): Promise<void> {
    const exit = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await exit;
  }
}

/** A folder of its own that is removed at the end of `work`. */
export async function inTemporaryFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'conexus-bench-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export interface CommandRun {
  readonly seconds: number;
  readonly output: string;
}

/** Runs a peer program; undefined when it is not installed. */
export function runPeer(
  program: string,
  args: readonly string[],
  env: Record<string, string> = {},
): CommandRun | undefined {
  if (!(process.env['PATH'] ?? '').split(':').some((folder) => existsSync(join(folder, program))))
    return undefined;
  const startMs = performance.now();
  const run = spawnSync(program, args, {
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
    env: { ...process.env, ...env },
  });
  return { seconds: (performance.now() - startMs) / 1000, output: run.stdout };
}

/** The value below which `share` of the values lie. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

/** Prints rows as a table of two columns and as one JSON line. */
export function printRows(title: string, rows: Readonly<Record<string, string | number>>): void {
  process.stdout.write(`\n## ${title}\n\n| what | figure |\n|---|---|\n`);
  for (const [name, value] of Object.entries(rows))
    process.stdout.write(`| ${name} | ${value} |\n`);
  process.stdout.write(`\n${JSON.stringify({ title, ...rows })}\n`);
}
