/**
 * Brings one tree in step with its root: lists the root, compares the listing with the manifest, works off
 * what is pending, removes what is gone. The listing and the work overlap. Used for a whole root, for
 * single paths after a file event, and for a rebuild beside the tree that answers.
 */
import { AppError } from '../errors/app-error.ts';
import type { FailReason } from '../model/document.ts';
import type { Analysers, IndexWriter, ListingRequest, ListingSummary } from './ports.ts';
import { TextPass, type BatchLimits } from './text-pass.ts';

export interface IndexRootOptions {
  readonly listing: ListingRequest;
  readonly treeId: number;
  readonly epoch: number;
  /** Reads every file again, also those that look unchanged. */
  readonly isForced: boolean;
  readonly writer: IndexWriter;
  readonly analysers: Analysers;
  readonly limits: BatchLimits;
  readonly signal: AbortSignal;
  /** Called when the listing has ended and only contents are left to be read. */
  readonly onListed: () => void;
  readonly onFailure: (failure: { path: string; reason: FailReason; message: string }) => void;
}

export interface IndexRootResult {
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  readonly summary: ListingSummary;
}

/** Throws `ROOT_MISSING`, `CANCELED` and what the writer throws. */
export async function indexRoot(options: IndexRootOptions): Promise<IndexRootResult> {
  const { writer, treeId, analysers, signal, listing } = options;
  const counts = { added: 0, changed: 0 };
  const pass = new TextPass({ ...options, root: listing.root });
  await writer.beginListing(treeId);
  let pumping: Promise<void> = Promise.resolve();
  const summary = await analysers.list(
    listing,
    async (files) => {
      const compared = await writer.compare(treeId, files, options.isForced);
      counts.added += compared.added;
      counts.changed += compared.changed;
      pumping = pumping.then(async () => pass.pump());
      pumping.catch(() => undefined);
    },
    signal,
  );
  throwIfCanceled(signal);
  if (summary.isRootMissing) {
    throw new AppError(
      'ROOT_MISSING',
      `The folder ${listing.root} does not exist. It is looked for again from time to time.`,
    );
  }
  options.onListed();
  const removed = summary.isComplete
    ? await writer.finishListing(treeId, summary.unreadableFolders)
    : 0;
  await pumping;
  await pass.drain();
  throwIfCanceled(signal);
  return { ...counts, removed, summary };
}

/** Brings single paths of a tree in step: files, or folders with all below them. */
export async function indexPaths(
  options: IndexRootOptions & { readonly paths: readonly string[] },
): Promise<IndexRootResult> {
  const { writer, treeId, analysers, signal, paths } = options;
  const listing = { ...options.listing, subPaths: paths };
  const counts = { added: 0, changed: 0 };
  const present = new Set<string>();
  const pendingPaths: string[] = [];
  const summary = await analysers.list(
    listing,
    async (files) => {
      for (const [index, path] of files.paths.entries()) {
        present.add(path);
        if (files.reasons[index] === 0) pendingPaths.push(path);
      }
      const compared = await writer.compare(treeId, files, options.isForced);
      counts.added += compared.added;
      counts.changed += compared.changed;
    },
    signal,
  );
  throwIfCanceled(signal);
  options.onListed();
  const known = (
    await Promise.all(paths.map(async (path) => writer.listPaths(treeId, path)))
  ).flat();
  const gone = known.filter((path) => !present.has(path));
  const removed = gone.length === 0 ? 0 : await writer.removePaths(treeId, gone);
  await settlePaths(options, pendingPaths);
  return { ...counts, removed, summary };
}

async function settlePaths(options: IndexRootOptions, paths: readonly string[]): Promise<void> {
  const { writer, treeId, analysers, epoch, listing } = options;
  for (let start = 0; start < paths.length; start += options.limits.maxFiles) {
    const slice = paths.slice(start, start + options.limits.maxFiles);
    const pending = await writer.takePendingPaths(treeId, slice);
    if (pending.paths.length === 0) continue;
    const { columns, segment } = await analysers.analyse({ root: listing.root, pending, epoch });
    for (const failure of columns.failures) options.onFailure(failure);
    await writer.settle(treeId, columns, segment);
  }
}

export function throwIfCanceled(signal: AbortSignal): void {
  if (signal.aborted)
    throw new AppError('CANCELED', 'The job was cancelled. What was indexed stays searchable.');
}
