/** Runs the real program from its sources in a process of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';

const main = join(import.meta.dirname, '../../src/main.ts');

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Runs as another user and group, for the superuser only. */
  readonly uid?: number;
  readonly gid?: number;
}

/** Starts the program; the environment holds PATH and what is given, nothing else. */
export function startConexus(args: readonly string[], options: RunOptions): ChildProcess {
  const env = { PATH: process.env['PATH'] ?? '', HOME: options.cwd, ...options.env };
  const { cwd, uid, gid } = options;
  const identity = uid === undefined || gid === undefined ? {} : { uid, gid };
  return spawn(process.execPath, [main, ...args], { cwd, env, stdio: 'pipe', ...identity });
}

/** Runs the program to its end. */
export async function runConexus(args: readonly string[], options: RunOptions): Promise<Finished> {
  const child = startConexus(args, options);
  child.stdin?.end();
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  return { code, stdout, stderr };
}
