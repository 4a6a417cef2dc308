/** The writer's side of sources and their trees, and of the small facts in `meta`. */
import type { Connection } from './database.ts';

export interface SourceRow {
  readonly id: number;
  readonly connectorId: string;
  readonly type: string;
  readonly name: string;
  /** Absolute folder of a filesystem source, else null. */
  readonly path: string | null;
  /** JSON text, secrets by reference only. */
  readonly config: string;
  /** 1: the configuration file or the command line declares it; 0: added over MCP. */
  readonly isDeclared: number;
  readonly isEnabled: number;
  readonly activeTree: number | null;
  readonly buildingTree: number | null;
  readonly headCommit: string | null;
  readonly verifiedMs: number | null;
  readonly lastOkMs: number | null;
  readonly lastError: string | null;
  readonly cursor: string | null;
}

export interface TreeRow {
  readonly id: number;
  readonly sourceId: number;
  readonly epoch: number;
  readonly isListed: number;
}

/** What a source is made from. */
export interface SourceDeclaration {
  readonly connectorId: string;
  readonly type: string;
  readonly name: string;
  readonly path: string | null;
  readonly config: Readonly<Record<string, unknown>>;
  readonly isDeclared: boolean;
}

export interface SourceFacts {
  readonly headCommit?: string | null;
  readonly verifiedMs?: number;
  readonly lastOkMs?: number;
  readonly lastError?: string | null;
  readonly cursor?: string | null;
}

const COLUMNS = `id, connector_id AS connectorId, type, name, path, config, is_declared AS isDeclared,
  is_enabled AS isEnabled, active_tree AS activeTree, building_tree AS buildingTree, head_commit AS headCommit,
  verified_ms AS verifiedMs, last_ok_ms AS lastOkMs, last_error AS lastError, cursor`;

const FACT_COLUMNS: Readonly<Record<keyof SourceFacts, string>> = {
  headCommit: 'head_commit',
  verifiedMs: 'verified_ms',
  lastOkMs: 'last_ok_ms',
  lastError: 'last_error',
  cursor: 'cursor',
};

/** All sources in the order they were added. */
export function listSources(connection: Connection): SourceRow[] {
  return connection.prepare(`SELECT ${COLUMNS} FROM source ORDER BY id`).all() as SourceRow[];
}

export class SourceTable {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  list(): SourceRow[] {
    return listSources(this.#connection);
  }

  find(connectorId: string): SourceRow | undefined {
    return this.#connection
      .prepare(`SELECT ${COLUMNS} FROM source WHERE connector_id = ?`)
      .get(connectorId) as SourceRow | undefined;
  }

  /** Creates the source with an empty tree, or brings its declaration up to date. */
  ensure(declaration: SourceDeclaration): SourceRow {
    const values = {
      ...declaration,
      config: JSON.stringify(declaration.config),
      isDeclared: declaration.isDeclared ? 1 : 0,
    };
    this.#connection.transaction(() => {
      this.#connection
        .prepare(
          `INSERT INTO source (connector_id, type, name, path, config, is_declared)
           VALUES (@connectorId, @type, @name, @path, @config, @isDeclared)
           ON CONFLICT (connector_id) DO UPDATE SET type = excluded.type, name = excluded.name,
             path = excluded.path, config = excluded.config, is_declared = excluded.is_declared`,
        )
        .run(values);
      const source = this.find(declaration.connectorId) as SourceRow;
      if (source.activeTree === null) {
        this.#connection
          .prepare('UPDATE source SET active_tree = ? WHERE id = ?')
          .run(this.createTree(source.id, 0), source.id);
      }
    })();
    return this.find(declaration.connectorId) as SourceRow;
  }

  setFacts(sourceId: number, facts: SourceFacts): void {
    for (const [key, column] of Object.entries(FACT_COLUMNS)) {
      const value = facts[key as keyof SourceFacts];
      if (value === undefined) continue;
      this.#connection.prepare(`UPDATE source SET ${column} = ? WHERE id = ?`).run(value, sourceId);
    }
  }

  createTree(sourceId: number, epoch: number): number {
    const { lastInsertRowid } = this.#connection
      .prepare('INSERT INTO tree (source_id, epoch) VALUES (?, ?)')
      .run(sourceId, epoch);
    return Number(lastInsertRowid);
  }

  getTree(treeId: number): TreeRow | undefined {
    return this.#connection
      .prepare(
        'SELECT id, source_id AS sourceId, epoch, is_listed AS isListed FROM tree WHERE id = ?',
      )
      .get(treeId) as TreeRow | undefined;
  }

  listTrees(): TreeRow[] {
    return this.#connection
      .prepare('SELECT id, source_id AS sourceId, epoch, is_listed AS isListed FROM tree')
      .all() as TreeRow[];
  }

  setListed(treeId: number): void {
    this.#connection.prepare('UPDATE tree SET is_listed = 1 WHERE id = ?').run(treeId);
  }

  /** Starts (or goes on with) a tree beside the active one, of a new epoch. Gives its id. */
  beginRebuild(sourceId: number): number {
    return this.#connection.transaction(() => {
      const building = this.#connection
        .prepare('SELECT building_tree FROM source WHERE id = ?')
        .pluck()
        .get(sourceId) as number | null;
      if (building !== null) return building;
      const epoch =
        1 +
        Number(
          this.#connection
            .prepare(
              'SELECT max((SELECT max(epoch) FROM tree), (SELECT coalesce(max(epoch), 0) FROM blob))',
            )
            .pluck()
            .get(),
        );
      const treeId = this.createTree(sourceId, epoch);
      this.#connection
        .prepare('UPDATE source SET building_tree = ? WHERE id = ?')
        .run(treeId, sourceId);
      return treeId;
    })();
  }

  /** Lets the building tree answer from now on. Gives the tree that answered before. */
  swapTrees(sourceId: number): number | null {
    return this.#connection.transaction(() => {
      const old = this.#connection
        .prepare('SELECT active_tree FROM source WHERE id = ?')
        .pluck()
        .get(sourceId) as number | null;
      this.#connection
        .prepare(
          `UPDATE source SET active_tree = building_tree, building_tree = NULL
           WHERE id = ? AND building_tree IS NOT NULL`,
        )
        .run(sourceId);
      this.setMeta('catalog_epoch', this.getMeta('catalog_epoch', 0) + 1);
      return old;
    })();
  }

  removeTree(treeId: number): void {
    this.#connection.prepare('DELETE FROM tree WHERE id = ?').run(treeId);
    this.#connection.prepare('DELETE FROM tally WHERE tree_id = ?').run(treeId);
  }

  /** Takes the source out of answers. Its row stays, without a tree, until `removeEmpty`. */
  abandon(sourceId: number): void {
    this.#connection.transaction(() => {
      this.#connection
        .prepare('UPDATE source SET active_tree = NULL, building_tree = NULL WHERE id = ?')
        .run(sourceId);
      this.setMeta('catalog_epoch', this.getMeta('catalog_epoch', 0) + 1);
    })();
  }

  /** Removes the rows of abandoned sources; their trees must be gone by now. */
  removeEmpty(): void {
    this.#connection.prepare('DELETE FROM source WHERE active_tree IS NULL').run();
  }

  getMeta(key: string, fallback: number): number {
    const value = this.#connection.prepare('SELECT value FROM meta WHERE key = ?').pluck().get(key);
    return typeof value === 'number' ? value : fallback;
  }

  setMeta(key: string, value: number): void {
    this.#connection
      .prepare(
        'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
      )
      .run(key, value);
  }
}
