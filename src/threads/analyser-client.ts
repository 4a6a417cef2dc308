/** The analyse threads as the indexing room calls them. */
import { MessageChannel } from 'node:worker_threads';
import { toAppError, type AppError } from '../errors/app-error.ts';
import type { Analysers, ListingSummary } from '../indexing/ports.ts';
import type { ThreadPool } from '../pool/thread-pool.ts';
import type { ListingMessage } from './analyse-thread.ts';

/** Time of a batch: enough for 16 MB on a busy machine, ten times over. */
const BATCH_LIMIT_MS = 60_000;
/** Time of a megabyte of parsing at low priority on a busy machine; a file stops by itself after 3 s of work. */
const STRUCTURE_LIMIT_MS = 120_000;

/** Makes the client; `limitMs` is the time of one batch, `structureLimitMs` that of one batch of parsing. */
export function createAnalysers(
  pool: ThreadPool,
  limitMs: number = BATCH_LIMIT_MS,
  structureLimitMs: number = STRUCTURE_LIMIT_MS,
): Analysers {
  const limited = { timeoutMs: limitMs };
  return {
    threads: pool.threads,
    list: async (request, onFiles, signal) => {
      const { port1, port2 } = new MessageChannel();
      let failure: AppError | undefined;
      const stop = (): void => port1.close();
      signal.addEventListener('abort', stop, { once: true });
      port1.on('message', (files: ListingMessage) => {
        onFiles(files).then(
          () => port1.postMessage(null),
          (error: unknown) => {
            failure = toAppError(error);
            stop();
          },
        );
      });
      try {
        const summary = await pool.call<ListingSummary>('list', [request, port2], {
          transfer: [port2],
        });
        if (failure !== undefined) throw failure;
        return summary;
      } finally {
        signal.removeEventListener('abort', stop);
        port1.close();
      }
    },
    analyse: async (request) => pool.call('analyse', [request], limited),
    analyseTexts: async (request) => pool.call('analyseTexts', [request], limited),
    checkContents: async (afterBlobId) => pool.call('checkContents', [afterBlobId], limited),
    structure: async (request, signal) =>
      pool.call('structure', [request], { timeoutMs: structureLimitMs, signal }),
    buildNames: async (blobIds, signal) =>
      pool.call('buildNames', [blobIds], { ...limited, signal }),
    resolveEdges: async (request, signal) =>
      pool.call('resolveEdges', [request], { ...limited, signal }),
    recycle: () => pool.recycle(),
    rebuildSegment: async (blobIds) => pool.call('rebuildSegment', [blobIds], limited),
    plan: async (request, treeId, signal) => pool.call('plan', [request, treeId], { signal }),
    explainPath: async (sources, path) => pool.call('explainPath', [sources, path]),
  };
}
