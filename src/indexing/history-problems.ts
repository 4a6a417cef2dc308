/** Why there is no history, in words for the person who can change it. */
import type { HistoryProblem } from '../model/history.ts';
import type { PassCount } from '../model/status.ts';
import type { HistoryTally } from '../store/history-tally.ts';

const ADVICE: Readonly<Record<HistoryProblem, string>> = {
  git_missing: 'The program git was not found. Install it to have the history of the code.',
  head_unreadable:
    'HEAD could not be read; repositories that keep their branches in a reftable are not supported.',
  git_failed: 'Git could not read the repository; `git fsck` says what is wrong with it.',
};

/** Gives one sentence about a problem. */
export function describeHistoryProblem(problem: HistoryProblem): string {
  return ADVICE[problem];
}

/** The history pass as status shows it. */
export function toHistoryCount(tally: HistoryTally | undefined): PassCount {
  if (tally === undefined) return { done: 0, total: 0 };
  const { repositories, problems } = tally;
  const done = repositories.reduce((sum, repository) => sum + repository.done, 0);
  const total = repositories.reduce((sum, repository) => sum + repository.total, 0);
  const [first] = problems;
  if (first === undefined) return { done, total };
  const place = first.folder === '' ? first.connectorId : `${first.connectorId}:${first.folder}`;
  return { done, total, reason: `${place}: ${describeHistoryProblem(first.problem)}` };
}
