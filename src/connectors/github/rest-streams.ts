/**
 * The streams that REST lists by the time of the last change: issues, comments, comments on lines.
 *
 * The listing of issues has pull requests in it; they come from their own stream, which knows more of them.
 */
import type { ConnectorItem } from '../connector.ts';
import { walkSince, type ListAnswer, type SinceListing, type WalkPosition } from '../walk-since.ts';
import {
  isNewNumber,
  type StreamMark,
  type StreamPosition,
  type StreamStep,
} from '../stream-run.ts';
import type { GithubClient, ListRoute, RowOf } from './github-client.ts';
import type { GithubCounts } from './github-cursor.ts';
import { listLostComments } from './lost-comments.ts';
import {
  toCommentItem,
  toConversationFolder,
  toIssueItem,
  toReviewCommentItem,
  type CommentRow,
  type IssueRow,
} from './to-items.ts';

/** What a stream works with. */
export interface StreamContext {
  readonly client: GithubClient;
  readonly fullName: string;
  readonly mark: StreamMark | undefined;
  readonly position: StreamPosition | undefined;
  /** Of the run before; null when there was none. */
  readonly before: GithubCounts | null;
  /** At the start of this run. */
  readonly counts: GithubCounts;
}

/** Issues; in a run that follows another one also the comments of those that have lost one. */
export async function* streamIssues(context: StreamContext): AsyncGenerator<StreamStep> {
  const { client, fullName, before, counts } = context;
  const listing = toListing<'GET /repos/{owner}/{repo}/issues'>(
    client,
    'GET /repos/{owner}/{repo}/issues',
    { state: 'all' },
  );
  const since = context.mark?.newest;
  for await (const { rows, ...step } of walkSince(listing, context.mark, toWalk(context))) {
    const issues = rows.filter(({ pull_request: pull }) => pull === undefined);
    const lost = since === undefined ? [] : await listLostComments(client, rows, since);
    const kept = await Promise.all(lost.map(async (row) => fetchConversation(client, row)));
    yield {
      ...step,
      items: [...issues.map((row) => toIssueItem(row, fullName)), ...kept.flat()],
      removed: lost.map((row) => toConversationFolder(row.number, row.pull_request !== undefined)),
      created: issues.filter(({ number }) =>
        isNewNumber(number, before?.highestIssue, counts.highestIssue),
      ).length,
      expectedItems: rows.reduce((sum, row) => sum + row.comments, 0),
    };
  }
}

/** All comments of one conversation that are left. */
async function fetchConversation(client: GithubClient, row: IssueRow): Promise<ConnectorItem[]> {
  const items: ConnectorItem[] = [];
  for (let page = 1; ; page += 1) {
    const answer: ListAnswer<CommentRow> = await client.list(
      'GET /repos/{owner}/{repo}/issues/{issue_number}/comments',
      { parameters: { issue_number: row.number, page } },
    );
    if (answer.kind === 'unchanged') return items;
    items.push(...answer.rows.map(toCommentItem));
    if (!answer.hasMore) return items;
  }
}

export async function* streamComments(context: StreamContext): AsyncGenerator<StreamStep> {
  const listing = toListing<'GET /repos/{owner}/{repo}/issues/comments'>(
    context.client,
    'GET /repos/{owner}/{repo}/issues/comments',
    {},
  );
  for await (const { rows, ...step } of walkSince(listing, context.mark, toWalk(context))) {
    yield { ...step, items: rows.map(toCommentItem) };
  }
}

export async function* streamReviewComments(context: StreamContext): AsyncGenerator<StreamStep> {
  const listing = toListing<'GET /repos/{owner}/{repo}/pulls/comments'>(
    context.client,
    'GET /repos/{owner}/{repo}/pulls/comments',
    {},
  );
  for await (const { rows, ...step } of walkSince(listing, context.mark, toWalk(context))) {
    yield { ...step, items: rows.map(toReviewCommentItem), expectedItems: rows.length };
  }
}

type SinceRoute = ListRoute &
  (
    | 'GET /repos/{owner}/{repo}/issues'
    | 'GET /repos/{owner}/{repo}/issues/comments'
    | 'GET /repos/{owner}/{repo}/pulls/comments'
  );

function toListing<Route extends SinceRoute>(
  client: GithubClient,
  route: Route,
  fixed: Readonly<Record<string, string>>,
): SinceListing<RowOf<Route> & { id: number; updated_at: string }> {
  return {
    fetchPage: async ({ since, page, etag }) => {
      const order = { ...fixed, sort: 'updated', direction: 'asc' };
      const parameters = { ...order, page, ...(since === undefined ? {} : { since }) };
      const answer = await client.list(route, { parameters, etag });
      return answer as ListAnswer<RowOf<Route> & { id: number; updated_at: string }>;
    },
    updatedAt: (row) => row.updated_at,
    id: (row) => row.id,
  };
}

function toWalk({ position }: StreamContext): WalkPosition | undefined {
  return position?.page === undefined ? undefined : { ...position, page: position.page };
}
