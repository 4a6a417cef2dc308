/** Work on database files without the system: online copy, putting a copy in place, a check. */
import { existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { AppError } from '../errors/app-error.ts';
import { openReader, toStoreError, type Connection } from './database.ts';

export interface DatabaseCheck {
  readonly schemaVersion: number | null;
  readonly problems: readonly string[];
  readonly documents: number;
  readonly sizeBytes: number;
}

export interface StoreTools {
  backup(databasePath: string, file: string): Promise<void>;
  restore(databasePath: string, file: string): Promise<void>;
  check(databasePath: string): Promise<DatabaseCheck>;
}

/** Pages of a backup step: about 8 MB, a few milliseconds. */
const BACKUP_PAGES = 1024;

export function loadStoreTools(): StoreTools {
  return {
    backup,
    restore: async (databasePath, file) => {
      await Promise.resolve();
      restore(databasePath, file);
    },
    check: async (databasePath) => Promise.resolve(check(databasePath)),
  };
}

/** Copies page by page while others write; the copy appears under its name when it is whole. */
async function backup(databasePath: string, file: string): Promise<void> {
  if (!existsSync(databasePath)) throw noDatabase(databasePath);
  const part = `${file}.part`;
  try {
    using connection = openDisposable(databasePath);
    await connection.value.backup(part, { progress: () => BACKUP_PAGES });
    renameSync(part, file);
  } catch (error) {
    rmSync(part, { force: true });
    throw toStoreError(error, file);
  }
}

function restore(databasePath: string, file: string): void {
  const problems = check(file).problems;
  if (problems.length > 0) {
    throw new AppError(
      'STORE_CORRUPT',
      `The copy ${file} is damaged: ${problems.join('; ')}. Take another one.`,
    );
  }
  const part = `${databasePath}.part`;
  try {
    using source = openDisposable(file);
    rmSync(part, { force: true });
    source.value.prepare('VACUUM INTO ?').run(part);
    for (const suffix of ['-wal', '-shm']) rmSync(`${databasePath}${suffix}`, { force: true });
    renameSync(part, databasePath);
  } catch (error) {
    rmSync(part, { force: true });
    throw toStoreError(error, databasePath);
  }
}

function check(databasePath: string): DatabaseCheck {
  if (!existsSync(databasePath)) throw noDatabase(databasePath);
  try {
    using connection = openDisposable(databasePath);
    const rows = connection.value.pragma('quick_check') as { quick_check: string }[];
    const version = connection.value.pragma('user_version', { simple: true }) as number;
    return {
      schemaVersion: version === 0 ? null : version,
      problems: rows.map((row) => row.quick_check).filter((line) => line !== 'ok'),
      documents:
        version === 0
          ? 0
          : Number(connection.value.prepare('SELECT count(*) FROM document').pluck().get()),
      sizeBytes: statSync(databasePath).size,
    };
  } catch (error) {
    throw toStoreError(error, databasePath);
  }
}

function openDisposable(path: string): Disposable & { readonly value: Connection } {
  const value = openReader(path, 16 * 1024 * 1024);
  return { value, [Symbol.dispose]: () => value.close() };
}

function noDatabase(path: string): AppError {
  return new AppError(
    'FILE_NOT_FOUND',
    `There is no database at ${path}. Index something first, or set database.path.`,
  );
}
