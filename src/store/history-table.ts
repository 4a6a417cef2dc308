/**
 * The writer's side of history. A repository is read as begin, commits, times, finish. What is there goes
 * on answering meanwhile: a commit that is known is replaced inside one transaction, and what HEAD no longer
 * reaches goes at the end. `head_commit` is NULL from begin to finish, so that a crash in between means
 * that the repository is read anew.
 */
import {
  TICKET_KINDS,
  type Branch,
  type Commit,
  type HistoryProblem,
  type HistorySummary,
  type PathTimes,
} from '../model/history.ts';
import { packPathIds, unpackPathIds } from './commit-codec.ts';
import type { Connection, Statement } from './database.ts';
import { HistoryTimes } from './history-times.ts';
import { MAX_ROWS_PER_TRANSACTION, sliceBounds } from './transaction.ts';

/** A commit with the keys of the terms of its message, packed by `packTerms`. */
export interface PreparedCommit extends Commit {
  readonly terms: Uint8Array;
}

/** What is stored of a repository. */
export interface StoredRepository {
  readonly id: number;
  readonly folder: string;
  readonly headCommit: string | null;
  readonly fingerprint: string | null;
  readonly commitCount: number;
  /** Why the last attempt gave nothing, or null. */
  readonly problem: HistoryProblem | null;
  readonly message: string;
}

/** Begins to write a repository; gives its id. `expectedCount` commits will come. */
export interface HistoryBegin {
  readonly kind: 'begin';
  readonly sourceId: number;
  readonly folder: string;
  readonly isAnew: boolean;
  readonly expectedCount: number;
}

/** One step of writing history, as plain data. All but `begin`, `keep` and `apply` give 0. */
export type HistoryStep =
  | HistoryBegin
  /** Adds commits, or replaces them where they are known. */
  | {
      readonly kind: 'commits';
      readonly repositoryId: number;
      readonly commits: readonly PreparedCommit[];
    }
  /** Notes when paths were committed last. */
  | { readonly kind: 'times'; readonly repositoryId: number; readonly times: PathTimes }
  /** Ends what `begin` began: removes what HEAD no longer reaches and what is beyond the limit, stores the facts. */
  | {
      readonly kind: 'finish';
      readonly repositoryId: number;
      readonly summary: HistorySummary;
      readonly maxCommits: number;
    }
  /** Stores branches and the attempt where no commit came or went, or where reading failed. */
  | {
      readonly kind: 'note';
      readonly sourceId: number;
      readonly folder: string;
      readonly summary: HistorySummary;
    }
  /** Removes the repositories of a source that are not at one of these folders; gives their number. */
  | { readonly kind: 'keep'; readonly sourceId: number; readonly folders: readonly string[] }
  /** Gives the files of a source the time of their last commit; gives how many got another one. */
  | { readonly kind: 'apply'; readonly sourceId: number };

interface StoredCommit {
  readonly id: number;
  readonly pathIds: Uint8Array;
}

export class HistoryTable {
  readonly #connection: Connection;
  readonly #times: HistoryTimes;
  /** While a repository is read anew: ids of the commits that were shown. */
  readonly #seen = new Map<number, Set<number>>();
  readonly #findCommit: Statement;
  readonly #insertCommit: Statement;
  readonly #deleteCommit: Statement;
  readonly #insertFile: Statement;
  readonly #deleteFile: Statement;
  readonly #insertTicket: Statement;
  readonly #deleteTickets: Statement;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#times = new HistoryTimes(connection);
    this.#findCommit = connection.prepare(
      'SELECT id, path_ids AS pathIds FROM commit_log WHERE repository_id = ? AND hash = ?',
    );
    this.#insertCommit = connection.prepare(
      `INSERT INTO commit_log (repository_id, hash, author, author_ms, committed_ms, is_merge, file_count, subject,
         body, path_ids, terms)
       VALUES (@repositoryId, @hash, @authorName, @authorMs, @committedMs, @isMerge, @fileCount, @subject, @body,
         @pathIds, @terms)`,
    );
    this.#deleteCommit = connection.prepare('DELETE FROM commit_log WHERE id = ?');
    this.#insertFile = connection.prepare('INSERT OR IGNORE INTO commit_file VALUES (?, ?)');
    this.#deleteFile = connection.prepare(
      'DELETE FROM commit_file WHERE path_id = ? AND commit_id = ?',
    );
    this.#insertTicket = connection.prepare('INSERT OR IGNORE INTO ticket_ref VALUES (?, ?, ?)');
    this.#deleteTickets = connection.prepare('DELETE FROM ticket_ref WHERE commit_id = ?');
    this.#removeOrphans();
  }

  /** What is known of a source's repositories. */
  list(sourceId: number): StoredRepository[] {
    return this.#connection
      .prepare(
        `SELECT id, folder, head_commit AS headCommit, fingerprint, commit_count AS commitCount, problem, message
         FROM history_repository WHERE source_id = ? ORDER BY folder`,
      )
      .all(sourceId) as StoredRepository[];
  }

  /** Does one step, in short transactions. */
  write(step: HistoryStep): number {
    switch (step.kind) {
      case 'begin':
        return this.#begin(step);
      case 'commits':
        this.#add(step.repositoryId, step.commits);
        return 0;
      case 'times':
        this.#times.add(step.repositoryId, step.times);
        return 0;
      case 'finish':
        this.#finish(step.repositoryId, step.summary, step.maxCommits);
        return 0;
      case 'note':
        this.#note(step.sourceId, step.folder, step.summary);
        return 0;
      case 'keep':
        return this.#keepOnly(step.sourceId, step.folders);
      case 'apply':
        return this.#times.apply(step.sourceId);
    }
  }

  /** Removes what belonged to a source that is gone. */
  removeSource(sourceId: number): void {
    this.#keepOnly(sourceId, []);
  }

  #begin({ sourceId, folder, isAnew, expectedCount }: HistoryBegin): number {
    const id = Number(
      this.#connection
        .prepare(
          `INSERT INTO history_repository (source_id, folder, expected_count) VALUES (@sourceId, @folder, @expectedCount)
           ON CONFLICT DO UPDATE SET head_commit = NULL, expected_count =
             iif(@isAnew, @expectedCount, commit_count + @expectedCount)
           RETURNING id`,
        )
        .pluck()
        .get({ sourceId, folder, expectedCount, isAnew: isAnew ? 1 : 0 }),
    );
    this.#seen.delete(id);
    if (isAnew) {
      this.#seen.set(id, new Set());
      this.#times.beginAnew(id);
    }
    return id;
  }

  #add(repositoryId: number, commits: readonly PreparedCommit[]): void {
    for (let start = 0; start < commits.length;) {
      start = this.#connection.transaction(() => this.#addSome(repositoryId, commits, start))();
    }
  }

  #finish(repositoryId: number, summary: HistorySummary, maxCommits: number): void {
    const touched = this.#removeCommits(this.#listGone(repositoryId, summary.removedHashes));
    this.#removeCommits(this.#listBeyond(repositoryId, maxCommits));
    const isAnew = this.#seen.delete(repositoryId);
    if (isAnew) this.#times.finishAnew(repositoryId);
    else this.#times.recompute(touched);
    this.#connection.transaction(() => {
      this.#storeBranches(repositoryId, summary.branches);
      this.#connection
        .prepare(
          `UPDATE history_repository SET head_commit = @headCommit, fingerprint = @fingerprint, problem = NULL,
             message = @message, is_limited = iif(@isAnew, @isLimited, is_limited), commit_count = @count, expected_count = @count,
             seen_head = (SELECT head_commit FROM source WHERE source.id = source_id) WHERE id = @repositoryId`,
        )
        .run({
          repositoryId,
          headCommit: summary.headCommit,
          fingerprint: summary.fingerprint,
          message: summary.message,
          isLimited: summary.isLimited ? 1 : 0,
          isAnew: isAnew ? 1 : 0,
          count: this.#count(repositoryId),
        });
      this.#bumpVersion();
    })();
  }

  /** Writes only what differs: every commit makes readers look. */
  #note(sourceId: number, folder: string, summary: HistorySummary): void {
    const { problem, message, branches } = summary;
    this.#connection.transaction(() => {
      const given = { sourceId, folder, problem, message };
      this.#connection
        .prepare(
          `INSERT INTO history_repository (source_id, folder) VALUES (@sourceId, @folder) ON CONFLICT DO NOTHING`,
        )
        .run({ sourceId, folder });
      this.#connection
        .prepare(
          `UPDATE history_repository SET problem = @problem, message = @message, expected_count = commit_count,
             seen_head = (SELECT head_commit FROM source WHERE id = @sourceId)
           WHERE source_id = @sourceId AND folder = @folder AND (problem IS NOT @problem OR message <> @message
             OR expected_count <> commit_count OR seen_head IS NOT (SELECT head_commit FROM source WHERE id = @sourceId))`,
        )
        .run(given);
      const id = this.list(sourceId).find((row) => row.folder === folder)?.id ?? 0;
      this.#seen.delete(id);
      if (this.#storeBranches(id, branches)) this.#bumpVersion();
    })();
  }

  #keepOnly(sourceId: number, folders: readonly string[]): number {
    const gone = this.list(sourceId).filter(({ folder }) => !folders.includes(folder));
    for (const { id } of gone) this.#removeRepository(id);
    return gone.length;
  }

  #addSome(repositoryId: number, commits: readonly PreparedCommit[], start: number): number {
    const seen = this.#seen.get(repositoryId);
    let rows = 0;
    let added = 0;
    let index = start;
    for (; index < commits.length && rows < MAX_ROWS_PER_TRANSACTION; index++) {
      const commit = commits[index] as PreparedCommit;
      const hash = Buffer.from(commit.hash, 'hex');
      const known = this.#findCommit.get(repositoryId, hash) as StoredCommit | undefined;
      if (known === undefined) added += 1;
      else this.#remove(known);
      const id = this.#insert(repositoryId, commit, hash);
      seen?.add(id);
      rows += 1 + commit.files.length + commit.tickets.length;
    }
    this.#connection
      .prepare('UPDATE history_repository SET commit_count = commit_count + ? WHERE id = ?')
      .run(added, repositoryId);
    return index;
  }

  #insert(repositoryId: number, commit: PreparedCommit, hash: Buffer): number {
    const pathIds = commit.files.map((path) => this.#times.findOrAddPath(repositoryId, path));
    const { lastInsertRowid } = this.#insertCommit.run({
      repositoryId,
      hash,
      authorName: commit.authorName,
      authorMs: commit.authorMs,
      committedMs: commit.committedMs,
      isMerge: commit.isMerge ? 1 : 0,
      fileCount: commit.fileCount,
      subject: commit.subject,
      body: commit.body,
      pathIds: packPathIds(pathIds),
      terms: commit.terms,
    });
    const id = Number(lastInsertRowid);
    for (const pathId of pathIds) this.#insertFile.run(pathId, id);
    for (const { id: ticket, kind } of commit.tickets) {
      this.#insertTicket.run(ticket, id, TICKET_KINDS.indexOf(kind));
    }
    return id;
  }

  #remove({ id, pathIds }: StoredCommit): void {
    for (const pathId of unpackPathIds(pathIds)) this.#deleteFile.run(pathId, id);
    this.#deleteTickets.run(id);
    this.#deleteCommit.run(id);
  }

  /** Gives the ids of the paths that the commits named. */
  #removeCommits(commits: readonly StoredCommit[]): number[] {
    const touched = new Set<number>();
    for (const [start, end] of sliceBounds(commits.length, REMOVED_PER_TRANSACTION)) {
      this.#connection.transaction(() => {
        for (const commit of commits.slice(start, end)) {
          for (const pathId of unpackPathIds(commit.pathIds)) touched.add(pathId);
          this.#remove(commit);
        }
      })();
    }
    return [...touched];
  }

  #listGone(repositoryId: number, removedHashes: readonly string[]): StoredCommit[] {
    const seen = this.#seen.get(repositoryId);
    if (seen === undefined) {
      return removedHashes.flatMap((hash) => {
        const row = this.#findCommit.get(repositoryId, Buffer.from(hash, 'hex'));
        return row === undefined ? [] : [row as StoredCommit];
      });
    }
    const rows = this.#connection
      .prepare('SELECT id, path_ids AS pathIds FROM commit_log WHERE repository_id = ?')
      .iterate(repositoryId) as IterableIterator<StoredCommit>;
    return Array.from(rows).filter(({ id }) => !seen.has(id));
  }

  #listBeyond(repositoryId: number, maxCommits: number): StoredCommit[] {
    if (this.#count(repositoryId) <= maxCommits) return [];
    return this.#connection
      .prepare(
        `SELECT id, path_ids AS pathIds FROM commit_log WHERE repository_id = ?
         ORDER BY committed_ms DESC, id LIMIT -1 OFFSET ?`,
      )
      .all(repositoryId, maxCommits) as StoredCommit[];
  }

  #count(repositoryId: number): number {
    return Number(
      this.#connection
        .prepare('SELECT count(*) FROM commit_log WHERE repository_id = ?')
        .pluck()
        .get(repositoryId),
    );
  }

  /** Gives true when they differ from those of before. */
  #storeBranches(repositoryId: number, branches: readonly Branch[]): boolean {
    const rows = this.#connection
      .prepare('SELECT name, hash FROM history_branch WHERE repository_id = ?')
      .all(repositoryId) as Branch[];
    const stored = new Set(rows.map(formatBranch));
    if (
      branches.length === rows.length &&
      branches.every((each) => stored.has(formatBranch(each)))
    ) {
      return false;
    }
    this.#connection
      .prepare('DELETE FROM history_branch WHERE repository_id = ?')
      .run(repositoryId);
    const insert = this.#connection.prepare(
      'INSERT OR IGNORE INTO history_branch VALUES (?, ?, ?)',
    );
    for (const { name, hash } of branches) insert.run(repositoryId, name, hash);
    return true;
  }

  #removeRepository(id: number): void {
    const commits = this.#connection
      .prepare('SELECT id, path_ids AS pathIds FROM commit_log WHERE repository_id = ?')
      .all(id) as StoredCommit[];
    this.#removeCommits(commits);
    this.#times.remove(id);
    this.#connection.transaction(() => {
      this.#connection.prepare('DELETE FROM history_branch WHERE repository_id = ?').run(id);
      this.#connection.prepare('DELETE FROM history_repository WHERE id = ?').run(id);
      this.#bumpVersion();
    })();
  }

  /** Repositories whose source was removed, also by a process that ended half-way. */
  #removeOrphans(): void {
    const ids = this.#connection
      .prepare('SELECT id FROM history_repository WHERE source_id NOT IN (SELECT id FROM source)')
      .pluck()
      .all() as number[];
    for (const id of ids) this.#removeRepository(id);
  }

  #bumpVersion(): void {
    this.#connection
      .prepare(
        `INSERT INTO meta (key, value) VALUES ('history_version', 1) ON CONFLICT DO UPDATE SET value = value + 1`,
      )
      .run();
  }
}

function formatBranch({ name, hash }: Branch): string {
  return `${name}\n${hash}`;
}

/** A commit takes its files and tickets with it: a few thousand rows at most. */
const REMOVED_PER_TRANSACTION = 100;
