/**
 * What relations ask of the links of items (tables: item-schema.ts). Rows of trees that do not answer are among
 * the replies: whoever asks looks the documents up in the catalog. Every method reads inside the transaction of
 * its caller.
 */
import { LINK_KINDS, type LinkKind } from '../model/item-links.ts';
import type { Connection, Statement } from './database.ts';

/** A document that is joined to what was asked for. */
export interface LinkedDocument {
  readonly documentId: number;
  /** True when its service says so, false when its text names it. */
  readonly isStated: boolean;
}

/** What a document is joined to. */
export interface LinkTarget {
  readonly target: string;
  readonly isStated: boolean;
}

export class ItemLinkReader {
  readonly #connection: Connection;
  #naming: Statement | undefined;
  #targets: Statement | undefined;
  #children: Statement | undefined;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Documents that are joined to one of the targets; newest documents first, at most `limit`. */
  listLinked(kind: LinkKind, targets: readonly string[], limit: number): LinkedDocument[] {
    // Prepared when first used: a reader may be opened before the writer has made the table.
    this.#naming ??= this.#connection.prepare(
      `SELECT document_id AS documentId, max(is_stated) AS isStated FROM item_link
       WHERE kind = ? AND target IN (SELECT value FROM json_each(?))
       GROUP BY document_id ORDER BY document_id DESC LIMIT ?`,
    );
    const rows = this.#naming.all(LINK_KINDS.indexOf(kind), JSON.stringify(targets), limit);
    return toDocuments(rows);
  }

  /** What a document is joined to, stated targets first. */
  listTargets(documentId: number, kind: LinkKind): LinkTarget[] {
    this.#targets ??= this.#connection.prepare(
      `SELECT target, is_stated AS isStated FROM item_link WHERE document_id = ? AND kind = ?
       ORDER BY is_stated DESC, target`,
    );
    const rows = this.#targets.all(documentId, LINK_KINDS.indexOf(kind)) as {
      target: string;
      isStated: number;
    }[];
    return rows.map(({ target, isStated }) => ({ target, isStated: isStated === 1 }));
  }

  /** Comments, reviews and replies of a document: those of the same tree that name its path as their parent. */
  listChildren(documentId: number, limit: number): LinkedDocument[] {
    this.#children ??= this.#connection.prepare(
      `SELECT l.document_id AS documentId, 1 AS isStated FROM document parent
       JOIN item_link l ON l.kind = ${LINK_KINDS.indexOf('parent')} AND l.target = parent.path
       JOIN document child ON child.id = l.document_id AND child.tree_id = parent.tree_id
       WHERE parent.id = ? ORDER BY child.updated_ms DESC LIMIT ?`,
    );
    return toDocuments(this.#children.all(documentId, limit));
  }
}

function toDocuments(rows: unknown[]): LinkedDocument[] {
  return (rows as { documentId: number; isStated: number }[]).map(({ documentId, isStated }) => ({
    documentId,
    isStated: isStated === 1,
  }));
}
