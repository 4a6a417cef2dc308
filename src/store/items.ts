/**
 * The writer's side of items: documents that come from a connector or a client instead of a root. They are
 * prepared (pending, with what they are), settled like files, then joined to what they name. A full sync marks
 * each item with its number; what has another number at its end is gone.
 */
import { toReasonCode, type PendingColumns } from '../model/batches.ts';
import type { DocumentItem, SkipReason } from '../model/document.ts';
import { LINK_KINDS, type ItemLink } from '../model/item-links.ts';
import type { Connection, Statement } from './database.ts';
import type { DocumentTable } from './documents.ts';
import type { Tallies } from './tallies.ts';
import { inTransaction, sliceBounds } from './transaction.ts';

/** A document that is no file of a root. Its path is its name within the source. */
export interface PreparedItem {
  readonly path: string;
  readonly sizeBytes: number;
  readonly updatedMs: number;
  /** Null for a file of a repository, of which there is nothing to say but its path. */
  readonly item: DocumentItem | null;
  /** Set when it is known without its text that it is not indexed. */
  readonly skip?: SkipReason;
}

/** Links of documents, one list each, in the same order. */
export interface DocumentLinks {
  readonly documentIds: Float64Array;
  readonly links: readonly (readonly ItemLink[])[];
}

export class ItemTable {
  readonly #connection: Connection;
  readonly #tallies: Tallies;
  readonly #documents: DocumentTable;
  readonly #describe: Statement;
  readonly #listBelow: Statement;
  readonly #dropLinks: Statement;
  readonly #addLink: Statement;

  constructor(connection: Connection, tallies: Tallies, documents: DocumentTable) {
    this.#connection = connection;
    this.#tallies = tallies;
    this.#documents = documents;
    this.#describe = connection.prepare(
      'UPDATE document SET item = ?, updated_ms = ?, listing = ? WHERE id = ?',
    );
    this.#listBelow = connection
      .prepare(
        `SELECT id FROM document WHERE tree_id = @treeId AND path = @path
         UNION ALL SELECT id FROM document WHERE tree_id = @treeId AND path >= @first AND path < @end`,
      )
      .pluck();
    this.#dropLinks = connection.prepare('DELETE FROM item_link WHERE document_id = ?');
    this.#addLink = connection.prepare(
      'INSERT OR IGNORE INTO item_link (kind, target, document_id, is_stated) VALUES (?, ?, ?, ?)',
    );
  }

  /** Makes room for items; gives those whose text is to be analysed, in their order. */
  prepare(treeId: number, items: readonly PreparedItem[], listing: number): PendingColumns {
    for (const [start, end] of sliceBounds(items.length)) {
      inTransaction(this.#connection, this.#tallies, () => {
        for (const item of items.slice(start, end)) this.#prepareOne(treeId, item, listing);
      });
    }
    const toRead = items.filter(({ skip }) => skip === undefined).map(({ path }) => path);
    return this.#documents.takePendingPaths(treeId, toRead);
  }

  /** Replaces the links of the documents. */
  storeLinks({ documentIds, links }: DocumentLinks): void {
    for (const [start, end] of sliceBounds(documentIds.length)) {
      inTransaction(this.#connection, this.#tallies, () => {
        for (let index = start; index < end; index++) {
          const id = documentIds[index] as number;
          this.#dropLinks.run(id);
          for (const { kind, target, isStated } of links[index] ?? []) {
            this.#addLink.run(LINK_KINDS.indexOf(kind), target, id, isStated ? 1 : 0);
          }
        }
      });
    }
  }

  /** Deletes the documents with these paths and all below them. Gives their number. */
  removeBelow(treeId: number, paths: readonly string[]): number {
    const ids = new Set<number>();
    for (const path of paths) {
      // `0` is the character behind `/`.
      const bounds = { treeId, path, first: `${path}/`, end: `${path}0` };
      for (const id of this.#listBelow.all(bounds) as number[]) ids.add(id);
    }
    this.#documents.deleteAll([...ids]);
    return ids.size;
  }

  /** Deletes what the full sync of this number has not brought. Gives how many. */
  removeUnlisted(treeId: number, listing: number): number {
    const ids = this.#connection
      .prepare('SELECT id FROM document WHERE tree_id = ? AND listing <> ?')
      .pluck()
      .all(treeId, listing) as number[];
    this.#documents.deleteAll(ids);
    return ids.length;
  }

  #prepareOne(treeId: number, prepared: PreparedItem, listing: number): void {
    const { path, sizeBytes, updatedMs, item, skip } = prepared;
    const id = this.#documents.compareInside(treeId, {
      paths: [path],
      sizeBytes: Float64Array.of(sizeBytes),
      mtimeMs: Float64Array.of(updatedMs),
      reasons: Uint8Array.of(toReasonCode(skip)),
    });
    const described = item === null ? null : JSON.stringify(item);
    this.#describe.run(described, updatedMs, listing, id);
  }
}
