/** What an analyse thread answers: listings, batches of files, segments built anew from stored contents. */
import type { MessagePort } from 'node:worker_threads';
import { SegmentBuilder } from '../analysis/segment-builder.ts';
import { readGitHead } from '../connectors/git-head.ts';
import { matchAny } from '../connectors/filesystem/path-filter.ts';
import { ReadBuffer, readDocument } from '../connectors/filesystem/read-document.ts';
import { walk, type WalkOptions, type WalkSummary } from '../connectors/filesystem/walk.ts';
import { analyseBatch, type AnalysedBatch, type AnalysePorts } from '../indexing/analyse-batch.ts';
import { PlanCounter } from '../indexing/inspect.ts';
import type {
  AnalysedTexts,
  ListingRequest,
  ListingSummary,
  TextsRequest,
} from '../indexing/ports.ts';
import { toListingRequest } from '../indexing/sources.ts';
import { findLanguage } from '../languages/languages.ts';
import { findRole, isGeneratedContent } from '../languages/roles.ts';
import { toReasonCode, type ListingColumns, type PendingColumns } from '../model/batches.ts';
import type { PathExplanation, PlanDetails } from '../model/control.ts';
import type { ListedFile, ReadResult, Role } from '../model/document.ts';
import type { ThreadHandlers } from '../pool/thread-call.ts';
import { listItemLinks } from '../query/item-links.ts';
import type { BuiltSegment } from '../segments/segment.ts';
import { checkContents, type CheckedContents } from '../store/check-contents.ts';
import { StoreReader } from '../store/reader.ts';
import { createHistoryHandlers } from './history-thread.ts';
import { explainOne } from './explain-one.ts';
import { createStructureHandlers } from './structure-thread.ts';
import type { SourceRow } from '../store/sources.ts';

export interface AnalyseThreadData {
  readonly databasePath: string;
  readonly cacheBytes: number;
  readonly maxFileBytes: number;
  readonly allowSensitive: readonly string[];
}

/** What the listing side says through the port: a stretch of files; the other side answers each. */
export type ListingMessage = ListingColumns;

export function createAnalyseHandlers(data: AnalyseThreadData): ThreadHandlers {
  let reader: StoreReader | undefined;
  const openReader = (): StoreReader =>
    (reader ??= new StoreReader(data.databasePath, data.cacheBytes, () => []));
  const builder = new SegmentBuilder();
  const buffer = new ReadBuffer();
  const isSensitiveAllowed = matchAny(data.allowSensitive);
  const context = { data, openReader, builder };
  return {
    ...createStructureHandlers(openReader),
    ...createHistoryHandlers(openReader),
    ...createInspectHandlers(context),
    list: async (request: ListingRequest, port: MessagePort): Promise<ListingSummary> =>
      listRoot(toWalkOptions(request, data), request, port),
    analyse: (request: { root: string; pending: PendingColumns; epoch: number }): AnalysedBatch =>
      analyseBatch(request.root, request.pending, {
        ...toAnalysePorts(context, request.epoch),
        readDocument: (absolutePath, path) =>
          readDocument(absolutePath, {
            maxBytes: data.maxFileBytes,
            root: request.root,
            isSecretAllowed: isSensitiveAllowed(path),
            buffer,
          }),
      }),
    analyseTexts: (request: TextsRequest): AnalysedTexts => analyseTexts(request, context),
    rebuildSegment: (blobIds: readonly number[]): BuiltSegment => {
      const store = openReader();
      builder.discard();
      for (const blobId of blobIds) builder.addBlob(store.readContent(blobId) ?? new Uint8Array(0));
      return builder.finish();
    },
  };
}

/** What the handlers of one thread share. */
interface ThreadContext {
  readonly data: AnalyseThreadData;
  readonly builder: SegmentBuilder;
  openReader(this: void): StoreReader;
}

/** Items are Markdown whatever their path looks like; files of a repository are told apart as on disk. */
function analyseTexts(request: TextsRequest, context: ThreadContext): AnalysedTexts {
  const { pending, texts, items, repository } = request;
  const isProse = new Set(pending.paths.filter((_path, index) => items[index]?.kind !== undefined));
  const ports = toAnalysePorts(context, request.epoch);
  let next = 0;
  const batch = analyseBatch('', pending, {
    ...ports,
    findLanguage: (path, bytes) =>
      isProse.has(path) ? 'markdown' : ports.findLanguage(path, bytes),
    findRole: (path, language, bytes) =>
      isProse.has(path) ? 'doc' : ports.findRole(path, language, bytes),
    readDocument: () => toReadText(texts[next++] as string, pending, next - 1),
  });
  const links = items.map((item, index) =>
    item === null
      ? []
      : listItemLinks({
          item,
          text: texts[index] as string,
          ...(repository === undefined ? {} : { repository }),
        }),
  );
  return { ...batch, links };
}

/** Handlers that only look. */
function createInspectHandlers({ data, openReader }: ThreadContext): ThreadHandlers {
  return {
    checkContents: (afterBlobId: number): CheckedContents =>
      checkContents(openReader().connection, afterBlobId),
    plan: async (request: ListingRequest, treeId: number): Promise<PlanDetails> => {
      const store = openReader();
      const counter = new PlanCounter();
      const batches = walk(toWalkOptions(request, data));
      let step = await batches.next();
      while (step.done !== true) {
        counter.add(toColumns(step.value), (path) => store.findDocument(treeId, path));
        step = await batches.next();
      }
      const ignored = step.value.ignoredFiles + step.value.ignoredFolders;
      return counter.finish(store.countDocuments(treeId), ignored);
    },
    explainPath: (sources: readonly SourceRow[], path: string): PathExplanation =>
      explainOne(sources, path, {
        store: openReader(),
        toWalkOptions: (source) => toWalkOptions(toListingRequest(source), data),
      }),
  };
}

function toAnalysePorts(
  { openReader, builder }: ThreadContext,
  epoch: number,
): Omit<AnalysePorts, 'readDocument'> {
  const store = openReader();
  return {
    findLanguage: (path, bytes) => findLanguage(path, readFirstLine(bytes)),
    findRole: chooseRole,
    isKnown: (hash) => store.hasHash(hash, epoch),
    builder,
  };
}

function toReadText(text: string, pending: PendingColumns, index: number): ReadResult {
  const bytes = Buffer.from(text.toWellFormed());
  const mtimeMs = pending.mtimeMs[index] as number;
  return { kind: 'text', bytes, encoding: 'utf-8', sizeBytes: bytes.length, mtimeMs };
}

function toWalkOptions(request: ListingRequest, data: AnalyseThreadData): WalkOptions {
  return {
    root: request.root,
    include: request.include,
    exclude: request.exclude,
    subPaths: request.subPaths,
    maxFileBytes: data.maxFileBytes,
    allowSensitive: data.allowSensitive,
    excludedPaths: [data.databasePath],
  };
}

async function listRoot(
  options: WalkOptions,
  request: ListingRequest,
  port: MessagePort,
): Promise<ListingSummary> {
  const stop = new AbortController();
  let goOn = noop;
  port.on('message', () => goOn());
  port.on('close', () => {
    stop.abort();
    goOn();
  });
  const batches = walk({ ...options, signal: stop.signal });
  let step = await batches.next();
  while (step.done !== true) {
    const { promise: answered, resolve } = Promise.withResolvers<void>();
    goOn = resolve;
    port.postMessage(toColumns(step.value) satisfies ListingMessage);
    if (!stop.signal.aborted) await answered;
    step = await batches.next();
  }
  port.close();
  return toSummary(step.value, request.root);
}

function toSummary(summary: WalkSummary, root: string): ListingSummary {
  const { topRule } = summary;
  return {
    isRootMissing: summary.error !== undefined,
    isComplete: summary.listedCompletely,
    unreadableFolders: summary.unreadableFolders,
    ignoredFiles: summary.ignoredFiles,
    ignoredFolders: summary.ignoredFolders,
    topRule:
      topRule === null ? null : { rule: topRule.rule, file: topRule.file, line: topRule.line },
    headCommit: readGitHead(root)?.commit ?? null,
  };
}

function toColumns(files: readonly ListedFile[]): ListingColumns {
  return {
    paths: files.map(({ path }) => path),
    sizeBytes: Float64Array.from(files, ({ sizeBytes }) => sizeBytes),
    mtimeMs: Float64Array.from(files, ({ mtimeMs }) => mtimeMs),
    reasons: Uint8Array.from(files, ({ skip, fail }) => toReasonCode(skip ?? fail)),
  };
}

/** Enough for a shebang; most languages are known by the path alone. */
function readFirstLine(bytes: Uint8Array): string | undefined {
  if (bytes[0] !== 0x23 || bytes[1] !== 0x21) return undefined;
  const end = bytes.subarray(0, 200).indexOf(0x0a);
  return Buffer.from(bytes.subarray(0, end < 0 ? 200 : end)).toString();
}

function chooseRole(path: string, language: string, bytes: Uint8Array): Role {
  const role = findRole(path, language);
  return role === 'source' && isGeneratedContent(bytes.subarray(0, 2048)) ? 'generated' : role;
}

function noop(): void {
  return;
}
