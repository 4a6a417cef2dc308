/**
 * Opens the database file. One read-write connection exists (the writer thread's); every other one is
 * read-only. WAL lets readers go on while the writer writes; `synchronous=NORMAL` can lose the newest
 * transactions at a power cut, never the consistency, and the manifest then shows them as not done.
 */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { AppError } from '../errors/app-error.ts';
import { MIGRATIONS } from './schema.ts';

export type Connection = Database.Database;
export type Statement = Database.Statement;

/** Bytes of a database page: postings blocks and compressed files are a few KB, so fewer overflow pages. */
const PAGE_BYTES = 8192;
const READER_MMAP_BYTES = 2 ** 31 - 65536;

/** Opens for reading and writing, creates the file and runs missing migrations. Errors: see `toStoreError`. */
export function openWriter(path: string, cacheBytes: number): Connection {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const connection = new Database(path);
    connection.pragma(`page_size = ${PAGE_BYTES}`);
    connection.pragma('auto_vacuum = INCREMENTAL');
    connection.pragma('journal_mode = WAL');
    connection.pragma('synchronous = NORMAL');
    connection.pragma('wal_autocheckpoint = 0');
    connection.pragma(`cache_size = -${Math.floor(cacheBytes / 1024)}`);
    connection.pragma('temp_store = MEMORY');
    connection.pragma('journal_size_limit = 67108864');
    migrate(connection);
    return connection;
  } catch (error) {
    throw toStoreError(error, path);
  }
}

/** Opens for reading only. The file must exist. */
export function openReader(path: string, cacheBytes: number): Connection {
  try {
    const connection = new Database(path, { readonly: true, fileMustExist: true });
    connection.pragma('query_only = 1');
    connection.pragma(`cache_size = -${Math.floor(cacheBytes / 1024)}`);
    connection.pragma(`mmap_size = ${READER_MMAP_BYTES}`);
    assertKnownVersion(connection);
    return connection;
  } catch (error) {
    throw toStoreError(error, path);
  }
}

function migrate(connection: Connection): void {
  assertKnownVersion(connection);
  const version = readVersion(connection);
  for (let next = version; next < MIGRATIONS.length; next++) {
    connection.transaction(() => {
      connection.exec(MIGRATIONS[next] as string);
      connection.pragma(`user_version = ${next + 1}`);
    })();
  }
}

function readVersion(connection: Connection): number {
  return connection.pragma('user_version', { simple: true }) as number;
}

function assertKnownVersion(connection: Connection): void {
  const version = readVersion(connection);
  if (version <= MIGRATIONS.length) return;
  connection.close();
  throw new AppError(
    'STORE_SCHEMA_TOO_NEW',
    `The database has schema ${version}, this program knows up to ${MIGRATIONS.length}. ` +
      'Start the newer release, or restore a backup made before the upgrade.',
  );
}

const UNWRITABLE: ReadonlySet<string> = new Set([
  'SQLITE_CANTOPEN',
  'SQLITE_READONLY',
  'SQLITE_PERM',
  'EACCES',
  'EROFS',
  'EPERM',
]);

/** Turns an error of SQLite or of the file system into one of ours; others pass through. */
export function toStoreError(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || error instanceof AppError) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (code === 'SQLITE_FULL' || code === 'ENOSPC') {
    return new AppError(
      'DISK_FULL',
      'The disk that holds the database is full. Free space or move `database.path`; what was indexed stays searchable.',
      { cause: error },
    );
  }
  if (
    UNWRITABLE.has(code) ||
    code.startsWith('SQLITE_CANTOPEN') ||
    code.startsWith('SQLITE_READONLY')
  ) {
    return new AppError(
      'STORE_UNWRITABLE',
      `The database ${path} cannot be opened for writing: make its folder belong to the user that runs the ` +
        'server (for a folder mounted into a container: sudo chown -R 1000:1000 <folder>) or set database.path.',
      { cause: error },
    );
  }
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') {
    return new AppError(
      'STORE_CORRUPT',
      `The database ${path} is damaged or not a database. Restore a backup, or delete it to index anew.`,
      { cause: error },
    );
  }
  return error;
}
