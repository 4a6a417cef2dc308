/**
 * Runs the git program on a view (git-view.ts) and hands out what it prints as it comes. Nothing blocks:
 * a reader that is slow makes git wait. Leaving the loop early, the signal and the time limit end git.
 */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import type { GitView } from './git-view.ts';

/** How git ended. `stopped`: by the signal or the time limit, what was printed before is sound. */
export interface GitEnd {
  readonly kind: 'done' | 'missing' | 'failed' | 'stopped';
  /** First line that git complained with. */
  readonly message: string;
}

export interface GitRunOptions {
  readonly view: GitView;
  readonly signal?: AbortSignal;
  /** What git reads from its standard input; nothing by default. */
  readonly input?: string;
  /** Git is ended after this time. */
  readonly timeoutMs: number;
}

/** Streams what `git <args>` prints. The generator's result says how it ended; it does not throw. */
export async function* streamGit(
  args: readonly string[],
  options: GitRunOptions,
): AsyncGenerator<Buffer, GitEnd> {
  const stop = AbortSignal.any([
    AbortSignal.timeout(options.timeoutMs),
    ...(options.signal === undefined ? [] : [options.signal]),
  ]);
  const child = spawn('git', [...GLOBAL_ARGUMENTS, ...args], {
    cwd: options.view.folder,
    env: options.view.environment,
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
  });
  // Git may end before it has read everything; how it ended says why.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  const ended = watchEnd(child, stop);
  const kill = (): void => void child.kill('SIGKILL');
  if (stop.aborted) kill();
  stop.addEventListener('abort', kill, { once: true });
  try {
    yield* child.stdout as AsyncIterable<Buffer>;
    return await ended;
  } finally {
    stop.removeEventListener('abort', kill);
    kill();
    await ended;
  }
}

/** Collects what a command prints, at most `MAX_COLLECTED_BYTES`. */
export async function collectGit(
  args: readonly string[],
  options: GitRunOptions,
): Promise<GitEnd & { readonly text: string }> {
  const output = streamGit(args, options);
  const parts: Buffer[] = [];
  let sizeBytes = 0;
  for (;;) {
    const step = await output.next();
    if (step.done === true) return { ...step.value, text: Buffer.concat(parts).toString() };
    sizeBytes += step.value.length;
    if (sizeBytes > MAX_COLLECTED_BYTES) break;
    parts.push(step.value);
  }
  await output.return({ kind: 'stopped', message: '' });
  return { kind: 'failed', message: 'git printed more than expected', text: '' };
}

/** Paths are names, never patterns; no pager even on a terminal. */
const GLOBAL_ARGUMENTS: readonly string[] = ['--no-pager', '--literal-pathspecs'];
const MAX_COLLECTED_BYTES = 4_000_000;
const MAX_COMPLAINT_CHARACTERS = 2_000;

async function watchEnd(
  child: ChildProcessByStdio<Writable, Readable, Readable>,
  stop: AbortSignal,
): Promise<GitEnd> {
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (complaint.length < MAX_COMPLAINT_CHARACTERS) complaint += text;
  });
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    if (code === 0) return { kind: 'done', message: '' };
    const message = complaint.trim().split('\n', 1)[0] ?? '';
    return { kind: stop.aborted || code === null ? 'stopped' : 'failed', message };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return { kind: isMissing ? 'missing' : 'failed', message };
  }
}
