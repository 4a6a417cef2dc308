/**
 * What jobs do. One runner serves all of them; it holds no state but the limits and the ports. A job goes
 * through the phases listing, comparing, text, then the passes behind it, then settling (upkeep of the
 * database). Progress is counted in bytes over all passes.
 */
import { AppError, isAppError } from '../errors/app-error.ts';
import type { JobContext } from '../jobs/job-queue.ts';
import type { FailReason } from '../model/document.ts';
import type { SourceRow } from '../store/sources.ts';
import type { StoreState } from '../store/stored-state.ts';
import type { VerifyResult } from '../store/verify.ts';
import { indexPaths, indexRoot, throwIfCanceled, type IndexRootOptions } from './index-root.ts';
import { isRemote } from './sources.ts';
import type { RemoteSyncs } from './remote-syncs.ts';
import { Turns } from './turns.ts';
import type { Analysers, IndexWriter } from './ports.ts';
import { toListingRequest } from './sources.ts';
import type { BatchLimits } from './text-pass.ts';
import { runUpkeep } from './upkeep.ts';

/** What a run may say and must heed: a job's context, or nobody's. */
export type RunContext = Omit<JobContext, 'job'>;

/** A pass behind the text pass: structure, history. */
export interface LaterPass {
  readonly phase: 'structure' | 'history';
  run(sources: readonly SourceRow[], context: RunContext): Promise<void>;
}

export interface IndexRunnerOptions {
  readonly writer: IndexWriter;
  readonly analysers: Analysers;
  readonly limits: BatchLimits;
  readonly passes: readonly LaterPass[];
  readonly remotes: RemoteSyncs;
  readState(): StoreState;
  now(): number;
  onFailure(failure: {
    connectorId: string;
    path: string;
    reason: FailReason;
    message: string;
  }): void;
}

/** Bytes of the structure pass count this many times those of the text pass: it takes about as much longer. */
const STRUCTURE_WEIGHT = 4;
/** The listing is the first percents, so that progress moves before the total is known. */
const LISTING_PERCENT = 2;

export class IndexRunner {
  readonly #options: IndexRunnerOptions;
  /** The later passes and the upkeep go over the whole database: one run of them at a time. */
  readonly #turns = new Turns();

  constructor(options: IndexRunnerOptions) {
    this.#options = options;
  }

  async run(context: JobContext): Promise<void> {
    const { job } = context;
    const sources = this.#options
      .readState()
      .sources.filter(({ connectorId }) => job.connectors.includes(connectorId));
    const missing: AppError[] = [];
    const verified = job.action === 'verify' ? await this.#verifyRows(context) : undefined;
    for (const source of sources) {
      await this.#runSource(source, context).catch((error: unknown) => {
        if (!(error instanceof AppError) || error.code !== 'ROOT_MISSING') throw error;
        missing.push(error);
      });
    }
    if (verified !== undefined) {
      context.setDetails({ ...verified, checked: this.#countDocuments(sources) });
    }
    await this.#turns.take(context.signal, async () => this.#finish(sources, context));
    if (missing[0] !== undefined) throw missing[0];
  }

  async #finish(sources: readonly SourceRow[], context: JobContext): Promise<void> {
    for (const pass of this.#options.passes) {
      context.setPhase(pass.phase);
      await pass.run(sources, context);
      throwIfCanceled(context.signal);
    }
    context.setPhase('settling');
    await runUpkeep(this.#options, {
      signal: context.signal,
      collectAll: context.job.action === 'force_reindex',
    });
  }

  /** Brings single paths in step, outside of any job. */
  async refreshPaths(
    source: SourceRow,
    paths: readonly string[],
    signal: AbortSignal,
  ): Promise<void> {
    if (source.activeTree === null) return;
    const options = this.#toOptions(source, toQuietContext(signal), {
      treeId: source.activeTree,
      isForced: false,
    });
    await indexPaths({ ...options, paths }).catch(ignoreMissingRoot);
  }

  /** Lists a root and brings it in step, outside of any job. A missing root changes nothing. */
  async refreshRoot(source: SourceRow, signal: AbortSignal): Promise<void> {
    if (source.activeTree === null) return;
    const target = { treeId: source.activeTree, isForced: false };
    await this.#runListing(source, toQuietContext(signal), target).catch(ignoreMissingRoot);
  }

  /** The later passes and the upkeep for what refreshes have brought. */
  async settleQuietly(signal: AbortSignal): Promise<void> {
    await this.#turns.take(signal, async () => {
      const { sources } = this.#options.readState();
      for (const pass of this.#options.passes) await pass.run(sources, toQuietContext(signal));
      await runUpkeep(this.#options, { signal, collectAll: false });
    });
  }

  /** Percent of a running job from the bytes that are done and to do; 0 for a sync, which tells by itself. */
  measureProgress(state: StoreState, job: { readonly connectors: readonly string[] }): number {
    const sources = state.sources.filter(({ connectorId }) => job.connectors.includes(connectorId));
    if (sources.some(isRemote)) return 0;
    const trees = new Set(
      sources.map(({ activeTree, buildingTree }) => buildingTree ?? activeTree),
    );
    let pending = 0;
    let done = 0;
    for (const { treeId, outcome, bytes } of state.tallies) {
      if (!trees.has(treeId)) continue;
      if (outcome === 0) pending += bytes;
      else if (outcome === 1) done += bytes;
    }
    const { doneBytes, totalBytes } = state.structure;
    const all = done + pending + STRUCTURE_WEIGHT * (totalBytes + pending);
    if (all === 0) return 0;
    return LISTING_PERCENT + ((done + STRUCTURE_WEIGHT * doneBytes) / all) * (99 - LISTING_PERCENT);
  }

  async #runSource(source: SourceRow, context: JobContext): Promise<void> {
    if (isRemote(source)) {
      await this.#options.remotes.run(source, context);
      return;
    }
    if (source.path === null || source.activeTree === null) return;
    const { action, parameters } = context.job;
    if (action === 'reindex_paths') {
      await this.#runPaths(source, context, parameters['paths'] as Record<string, string[]>);
      return;
    }
    if (action === 'force_reindex') {
      const treeId = await this.#options.writer.beginRebuild(source.id);
      await this.#runListing(source, context, { treeId, isForced: false });
      await this.#options.writer.finishRebuild(source.id);
      // Files that changed since they were read were brought in step in the old tree alone.
      await this.#runListing(source, context, { treeId, isForced: false });
      return;
    }
    await this.#runListing(source, context, {
      treeId: source.activeTree,
      isForced: action === 'verify',
    });
  }

  async #runListing(
    source: SourceRow,
    context: RunContext,
    target: { treeId: number; isForced: boolean },
  ): Promise<void> {
    context.setPhase('listing');
    const startedMs = this.#options.now();
    const { summary, ...counts } = await indexRoot(this.#toOptions(source, context, target));
    await this.#options.writer.setSourceFacts(source.id, {
      headCommit: summary.headCommit,
      verifiedMs: startedMs,
      lastOkMs: this.#options.now(),
      lastError: null,
    });
    context.setDetails({ ...counts, ignored: summary.ignoredFiles + summary.ignoredFolders });
    this.#noteErrors(target.treeId, summary, context);
  }

  async #runPaths(
    source: SourceRow,
    context: JobContext,
    paths: Readonly<Record<string, readonly string[]>>,
  ): Promise<void> {
    const own = paths[source.connectorId];
    if (own === undefined || source.activeTree === null) return;
    context.setPhase('listing');
    const options = this.#toOptions(source, context, { treeId: source.activeTree, isForced: true });
    const { summary, ...counts } = await indexPaths({ ...options, paths: own });
    context.setDetails(counts);
    this.#noteErrors(source.activeTree, { ...summary, topRule: null }, context);
  }

  #toOptions(
    source: SourceRow,
    context: RunContext,
    target: { treeId: number; isForced: boolean },
  ): IndexRootOptions {
    const { writer, analysers, limits } = this.#options;
    const tree = this.#options.readState().trees.find(({ id }) => id === target.treeId);
    return {
      ...target,
      listing: toListingRequest(source),
      epoch: tree?.epoch ?? 0,
      writer,
      analysers,
      limits,
      signal: context.signal,
      onListed: () => context.setPhase('text'),
      onFailure: (failure) =>
        this.#options.onFailure({ connectorId: source.connectorId, ...failure }),
    };
  }

  /** A tree without a file and files that failed do not end the job, but it says so. */
  #noteErrors(
    treeId: number,
    summary: { topRule: { rule: string; file: string; line: number } | null },
    context: RunContext,
  ): void {
    const state = this.#options.readState();
    const tallies = state.tallies.filter((row) => row.treeId === treeId);
    const rule = summary.topRule;
    if (tallies.every(({ outcome, files }) => outcome !== 1 || files === 0)) {
      const why =
        rule === null
          ? 'the folder holds none'
          : `the rule "${rule.rule}" in ${rule.file} line ${rule.line} removed most`;
      context.noteError({
        code: 'NO_FILES',
        message: `There is no file to index: ${why}. Ask \`explain_path\` about a path that you miss.`,
      });
    }
    const failed = tallies.filter(({ outcome }) => outcome === 3);
    if (failed.length === 0) return;
    const path = state.examples[String(treeId)]?.[failed[0]?.reason ?? '']?.[0];
    const message = `Files could not be indexed: ${failed.map(({ reason, files }) => `${files} ${reason}`).join(', ')}.`;
    context.noteError({ code: 'FILES_FAILED', message, ...(path === undefined ? {} : { path }) });
  }

  /** Documents of the sources, whatever came of them. */
  #countDocuments(sources: readonly SourceRow[]): number {
    const trees = new Set(sources.map(({ activeTree }) => activeTree));
    const own = this.#options.readState().tallies.filter(({ treeId }) => trees.has(treeId));
    return own.reduce((sum, { files }) => sum + files, 0);
  }

  async #verifyRows(context: RunContext): Promise<VerifyResult> {
    const damaged: number[] = [];
    for (let afterBlobId = 0; ;) {
      throwIfCanceled(context.signal);
      const checked = await this.#options.analysers.checkContents(afterBlobId);
      damaged.push(...checked.damaged);
      if (checked.lastBlobId === null) break;
      afterBlobId = checked.lastBlobId;
    }
    return this.#options.writer.verify(damaged);
  }
}

function ignoreMissingRoot(error: unknown): void {
  if (!isAppError(error) || error.code !== 'ROOT_MISSING') throw error;
}

/** A context that nobody listens to. */
function toQuietContext(signal: AbortSignal): RunContext {
  return {
    signal,
    setPhase: () => undefined,
    setProgress: () => undefined,
    noteError: () => undefined,
    setDetails: () => undefined,
  };
}
