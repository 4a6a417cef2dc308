/**
 * Runs one command: parses the words, loads the command's code, turns what it throws into one message
 * and an exit code. This is one of the three places that catch everything.
 */
import { isAppError, type AppError } from '../errors/app-error.ts';
import type { ErrorCode } from '../errors/codes.ts';
import { EXIT, writeLine, type CliIo, type CommandContext } from './cli-io.ts';
import { listFlag, parseCommandLine, type CommandArguments } from './parse-arguments.ts';

/** Runs the command line and gives the exit code. Never throws. */
export async function runCli(io: CliIo): Promise<number> {
  try {
    const parsed = parseCommandLine(io.argv);
    if (parsed.kind === 'help') {
      const { formatHelp } = await import('./help.ts');
      io.stdout.write(formatHelp(parsed.command));
      return EXIT.done;
    }
    if (parsed.kind === 'version') {
      const { getVersion } = await import('../version.ts');
      writeLine(io.stdout, getVersion());
      return EXIT.done;
    }
    const run = await parsed.command.load();
    return await run(toContext(io, parsed.args));
  } catch (error) {
    writeLine(io.stderr, describe(error));
    return toExitCode(error);
  }
}

/** Gives the exit code for what a command threw. */
function toExitCode(error: unknown): number {
  if (!isAppError(error)) return EXIT.unexpected;
  return EXIT_BY_CODE[error.code] ?? EXIT.unexpected;
}

const EXIT_BY_CODE: Partial<Record<ErrorCode, number>> = {
  CONFIG_INVALID: EXIT.invalid,
  INVALID_ARGUMENT: EXIT.invalid,
  INVALID_PATTERN: EXIT.invalid,
  STORE_SCHEMA_TOO_NEW: EXIT.databaseTooNew,
};

/** The person at the terminal runs the program, so an unexpected error shows its stack. */
function describe(error: unknown): string {
  if (isAppError(error) && error.code !== 'INTERNAL') return `conexus: ${describeOurs(error)}`;
  const origin = isAppError(error) ? (error.cause ?? error) : error;
  return `conexus: unexpected error: ${origin instanceof Error ? origin.stack : String(origin)}`;
}

function describeOurs(error: AppError): string {
  return toExitCode(error) === EXIT.invalid ? error.message : `${error.code}: ${error.message}`;
}

function toContext(io: CliIo, args: CommandArguments): CommandContext {
  return {
    ...io,
    args,
    async loadConfig({ listens = false, roots } = {}) {
      const { loadConfig } = await import('../config/load-config.ts');
      const { env, cwd } = io;
      return loadConfig({ flags: toConfigFlags(args, roots), env, cwd, listens });
    },
    async createLog(loaded, target) {
      const { createLog } = await import('../log.ts');
      return createLog(loaded.config.logging, target);
    },
  };
}

function toConfigFlags(
  args: CommandArguments,
  roots: readonly string[] | undefined,
): Record<string, string | readonly string[]> {
  const flags: Record<string, string | readonly string[]> = {};
  for (const [name, value] of args.flags) {
    if (typeof value === 'string') flags[name] = value;
  }
  const named = roots ?? listFlag(args, 'root');
  return named.length === 0 ? flags : { ...flags, root: named };
}
