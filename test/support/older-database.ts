/**
 * Makes a database as an older release left it: the tables of the first migrations only, with the rows of a
 * present one. What came with later migrations is missing, and no file has been parsed.
 */
import { renameSync, rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import { MIGRATIONS } from '../../src/store/schema.ts';

/** How many migrations there are. */
export const NEWEST_SCHEMA: number = MIGRATIONS.length;

/** Takes the database at `path`, which nobody has open, back to the schema with that number (from 1). */
export function makeOlder(path: string, schema: number): void {
  const older = `${path}.older`;
  const connection = new Database(older);
  try {
    connection.pragma('page_size = 8192');
    connection.pragma('auto_vacuum = INCREMENTAL');
    for (const migration of MIGRATIONS.slice(0, schema)) connection.exec(migration);
    connection.prepare('ATTACH ? AS newer').run(path);
    connection.transaction(() => copyRows(connection))();
    connection.exec('DETACH newer');
    connection.pragma(`user_version = ${schema}`);
  } finally {
    connection.close();
  }
  for (const suffix of ['-wal', '-shm']) rmSync(path + suffix, { force: true });
  renameSync(older, path);
}

interface SchemaRow {
  readonly name: string;
  readonly sql: string;
}

function copyRows(connection: Database.Database): void {
  const list = (type: string): readonly SchemaRow[] =>
    connection
      .prepare(
        `SELECT name, sql FROM main.sqlite_schema
         WHERE type = ? AND sql IS NOT NULL AND name NOT LIKE 'sqlite!_%' ESCAPE '!'`,
      )
      .all(type) as SchemaRow[];
  // Triggers would count the rows a second time.
  const triggers = list('trigger');
  for (const { name } of triggers) connection.exec(`DROP TRIGGER ${name}`);
  for (const { name } of list('table')) {
    const columns = connection.pragma(`table_info(${name})`) as { name: string }[];
    const names = columns.map((column) => `"${column.name}"`).join(', ');
    connection.exec(`DELETE FROM main.${name}`);
    connection.exec(`INSERT INTO main.${name} (${names}) SELECT ${names} FROM newer.${name}`);
  }
  for (const { sql } of triggers) connection.exec(sql);
  connection.exec('UPDATE blob SET structure = 0');
}
