/**
 * What the writer thread answers: the methods of `StoreWriter`, each reply with the state of the store
 * after it, so that status needs no call of its own. The thread takes the writer's lock first and gives it
 * back last.
 */
import { AppError } from '../errors/app-error.ts';
import type { ThreadHandlers } from '../pool/thread-call.ts';
import { toStoreError } from '../store/database.ts';
import { takeWriterLock, type LockHolder, type LockResult } from '../store/lock.ts';
import type { StoreState } from '../store/stored-state.ts';
import { StoreWriter } from '../store/writer.ts';

export interface WriterThreadData {
  readonly databasePath: string;
  readonly cacheBytes: number;
}

/** Value of a method and the state after it. */
export interface WriterReply {
  readonly value: unknown;
  readonly state: StoreState;
}

export type OpenResult =
  | { readonly isWriter: true; readonly state: StoreState }
  | { readonly isWriter: false; readonly holder: LockHolder };

/** Methods of `StoreWriter` that callers may name. */
const METHODS: readonly (keyof StoreWriter)[] = [
  'state',
  'ensureSource',
  'setSourceFacts',
  'removeSource',
  'beginListing',
  'compare',
  'finishListing',
  'dropListing',
  'takePending',
  'takePendingPaths',
  'prepareItems',
  'storeLinks',
  'removeItems',
  'finishSync',
  'settle',
  'removePaths',
  'listPaths',
  'beginRebuild',
  'finishRebuild',
  'writeHistory',
  'listHistory',
  'saveJob',
  'listJobs',
  'takeUnstructured',
  'settleStructure',
  'planNames',
  'storeNames',
  'planEdges',
  'storeEdges',
  'finishEdges',
  'verify',
  'collect',
  'planMerge',
  'replaceSegments',
  'vacuum',
];

export function createWriterHandlers(data: WriterThreadData): ThreadHandlers {
  let writer: StoreWriter | undefined;
  let lock: Extract<LockResult, { kind: 'held' }> | undefined;
  const open = (): OpenResult => {
    try {
      const taken = takeWriterLock(data.databasePath);
      if (taken.kind === 'elsewhere') return { isWriter: false, holder: taken.holder };
      lock = taken;
      writer = new StoreWriter(data.databasePath, data.cacheBytes);
      return { isWriter: true, state: writer.state() };
    } catch (error) {
      lock?.release();
      lock = undefined;
      throw toStoreError(error, data.databasePath);
    }
  };
  const close = (): void => {
    writer?.close();
    writer = undefined;
    lock?.release();
    lock = undefined;
  };
  const call = (method: keyof StoreWriter, args: readonly unknown[]): WriterReply => {
    if (writer === undefined)
      throw new AppError('NOT_READY', 'The database is not open for writing.');
    try {
      const run = writer[method] as (...given: readonly unknown[]) => unknown;
      return { value: run.apply(writer, args as unknown[]), state: writer.state() };
    } catch (error) {
      throw toStoreError(error, data.databasePath);
    }
  };
  const methods = METHODS.map((method) => [method, (...args: unknown[]) => call(method, args)]);
  return { ...(Object.fromEntries(methods) as ThreadHandlers), open, close };
}
