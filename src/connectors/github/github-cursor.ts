/** The streams of a GitHub repository, and what a run counts at its start. How a run goes is `../stream-run.ts`. */
import type { Run, RunCursor } from '../stream-run.ts';
import type { RepositoryFacts } from './queries.ts';

/** In the order of a run. The last two look for what was deleted or moved away; most runs pass them over. */
export const STREAMS = [
  'issues',
  'pulls',
  'comments',
  'review_comments',
  'discussions',
  'releases',
  'lost_issues',
  'lost_discussions',
] as const;
export type StreamName = (typeof STREAMS)[number];

export type GithubCounts = {
  readonly issues: number;
  readonly highestIssue: number;
  readonly discussions: number;
  readonly highestDiscussion: number;
};

export type GithubCursor = RunCursor<StreamName, GithubCounts>;
export type GithubRun = Run<StreamName, GithubCounts>;

/** `known`: of the run before; a highest number never gets lower, even when its issue is deleted. */
export function countGithub(facts: RepositoryFacts, known: GithubCounts | null): GithubCounts {
  return {
    issues: facts.issues.totalCount,
    highestIssue: findHighest(facts.issues.nodes, known?.highestIssue),
    discussions: facts.discussions.totalCount,
    highestDiscussion: findHighest(facts.discussions.nodes, known?.highestDiscussion),
  };
}

function findHighest(
  nodes: readonly ({ readonly number: number } | null)[],
  known: number | undefined,
): number {
  return Math.max(known ?? 0, ...nodes.map((node) => node?.number ?? 0));
}
