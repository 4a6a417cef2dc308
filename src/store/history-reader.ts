/**
 * What searches and relations ask of history. Every method reads inside the transaction of its caller
 * (`StoreReader.read`); repositories of one source answer together, since their paths do not overlap.
 */
import {
  TICKET_KINDS,
  type Branch,
  type CoChange,
  type Ticket,
  type TicketKind,
} from '../model/history.ts';
import { unpackPathIds } from './commit-codec.ts';
import { CommitIndex } from './commit-index.ts';
import type { Connection, Statement } from './database.ts';

/** A commit as answers show it. */
export interface CommitView {
  readonly id: number;
  readonly connectorId: string;
  readonly hash: string;
  readonly authorName: string;
  readonly authorMs: number;
  readonly committedMs: number;
  readonly subject: string;
  readonly body: string;
  readonly isMerge: boolean;
  readonly fileCount: number;
}

/** A ticket that commits of a file name. */
export interface TicketCount extends Ticket {
  readonly commits: number;
  readonly lastMs: number;
}

/** An author of a file. */
export interface AuthorCount {
  readonly name: string;
  readonly commits: number;
  readonly lastMs: number;
}

/** A branch whose name was asked for. */
export interface BranchView extends Branch {
  readonly connectorId: string;
}

/** A commit that touches more files than this says nothing of which belong together. */
const MAX_COUPLED_FILES = 30;
/** Commits of a file that are looked at: a changelog has them all, the newest tell enough. */
const MAX_COUPLED_COMMITS = 500;
/** Commits of each repository that ranking looks at. */
const INDEXED_COMMITS = 4_000;

const COLUMNS = `c.id, s.connector_id AS connectorId, lower(hex(c.hash)) AS hash, c.author AS authorName,
  c.author_ms AS authorMs, c.committed_ms AS committedMs, c.subject, c.body, c.is_merge AS isMerge, c.file_count AS fileCount`;
const FROM_COMMIT = `FROM commit_log c JOIN history_repository r ON r.id = c.repository_id JOIN source s ON s.id = r.source_id`;
const PATHS_OF_FILE = `SELECT p.id FROM source s JOIN history_repository r ON r.source_id = s.id
  JOIN history_path p ON p.repository_id = r.id AND p.path = @path WHERE s.connector_id = @connectorId`;

export class HistoryReader {
  readonly #connection: Connection;
  readonly #statements = new Map<string, Statement>();
  #commitIndex: CommitIndex | undefined;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** The newest commits of a file, newest first. */
  listCommits(connectorId: string, path: string, limit: number): CommitView[] {
    return this.#listCommits(
      `SELECT ${COLUMNS} ${FROM_COMMIT} WHERE c.id IN (SELECT commit_id FROM commit_file WHERE path_id IN (${PATHS_OF_FILE}))
       ORDER BY c.committed_ms DESC, c.id LIMIT @limit`,
      { connectorId, path, limit },
    );
  }

  /** The newest commits that name a ticket, newest first. */
  listTicketCommits(ticket: string, limit: number): CommitView[] {
    return this.#listCommits(
      `SELECT ${COLUMNS} ${FROM_COMMIT} WHERE c.id IN (SELECT commit_id FROM ticket_ref WHERE ticket = @ticket)
       ORDER BY c.committed_ms DESC, c.id LIMIT @limit`,
      { ticket, limit },
    );
  }

  /** Commits whose hash begins so, at least four digits; newest first. */
  listCommitsByHash(prefix: string, limit: number): CommitView[] {
    if (!/^[0-9a-f]{4,64}$/.test(prefix)) return [];
    return this.#listCommits(
      `SELECT ${COLUMNS} ${FROM_COMMIT} WHERE hex(c.hash) LIKE @prefix || '%' ORDER BY c.committed_ms DESC LIMIT @limit`,
      { prefix: prefix.toUpperCase(), limit },
    );
  }

  /** Commits by their id, as the commit index names them; in no order. */
  getCommits(ids: readonly number[]): CommitView[] {
    return this.#listCommits(
      `SELECT ${COLUMNS} ${FROM_COMMIT} WHERE c.id IN (SELECT value FROM json_each(@ids))`,
      { ids: JSON.stringify(ids) },
    );
  }

  /** The files of a commit, sorted; empty for merges and for commits over the limit. */
  listFiles(commitId: number): string[] {
    const packed = this.#prepare('SELECT path_ids FROM commit_log WHERE id = ?')
      .pluck()
      .get(commitId) as Uint8Array | undefined;
    if (packed === undefined) return [];
    return unpackPathIds(packed)
      .map((id) => this.getPath(id))
      .toSorted();
  }

  /** The path of an id that the commit index gave, relative to its root. */
  getPath(pathId: number): string {
    const path = this.#prepare('SELECT path FROM history_path WHERE id = ?').pluck().get(pathId);
    return typeof path === 'string' ? path : '';
  }

  /** The tickets that a commit names. */
  listTickets(commitId: number): Ticket[] {
    const rows = this.#prepare(
      'SELECT ticket AS id, kind FROM ticket_ref WHERE commit_id = ? ORDER BY ticket',
    ).all(commitId) as { id: string; kind: number }[];
    return rows.map(({ id, kind }) => ({ id, kind: toKind(kind) }));
  }

  /** Tickets that the commits of a file name, those of most commits first. */
  listTicketsOfFile(connectorId: string, path: string, limit: number): TicketCount[] {
    const rows = this.#prepare(
      `SELECT t.ticket AS id, max(t.kind) AS kind, count(*) AS commits, max(c.committed_ms) AS lastMs
       FROM commit_file f JOIN ticket_ref t ON t.commit_id = f.commit_id JOIN commit_log c ON c.id = f.commit_id
       WHERE f.path_id IN (${PATHS_OF_FILE}) GROUP BY t.ticket ORDER BY commits DESC, lastMs DESC LIMIT @limit`,
    ).all({ connectorId, path, limit }) as (Omit<TicketCount, 'kind'> & { kind: number })[];
    return rows.map((row) => ({ ...row, kind: toKind(row.kind) }));
  }

  /** Who committed to a file, most commits first. */
  listAuthors(connectorId: string, path: string, limit: number): AuthorCount[] {
    return this.#prepare(
      `SELECT c.author AS name, count(*) AS commits, max(c.committed_ms) AS lastMs
       FROM commit_file f JOIN commit_log c ON c.id = f.commit_id
       WHERE f.path_id IN (${PATHS_OF_FILE}) GROUP BY c.author ORDER BY commits DESC, lastMs DESC LIMIT @limit`,
    ).all({ connectorId, path, limit }) as AuthorCount[];
  }

  /**
   * Files that change together with a file: in at least `minSupport` common commits of at most 30 files, of the
   * newest 500 of the file. Those of most common commits first. Files that are gone stand in it too.
   */
  listCoChanges(
    connectorId: string,
    path: string,
    options: { readonly limit: number; readonly minSupport: number },
  ): CoChange[] {
    const commits = this.#prepare(
      `SELECT c.path_ids AS pathIds, c.committed_ms AS committedMs FROM commit_file f JOIN commit_log c ON c.id = f.commit_id
       WHERE f.path_id IN (${PATHS_OF_FILE}) AND c.is_merge = 0 AND c.file_count <= ${MAX_COUPLED_FILES}
       ORDER BY c.committed_ms DESC LIMIT ${MAX_COUPLED_COMMITS}`,
    ).all({ connectorId, path }) as { pathIds: Uint8Array; committedMs: number }[];
    const found = new Map<number, { support: number; lastMs: number }>();
    for (const { pathIds, committedMs } of commits) {
      for (const id of unpackPathIds(pathIds)) {
        const known = found.get(id);
        if (known === undefined) found.set(id, { support: 1, lastMs: committedMs });
        else known.support += 1;
      }
    }
    return Array.from(found)
      .filter(([, { support }]) => support >= options.minSupport)
      .toSorted(([, left], [, right]) => right.support - left.support || right.lastMs - left.lastMs)
      .slice(0, options.limit + 1)
      .map(([id, { support, lastMs }]) => ({
        path: this.getPath(id),
        support,
        confidence: support / commits.length,
        lastMs,
      }))
      .filter((change) => change.path !== path)
      .slice(0, options.limit);
  }

  /** Branches whose name passes the test, by name. Cost: every branch, at most 2,000 for each repository. */
  listBranches(test: (name: string) => boolean): BranchView[] {
    const rows = this.#prepare(
      `SELECT b.name, b.hash, s.connector_id AS connectorId FROM history_branch b
       JOIN history_repository r ON r.id = b.repository_id JOIN source s ON s.id = r.source_id ORDER BY b.name, r.id`,
    ).all() as BranchView[];
    return rows.filter(({ name }) => test(name));
  }

  /** The commits that ranking looks at, read again when history has changed. Cost of reading: see `CommitIndex`. */
  loadCommitIndex(): CommitIndex {
    const version = Number(
      this.#prepare("SELECT value FROM meta WHERE key = 'history_version'").pluck().get() ?? 0,
    );
    if (this.#commitIndex?.version !== version) {
      this.#commitIndex = CommitIndex.read(this.#connection, version, INDEXED_COMMITS);
    }
    return this.#commitIndex;
  }

  #listCommits(sql: string, values: Readonly<Record<string, unknown>>): CommitView[] {
    const rows = this.#prepare(sql).all(values) as (Omit<CommitView, 'isMerge'> & {
      isMerge: number;
    })[];
    return rows.map((row) => ({ ...row, isMerge: row.isMerge === 1 }));
  }

  /** Prepared when first used: a reader may be opened before the writer has made the tables. */
  #prepare(sql: string): Statement {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#connection.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

function toKind(code: number): TicketKind {
  return TICKET_KINDS[code] ?? 'unknown';
}
