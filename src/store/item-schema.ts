/**
 * Tables of what comes from connectors. `document.listing` is the number of the full sync that brought an item
 * last: what a full sync has not brought when it ends is gone, also when it was cut off and went on in between.
 * `item_link` says what an item is joined to; see `model/item-links.ts` for the kinds and their codes.
 */
export const ITEM_TABLES = `
  ALTER TABLE document ADD COLUMN listing INTEGER NOT NULL DEFAULT 0;

  CREATE TABLE item_link (
    kind INTEGER NOT NULL,
    target TEXT NOT NULL,
    document_id INTEGER NOT NULL,
    is_stated INTEGER NOT NULL,
    PRIMARY KEY (kind, target, document_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX item_link_document ON item_link (document_id);
  CREATE TRIGGER item_removed AFTER DELETE ON document WHEN old.item IS NOT NULL BEGIN
    DELETE FROM item_link WHERE document_id = old.id;
  END;
  `;
