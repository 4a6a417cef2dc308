/**
 * The commands `backup` and `restore`: which file goes where. The store does the work and holds the
 * writer's lock while it restores, so that no server can run meanwhile.
 */
import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
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
  assertExists(dirname(file), 'Make the folder first, or name another file.');
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
  const tools = await loadStoreTools();
  await tools.restore(config.database.path, file);
  writeLine(context.stdout, `Restored ${config.database.path} from ${file}.`);
  return EXIT.done;
}

function assertExists(file: string, advice: string): void {
  if (!existsSync(file)) throw new AppError('FILE_NOT_FOUND', `${file} is missing. ${advice}`);
}
