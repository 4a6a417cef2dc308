/**
 * What the commands `backup`, `restore` and `doctor` need of the store: work on a database file
 * without starting the system. The store implements it; it is a port, not an implementation.
 */

/** What a check of a database file found. */
export interface DatabaseCheck {
  /** Version of the schema in the file; null when it holds none. */
  readonly schemaVersion: number | null;
  /** Whole sentences; empty when the file is sound. */
  readonly problems: readonly string[];
  readonly documents: number;
  readonly sizeBytes: number;
}

/** Work on database files. Paths are absolute. */
export interface AppStoreTools {
  /**
   * Copies the database to `file` while others read and write it; the copy is complete and consistent
   * or is not there. Errors: `FILE_NOT_FOUND` without a database, `DISK_FULL`, `STORE_UNWRITABLE`.
   */
  backup(databasePath: string, file: string): Promise<void>;
  /**
   * Puts the copy `file` in place of the database, after a check of it. The caller has made sure that
   * no server runs. Errors: `STORE_CORRUPT`, `STORE_SCHEMA_TOO_NEW`, `STORE_UNWRITABLE`.
   */
  restore(databasePath: string, file: string): Promise<void>;
  /** Opens the database read only and runs SQLite's quick check. Errors: `STORE_SCHEMA_TOO_NEW`, `STORE_CORRUPT`. */
  check(databasePath: string): Promise<DatabaseCheck>;
}
