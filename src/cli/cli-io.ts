/**
 * What a command gets of the process: its streams, environment and end. Commands touch the process
 * through this shape only, so that `main.ts` alone knows signals and exit codes.
 */
import type { Readable, Writable } from 'node:stream';
import type { LoadedConfig } from '../config/load-config.ts';
import type { Log } from '../log.ts';
import type { CommandArguments } from './parse-arguments.ts';

/** A standard stream that may be a terminal. */
export type OutputStream = Writable & { readonly isTTY?: boolean; readonly columns?: number };

export interface CliIo {
  /** Without the program and the script. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute current directory. */
  readonly cwd: string;
  readonly stdin: Readable;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** Aborts when the process is asked to end; a command then stops and returns. */
  readonly signal: AbortSignal;
  /** Calls back whenever the process is asked to change its log level. */
  onLevelSignal(listener: () => void): void;
}

/** What a command runs with. */
export interface CommandContext extends CliIo {
  readonly args: CommandArguments;
  /** Loads the configuration with the command's flags. `listens` as in `LoadConfigOptions`. */
  loadConfig(options?: { listens?: boolean; roots?: readonly string[] }): Promise<LoadedConfig>;
  /** Makes the log: to stdout for a server, to stderr where stdout carries the answer. */
  createLog(loaded: LoadedConfig, target: OutputStream): Promise<Log>;
}

/** Exit codes of the program. */
export const EXIT = { done: 0, unexpected: 1, invalid: 2, databaseTooNew: 3 } as const;

/** Writes one line. */
export function writeLine(stream: OutputStream, text = ''): void {
  stream.write(`${text}\n`);
}
