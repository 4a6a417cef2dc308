/** What relations need of the store, beside what search reads. Everything is read inside one transaction. */
import type { CatalogView, IndexView, OutlineView, SymbolsView } from '../search/ports.ts';

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

/** The index as relations see it. */
export interface RelatedView extends Omit<IndexView, 'history' | 'symbols' | 'catalog'> {
  readonly catalog: CatalogView & {
    /** The slot of a document, -1 when it is not indexed. */
    slotOf(documentId: number): number;
  };
  readonly history: HistoryFacts;
  readonly symbols: OutlineFacts;
}

/** A definition with the document that holds it. */
export interface PlacedSymbol extends OutlineView {
  readonly slot: number;
}
