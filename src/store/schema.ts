/**
 * The tables, one migration after another. A migration is never edited once released; a new one is added.
 * `PRAGMA user_version` holds the number of the last one that ran. docs/storage.md tells the same in prose.
 *
 * - `source`: a configured place. Its documents hang on a `tree`; `active_tree` answers searches, and
 *   `building_tree` is filled beside it while everything is rebuilt from nothing.
 * - `document`: one row for every discovered file of a tree: manifest and index entry in one, so that both
 *   are always written together. `item` (JSON) describes what is not a file: type, kind, url, title. `is_pending` = 1: to be read (again); what it held before still answers.
 * - `blob`: a content, found by hash; `epoch` keeps a rebuild from reusing what was there. `document_count`
 *   documents refer to it; when the last one goes, `unused_ms` says since when, and it is collected later,
 *   so that a branch that comes back finds its contents. `structure`: see `STRUCTURE_STATE`.
 * - `segment`, `segment_block`: the index of a batch of blobs (segments/segment.ts). Blocks of one segment
 *   have consecutive ids. `is_ready` = 0: still being written, dropped at the next start.
 * - `change`: a row for every document that appeared, changed or went, so that readers follow by `sequence`.
 * - `blob_tally`: blobs by state of their structure pass, kept by triggers.
 * - `tally`: counts of documents by tree, outcome and reason, kept in the same transactions.
 * - the tables of history: history-schema.ts; of symbols and imports: structure-schema.ts; of items:
 *   item-schema.ts.
 */
import { HISTORY_TABLES } from './history-schema.ts';
import { ITEM_TABLES } from './item-schema.ts';
import { STRUCTURE_TABLES } from './structure-schema.ts';

/** Storage codes of `document.outcome`. */
export const OUTCOME_CODE = { pending: 0, indexed: 1, skipped: 2, failed: 3 } as const;

/** Storage codes of `blob.structure`: to be parsed, parsed, nothing to parse, gave up on. */
export const STRUCTURE_STATE = { pending: 0, done: 1, none: 2, failed: 3 } as const;

export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value ANY) STRICT, WITHOUT ROWID;

  CREATE TABLE source (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    connector_id TEXT NOT NULL UNIQUE,
    type TEXT NOT NULL,
    name TEXT NOT NULL,
    path TEXT,
    config TEXT NOT NULL,
    is_declared INTEGER NOT NULL,
    is_enabled INTEGER NOT NULL DEFAULT 1,
    active_tree INTEGER,
    building_tree INTEGER,
    head_commit TEXT,
    verified_ms INTEGER,
    last_ok_ms INTEGER,
    last_error TEXT,
    cursor TEXT
  ) STRICT;

  CREATE TABLE tree (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source_id INTEGER NOT NULL REFERENCES source(id),
    epoch INTEGER NOT NULL,
    is_listed INTEGER NOT NULL DEFAULT 0
  ) STRICT;

  CREATE TABLE document (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tree_id INTEGER NOT NULL,
    path TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    mtime_ms INTEGER NOT NULL,
    outcome INTEGER NOT NULL,
    reason TEXT,
    is_pending INTEGER NOT NULL,
    blob_id INTEGER,
    language TEXT NOT NULL,
    role INTEGER NOT NULL,
    updated_ms INTEGER,
    item TEXT,
    UNIQUE (tree_id, path)
  ) STRICT;
  CREATE INDEX document_pending ON document (tree_id, id) WHERE is_pending = 1;
  CREATE INDEX document_not_indexed ON document (tree_id, reason) WHERE reason IS NOT NULL;
  CREATE INDEX document_blob ON document (blob_id) WHERE blob_id IS NOT NULL;

  CREATE TABLE tally (
    tree_id INTEGER NOT NULL,
    outcome INTEGER NOT NULL,
    reason TEXT NOT NULL,
    files INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    PRIMARY KEY (tree_id, outcome, reason)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE blob (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    hash BLOB NOT NULL,
    epoch INTEGER NOT NULL,
    size_bytes INTEGER NOT NULL,
    line_count INTEGER NOT NULL,
    document_count INTEGER NOT NULL,
    unused_ms INTEGER,
    segment_id INTEGER NOT NULL,
    structure INTEGER NOT NULL,
    UNIQUE (hash, epoch)
  ) STRICT;
  CREATE INDEX blob_unstructured ON blob (id) WHERE structure = 0;
  CREATE INDEX blob_unused ON blob (unused_ms) WHERE unused_ms IS NOT NULL;
  CREATE INDEX blob_segment ON blob (segment_id);

  CREATE TABLE blob_tally (structure INTEGER PRIMARY KEY, blobs INTEGER NOT NULL, bytes INTEGER NOT NULL) STRICT;
  INSERT INTO blob_tally VALUES (0, 0, 0), (1, 0, 0), (2, 0, 0), (3, 0, 0);
  CREATE TRIGGER blob_added AFTER INSERT ON blob BEGIN
    UPDATE blob_tally SET blobs = blobs + 1, bytes = bytes + new.size_bytes WHERE structure = new.structure;
  END;
  CREATE TRIGGER blob_removed AFTER DELETE ON blob BEGIN
    UPDATE blob_tally SET blobs = blobs - 1, bytes = bytes - old.size_bytes WHERE structure = old.structure;
  END;
  CREATE TRIGGER blob_structured AFTER UPDATE OF structure ON blob BEGIN
    UPDATE blob_tally SET blobs = blobs - 1, bytes = bytes - old.size_bytes WHERE structure = old.structure;
    UPDATE blob_tally SET blobs = blobs + 1, bytes = bytes + new.size_bytes WHERE structure = new.structure;
  END;

  CREATE TABLE blob_content (blob_id INTEGER PRIMARY KEY, data BLOB NOT NULL) STRICT;

  CREATE TABLE segment (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    is_ready INTEGER NOT NULL,
    blob_count INTEGER NOT NULL,
    chunk_count INTEGER NOT NULL,
    text_bytes INTEGER NOT NULL,
    dead_bytes INTEGER NOT NULL DEFAULT 0,
    first_block INTEGER NOT NULL,
    block_count INTEGER NOT NULL,
    word_block_count INTEGER NOT NULL,
    blob_ids BLOB NOT NULL,
    chunk_table BLOB NOT NULL,
    word_keys BLOB NOT NULL,
    trigram_keys BLOB NOT NULL
  ) STRICT;
  CREATE TABLE segment_block (id INTEGER PRIMARY KEY, data BLOB NOT NULL) STRICT;

  CREATE TABLE change (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    document_id INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE job (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    job_id TEXT NOT NULL UNIQUE,
    action TEXT NOT NULL,
    connectors TEXT NOT NULL,
    parameters TEXT NOT NULL,
    state TEXT NOT NULL,
    phase TEXT NOT NULL,
    progress REAL NOT NULL,
    created_ms INTEGER NOT NULL,
    started_ms INTEGER,
    ended_ms INTEGER,
    last_error TEXT
  ) STRICT;
  `,
  HISTORY_TABLES,
  STRUCTURE_TABLES,
  ITEM_TABLES,
];
