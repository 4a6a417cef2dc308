/**
 * The documents as one caller may see them. A document of a connector that the caller must not see does not
 * exist here: it has no slot, no copy of a blob, no path. Whatever reads the index through this needs no checks
 * of its own. Columns are those of the catalog itself: a slot that came from here may be looked up in them.
 */
import type { DocumentItem } from '../model/document.ts';
import type { CatalogView, SourceView } from './ports.ts';

/** A catalog that also knows documents by their id. */
export interface DocumentCatalogView extends CatalogView {
  /** The slot of a document, -1 when it is not indexed. */
  slotOf(documentId: number): number;
}

export class VisibleCatalog implements DocumentCatalogView {
  readonly #catalog: DocumentCatalogView;
  /** By number of the source. */
  readonly #isAllowed: readonly boolean[];

  /** `allowed`: ids of connectors; undefined means all. */
  constructor(catalog: DocumentCatalogView, allowed: readonly string[] | undefined) {
    this.#catalog = catalog;
    this.#isAllowed = catalog.sources.map(
      ({ connectorId }) => allowed?.includes(connectorId) ?? true,
    );
  }

  /** True when the slot is in use and the caller may see its document. */
  isVisible(slot: number): boolean {
    const { documentId, sourceIndex } = this.#catalog;
    return documentId[slot] !== 0 && this.#isAllowed[sourceIndex[slot] as number] === true;
  }

  /** All slots that the caller may see. */
  *listSlots(): Generator<number> {
    for (let slot = 0; slot < this.slotCount; slot++) if (this.isVisible(slot)) yield slot;
  }

  /** The sources that the caller may see; `sources` has all, because slots are numbered by it. */
  listSources(): SourceView[] {
    return this.#catalog.sources.filter((_, index) => this.#isAllowed[index] === true);
  }

  connectorOf(slot: number): string {
    return this.#catalog.sources[this.#catalog.sourceIndex[slot] as number]?.connectorId ?? '';
  }

  slotOf(documentId: number): number {
    return this.#toVisible(this.#catalog.slotOf(documentId));
  }

  slotsOfBlob(blobId: number): number[] {
    return Array.from(this.#catalog.slotsOfBlob(blobId)).filter((slot) => this.isVisible(slot));
  }

  findSlot(connectorId: string, path: string): number {
    return this.#toVisible(this.#catalog.findSlot(connectorId, path));
  }

  readItem(slot: number): DocumentItem | undefined {
    return this.#toVisible(slot) < 0 ? undefined : this.#catalog.readItem(slot);
  }

  get slotCount(): number {
    return this.#catalog.slotCount;
  }
  get documentCount(): number {
    return this.#catalog.documentCount;
  }
  get sources(): CatalogView['sources'] {
    return this.#catalog.sources;
  }
  get languages(): CatalogView['languages'] {
    return this.#catalog.languages;
  }
  get paths(): CatalogView['paths'] {
    return this.#catalog.paths;
  }
  get documentId(): CatalogView['documentId'] {
    return this.#catalog.documentId;
  }
  get blobId(): CatalogView['blobId'] {
    return this.#catalog.blobId;
  }
  get sourceIndex(): CatalogView['sourceIndex'] {
    return this.#catalog.sourceIndex;
  }
  get languageIndex(): CatalogView['languageIndex'] {
    return this.#catalog.languageIndex;
  }
  get role(): CatalogView['role'] {
    return this.#catalog.role;
  }
  get updatedMs(): CatalogView['updatedMs'] {
    return this.#catalog.updatedMs;
  }
  get mtimeMs(): CatalogView['mtimeMs'] {
    return this.#catalog.mtimeMs;
  }
  get sizeBytes(): CatalogView['sizeBytes'] {
    return this.#catalog.sizeBytes;
  }
  get itemType(): CatalogView['itemType'] {
    return this.#catalog.itemType;
  }
  get itemKind(): CatalogView['itemKind'] {
    return this.#catalog.itemKind;
  }
  get pathTerms(): CatalogView['pathTerms'] {
    return this.#catalog.pathTerms;
  }

  #toVisible(slot: number): number {
    return slot >= 0 && this.isVisible(slot) ? slot : -1;
  }
}
