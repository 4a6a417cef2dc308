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
  const listingNumber = await writer.beginListing(treeId);
  let pumping: Promise<void> = Promise.resolve();
  let removed = 0;
  let summary: ListingSummary;
  try {
    summary = await analysers.list(
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
    throwIfMissing(summary, listing);
    options.onListed();
    if (summary.isComplete)
      removed = await writer.finishListing(treeId, listingNumber, summary.unreadableFolders);
  } finally {
    await writer.dropListing(listingNumber);
  }
  await pumping;
  await pass.drain();
  throwIfCanceled(signal);
  return { ...counts, removed, summary };
}

function throwIfMissing(summary: ListingSummary, { root }: ListingRequest): void {
  if (!summary.isRootMissing) return;
  throw new AppError(
    'ROOT_MISSING',
    `The folder ${root} does not exist. It is looked for again from time to time.`,
  );
}

/**
 * Brings single paths of a tree in step: files, or folders with all below them. Throws as `indexRoot`; a
 * missing root and folders that cannot be read leave what is known of them.
 */
export async function indexPaths(
  options: IndexRootOptions & { readonly paths: readonly string[] },
): Promise<IndexRootResult> {
  const { writer, treeId, analysers, signal, paths } = options;
  const listing = { ...options.listing, subPaths: paths };
  const counts = { added: 0, changed: 0 };
  const present = new Set<string>();
  const files: PathToRead[] = [];
  const summary = await analysers.list(
    listing,
    async (found) => {
      for (const [index, path] of found.paths.entries()) {
        present.add(path);
        if (found.reasons[index] === 0)
          files.push({ path, sizeBytes: found.sizeBytes[index] as number });
      }
      const compared = await writer.compare(treeId, found, options.isForced);
      counts.added += compared.added;
      counts.changed += compared.changed;
    },
    signal,
  );
  throwIfCanceled(signal);
  throwIfMissing(summary, listing);
  options.onListed();
  const known = (
    await Promise.all(paths.map(async (path) => writer.listPaths(treeId, path)))
  ).flat();
  const isUnreadable = (path: string): boolean =>
    summary.unreadableFolders.some((folder) => path.startsWith(`${folder}/`));
  const gone = known.filter((path) => !present.has(path) && !isUnreadable(path));
  const removed = gone.length === 0 ? 0 : await writer.removePaths(treeId, gone);
  await settlePaths(options, files);
  return { ...counts, removed, summary };
}

interface PathToRead {
  readonly path: string;
  readonly sizeBytes: number;
}

/** Reads files batch by batch; what lost its content meanwhile is still pending and read once more. */
async function settlePaths(options: IndexRootOptions, files: readonly PathToRead[]): Promise<void> {
  const { writer, treeId, listing, limits } = options;
  const pass = new TextPass({ ...options, root: listing.root });
  for (let round = 0; round < 2; round++) {
    for (const paths of sliceFiles(files, limits)) {
      throwIfCanceled(options.signal);
      const pending = await writer.takePendingPaths(treeId, paths);
      if (pending.paths.length > 0) await pass.work(pending);
    }
  }
}

/** Slices of at most `maxFiles` files, and no more than `maxBytes` once there is one. */
function* sliceFiles(
  files: readonly PathToRead[],
  limits: BatchLimits,
): Generator<readonly string[]> {
  let slice: string[] = [];
  let bytes = 0;
  for (const { path, sizeBytes } of files) {
    const isFull = slice.length >= limits.maxFiles || bytes + sizeBytes > limits.maxBytes;
    if (isFull && slice.length > 0) {
      yield slice;
      slice = [];
      bytes = 0;
    }
    slice.push(path);
    bytes += sizeBytes;
  }
  if (slice.length > 0) yield slice;
}

export function throwIfCanceled(signal: AbortSignal): void {
  if (signal.aborted)
    throw new AppError('CANCELED', 'The job was cancelled. What was indexed stays searchable.');
}
