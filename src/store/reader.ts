/**
 * The read side of the store as one object for a thread: a read-only connection with catalog, segments and
 * contents. All reads of one answer happen inside `read`, a short transaction, so that they see one state.
 */
import { Catalog } from './catalog.ts';
import { unpackContent } from './content.ts';
import { openReader, type Connection, type Statement } from './database.ts';
import type { DocumentRow } from './documents.ts';
import { HistoryReader } from './history-reader.ts';
import { ItemLinkReader } from './item-links.ts';
import type { ListTermKeys } from './path-terms.ts';
import { OpenSegments } from './open-segments.ts';
import { SymbolReader } from './symbol-reader.ts';

/** A document of a tree with what it holds. */
export interface TreeFile {
  readonly path: string;
  readonly language: string;
  readonly blobId: number;
}

export class StoreReader {
  readonly connection: Connection;
  readonly catalog: Catalog;
  readonly segments: OpenSegments;
  readonly symbols: SymbolReader;
  readonly history: HistoryReader;
  readonly links: ItemLinkReader;
  readonly #content: Statement;
  readonly #findHash: Statement;
  #findTreeFile: Statement | undefined;
  #dataVersion = -1;

  constructor(path: string, cacheBytes: number, listTermKeys: ListTermKeys) {
    this.connection = openReader(path, cacheBytes);
    this.catalog = new Catalog(this.connection, listTermKeys);
    this.segments = new OpenSegments(this.connection);
    this.symbols = new SymbolReader(this.connection);
    this.history = new HistoryReader(this.connection);
    this.links = new ItemLinkReader(this.connection);
    this.#content = this.connection
      .prepare('SELECT data FROM blob_content WHERE blob_id = ?')
      .pluck();
    this.#findHash = this.connection
      .prepare('SELECT 1 FROM blob WHERE hash = ? AND epoch >= ? LIMIT 1')
      .pluck();
  }

  /** Runs `work` in one read transaction on the newest state. */
  read<T>(work: () => T): T {
    this.connection.exec('BEGIN');
    try {
      const version = this.connection.pragma('data_version', { simple: true }) as number;
      if (version !== this.#dataVersion) {
        this.catalog.sync();
        this.segments.sync();
        this.symbols.sync();
        this.#dataVersion = version;
      }
      return work();
    } finally {
      this.connection.exec('COMMIT');
    }
  }

  /** The text of a blob as UTF-8; undefined when it has been collected. Costs about 1 ms a megabyte. */
  readContent(blobId: number): Buffer | undefined {
    const data = this.#content.get(blobId) as Buffer | undefined;
    return data === undefined ? undefined : unpackContent(data);
  }

  /** True when a text of this hash is stored that a tree of this epoch may use. */
  hasHash(hash: Uint8Array, epoch: number): boolean {
    return this.#findHash.get(hash, epoch) !== undefined;
  }

  /** A document as the manifest has it. */
  findDocument(treeId: number, path: string): DocumentRow | undefined {
    return this.connection
      .prepare(
        `SELECT id, tree_id AS treeId, size_bytes AS sizeBytes, mtime_ms AS mtimeMs, outcome, reason,
           is_pending AS isPending, blob_id AS blobId FROM document WHERE tree_id = ? AND path = ?`,
      )
      .get(treeId, path) as DocumentRow | undefined;
  }

  /** The documents of a tree that hold text, in any order. */
  listTreeFiles(treeId: number): { readonly documentId: number; readonly path: string }[] {
    return this.connection
      .prepare(
        'SELECT id AS documentId, path FROM document WHERE tree_id = ? AND outcome = 1 AND blob_id IS NOT NULL',
      )
      .all(treeId) as { documentId: number; path: string }[];
  }

  /** A document that holds text. */
  findTreeFile(documentId: number): TreeFile | undefined {
    this.#findTreeFile ??= this.connection.prepare(
      'SELECT path, language, blob_id AS blobId FROM document WHERE id = ? AND outcome = 1 AND blob_id IS NOT NULL',
    );
    return this.#findTreeFile.get(documentId) as TreeFile | undefined;
  }

  /** Folders that documents of a tree lie in, with those above them; without the root itself. */
  listFolders(treeId: number): Set<string> {
    const folders = new Set<string>();
    const paths = this.connection
      .prepare('SELECT path FROM document WHERE tree_id = ?')
      .pluck()
      .iterate(treeId) as IterableIterator<string>;
    for (const path of paths) {
      let end = path.lastIndexOf('/');
      while (end > 0 && !folders.has(path.slice(0, end))) {
        folders.add(path.slice(0, end));
        end = path.lastIndexOf('/', end - 1);
      }
    }
    return folders;
  }

  countDocuments(treeId: number): number {
    return Number(
      this.connection
        .prepare('SELECT coalesce(sum(files), 0) FROM tally WHERE tree_id = ?')
        .pluck()
        .get(treeId),
    );
  }

  close(): void {
    this.connection.close();
  }
}
