/**
 * The pass that brings git history in step: finds the repositories of each source, lets an analyse thread
 * read what came and went, hands it to the writer, and gives files the time of their last commit. It runs
 * after each job and after quiet refreshes, so it must cost next to nothing when HEAD has not moved: a few small
 * files read for each repository.
 *
 * A repository that cannot be read is a value: its problem is stored and shown, the job goes on. What failed is
 * tried again when HEAD moves, when files came or went, and by the next process.
 */
import type { HistorySummary, KnownHistory, PathTimes, RepositoryPlace } from '../model/history.ts';
import type { PreparedCommit, StoredRepository } from '../store/history-table.ts';
import type { SourceRow } from '../store/sources.ts';
import type { StoreState } from '../store/stored-state.ts';
import { throwIfCanceled } from './index-root.ts';
import type { LaterPass, RunContext } from './index-runner.ts';
import type { IndexWriter } from './ports.ts';
import { describeHistoryProblem } from './history-problems.ts';

/** Newest commits that are kept of a repository. */
const MAX_COMMITS = 10_000;

export interface HistoryRequest {
  readonly root: string;
  readonly place: RepositoryPlace;
  readonly known: KnownHistory;
  readonly maxCommits: number;
}

/** What comes while a repository is read, ready to be written. */
export type PreparedHistory =
  | { readonly kind: 'begin'; readonly isAnew: boolean; readonly expectedCount: number }
  | { readonly kind: 'commits'; readonly commits: readonly PreparedCommit[] }
  | { readonly kind: 'times'; readonly times: PathTimes };

/** The threads that read repositories. */
export interface Histories {
  /** The repositories around and below a root; below it where documents of the tree lie. */
  list(root: string, treeId: number): Promise<RepositoryPlace[]>;
  /** Calls back with what is read, waits for each call before the next. Aborting ends git and the call. */
  read(
    request: HistoryRequest,
    onHistory: (history: PreparedHistory) => Promise<void>,
    signal: AbortSignal,
  ): Promise<HistorySummary>;
}

export interface HistoryPassOptions {
  readonly writer: Pick<IndexWriter, 'writeHistory' | 'listHistory'>;
  readonly histories: Histories;
  readState(): StoreState;
  /** The folder whose repositories belong to a source; undefined for one without. */
  rootOf(source: SourceRow): string | undefined;
  /** Called once for each problem that was not there before. */
  onProblem(problem: {
    readonly connector: string;
    readonly folder: string;
    readonly problem: string;
    readonly advice: string;
    readonly message: string;
  }): void;
}

/** What the last run over a source saw; in memory only. */
interface SeenSource {
  /** Tree, number of files and HEAD of the root: when one differs, repositories are looked for and times given again. */
  readonly state: string;
  readonly places: readonly RepositoryPlace[];
  /** HEAD by folder where reading failed. */
  readonly failedHeads: Map<string, string | null>;
}

interface PlaceReading {
  readonly source: SourceRow & { readonly path: string };
  readonly place: RepositoryPlace;
  readonly known: StoredRepository | undefined;
  readonly failedHeads: Map<string, string | null>;
}

export class HistoryPass implements LaterPass {
  readonly phase = 'history' as const;
  readonly #options: HistoryPassOptions;
  readonly #seen = new Map<number, SeenSource>();

  constructor(options: HistoryPassOptions) {
    this.#options = options;
  }

  /** Throws `CANCELED` and what threads throw. */
  async run(sources: readonly SourceRow[], context: RunContext): Promise<void> {
    for (const { connectorId } of sources) {
      // As stored now: a rebuild has swapped the tree.
      const rows = this.#options.readState().sources;
      const source = rows.find((row) => row.connectorId === connectorId);
      const path = source === undefined ? undefined : this.#options.rootOf(source);
      if (source === undefined || path === undefined || source.activeTree === null) continue;
      await this.#runSource({ ...source, path, activeTree: source.activeTree }, context);
      throwIfCanceled(context.signal);
    }
  }

  async #runSource(
    source: SourceRow & { readonly path: string; readonly activeTree: number },
    context: RunContext,
  ): Promise<void> {
    const { writer, histories } = this.#options;
    const state = this.#describe(source);
    const before = this.#seen.get(source.id);
    const isOther = before?.state !== state;
    let seen = before;
    if (seen === undefined || isOther) {
      const places = await histories.list(source.path, source.activeTree);
      seen = { state, places, failedHeads: new Map() };
      const folders = places.map(({ folder }) => folder);
      await writer.writeHistory({ kind: 'keep', sourceId: source.id, folders });
    }
    const stored = seen.places.length === 0 ? [] : await writer.listHistory(source.id);
    let hasChanged = false;
    for (const place of seen.places) {
      const known = stored.find(({ folder }) => folder === place.folder);
      const reading = { source, place, known, failedHeads: seen.failedHeads };
      if (await this.#readPlace(reading, context.signal)) hasChanged = true;
      if (context.signal.aborted) return;
    }
    if (hasChanged || isOther) await writer.writeHistory({ kind: 'apply', sourceId: source.id });
    this.#seen.set(source.id, seen);
  }

  /** Gives true when commits came or went. */
  async #readPlace(reading: PlaceReading, signal: AbortSignal): Promise<boolean> {
    const { writer, histories } = this.#options;
    const { source, place } = reading;
    let repositoryId = 0;
    const summary = await histories.read(
      toRequest(reading),
      async (history) => {
        if (history.kind === 'begin') {
          const begin = { ...history, sourceId: source.id, folder: place.folder };
          repositoryId = await writer.writeHistory(begin);
        } else {
          await writer.writeHistory({ ...history, repositoryId });
        }
      },
      signal,
    );
    if (summary.kind === 'canceled' || signal.aborted) return false;
    if (summary.kind === 'added' || summary.kind === 'anew') {
      await writer.writeHistory({ kind: 'finish', repositoryId, summary, maxCommits: MAX_COMMITS });
      return true;
    }
    await this.#note(reading, summary);
    return false;
  }

  async #note(
    { source, place, known, failedHeads }: PlaceReading,
    summary: HistorySummary,
  ): Promise<void> {
    const { folder } = place;
    const isUnchanged = summary.kind === 'unchanged' && known !== undefined;
    const kept = isUnchanged ? { problem: known.problem, message: known.message } : {};
    const note = {
      kind: 'note',
      sourceId: source.id,
      folder,
      summary: { ...summary, ...kept },
    } as const;
    await this.#options.writer.writeHistory(note);
    if (summary.kind !== 'failed') return;
    failedHeads.set(folder, summary.headCommit);
    this.#reportProblem(source, { folder, summary, known });
  }

  #reportProblem(
    { connectorId }: SourceRow,
    failure: {
      readonly folder: string;
      readonly summary: HistorySummary;
      readonly known: StoredRepository | undefined;
    },
  ): void {
    const { problem, message } = failure.summary;
    if (problem === null || problem === failure.known?.problem) return;
    const advice = describeHistoryProblem(problem);
    const { folder } = failure;
    this.#options.onProblem({ connector: connectorId, folder, problem, advice, message });
  }

  #describe({ activeTree, headCommit }: SourceRow): string {
    let files = 0;
    for (const row of this.#options.readState().tallies) {
      if (row.treeId === activeTree) files += row.files;
    }
    return `${activeTree}:${files}:${headCommit}`;
  }
}

function toRequest({ source, place, known, failedHeads }: PlaceReading): HistoryRequest {
  return {
    root: source.path,
    place,
    maxCommits: MAX_COMMITS,
    known: {
      headCommit: known?.headCommit ?? null,
      fingerprint: known?.fingerprint ?? null,
      failedHead: failedHeads.get(place.folder) ?? null,
    },
  };
}
