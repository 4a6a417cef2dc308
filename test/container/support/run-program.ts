/**
 * Runs one program to its end and gives back what it said. Not a shell: arguments are passed as they
 * are. A program that cannot be started, ends otherwise than with 0 or overruns its time is a value
 * here (`exitCode`), because many checks of the container tests expect refusals.
 */
import { spawn } from 'node:child_process';

export interface ProgramOptions {
  /** Replaces the environment; default: the environment of this process. */
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Written to standard input, which is closed afterwards. */
  readonly input?: string;
  /** The program is killed after this time. Default 60,000. */
  readonly timeoutMs?: number;
}

export interface ProgramResult {
  readonly commandLine: string;
  /** 127 when the program does not exist, 124 when it was killed for taking too long. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program and resolves when it has ended. Never rejects. */
export async function runProgram(
  command: string,
  args: readonly string[],
  options: ProgramOptions = {},
): Promise<ProgramResult> {
  const child = spawn(command, args, {
    env: options.env ?? process.env,
    cwd: options.cwd,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let isOverrun = false;
  const timer = setTimeout(() => {
    isOverrun = true;
    child.kill('SIGKILL');
  }, options.timeoutMs ?? 60_000);
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  const exitCode = await new Promise<number>((resolve) => {
    child.once('error', (error) => {
      output.stderr += error.message;
      resolve(127);
    });
    child.once('close', (code) => resolve(isOverrun ? 124 : (code ?? 128)));
  });
  clearTimeout(timer);
  return { commandLine: [command, ...args].join(' '), exitCode, ...output };
}

/** Like `runProgram`, but throws with the program's last words when it does not end with 0. */
export async function mustRun(
  command: string,
  args: readonly string[],
  options: ProgramOptions = {},
): Promise<string> {
  const result = await runProgram(command, args, options);
  if (result.exitCode === 0) return result.stdout;
  throw new Error(describeFailure(result));
}

/** One readable paragraph about a program that failed: command line, exit code, last 3,000 characters. */
export function describeFailure(result: ProgramResult): string {
  const words = `${result.stdout}\n${result.stderr}`.trim().slice(-3000);
  return `${result.commandLine.slice(0, 500)}\nended with ${result.exitCode}:\n${words}`;
}
