/**
 * Keeps a second process from writing. The lock is an exclusive transaction on a small database beside
 * the real one, `<database>.lock`: the operating system frees it when the process ends in whatever way,
 * also in another container on the same volume. Who holds it stands in `<database>.holder` (JSON: pid,
 * boot id, host name, start time), for messages only.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';

/** Who holds the lock, as far as is known. */
export interface LockHolder {
  readonly pid: number | null;
  readonly host: string | null;
}

export type LockResult =
  | { readonly kind: 'held'; release(): void }
  | { readonly kind: 'elsewhere'; readonly holder: LockHolder };

/**
 * Takes the lock or says who has it. Makes the folder when it is missing. Does not wait. Throws what
 * opening the file throws.
 */
export function takeWriterLock(databasePath: string): LockResult {
  mkdirSync(dirname(databasePath), { recursive: true });
  const connection = new Database(`${databasePath}.lock`, { timeout: 0 });
  try {
    connection.pragma('journal_mode = DELETE');
    connection.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    connection.close();
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY')) {
      return { kind: 'elsewhere', holder: readHolder(databasePath) };
    }
    throw error;
  }
  writeFileSync(
    `${databasePath}.holder`,
    JSON.stringify({
      pid: process.pid,
      boot_id: readBootId(),
      host: hostname(),
      since: new Date(),
    }),
  );
  return {
    kind: 'held',
    release: () => {
      rmSync(`${databasePath}.holder`, { force: true });
      connection.close();
    },
  };
}

function readHolder(databasePath: string): LockHolder {
  try {
    const holder = JSON.parse(
      readFileSync(`${databasePath}.holder`, 'utf8'),
    ) as Partial<LockHolder>;
    return { pid: holder.pid ?? null, host: holder.host ?? null };
  } catch {
    return { pid: null, host: null };
  }
}

function readBootId(): string | null {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return null;
  }
}
