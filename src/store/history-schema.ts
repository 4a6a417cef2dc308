/**
 * The tables of history. One row of `history_repository` for each repository that a source has to do with: the
 * one around its root (`folder` = '') and those below it.
 *
 * - `history_repository`: `head_commit` is the commit that the rows agree with, NULL while they are being written
 *   or when they never were; `fingerprint` says what else they depend on; `seen_head` is the source's HEAD at
 *   the last attempt, whatever came of it. `commit_count` of `expected_count` are there. `problem`: why not.
 * - `history_path`: paths that commits name, relative to the root of the source; `last_ms` is the time of the last
 *   commit of a path, NULL for one that HEAD no longer has and only commits name.
 * - `commit_log`: the newest commits that HEAD reaches. `path_ids` and `terms` are packed (commit-codec.ts).
 * - `commit_file`: the same pairs the other way round, from a path to its commits.
 * - `ticket_ref`: commits by the ticket that they name. Ids as in model/history.ts; `kind`: `TICKET_KINDS`.
 * - `history_branch`: branches and the commit that each stands on.
 *
 * `meta.history_version` grows with every change, `meta.times_epoch` when many documents got another time.
 */
export const HISTORY_TABLES = `
  CREATE TABLE history_repository (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source_id INTEGER NOT NULL,
    folder TEXT NOT NULL,
    head_commit TEXT,
    fingerprint TEXT,
    seen_head TEXT,
    commit_count INTEGER NOT NULL DEFAULT 0,
    expected_count INTEGER NOT NULL DEFAULT 0,
    is_limited INTEGER NOT NULL DEFAULT 0,
    problem TEXT,
    message TEXT NOT NULL DEFAULT '',
    UNIQUE (source_id, folder)
  ) STRICT;

  CREATE TABLE history_path (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    repository_id INTEGER NOT NULL,
    path TEXT NOT NULL,
    last_ms INTEGER,
    UNIQUE (repository_id, path)
  ) STRICT;

  CREATE TABLE commit_log (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    repository_id INTEGER NOT NULL,
    hash BLOB NOT NULL,
    author TEXT NOT NULL,
    author_ms INTEGER NOT NULL,
    committed_ms INTEGER NOT NULL,
    is_merge INTEGER NOT NULL,
    file_count INTEGER NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    path_ids BLOB NOT NULL,
    terms BLOB NOT NULL,
    UNIQUE (repository_id, hash)
  ) STRICT;
  CREATE INDEX commit_by_time ON commit_log (repository_id, is_merge, committed_ms);

  CREATE TABLE commit_file (
    path_id INTEGER NOT NULL,
    commit_id INTEGER NOT NULL,
    PRIMARY KEY (path_id, commit_id)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE ticket_ref (
    ticket TEXT NOT NULL,
    commit_id INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    PRIMARY KEY (ticket, commit_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX ticket_of_commit ON ticket_ref (commit_id);

  CREATE TABLE history_branch (
    repository_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (repository_id, name)
  ) STRICT, WITHOUT ROWID;
`;
