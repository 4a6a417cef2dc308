/** What the indexing use case needs of other rooms. The threads behind these stand in `workers/`. */
import type { ListingColumns, PendingColumns } from '../model/batches.ts';
import type { PlanDetails, PathExplanation } from '../model/control.ts';
import type { DocumentItem } from '../model/document.ts';
import type { ItemLink } from '../model/item-links.ts';
import type {
  EdgeColumns,
  EdgePlan,
  StructureBatch,
  UnstructuredColumns,
} from '../model/structure-batches.ts';
import type { BuiltNameSegment } from '../segments/name-segment.ts';
import type { BuiltSegment } from '../segments/segment.ts';
import type { CheckedContents } from '../store/check-contents.ts';
import type { SourceRow } from '../store/sources.ts';
import type { StoreWriter } from '../store/writer.ts';
import type { AnalysedBatch } from './analyse-batch.ts';

/** The writer thread, method by method. */
export type IndexWriter = {
  readonly [K in keyof StoreWriter]: StoreWriter[K] extends (...args: infer A) => infer R
    ? (...args: A) => Promise<R>
    : never;
};

/** What to list of a root. */
export interface ListingRequest {
  readonly root: string;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** Only these files and what is below these folders; empty means everything. */
  readonly subPaths: readonly string[];
}

/** How a listing ended. */
export interface ListingSummary {
  readonly isRootMissing: boolean;
  readonly isComplete: boolean;
  /** Relative paths of folders that could not be read; their documents are kept. */
  readonly unreadableFolders: readonly string[];
  readonly ignoredFiles: number;
  readonly ignoredFolders: number;
  /** The rule that hid most, for the message when nothing is left. */
  readonly topRule: { readonly rule: string; readonly file: string; readonly line: number } | null;
  readonly headCommit: string | null;
}

/** Documents of one tree whose imports are to be resolved, as of a change of the index. */
export interface EdgeRequest extends EdgePlan {
  readonly sequence: number;
}

/** Texts of documents that are no files of a root; each list has one element a pending document. */
export interface TextsRequest {
  readonly pending: PendingColumns;
  readonly texts: readonly string[];
  /** Null: a file of a repository, joined to nothing. */
  readonly items: readonly (DocumentItem | null)[];
  /** `owner/repo`: what a number alone (`#12`) belongs to. */
  readonly repository?: string;
  readonly epoch: number;
}

/** What analysing gave, and what each text is joined to. */
export interface AnalysedTexts extends AnalysedBatch {
  readonly links: readonly (readonly ItemLink[])[];
}

/** The analyse threads. */
export interface Analysers {
  readonly threads: number;
  /** Calls back with stretches of the listing as they are found; waits for each call before the next. */
  list(
    request: ListingRequest,
    onFiles: (files: ListingColumns) => Promise<void>,
    signal: AbortSignal,
  ): Promise<ListingSummary>;
  /** `DEADLINE_EXCEEDED` and `THREAD_LOST` are thrown when the batch held a file that breaks its thread. */
  analyse(request: {
    readonly root: string;
    readonly pending: PendingColumns;
    readonly epoch: number;
  }): Promise<AnalysedBatch>;
  /** Analyses texts that come by themselves. Throws as `analyse`. */
  analyseTexts(request: TextsRequest): Promise<AnalysedTexts>;
  /**
   * Parses stored contents; aborting replaces the thread. `DEADLINE_EXCEEDED` and `THREAD_LOST` are thrown when
   * one of them breaks its thread.
   */
  structure(request: UnstructuredColumns, signal: AbortSignal): Promise<StructureBatch>;
  buildNames(blobIds: readonly number[], signal: AbortSignal): Promise<BuiltNameSegment>;
  resolveEdges(request: EdgeRequest, signal: AbortSignal): Promise<EdgeColumns>;
  /** Replaces the threads when they have done what they were given; gives their memory back. */
  recycle(): void;
  /** Compares stored contents with their hashes, in order of id, some tens of megabytes at a time. */
  checkContents(afterBlobId: number): Promise<CheckedContents>;
  rebuildSegment(blobIds: readonly number[]): Promise<BuiltSegment>;
  plan(request: ListingRequest, treeId: number, signal: AbortSignal): Promise<PlanDetails>;
  explainPath(sources: readonly SourceRow[], path: string): Promise<PathExplanation>;
}
