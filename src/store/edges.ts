/**
 * The writer's side of import edges between documents. They follow the `change` rows: `edges_sequence` in
 * `meta` is the last change whose documents have their edges. A document is looked at again when it changed,
 * when a file that it imports went, when a file appears that one of its unresolved imports may mean, and when a
 * file changes that says how imports resolve.
 */
import type { EdgeColumns, EdgePlan } from '../model/structure-batches.ts';
import { listPathStems } from '../segments/import-stems.ts';
import type { Connection, Statement } from './database.ts';
import { OUTCOME_CODE, STRUCTURE_STATE } from './schema.ts';
import type { Tallies } from './tallies.ts';
import { inTransaction, sliceBounds } from './transaction.ts';

/** What is to be resolved so that edges agree with the documents as of `sequence`. */
export interface EdgePlans {
  readonly sequence: number;
  readonly plans: readonly EdgePlan[];
}

const SEQUENCE_KEY = 'edges_sequence';
/** Documents of one transaction; each has about a dozen edges. */
const DOCUMENTS_PER_TRANSACTION = 60;
/** Files that say how imports of other files resolve. */
const CONFIGURATION =
  /^(?:[jt]sconfig[\w.-]*\.json|package\.json|go\.mod|cargo\.toml|composer\.json|pubspec\.yaml|.*\.cabal|dune-project)$/i;

interface ChangedRow {
  readonly id: number;
  /** Null: the document is gone. */
  readonly treeId: number | null;
  readonly path: string | null;
}

export class EdgeTable {
  readonly #connection: Connection;
  readonly #tallies: Tallies;
  readonly #removeFrom: Statement;
  readonly #removeMissing: Statement;
  readonly #insertEdge: Statement;
  readonly #insertMissing: Statement;

  constructor(connection: Connection, tallies: Tallies) {
    this.#connection = connection;
    this.#tallies = tallies;
    this.#removeFrom = connection.prepare('DELETE FROM import_edge WHERE from_id = ?');
    this.#removeMissing = connection.prepare('DELETE FROM import_missing WHERE from_id = ?');
    this.#insertEdge = connection.prepare(
      'INSERT OR IGNORE INTO import_edge (from_id, to_id, line) VALUES (?, ?, ?)',
    );
    this.#insertMissing = connection.prepare(
      'INSERT OR IGNORE INTO import_missing (stem, from_id) VALUES (?, ?)',
    );
  }

  /** Works out which documents need new edges and removes the edges of documents that are gone. */
  plan(): EdgePlans {
    const sequence = Number(this.#get('SELECT coalesce(max(sequence), 0) FROM change'));
    const known = this.#get('SELECT value FROM meta WHERE key = ?', SEQUENCE_KEY);
    const floor = Number(this.#get("SELECT value FROM meta WHERE key = 'change_floor'") ?? 0);
    if (known === undefined || Number(known) < floor) {
      return { sequence, plans: this.#planAll(undefined) };
    }
    if (Number(known) === sequence) return { sequence, plans: [] };
    return { sequence, plans: this.#planChanged(this.#listChanged(Number(known))) };
  }

  /** Replaces the edges of the documents. */
  store(columns: EdgeColumns): void {
    const edges = new Cursor(columns.edgeFrom);
    const missing = new Cursor(columns.missingFrom);
    for (const [start, end] of sliceBounds(columns.documentIds.length, DOCUMENTS_PER_TRANSACTION)) {
      inTransaction(this.#connection, this.#tallies, () => {
        for (let index = start; index < end; index++) {
          const documentId = columns.documentIds[index] as number;
          this.#removeFrom.run(documentId);
          this.#removeMissing.run(documentId);
          for (const at of edges.take(index)) {
            this.#insertEdge.run(documentId, columns.edgeTo[at], columns.edgeLines[at]);
          }
          for (const at of missing.take(index)) {
            this.#insertMissing.run(columns.missingStems[at], documentId);
          }
        }
      });
    }
  }

  /** Notes that the edges agree with the documents as of `sequence`. */
  finish(sequence: number): void {
    this.#connection
      .prepare(
        'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
      )
      .run(SEQUENCE_KEY, sequence);
  }

  #get(sql: string, ...parameters: readonly unknown[]): unknown {
    return this.#connection
      .prepare(sql)
      .pluck()
      .get(...parameters);
  }

  #listChanged(afterSequence: number): ChangedRow[] {
    return this.#connection
      .prepare(
        `SELECT c.document_id AS id, d.tree_id AS treeId, d.path FROM
           (SELECT DISTINCT document_id FROM change WHERE sequence > ?) c
         LEFT JOIN document d ON d.id = c.document_id AND d.outcome = ${OUTCOME_CODE.indexed} AND d.blob_id IS NOT NULL`,
      )
      .all(afterSequence) as ChangedRow[];
  }

  /** All documents with an outline, of the tree or of every one. */
  #planAll(treeId: number | undefined): EdgePlan[] {
    const rows = this.#connection
      .prepare(
        `SELECT d.id, d.tree_id AS treeId FROM document d JOIN blob b ON b.id = d.blob_id
         WHERE d.outcome = ${OUTCOME_CODE.indexed} AND b.structure = ${STRUCTURE_STATE.done}
           AND (@treeId IS NULL OR d.tree_id = @treeId) ORDER BY d.id`,
      )
      .all({ treeId: treeId ?? null }) as { id: number; treeId: number }[];
    return toPlans(rows);
  }

  #planChanged(changed: readonly ChangedRow[]): EdgePlan[] {
    const wanted = new Map<number, number>();
    const wholeTrees = new Set<number>();
    const treeOf = this.#connection.prepare('SELECT tree_id FROM document WHERE id = ?').pluck();
    const want = (id: number): void => {
      const treeId = treeOf.get(id) as number | undefined;
      if (treeId !== undefined) wanted.set(id, treeId);
    };
    for (const { id, treeId, path } of changed) {
      if (treeId === null || path === null) {
        for (const from of this.#removeGone(id)) want(from);
        continue;
      }
      wanted.set(id, treeId);
      if (CONFIGURATION.test(path.slice(path.lastIndexOf('/') + 1))) wholeTrees.add(treeId);
      for (const from of this.#listMissing(path)) want(from);
    }
    const whole = [...wholeTrees].flatMap((treeId) => this.#planAll(treeId));
    const rows = Array.from(wanted, ([id, treeId]) => ({ id, treeId }));
    return [...whole, ...toPlans(rows.filter(({ treeId }) => !wholeTrees.has(treeId)))];
  }

  /** Removes all edges of a document that is gone. Gives the documents that imported it. */
  #removeGone(id: number): number[] {
    const importers = this.#connection
      .prepare('SELECT from_id FROM import_edge WHERE to_id = ?')
      .pluck()
      .all(id) as number[];
    inTransaction(this.#connection, this.#tallies, () => {
      this.#removeFrom.run(id);
      this.#removeMissing.run(id);
      this.#connection.prepare('DELETE FROM import_edge WHERE to_id = ?').run(id);
    });
    return importers;
  }

  #listMissing(path: string): number[] {
    const list = this.#connection
      .prepare('SELECT from_id FROM import_missing WHERE stem = ?')
      .pluck();
    return listPathStems(path).flatMap((stem) => list.all(stem) as number[]);
  }
}

/** Walks a column of ascending row numbers. */
class Cursor {
  readonly #rows: Uint32Array;
  #at = 0;

  constructor(rows: Uint32Array) {
    this.#rows = rows;
  }

  /** The places of a row; rows must be asked for in ascending order. */
  *take(row: number): Generator<number> {
    while (this.#rows[this.#at] === row) yield this.#at++;
  }
}

function toPlans(rows: readonly { readonly id: number; readonly treeId: number }[]): EdgePlan[] {
  const byTree = Map.groupBy(rows, ({ treeId }) => treeId);
  return Array.from(byTree, ([treeId, documents]) => ({
    treeId,
    documentIds: documents.map(({ id }) => id),
  }));
}
