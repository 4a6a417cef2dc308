/**
 * The commands `backup` and `restore`. The store does the work; here is decided when it may be done:
 * a backup at any time, a restore only while no process holds the database's lock file.
 */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { loadStoreTools } from '../app.ts';
import { AppError } from '../errors/app-error.ts';
import { EXIT, writeLine, type CommandContext } from './cli-io.ts';

/** Copies the database to the named file. Errors: `INVALID_ARGUMENT`, those of the store. */
export async function runBackup(context: CommandContext): Promise<number> {
  const { config } = await context.loadConfig();
  const file = resolve(context.cwd, context.args.operands[0] ?? '');
  if (file === config.database.path) {
    throw new AppError('INVALID_ARGUMENT', `${file} is the database itself. Name another file.`);
  }
  assertExists(config.database.path, 'There is no database to copy. Index something first.');
  const tools = await loadStoreTools();
  await tools.backup(config.database.path, file);
  writeLine(context.stdout, `Copied ${config.database.path} to ${file}.`);
  return EXIT.done;
}

/** Puts the named copy in place. Errors: `WRITER_ELSEWHERE` while a server runs, those of the store. */
export async function runRestore(context: CommandContext): Promise<number> {
  const { config } = await context.loadConfig();
  const file = resolve(context.cwd, context.args.operands[0] ?? '');
  assertExists(file, 'Name the file that conexus backup wrote.');
  const holderPid = findLockHolder(config.database.path);
  if (holderPid !== null) {
    throw new AppError(
      'WRITER_ELSEWHERE',
      `Process ${holderPid} uses ${config.database.path}. Stop it, then restore.`,
      { details: { pid: holderPid } },
    );
  }
  const tools = await loadStoreTools();
  await tools.restore(config.database.path, file);
  writeLine(context.stdout, `Restored ${config.database.path} from ${file}.`);
  return EXIT.done;
}

/**
 * Gives the pid in the lock file `<database>.lock` when that process lives, else null: a lock file
 * that a crash left behind holds nobody up. The first whole number in the file is the pid.
 */
export function findLockHolder(databasePath: string): number | null {
  const lockFile = `${databasePath}.lock`;
  if (!existsSync(lockFile)) return null;
  const pid = Number(/\d+/.exec(readFileSync(lockFile, 'utf8'))?.[0] ?? 0);
  return pid > 0 && isAlive(pid) ? pid : null;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives and belongs to someone else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function assertExists(file: string, advice: string): void {
  if (!existsSync(file)) throw new AppError('FILE_NOT_FOUND', `${file} is missing. ${advice}`);
}
