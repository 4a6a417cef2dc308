/** Work on database files without the system: online copy, putting a copy in place, a check. */
import { existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import Database from 'better-sqlite3';
import { AppError } from '../errors/app-error.ts';
import { openReader, toStoreError, type Connection } from './database.ts';
import { takeWriterLock, type LockHolder } from './lock.ts';

/** What a check of a database file found. */
export interface DatabaseCheck {
  /** Null when the file holds no tables of ours. */
  readonly schemaVersion: number | null;
  /** What SQLite's quick check says; empty when the file is sound. */
  readonly problems: readonly string[];
  readonly documents: number;
  readonly sizeBytes: number;
}

/** Work on database files, by absolute path. What each does and throws: cli/store-tools.ts. */
export interface StoreTools {
  backup(databasePath: string, file: string): Promise<void>;
  restore(databasePath: string, file: string): Promise<void>;
  check(databasePath: string): Promise<DatabaseCheck>;
}

/** Pages of a copying step: about 8 MB, a few milliseconds. */
const COPY_PAGES = 1024;

/** Gives the tools. They hold nothing open between calls. */
export function loadStoreTools(): StoreTools {
  return {
    backup,
    restore,
    check: async (databasePath) => Promise.resolve(check(databasePath)),
  };
}

async function backup(databasePath: string, file: string): Promise<void> {
  if (!existsSync(databasePath)) throw noDatabase(databasePath);
  try {
    await copyDatabase(databasePath, file);
  } catch (error) {
    throw toStoreError(error, file);
  }
}

/** Holds the writer's lock from before the check of the copy until it is in place. */
async function restore(databasePath: string, file: string): Promise<void> {
  const { problems, schemaVersion } = check(file);
  if (schemaVersion === null) {
    throw new AppError('STORE_CORRUPT', `${file} holds no index. Name a copy that backup wrote.`);
  }
  if (problems.length > 0) {
    throw new AppError(
      'STORE_CORRUPT',
      `The copy ${file} is damaged: ${problems.join('; ')}. Take another one.`,
    );
  }
  try {
    const lock = takeWriterLock(databasePath);
    if (lock.kind === 'elsewhere') throw writerElsewhere(lock.holder);
    try {
      await copyDatabase(file, databasePath);
    } finally {
      lock.release();
    }
  } catch (error) {
    throw toStoreError(error, databasePath);
  }
}

/**
 * Copies page by page; the copy appears under its name when it is whole and safe on the disk. One read
 * transaction spans all steps: without it each write of another process would start the copy anew.
 */
async function copyDatabase(from: string, to: string): Promise<void> {
  const part = `${to}.part`;
  removeDatabase(part);
  try {
    using source = openDisposable(from);
    source.value.exec('BEGIN');
    source.value.prepare('SELECT count(*) FROM sqlite_schema').get();
    await source.value.backup(part, { progress: () => COPY_PAGES });
    leaveWalMode(part);
    // The log of what stood there before does not belong to the copy.
    for (const suffix of WAL_SUFFIXES) rmSync(`${to}${suffix}`, { force: true });
    renameSync(part, to);
  } catch (error) {
    removeDatabase(part);
    throw error;
  }
}

/** A file in WAL mode cannot be read from a read-only folder; the server sets the mode when it opens. */
function leaveWalMode(path: string): void {
  const connection = new Database(path);
  try {
    connection.pragma('journal_mode = DELETE');
  } finally {
    connection.close();
  }
}

function removeDatabase(path: string): void {
  for (const suffix of ['', '-journal', ...WAL_SUFFIXES]) {
    rmSync(`${path}${suffix}`, { force: true });
  }
}

function writerElsewhere({ pid, host }: LockHolder): AppError {
  const who = pid === null ? 'Another process' : `The process with pid ${pid}`;
  const where = host === null || host === hostname() ? '' : ` on ${host}`;
  return new AppError(
    'WRITER_ELSEWHERE',
    `${who}${where} writes this database. Stop it, then restore.`,
  );
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

const WAL_SUFFIXES = ['-wal', '-shm'];

function noDatabase(path: string): AppError {
  return new AppError(
    'FILE_NOT_FOUND',
    `There is no database at ${path}. Index something first, or set database.path.`,
  );
}
