/**
 * What a search thread keeps of the documents that answer: columns in compact arrays, one slot a document,
 * and the chain of documents of each blob. It follows the database by the `change` rows, so that a sync
 * costs what changed; only a swap of trees or a removed source makes it load anew.
 *
 * Invariants: slot numbers are reused, `documentId[slot]` = 0 marks a free one; `#firstOfBlob[blob]` and
 * `nextOfBlob[slot]` hold slot + 1, 0 ends the chain.
 */
import type { Connection, Statement } from './database.ts';
import { CHUNK_KINDS, SOURCE_TYPES, type DocumentItem } from '../model/document.ts';
import { PathTerms, type ListTermKeys } from './path-terms.ts';
import { OUTCOME_CODE } from './schema.ts';

/** A source as search results name it. */
export interface CatalogSource {
  readonly sourceId: number;
  readonly connectorId: string;
  readonly type: string;
  readonly path: string | null;
}

interface DocumentColumns {
  readonly id: number;
  readonly treeId: number;
  readonly path: string;
  readonly blobId: number;
  readonly language: string;
  readonly role: number;
  readonly mtimeMs: number;
  readonly updatedMs: number | null;
  readonly sizeBytes: number;
  /** Of documents that are no files of a root; else null. */
  readonly itemType: string | null;
  readonly itemKind: string | null;
}

const COLUMNS = `d.id, d.tree_id AS treeId, d.path, d.blob_id AS blobId, d.language, d.role, d.mtime_ms AS mtimeMs,
  d.updated_ms AS updatedMs, d.size_bytes AS sizeBytes, d.item ->> 'source_type' AS itemType, d.item ->> 'kind' AS itemKind`;
const INITIAL_SLOTS = 1024;

export class Catalog {
  readonly #connection: Connection;
  readonly #listChanges: Statement;
  readonly #listDocuments: Statement;
  readonly #readMeta: Statement;
  readonly #findDocument: Statement;
  readonly #readItem: Statement;
  #epoch = -1;
  #timesEpoch = -1;
  #sequence = 0;
  #slotOfDocument = new Map<number, number>();
  #freeSlots: number[] = [];
  #firstOfBlob = new Int32Array(INITIAL_SLOTS);
  #sourceOfTree = new Map<number, number>();
  #languageNumbers = new Map<string, number>();

  /** Slots in use and free ones among them: iterate to here and skip free ones. */
  slotCount = 0;
  documentCount = 0;
  sources: readonly CatalogSource[] = [];
  languages: string[] = [];
  paths: string[] = [];
  documentId: Float64Array = new Float64Array(INITIAL_SLOTS);
  blobId: Float64Array = new Float64Array(INITIAL_SLOTS);
  /** Index into `sources`. */
  sourceIndex: Uint16Array = new Uint16Array(INITIAL_SLOTS);
  /** Index into `languages`. */
  languageIndex: Uint16Array = new Uint16Array(INITIAL_SLOTS);
  /** Index into `ROLES`. */
  role: Uint8Array = new Uint8Array(INITIAL_SLOTS);
  /** The item's own last change: of its last commit where known, else of the file. */
  updatedMs: Float64Array = new Float64Array(INITIAL_SLOTS);
  mtimeMs: Float64Array = new Float64Array(INITIAL_SLOTS);
  sizeBytes: Float64Array = new Float64Array(INITIAL_SLOTS);
  nextOfBlob: Int32Array = new Int32Array(INITIAL_SLOTS);

  /** Index into `SOURCE_TYPES` and one more; 0: the type of the source. */
  itemType: Uint8Array = new Uint8Array(INITIAL_SLOTS);
  /** Index into `CHUNK_KINDS` and one more, of what is an issue, a message …; 0: a file. */
  itemKind: Uint8Array = new Uint8Array(INITIAL_SLOTS);

  readonly pathTerms: PathTerms;

  constructor(connection: Connection, listTermKeys: ListTermKeys) {
    this.#connection = connection;
    this.pathTerms = new PathTerms(listTermKeys);
    this.#listChanges = connection.prepare(
      `SELECT c.sequence, c.document_id AS documentId, ${COLUMNS}
       FROM change c LEFT JOIN document d ON d.id = c.document_id AND d.outcome = ${OUTCOME_CODE.indexed}
         AND d.blob_id IS NOT NULL
       WHERE c.sequence > ? ORDER BY c.sequence`,
    );
    this.#listDocuments = connection.prepare(
      `SELECT ${COLUMNS} FROM document d WHERE d.tree_id = ? AND d.outcome = ${OUTCOME_CODE.indexed} AND d.blob_id IS NOT NULL`,
    );
    this.#findDocument = connection
      .prepare('SELECT id FROM document WHERE tree_id = ? AND path = ?')
      .pluck();
    this.#readItem = connection.prepare('SELECT item FROM document WHERE id = ?').pluck();
    this.#readMeta = connection.prepare('SELECT value FROM meta WHERE key = ?').pluck();
  }

  /** Follows the database; to be called inside a read transaction. Gives true when anything changed. */
  sync(): boolean {
    const epoch = Number(this.#readMeta.get('catalog_epoch') ?? 0);
    const floor = Number(this.#readMeta.get('change_floor') ?? 0);
    if (epoch !== this.#epoch || this.#sequence < floor) {
      this.#load(epoch);
      return true;
    }
    this.#syncTimes();
    const before = this.#sequence;
    for (const row of this.#listChanges.iterate(this.#sequence) as IterableIterator<
      DocumentColumns & { sequence: number; documentId: number; id: number | null }
    >) {
      this.#sequence = row.sequence;
      if (!this.#isKnownTree(row.id === null ? null : row.treeId)) this.#loadSources();
      this.#remove(row.documentId);
      if (row.id !== null && this.#sourceOfTree.has(row.treeId)) this.#add(row);
    }
    return this.#sequence !== before;
  }

  /** Reads the times of all documents again when many have changed and nothing else about them. */
  #syncTimes(): void {
    const epoch = Number(this.#readMeta.get('times_epoch') ?? 0);
    if (epoch === this.#timesEpoch) return;
    this.#timesEpoch = epoch;
    const list = this.#connection
      .prepare('SELECT id, updated_ms FROM document WHERE tree_id = ?')
      .raw();
    for (const treeId of this.#sourceOfTree.keys()) {
      for (const [id, updatedMs] of list.iterate(treeId) as IterableIterator<
        [number, number | null]
      >) {
        const slot = this.#slotOfDocument.get(id);
        if (slot !== undefined) this.updatedMs[slot] = updatedMs ?? (this.mtimeMs[slot] as number);
      }
    }
  }

  /** Slots of the documents that hold a blob; empty when none does. */
  slotsOfBlob(blobId: number): readonly number[] {
    const slots: number[] = [];
    for (let entry = this.#firstOfBlob[blobId] ?? 0; entry !== 0;) {
      slots.push(entry - 1);
      entry = this.nextOfBlob[entry - 1] as number;
    }
    return slots;
  }

  /** The slot of an indexed document, -1 when there is none. Cost: one row looked up. */
  findSlot(connectorId: string, path: string): number {
    const index = this.sources.findIndex((source) => source.connectorId === connectorId);
    for (const [treeId, sourceIndex] of this.#sourceOfTree) {
      if (sourceIndex !== index) continue;
      const id = this.#findDocument.get(treeId, path) as number | undefined;
      return (id === undefined ? undefined : this.#slotOfDocument.get(id)) ?? -1;
    }
    return -1;
  }

  /** What the document of a slot is that is no file of a root. Cost: one row looked up; nothing for files. */
  readItem(slot: number): DocumentItem | undefined {
    if (this.itemType[slot] === 0) return undefined;
    const text = this.#readItem.get(this.documentId[slot]) as string | null | undefined;
    return text == null ? undefined : (JSON.parse(text) as DocumentItem);
  }

  /** The slot of a document, -1 when it is not indexed. */
  slotOf(documentId: number): number {
    return this.#slotOfDocument.get(documentId) ?? -1;
  }

  isUsed(slot: number): boolean {
    return this.documentId[slot] !== 0;
  }

  #isKnownTree(treeId: number | null): boolean {
    return treeId === null || this.#sourceOfTree.has(treeId);
  }

  #load(epoch: number): void {
    this.#epoch = epoch;
    this.#timesEpoch = Number(this.#readMeta.get('times_epoch') ?? 0);
    this.#sequence = Number(
      this.#connection.prepare('SELECT coalesce(max(sequence), 0) FROM change').pluck().get(),
    );
    this.#slotOfDocument = new Map();
    this.#freeSlots = [];
    this.#firstOfBlob.fill(0);
    this.slotCount = 0;
    this.documentCount = 0;
    this.sources = [];
    this.paths = [];
    this.pathTerms.clear();
    this.#loadSources();
    for (const treeId of this.#sourceOfTree.keys()) {
      for (const row of this.#listDocuments.iterate(treeId) as IterableIterator<DocumentColumns>) {
        this.#add(row);
      }
    }
  }

  #loadSources(): void {
    const rows = this.#connection
      .prepare(
        'SELECT id AS sourceId, connector_id AS connectorId, type, path, active_tree AS activeTree FROM source ORDER BY id',
      )
      .all() as (CatalogSource & { activeTree: number | null })[];
    const known = new Map(this.sources.map((source, index) => [source.connectorId, index]));
    const sources = [...this.sources];
    this.#sourceOfTree = new Map();
    for (const { activeTree, ...source } of rows) {
      const index = known.get(source.connectorId) ?? sources.length;
      sources[index] = source;
      if (activeTree !== null) this.#sourceOfTree.set(activeTree, index);
    }
    this.sources = sources;
  }

  #add(row: DocumentColumns): void {
    const slot = this.#freeSlots.pop() ?? this.slotCount++;
    if (slot >= this.documentId.length) this.#grow();
    this.#slotOfDocument.set(row.id, slot);
    this.documentId[slot] = row.id;
    this.blobId[slot] = row.blobId;
    this.sourceIndex[slot] = this.#sourceOfTree.get(row.treeId) ?? 0;
    this.languageIndex[slot] = this.#toLanguageNumber(row.language);
    this.role[slot] = row.role;
    this.mtimeMs[slot] = row.mtimeMs;
    this.updatedMs[slot] = row.updatedMs ?? row.mtimeMs;
    this.sizeBytes[slot] = row.sizeBytes;
    this.paths[slot] = row.path;
    this.pathTerms.set(slot, row.path);
    this.itemType[slot] = 1 + SOURCE_TYPES.findIndex((type) => type === row.itemType);
    this.itemKind[slot] = 1 + CHUNK_KINDS.findIndex((kind) => kind === row.itemKind);
    if (row.blobId >= this.#firstOfBlob.length) this.#growBlobs(row.blobId);
    this.nextOfBlob[slot] = this.#firstOfBlob[row.blobId] as number;
    this.#firstOfBlob[row.blobId] = slot + 1;
    this.documentCount += 1;
  }

  #remove(documentId: number): void {
    const slot = this.#slotOfDocument.get(documentId);
    if (slot === undefined) return;
    this.#slotOfDocument.delete(documentId);
    const blobId = this.blobId[slot] as number;
    const next = this.nextOfBlob[slot] as number;
    if (this.#firstOfBlob[blobId] === slot + 1) this.#firstOfBlob[blobId] = next;
    else {
      for (const other of this.slotsOfBlob(blobId)) {
        if (this.nextOfBlob[other] === slot + 1) this.nextOfBlob[other] = next;
      }
    }
    this.documentId[slot] = 0;
    this.paths[slot] = '';
    this.#freeSlots.push(slot);
    this.documentCount -= 1;
  }

  #toLanguageNumber(language: string): number {
    let number = this.#languageNumbers.get(language);
    if (number === undefined) {
      number = this.languages.length;
      this.languages.push(language);
      this.#languageNumbers.set(language, number);
    }
    return number;
  }

  #grow(): void {
    const length = this.documentId.length * 2;
    this.documentId = widen(this.documentId, new Float64Array(length));
    this.blobId = widen(this.blobId, new Float64Array(length));
    this.sourceIndex = widen(this.sourceIndex, new Uint16Array(length));
    this.languageIndex = widen(this.languageIndex, new Uint16Array(length));
    this.role = widen(this.role, new Uint8Array(length));
    this.updatedMs = widen(this.updatedMs, new Float64Array(length));
    this.mtimeMs = widen(this.mtimeMs, new Float64Array(length));
    this.sizeBytes = widen(this.sizeBytes, new Float64Array(length));
    this.itemType = widen(this.itemType, new Uint8Array(length));
    this.itemKind = widen(this.itemKind, new Uint8Array(length));
    this.nextOfBlob = widen(this.nextOfBlob, new Int32Array(length));
  }

  #growBlobs(blobId: number): void {
    const length = Math.max(blobId + 1, this.#firstOfBlob.length * 2);
    this.#firstOfBlob = widen(this.#firstOfBlob, new Int32Array(length));
  }
}

function widen<T extends Float64Array | Uint16Array | Uint8Array | Int32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
