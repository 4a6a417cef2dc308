/**
 * The streams that GraphQL gives: pull requests with their reviews, discussions with their comments. The first time they are
 * listed in the order of their creation, which no edit changes; afterwards by the last change, newest first, down to
 * what the run before has seen. A run that was cut off goes on behind the last node: what changed
 * meanwhile moved to the front and is newer than the mark of this run, so the next one brings it.
 */
import type { ConnectorItem } from '../connector.ts';
import { isAppError } from '../../errors/app-error.ts';
import { OVERLAP_MS, toEarlier } from '../walk-since.ts';
import { isNewNumber, type StreamMark, type StreamStep } from '../stream-run.ts';
import type { GithubClient } from './github-client.ts';
import {
  DISCUSSIONS_QUERY,
  DISCUSSION_COMMENTS_QUERY,
  PULLS_QUERY,
  REPLIES_QUERY,
  REVIEWS_QUERY,
  type Connection,
  type DiscussionCommentNode,
  type DiscussionNode,
  type PullNode,
  type ReplyNode,
  type ReviewNode,
} from './queries.ts';
import type { StreamContext } from './rest-streams.ts';
import { toDiscussionCommentItem, toDiscussionItem, toPullItem, toReviewItem } from './to-items.ts';

/** Nodes of a page. A query that GitHub cannot answer in time is asked again for the smaller number. */
const PAGE_SIZES = { usual: 20, small: 4 } as const;

interface NodeListing<Node> {
  readonly query: string;
  /** Time of the newest change when the run began; undefined when there is nothing. */
  readonly latest: string | undefined;
  readonly toStep: (
    nodes: readonly Node[],
  ) => Promise<Pick<StreamStep, 'items' | 'removed' | 'created'>>;
}

export async function* streamPulls(
  context: StreamContext & { readonly latest: string | undefined },
): AsyncGenerator<StreamStep> {
  const { client, fullName, latest } = context;
  yield* walkNodes<PullNode>(context, {
    query: PULLS_QUERY,
    latest,
    toStep: async (nodes) => {
      const items: ConnectorItem[] = [];
      for (const node of nodes) {
        items.push(toPullItem(node, fullName));
        for (const review of await fetchReviews(client, node)) {
          const item = toReviewItem(review, node.number);
          if (item !== undefined) items.push(item);
        }
      }
      return { items };
    },
  });
}

/** A discussion that changed comes with all its comments, which take the place of those known: deleted ones go. */
export async function* streamDiscussions(
  context: StreamContext & { readonly latest: string | undefined },
): AsyncGenerator<StreamStep> {
  const { client, fullName, latest, before, counts, mark } = context;
  yield* walkNodes<DiscussionNode>(context, {
    query: DISCUSSIONS_QUERY,
    latest,
    toStep: async (nodes) => {
      const items: ConnectorItem[] = [];
      for (const node of nodes) {
        items.push(toDiscussionItem(node, fullName));
        for (const reply of await fetchDiscussionReplies(client, node)) {
          const item = toDiscussionCommentItem(reply, node.number);
          if (item !== undefined) items.push(item);
        }
      }
      return {
        items,
        removed:
          mark === undefined ? [] : nodes.map(({ number }) => `discussions/${number}/comments`),
        created: nodes.filter(({ number }) =>
          isNewNumber(number, before?.highestDiscussion, counts.highestDiscussion),
        ).length,
      };
    },
  });
}

function walkNodes<Node extends { readonly updatedAt: string }>(
  { client, mark, position }: StreamContext,
  listing: NodeListing<Node>,
): AsyncGenerator<StreamStep> {
  const newest = position?.newest ?? listing.latest;
  const isSettled = newest === mark?.newest;
  const ended: StreamMark = { newest, isSettled };
  const isDone = newest === undefined || (isSettled && mark?.isSettled === true);
  if (isDone) return passOver(ended);
  const since = mark?.newest === undefined ? '' : toEarlier(mark.newest, OVERLAP_MS);
  return fetchChanged({ client, listing, ended, since, after: position?.after });
}

async function* passOver(mark: StreamMark): AsyncGenerator<StreamStep> {
  yield { items: [], mark };
}

interface NodeWalk<Node> {
  readonly client: GithubClient;
  readonly listing: NodeListing<Node>;
  /** What the walk leaves at its end. */
  readonly ended: StreamMark;
  /** Empty: everything, in the order of creation. */
  readonly since: string;
  readonly after: string | undefined;
}

async function* fetchChanged<Node extends { readonly updatedAt: string }>(
  walk: NodeWalk<Node>,
): AsyncGenerator<StreamStep> {
  const { client, listing, ended, since } = walk;
  const isNewestFirst = since !== '';
  let { after } = walk;
  for (;;) {
    const page = await fetchNodes<Node>(client, listing.query, { after, isNewestFirst });
    const nodes = listNodes(page);
    const changed = nodes.filter(({ updatedAt }) => updatedAt >= since);
    const step = await listing.toStep(changed);
    after = page.pageInfo.endCursor ?? undefined;
    const isLast = !page.pageInfo.hasNextPage || changed.length < nodes.length;
    if (isLast) return yield { ...step, mark: ended };
    yield { ...step, position: { newest: ended.newest, after } };
  }
}

async function fetchNodes<Node>(
  client: GithubClient,
  query: string,
  { after, isNewestFirst }: { readonly after: string | undefined; readonly isNewestFirst: boolean },
): Promise<Connection<Node>> {
  const order = isNewestFirst
    ? { field: 'UPDATED_AT', direction: 'DESC' }
    : { field: 'CREATED_AT', direction: 'ASC' };
  const ask = async (size: number, behind: string | undefined): Promise<Connection<Node>> =>
    (
      await client.query<{ page: Connection<Node> }>(query, {
        size,
        after: behind ?? null,
        ...order,
      })
    ).page;
  try {
    return await ask(PAGE_SIZES.usual, after);
  } catch (error) {
    if (!isAppError(error) || error.code !== 'CONNECTOR_UNREACHABLE') throw error;
    // GitHub does not promise how long it knows a place in a list; then the list is walked from its start.
    const isForgotten = error.details['type'] === 'INVALID_CURSOR_ARGUMENTS';
    return ask(PAGE_SIZES.small, isForgotten ? undefined : after);
  }
}

async function fetchReviews(client: GithubClient, node: PullNode): Promise<ReviewNode[]> {
  if (node.reviews === null) return [];
  return fetchRest(node.reviews, async (after) => {
    type Answer = { pullRequest: { reviews: Connection<ReviewNode> | null } | null };
    const variables = { number: node.number, after };
    const { pullRequest } = await client.query<Answer>(REVIEWS_QUERY, variables);
    return pullRequest?.reviews ?? null;
  });
}

/** Comments and their replies. */
async function fetchDiscussionReplies(
  client: GithubClient,
  { number, comments }: DiscussionNode,
): Promise<ReplyNode[]> {
  const all = await fetchRest(comments, async (after) => {
    type Answer = { discussion: { comments: Connection<DiscussionCommentNode> } | null };
    const answer = await client.query<Answer>(DISCUSSION_COMMENTS_QUERY, { number, after });
    return answer.discussion?.comments ?? null;
  });
  const replies: ReplyNode[] = [];
  for (const comment of all) {
    const below = await fetchRest(comment.replies, async (after) => {
      type Answer = { replies?: Connection<ReplyNode> } | null;
      const answer = await client.queryNode<Answer>(REPLIES_QUERY, { id: comment.id, after });
      return answer?.replies ?? null;
    });
    replies.push(comment, ...below);
  }
  return replies;
}

/** The nodes of a first page and of all behind it; ends early when what they belong to went away meanwhile. */
async function fetchRest<Node>(
  first: Connection<Node>,
  fetchPage: (after: string) => Promise<Connection<Node> | null>,
): Promise<Node[]> {
  const nodes = listNodes(first);
  let { pageInfo } = first;
  while (pageInfo.hasNextPage && pageInfo.endCursor !== null) {
    const page = await fetchPage(pageInfo.endCursor);
    if (page === null) return nodes;
    nodes.push(...listNodes(page));
    ({ pageInfo } = page);
  }
  return nodes;
}

function listNodes<Node>({ nodes }: Connection<Node>): Node[] {
  return nodes.filter((node) => node !== null);
}
