/**
 * Which files were touched by commits whose messages are like the query: BM25 over messages with the
 * query's own weights (all terms: the index is small), younger commits count more, commits of many files
 * say less about each. Source: docs/ranking.md, part history.
 */
import { ROLES } from '../model/document.ts';
import { toIdf, K1 } from '../ranking/bm25.ts';
import { toShareOfBest, type ShareValues } from '../ranking/file-scores.ts';
import type { QueryTerm } from '../ranking/select-terms.ts';
import type { CatalogView, HistoryView } from './ports.ts';

const B = 0.5;
/** A commit of a year ago counts e^-0.3 of one of today. */
const DECAY_PER_YEAR = 0.3;
const YEAR_MS = 365.25 * 24 * 60 * 60 * 1000;
const TEST = ROLES.indexOf('test');
const COMMITS_KEPT = 30;
const MAX_FILES = 30;

export interface HistoryQuery {
  readonly terms: readonly QueryTerm[];
  /** Commits of other connectors take no part. */
  readonly isVisibleConnector: (connectorId: string) => boolean;
}

/** Values by slot. Ages are counted from the newest commit, so that nothing depends on the clock. */
export function findHistoryFiles(
  catalog: CatalogView,
  history: HistoryView,
  query: HistoryQuery,
): ShareValues {
  const index = history.loadCommitIndex();
  if (index.count === 0) return new Map();
  const scores = scoreCommits(index, query);
  const values = new Map<number, number>();
  for (const [commit, score] of scores) {
    const connectorId = index.connectorIds[index.repository[commit] as number] ?? '';
    const slots = Array.from(index.listPathIds(commit), (id) =>
      catalog.findSlot(connectorId, history.getPath(id)),
    ).filter((slot) => slot >= 0 && catalog.role[slot] !== TEST);
    for (const slot of slots) {
      values.set(slot, (values.get(slot) ?? 0) + score / Math.sqrt(slots.length));
    }
  }
  return toShareOfBest(values);
}

type CommitIndexView = ReturnType<HistoryView['loadCommitIndex']>;

/** The best commits with their scores. */
function scoreCommits(
  index: CommitIndexView,
  { terms, isVisibleConnector }: HistoryQuery,
): (readonly [commit: number, score: number])[] {
  const scores = new Map<number, number>();
  const areVisible = index.connectorIds.map(isVisibleConnector);
  const averageTerms = Math.max(1, index.totalTerms / index.count);
  for (const { key, raw } of terms) {
    const postings = index.findTerm(key);
    if (postings === undefined) continue;
    const weight = Math.log2(1 + raw) * toIdf(index.count, postings.commits.length);
    for (const [position, commit] of postings.commits.entries()) {
      if (areVisible[index.repository[commit] as number] !== true) continue;
      const frequency = postings.frequencies[position] as number;
      const length = 1 - B + (B * (index.termCount[commit] as number)) / averageTerms;
      const gain = (weight * frequency * (K1 + 1)) / (frequency + K1 * length);
      scores.set(commit, (scores.get(commit) ?? 0) + gain);
    }
  }
  const newestMs = index.committedMs.reduce((newest, ms) => Math.max(newest, ms), 0);
  return Array.from(scores, ([commit, score]) => {
    const years = (newestMs - (index.committedMs[commit] as number)) / YEAR_MS;
    return [commit, score * Math.exp(-DECAY_PER_YEAR * years)] as const;
  })
    .filter(([commit]) => isTelling(index, commit))
    .toSorted((left, right) => right[1] - left[1])
    .slice(0, COMMITS_KEPT);
}

function isTelling(index: CommitIndexView, commit: number): boolean {
  const files = index.listPathIds(commit).length;
  return files > 0 && files <= MAX_FILES;
}
