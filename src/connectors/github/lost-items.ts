/**
 * Finds issues and discussions that were deleted or moved to another repository. No listing tells of them, but the number of
 * issues does: when there are fewer than there were, plus those that were made since, all numbers are looked
 * through, a hundred with each query of one point, from the newest down. Pull requests cannot be deleted.
 */
import type { StreamPosition, StreamStep } from '../stream-run.ts';
import type { GithubClient } from './github-client.ts';
import type { GithubCursor, GithubRun } from './github-cursor.ts';
import { buildExistenceQuery } from './queries.ts';

const NUMBERS_EACH = 100;

interface LostOptions {
  readonly client: GithubClient;
  readonly cursor: GithubCursor;
  readonly run: GithubRun;
}

export async function* streamLostIssues(options: LostOptions): AsyncGenerator<StreamStep> {
  const { cursor, run } = options;
  const known = cursor.counts;
  const isLess = known !== null && run.counts.issues < known.issues + (run.created.issues ?? 0);
  if (!isLess) yield { items: [], mark: {} };
  else
    yield* lookThrough(options, {
      field: 'issueOrPullRequest',
      folder: 'issues',
      highest: run.counts.highestIssue,
    });
}

export async function* streamLostDiscussions(options: LostOptions): AsyncGenerator<StreamStep> {
  const { cursor, run } = options;
  const known = cursor.counts;
  const isLess =
    known !== null && run.counts.discussions < known.discussions + (run.created.discussions ?? 0);
  if (!isLess) yield { items: [], mark: {} };
  else
    yield* lookThrough(options, {
      field: 'discussion',
      folder: 'discussions',
      highest: run.counts.highestDiscussion,
    });
}

interface Search {
  readonly field: 'issueOrPullRequest' | 'discussion';
  readonly folder: string;
  readonly highest: number;
}

async function* lookThrough(
  { client, cursor, run }: LostOptions,
  { field, folder, highest }: Search,
): AsyncGenerator<StreamStep> {
  let upTo = run.position?.number ?? highest;
  while (upTo > 0) {
    const from = Math.max(1, upTo - NUMBERS_EACH + 1);
    const numbers = Array.from({ length: upTo - from + 1 }, (_, index) => from + index);
    type Answer = Readonly<Record<string, { repository?: { databaseId: number } } | null>>;
    const found = await client.query<Answer>(buildExistenceQuery(field, numbers));
    const removed = numbers
      .filter((number) => found[`n${number}`]?.repository?.databaseId !== cursor.repositoryId)
      .map((number) => `${folder}/${number}`);
    upTo = from - 1;
    const position: StreamPosition = { number: upTo };
    yield { items: [], removed, ...(upTo > 0 ? { position } : { mark: {} }) };
  }
  if (highest === 0) yield { items: [], mark: {} };
}
