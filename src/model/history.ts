/**
 * The vocabulary of history: a *commit* of a repository as the index keeps it, the *tickets* that its
 * message names, and files that *change together*. Plain data; how git is read stands in
 * `connectors/git`, how it is kept in `store`.
 *
 * Paths are relative to the root of the source, `/` between segments, as documents have them.
 */

/** What a ticket is, as far as the text that names it tells. Order is the storage code: append only. */
export const TICKET_KINDS = ['unknown', 'issue', 'pull_request'] as const;
export type TicketKind = (typeof TICKET_KINDS)[number];

/** A ticket as a message or a branch names it. */
export interface Ticket {
  /** `#12`, `owner/repo#12`, `!12`, `group/project!12` or `ABC-123`. */
  readonly id: string;
  readonly kind: TicketKind;
}

/** A commit without what is derived from its text. */
export interface LoggedCommit {
  /** Full hash, lower case. */
  readonly hash: string;
  readonly authorName: string;
  /** When it was written; a rebase keeps it. */
  readonly authorMs: number;
  /** When it came into this history; commits are ordered by it. */
  readonly committedMs: number;
  /** First paragraph of the message in one line, at most 500 characters. */
  readonly subject: string;
  /** The rest, at most 4,000 characters. */
  readonly body: string;
  readonly isMerge: boolean;
  /** Files that differ from the parent, a renamed one under both names. Empty for merges and for commits over the limit. */
  readonly files: readonly string[];
  /** Number of these files, also when they are too many to be named. */
  readonly fileCount: number;
}

/** A commit as it is stored. */
export interface Commit extends LoggedCommit {
  readonly tickets: readonly Ticket[];
}

/** A file that changes together with another one. */
export interface CoChange {
  readonly path: string;
  /** Commits that touched both. */
  readonly support: number;
  /** `support` as a share of the commits that touched the file asked about, 0 to 1. */
  readonly confidence: number;
  /** When both changed together last. */
  readonly lastMs: number;
}

/** Why there is no history. */
export type HistoryProblem = 'git_missing' | 'head_unreadable' | 'git_failed';

/** A branch and the commit it stands on. */
export interface Branch {
  /** `main`, `feature/x`; of a remote `origin/main`. */
  readonly name: string;
  readonly hash: string;
}

/** A repository below, at or above a root. */
export interface RepositoryPlace {
  /** Its work tree relative to the root; empty when the root lies in it. */
  readonly folder: string;
  /** Absolute path of the work tree. */
  readonly workTree: string;
}

/** What the index has of a repository, so that only the difference is read. */
export interface KnownHistory {
  /** The commit that the stored rows agree with; null: none, read anew. */
  readonly headCommit: string | null;
  /** Changes when rows of before are no longer comparable (another depth, another sub folder). */
  readonly fingerprint: string | null;
  /** HEAD when reading failed last: the same is not tried again. Null: try. */
  readonly failedHead: string | null;
}

/** How reading a repository ended. */
export interface HistorySummary {
  /** `unchanged`: nothing was read. `added`: the difference to what was known. `anew`: everything. `canceled`: by the signal. */
  readonly kind: 'unchanged' | 'added' | 'anew' | 'failed' | 'canceled';
  readonly problem: HistoryProblem | null;
  /** What git said, one line, for the log. */
  readonly message: string;
  readonly headCommit: string | null;
  readonly fingerprint: string | null;
  /** Commits of before that HEAD no longer reaches; with `added` only. */
  readonly removedHashes: readonly string[];
  /** Older commits exist that were not read: the limit, a shallow clone, or the time. */
  readonly isLimited: boolean;
  readonly branches: readonly Branch[];
}

/** Times of the last commit of paths; columns of one length. */
export interface PathTimes {
  readonly paths: readonly string[];
  readonly lastMs: Float64Array;
}
