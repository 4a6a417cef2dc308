/**
 * The tables of the structure pass, as one migration.
 *
 * - `blob_outline`: the packed, compressed outline (segments/outline-format.ts) of a blob that was parsed.
 * - `name_segment`, `name_block`: the dictionary of the names defined in a set of blobs (segments/name-segment.ts):
 *   first the blocks of names, then those of grams, with consecutive ids. `blob.name_segment` says which one
 *   holds the names of a blob: 0 = none yet, -1 = there are no names.
 * - `import_edge`: document imports document, of one tree. `import_missing`: documents with an import that no
 *   file fits, by a key of the last word of the module, so that a new file of that name is noticed.
 */

/** Creates the tables; a statement list for the migrations in schema.ts. */
export const STRUCTURE_TABLES = `
  ALTER TABLE blob ADD COLUMN name_segment INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX blob_unnamed ON blob (id) WHERE structure = 1 AND name_segment = 0;
  DROP TRIGGER blob_structured;
  CREATE TRIGGER blob_structured AFTER UPDATE OF structure ON blob WHEN old.structure <> new.structure BEGIN
    UPDATE blob_tally SET blobs = blobs - 1, bytes = bytes - old.size_bytes WHERE structure = old.structure;
    UPDATE blob_tally SET blobs = blobs + 1, bytes = bytes + new.size_bytes WHERE structure = new.structure;
  END;

  CREATE TABLE blob_outline (
    blob_id INTEGER PRIMARY KEY,
    symbol_count INTEGER NOT NULL,
    data BLOB NOT NULL
  ) STRICT;

  CREATE TABLE name_segment (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    is_ready INTEGER NOT NULL,
    symbol_count INTEGER NOT NULL,
    dead_symbols INTEGER NOT NULL DEFAULT 0,
    first_block INTEGER NOT NULL,
    block_count INTEGER NOT NULL,
    name_block_count INTEGER NOT NULL,
    blob_ids BLOB NOT NULL,
    first_names BLOB NOT NULL,
    gram_keys BLOB NOT NULL
  ) STRICT;
  CREATE TABLE name_block (id INTEGER PRIMARY KEY, data BLOB NOT NULL) STRICT;

  CREATE TABLE import_edge (
    from_id INTEGER NOT NULL,
    to_id INTEGER NOT NULL,
    line INTEGER NOT NULL,
    PRIMARY KEY (from_id, to_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX import_edge_to ON import_edge (to_id, from_id);
  CREATE TABLE import_missing (
    stem INTEGER NOT NULL,
    from_id INTEGER NOT NULL,
    PRIMARY KEY (stem, from_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX import_missing_from ON import_missing (from_id);
`;
