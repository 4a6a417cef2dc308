/** The reading of git history as the indexing room calls it. */
import { MessageChannel } from 'node:worker_threads';
import type { Histories, PreparedHistory } from '../indexing/history-pass.ts';
import type { HistorySummary } from '../model/history.ts';
import type { ThreadPool } from '../pool/thread-pool.ts';

/** Looks into the folders of a tree: some ten thousand at most. */
const LIST_LIMIT_MS = 60_000;

export function createHistories(pool: ThreadPool): Histories {
  return {
    list: async (root, treeId) =>
      pool.call('listRepositories', [root, treeId], { timeoutMs: LIST_LIMIT_MS }),
    read: async (request, onHistory, signal) => {
      const { port1, port2 } = new MessageChannel();
      let failure: unknown;
      const stop = (): void => port1.close();
      if (signal.aborted) stop();
      signal.addEventListener('abort', stop, { once: true });
      port1.on('message', (history: PreparedHistory) => {
        onHistory(history).then(
          () => port1.postMessage(null),
          (error: unknown) => {
            failure = error;
            stop();
          },
        );
      });
      try {
        const summary = await pool.call<HistorySummary>('readHistory', [request, port2], {
          transfer: [port2],
        });
        if (failure instanceof Error) throw failure;
        return summary;
      } finally {
        signal.removeEventListener('abort', stop);
        port1.close();
      }
    },
  };
}
