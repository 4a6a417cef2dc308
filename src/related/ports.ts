/** What relations need of the store, beside what search reads. Everything is read inside one transaction. */
import type { LinkKind } from '../model/item-links.ts';
import type { IndexView, NamePlaceView, OutlineView, SymbolsView } from '../search/ports.ts';
import type { DocumentCatalogView, VisibleCatalog } from '../search/visible-catalog.ts';

export interface CommitFacts {
  readonly id: number;
  readonly connectorId: string;
  readonly hash: string;
  readonly authorName: string;
  readonly committedMs: number;
  readonly subject: string;
  readonly body: string;
  readonly fileCount: number;
}

export interface TicketFacts {
  readonly id: string;
  readonly kind: string;
}

export interface HistoryFacts {
  listCommits(connectorId: string, path: string, limit: number): readonly CommitFacts[];
  listTicketCommits(ticket: string, limit: number): readonly CommitFacts[];
  listCommitsByHash(prefix: string, limit: number): readonly CommitFacts[];
  listFiles(commitId: number): readonly string[];
  listTickets(commitId: number): readonly TicketFacts[];
  listTicketsOfFile(
    connectorId: string,
    path: string,
    limit: number,
  ): readonly (TicketFacts & { readonly commits: number })[];
  listCoChanges(
    connectorId: string,
    path: string,
    options: { readonly limit: number; readonly minSupport: number },
  ): readonly { readonly path: string; readonly support: number; readonly confidence: number }[];
  listBranches(
    test: (name: string) => boolean,
  ): readonly { readonly name: string; readonly hash: string; readonly connectorId: string }[];
}

export interface OutlineFacts extends SymbolsView {
  /** Where a name is defined, without the lines: cheap for names that are defined everywhere. */
  listPlaces(name: string): readonly NamePlaceView[];
  importsOf(
    blobId: number,
  ): readonly { readonly names: readonly string[]; readonly module: string }[];
  listImports(
    documentId: number,
  ): readonly { readonly documentId: number; readonly line: number }[];
  listImporters(
    documentId: number,
    limit: number,
  ): readonly { readonly documentId: number; readonly line: number }[];
}

/** What issues, pull requests and messages are joined to. */
export interface ItemLinkFacts {
  listLinked(
    kind: LinkKind,
    targets: readonly string[],
    limit: number,
  ): readonly { readonly documentId: number; readonly isStated: boolean }[];
  listTargets(
    documentId: number,
    kind: LinkKind,
  ): readonly { readonly target: string; readonly isStated: boolean }[];
  listChildren(documentId: number, limit: number): readonly { readonly documentId: number }[];
}

/** The index as the store gives it. */
export interface StoredView extends Omit<IndexView, 'history' | 'symbols' | 'catalog'> {
  readonly catalog: DocumentCatalogView;
  readonly history: HistoryFacts;
  readonly symbols: OutlineFacts;
  readonly links: ItemLinkFacts;
}

/**
 * The index as relations see it. Documents that the caller must not see have no slot here; history is asked
 * by connector and path, so that it is asked for visible documents only.
 */
export interface RelatedView extends Omit<StoredView, 'catalog'> {
  readonly catalog: VisibleCatalog;
}

/** A definition with the document that holds it. */
export interface PlacedSymbol extends OutlineView {
  readonly slot: number;
}
