/** Reads a repository's history to its end, as one value. */
import { readHistory, type HistoryOptions } from '../../src/connectors/git/read-history.ts';
import { listRepositories } from '../../src/connectors/git/repository-places.ts';
import type { HistorySummary, LoggedCommit } from '../../src/model/history.ts';

export interface WholeHistory extends HistorySummary {
  readonly isAnew: boolean | undefined;
  readonly expectedCount: number;
  readonly commits: readonly LoggedCommit[];
  readonly times: ReadonlyMap<string, number>;
}

/** Reads the repository around a root, or the one that `place` names. */
export async function readAllHistory(
  root: string,
  options: Partial<HistoryOptions> = {},
): Promise<WholeHistory> {
  const [around] = listRepositories(root, []);
  const events = readHistory({
    root,
    place: around ?? { folder: '', workTree: root },
    known: { headCommit: null, fingerprint: null, failedHead: null },
    maxCommits: 10_000,
    searchPath: process.env['PATH'] ?? '',
    timeoutMs: 30_000,
    ...options,
  });
  const commits: LoggedCommit[] = [];
  const times = new Map<string, number>();
  let begin: { readonly isAnew?: boolean; readonly expectedCount: number } = { expectedCount: 0 };
  for (;;) {
    const step = await events.next();
    if (step.done === true) {
      const { isAnew, expectedCount } = begin;
      return { ...step.value, isAnew, expectedCount, commits, times };
    }
    if (step.value.kind === 'begin') begin = step.value;
    else if (step.value.kind === 'commits') commits.push(...step.value.commits);
    else {
      const { paths, lastMs } = step.value.times;
      for (const [index, path] of paths.entries()) times.set(path, lastMs[index] ?? 0);
    }
  }
}
