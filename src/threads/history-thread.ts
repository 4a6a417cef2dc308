/** The part of an analyse thread that reads git history: git prints, this parses, finds tickets and terms. */
import type { MessagePort } from 'node:worker_threads';
import { listTerms, toTermKey } from '../analysis/terms.ts';
import { readHistory, type HistoryEvent } from '../connectors/git/read-history.ts';
import { listRepositories } from '../connectors/git/repository-places.ts';
import type { HistoryRequest, PreparedHistory } from '../indexing/history-pass.ts';
import type { HistorySummary, LoggedCommit, RepositoryPlace } from '../model/history.ts';
import type { ThreadHandlers } from '../pool/thread-call.ts';
import { listTickets } from '../query/tickets.ts';
import { packTerms } from '../store/commit-codec.ts';
import type { PreparedCommit } from '../store/history-table.ts';
import type { StoreReader } from '../store/reader.ts';

/** Git is ended after this time; what came until then is kept. */
const GIT_LIMIT_MS = 120_000;

export function createHistoryHandlers(openReader: () => StoreReader): ThreadHandlers {
  return {
    listRepositories: (root: string, treeId: number): RepositoryPlace[] =>
      listRepositories(root, openReader().listFolders(treeId)),
    readHistory: async (request: HistoryRequest, port: MessagePort): Promise<HistorySummary> => {
      try {
        return await sendHistory(request, port);
      } finally {
        port.close();
      }
    },
  };
}

/** Sends what is read, each after the answer to the one before. A port that closes ends it. */
async function sendHistory(request: HistoryRequest, port: MessagePort): Promise<HistorySummary> {
  const stop = new AbortController();
  let goOn = ignoreAnswer;
  port.on('message', () => goOn());
  port.on('close', () => {
    stop.abort();
    goOn();
  });
  const events = readHistory({
    ...request,
    // Git is found as every program is; it gets nothing else of the environment.
    searchPath: process.env['PATH'] ?? '',
    timeoutMs: GIT_LIMIT_MS,
    signal: stop.signal,
  });
  let step = await events.next();
  while (step.done !== true) {
    const { promise: answered, resolve } = Promise.withResolvers<void>();
    goOn = resolve;
    port.postMessage(prepare(step.value));
    if (!stop.signal.aborted) await answered;
    step = await events.next();
  }
  return step.value;
}

function ignoreAnswer(): void {}

function prepare(event: HistoryEvent): PreparedHistory {
  return event.kind === 'commits' ? { ...event, commits: event.commits.map(prepareCommit) } : event;
}

function prepareCommit(commit: LoggedCommit): PreparedCommit {
  const message = `${commit.subject}\n\n${commit.body}`;
  const keys = listTerms(message).map(({ text }) => toTermKey(text));
  return { ...commit, tickets: listTickets(message), terms: packTerms(keys) };
}
