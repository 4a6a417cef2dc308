/**
 * The one writer: everything that changes the database goes through an instance of this class, which
 * lives in the writer thread and works off one call after another. Its arguments and results are plain
 * data.
 */
import type { AnalysedColumns, ListingColumns, PendingColumns } from '../model/batches.ts';
import { fromReasonCode } from '../model/batches.ts';
import type {
  EdgeColumns,
  NamePlan,
  StructureColumns,
  UnstructuredColumns,
} from '../model/structure-batches.ts';
import type { BuiltNameSegment } from '../segments/name-segment.ts';
import type { BuiltSegment } from '../segments/segment.ts';
import { openWriter, type Connection } from './database.ts';
import { DocumentTable, outcomeOf, type CompareCounts } from './documents.ts';
import { HistoryTable, type HistoryStep, type StoredRepository } from './history-table.ts';
import { ItemTable, type DocumentLinks, type PreparedItem } from './items.ts';
import { JobTable, type JobRow } from './jobs-table.ts';
import { OUTCOME_CODE } from './schema.ts';
import { SegmentTable } from './segments.ts';
import {
  SourceTable,
  type SourceDeclaration,
  type SourceFacts,
  type SourceRow,
} from './sources.ts';
import { Tallies } from './tallies.ts';
import { inTransaction, sliceBounds } from './transaction.ts';
import { verifyRows, type VerifyResult } from './verify.ts';
import { EdgeTable, type EdgePlans } from './edges.ts';
import { StructureTable } from './structures.ts';
import { readStoredState, type StoreState } from './stored-state.ts';
import { Upkeep, type MergePlan } from './upkeep.ts';

export interface SettleCounts {
  readonly indexed: number;
  readonly skipped: number;
  readonly failed: number;
  /** Contents that were known went meanwhile: still pending. */
  readonly again: number;
}

export class StoreWriter {
  readonly #connection: Connection;
  readonly #path: string;
  readonly #tallies: Tallies;
  readonly #documents: DocumentTable;
  readonly #items: ItemTable;
  readonly #segments: SegmentTable;
  readonly #sources: SourceTable;
  readonly #jobs: JobTable;
  readonly #upkeep: Upkeep;
  readonly #structures: StructureTable;
  readonly #edges: EdgeTable;
  /** True after a batch that could not be stored to its end. */
  #hasLeftovers = false;
  readonly #history: HistoryTable;

  constructor(path: string, cacheBytes: number) {
    this.#path = path;
    this.#connection = openWriter(path, cacheBytes);
    this.#tallies = new Tallies(this.#connection);
    this.#documents = new DocumentTable(this.#connection, this.#tallies);
    this.#items = new ItemTable(this.#connection, this.#tallies, this.#documents);
    this.#segments = new SegmentTable(this.#connection, this.#tallies);
    this.#sources = new SourceTable(this.#connection);
    this.#jobs = new JobTable(this.#connection);
    this.#upkeep = new Upkeep(this.#connection, this.#tallies, { segments: this.#segments, path });
    this.#structures = new StructureTable(this.#connection, this.#tallies);
    this.#edges = new EdgeTable(this.#connection, this.#tallies);
    this.#segments.sweepUnpublished();
    this.#structures.bringUpToDate();
    this.#removeOrphanTrees();
    this.#sources.removeEmpty();
    this.#history = new HistoryTable(this.#connection);
  }

  state(): StoreState {
    return readStoredState(this.#connection, this.#path);
  }

  ensureSource(declaration: SourceDeclaration): SourceRow {
    return this.#sources.ensure(declaration);
  }

  setSourceFacts(sourceId: number, facts: SourceFacts): void {
    this.#sources.setFacts(sourceId, facts);
  }

  /**
   * Removes a source and its documents; contents that nobody else has are collected next. It answers
   * nothing from the first step on; what a crash leaves of it goes at the next start.
   */
  removeSource(connectorId: string): void {
    const source = this.#sources.find(connectorId);
    if (source === undefined) return;
    this.#sources.abandon(source.id);
    this.#removeOrphanTrees();
    this.#history.removeSource(source.id);
    this.#sources.removeEmpty();
  }

  /** Gives the number of the listing, for its end. */
  beginListing(treeId: number): number {
    return this.#documents.beginListing(treeId);
  }

  compare(treeId: number, listing: ListingColumns, isForced: boolean): CompareCounts {
    return this.#documents.compare(treeId, listing, isForced);
  }

  /** Ends a complete listing: what it has not shown is gone. Gives how many documents that were. */
  finishListing(treeId: number, listing: number, unreadableFolders: readonly string[]): number {
    const removed = this.#documents.finishListing(listing, unreadableFolders);
    this.#sources.setListed(treeId);
    return removed;
  }

  /** Ends a listing that is not complete: nothing is gone. */
  dropListing(listing: number): void {
    this.#documents.dropListing(listing);
  }

  takePending(
    treeId: number,
    afterId: number,
    limits: { readonly maxFiles: number; readonly maxBytes: number },
  ): PendingColumns {
    return this.#documents.takePending(treeId, afterId, limits);
  }

  takePendingPaths(treeId: number, paths: readonly string[]): PendingColumns {
    return this.#documents.takePendingPaths(treeId, paths);
  }

  /**
   * Makes room for documents that come by themselves (pushed, or from a connector), pending until settled.
   * `listing` is the number of the full sync that brings them, 0 for those of none.
   */
  prepareItems(treeId: number, items: readonly PreparedItem[], listing: number): PendingColumns {
    return this.#items.prepare(treeId, items, listing);
  }

  /** Replaces what documents are joined to. */
  storeLinks(links: DocumentLinks): void {
    this.#items.storeLinks(links);
  }

  /** Deletes the items with these paths and all below them. Gives their number. */
  removeItems(treeId: number, paths: readonly string[]): number {
    return this.#items.removeBelow(treeId, paths);
  }

  /** Ends a full sync: what it has not brought is gone. Gives how many items that were. */
  finishSync(treeId: number, listing: number): number {
    const removed = this.#items.removeUnlisted(treeId, listing);
    this.#sources.setListed(treeId);
    return removed;
  }

  /** Stores what a batch of files gave: contents and segment first, then the documents that make them visible. */
  settle(treeId: number, columns: AnalysedColumns, segment: BuiltSegment | null): SettleCounts {
    const tree = this.#sources.getTree(treeId);
    if (tree === undefined) return { indexed: 0, skipped: 0, failed: 0, again: 0 };
    this.#sweepLeftovers();
    this.#hasLeftovers = true;
    const { blobIds, segmentId } = this.#segments.store(columns, segment, tree.epoch);
    const counts = { indexed: 0, skipped: 0, failed: 0, again: 0 };
    for (const [start, end] of sliceBounds(columns.documentIds.length)) {
      inTransaction(this.#connection, this.#tallies, () => {
        if (start === 0 && segmentId !== 0) this.#segments.publish(segmentId);
        for (let index = start; index < end; index++) {
          counts[this.#settleOne(columns, index, blobIds)] += 1;
        }
      });
    }
    this.#hasLeftovers = false;
    this.#upkeep.checkpoint();
    return counts;
  }

  /** Deletes the documents with exactly these paths. Gives their number. */
  removePaths(treeId: number, paths: readonly string[]): number {
    const ids = paths.flatMap((path) => this.#documents.find(treeId, path)?.id ?? []);
    this.#documents.deleteAll(ids);
    return ids.length;
  }

  /** Documents below a folder (or all), to be compared with what is there. */
  listPaths(treeId: number, path: string): string[] {
    return this.#connection
      .prepare(
        `SELECT path FROM document WHERE tree_id = ? AND (? = '' OR path = ? OR (path >= ? AND path < ?))`,
      )
      .pluck()
      .all(treeId, path, path, `${path}/`, `${path}0`) as string[];
  }

  beginRebuild(sourceId: number): number {
    return this.#sources.beginRebuild(sourceId);
  }

  /** Lets the rebuilt tree answer and removes the old one. */
  finishRebuild(sourceId: number): void {
    this.#sources.swapTrees(sourceId);
    this.#removeOrphanTrees();
  }

  /** Does one step of writing history. Gives what the step gives. */
  writeHistory(step: HistoryStep): number {
    return this.#history.write(step);
  }

  /** What is stored of the repositories of a source. */
  listHistory(sourceId: number): StoredRepository[] {
    return this.#history.list(sourceId);
  }

  saveJob(job: JobRow): void {
    this.#jobs.save(job);
  }

  listJobs(): JobRow[] {
    return this.#jobs.list();
  }

  /** Checks rows against each other and repairs; `damaged` names contents that are not what they should be. */
  verify(damaged: readonly number[]): VerifyResult {
    return verifyRows(this.#connection, this.#tallies, damaged);
  }

  takeUnstructured(
    afterId: number,
    limits: { readonly maxFiles: number; readonly maxBytes: number },
  ): UnstructuredColumns {
    return this.#structures.take(afterId, limits);
  }

  settleStructure(columns: StructureColumns): void {
    this.#structures.settle(columns);
    this.#upkeep.checkpoint();
  }

  planNames(minSymbols: number): NamePlan | null {
    return this.#structures.planNames(minSymbols);
  }

  storeNames(plan: NamePlan, segment: BuiltNameSegment): void {
    this.#structures.storeNames(plan, segment);
    this.#upkeep.checkpoint();
  }

  planEdges(): EdgePlans {
    return this.#edges.plan();
  }

  storeEdges(columns: EdgeColumns): void {
    this.#edges.store(columns);
    this.#upkeep.checkpoint();
  }

  finishEdges(sequence: number): void {
    this.#edges.finish(sequence);
  }

  collect(beforeMs: number): number {
    return this.#upkeep.collect(beforeMs);
  }

  planMerge(): MergePlan | null {
    return this.#upkeep.planMerge();
  }

  replaceSegments(plan: MergePlan, segment: BuiltSegment): void {
    this.#upkeep.replace(plan, segment);
    this.#upkeep.checkpoint();
  }

  vacuum(): boolean {
    this.#upkeep.trimChanges();
    const hasMore = this.#upkeep.vacuum();
    this.#upkeep.checkpoint();
    return hasMore;
  }

  close(): void {
    this.#upkeep.truncateWal();
    this.#connection.close();
  }

  /** Contents of a batch that a full disk has cut short belong to no visible segment: they go first. */
  #sweepLeftovers(): void {
    if (this.#hasLeftovers) this.#segments.sweepUnpublished();
    this.#hasLeftovers = false;
  }

  #settleOne(
    columns: AnalysedColumns,
    index: number,
    blobIds: Float64Array,
  ): 'indexed' | 'skipped' | 'failed' | 'again' {
    const row = this.#documents.get(columns.documentIds[index] as number);
    if (row === undefined) return 'skipped';
    const reason = fromReasonCode(columns.reasons[index] as number);
    const blob = columns.blobIndex[index] as number;
    const blobId = blob < 0 ? null : (blobIds[blob] as number);
    if (blobId === 0) return 'again';
    const outcome = reason === null ? OUTCOME_CODE.indexed : outcomeOf(reason);
    this.#documents.settle(row, {
      sizeBytes: columns.sizeBytes[index] as number,
      mtimeMs: columns.mtimeMs[index] as number,
      outcome,
      reason,
      blobId,
      language: columns.languages[index] as string,
      role: columns.roles[index] as number,
    });
    if (outcome === OUTCOME_CODE.indexed) return 'indexed';
    return outcome === OUTCOME_CODE.skipped ? 'skipped' : 'failed';
  }

  /** Trees that no source names any more: replaced by a rebuild, or their source was removed. */
  #removeOrphanTrees(): void {
    const used = new Set(this.#sources.list().flatMap((row) => [row.activeTree, row.buildingTree]));
    const list = this.#connection.prepare('SELECT id FROM document WHERE tree_id = ?').pluck();
    for (const { id } of this.#sources.listTrees()) {
      if (used.has(id)) continue;
      this.#documents.deleteAll(list.all(id) as number[]);
      this.#sources.removeTree(id);
    }
  }
}
