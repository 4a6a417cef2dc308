/**
 * GitHub's GraphQL interface over the model: GitHub's own published schema, run by the reference implementation of
 * GraphQL. A query with a field, argument or type that GitHub does not have is refused.
 */
import { schema as published } from '@octokit/graphql-schema';
import { buildSchema, graphql, GraphQLError, type GraphQLSchema } from 'graphql';
import type {
  DiscussionCommentModel,
  GithubModel,
  IssueModel,
  CommentModel,
} from './github-model.ts';

let built: GraphQLSchema | undefined;

function loadSchema(): GraphQLSchema {
  built ??= buildSchema(published.idl, { assumeValidSDL: true });
  return built;
}

/** Answers `{query, variables}` the way GitHub does: problems carry a `type` beside the message. */
export async function answerGraphql(model: GithubModel, body: string): Promise<unknown> {
  const { query, variables } = JSON.parse(body) as {
    query: string;
    variables: Record<string, unknown>;
  };
  const { data, errors } = await graphql({
    schema: loadSchema(),
    source: query,
    variableValues: variables,
    rootValue: {
      repository: ({ owner, name }: { owner: string; name: string }) =>
        toRepository(model, `${owner}/${name}`),
      node: ({ id }: { id: string }) => toNode(model, id),
    },
  });
  if (errors === undefined) return { data };
  return {
    data,
    errors: errors.map(({ message, path, extensions }) => ({
      ...(typeof extensions['type'] === 'string' ? { type: extensions['type'] } : {}),
      message,
      path,
    })),
  };
}

function notFound(what: string): GraphQLError {
  return new GraphQLError(`Could not resolve to ${what}.`, { extensions: { type: 'NOT_FOUND' } });
}

interface PageArguments {
  readonly first: number;
  readonly after?: string | null;
  readonly orderBy?: { readonly field: string; readonly direction: 'ASC' | 'DESC' };
}

interface Ordered {
  readonly createdAt: string;
  readonly updatedAt: string;
}

function toConnection<Model>(
  models: readonly Model[],
  { first, after }: PageArguments,
  toNode: (model: Model) => unknown,
): unknown {
  if (after != null && !/^place:\d+$/.test(after)) {
    throw new GraphQLError(`\`${after}\` does not appear to be a valid cursor.`, {
      extensions: { type: 'INVALID_CURSOR_ARGUMENTS' },
    });
  }
  const from = after == null ? 0 : Number(after.slice('place:'.length));
  const end = Math.min(models.length, from + first);
  return {
    totalCount: models.length,
    nodes: models.slice(from, end).map(toNode),
    pageInfo: { hasNextPage: end < models.length, endCursor: end > from ? `place:${end}` : null },
  };
}

function sort<Model extends Ordered>(models: Iterable<Model>, { orderBy }: PageArguments): Model[] {
  const key = orderBy?.field === 'UPDATED_AT' ? 'updatedAt' : 'createdAt';
  const sign = orderBy?.direction === 'DESC' ? -1 : 1;
  return [...models].sort((left, right) => sign * left[key].localeCompare(right[key]));
}

function toRepository(model: GithubModel, fullName: string): unknown {
  if (fullName !== model.fullName && !model.oldNames.has(fullName)) {
    throw notFound(`a Repository with the name '${fullName}'`);
  }
  const issues = [...model.issues.values()].filter(({ pull }) => pull === undefined);
  const pulls = [...model.issues.values()].filter(({ pull }) => pull !== undefined);
  const discussions = [...model.discussions.values()];
  const toPull = (issue: IssueModel): unknown => toPullNode(model, issue);
  return {
    id: `R_${model.id}`,
    databaseId: model.id,
    nameWithOwner: model.fullName,
    hasIssuesEnabled: model.hasIssues,
    hasDiscussionsEnabled: model.hasDiscussions,
    issues: (page: PageArguments) =>
      toConnection(sort(issues, page), page, ({ number }) => ({ number })),
    pullRequests: (page: PageArguments) => toConnection(sort(pulls, page), page, toPull),
    pullRequest: ({ number }: { number: number }) => toPull(model.get(number)),
    discussions: (page: PageArguments) =>
      toConnection(sort(discussions, page), page, (found) => toDiscussionNode(found)),
    discussion: ({ number }: { number: number }) => {
      const found = model.discussions.get(number);
      if (found === undefined) throw notFound(`a Discussion with the number of ${number}`);
      return { ...toDiscussionNode(found), repository: { databaseId: model.id } };
    },
    releases: { totalCount: model.releases.length },
    issueOrPullRequest: ({ number }: { number: number }) => {
      const issue = model.issues.get(number);
      if (issue === undefined) {
        throw notFound(`an issue or pull request with the number of ${number}`);
      }
      return {
        __typename: issue.pull === undefined ? 'Issue' : 'PullRequest',
        repository: { databaseId: model.id },
        timelineItems: ({ since }: { since: string }) => ({
          nodes: issue.lostComments
            .filter((time) => Date.parse(time) >= Date.parse(since))
            .map(() => ({ __typename: 'CommentDeletedEvent' })),
        }),
      };
    },
  };
}

function toActor(login: string | null): unknown {
  return login === null ? null : { __typename: 'User', login };
}

function toPullNode(model: GithubModel, issue: IssueModel): unknown {
  const { pull } = issue;
  if (pull === undefined) return null;
  const merged = pull.mergeCommit === null ? 'CLOSED' : 'MERGED';
  return {
    number: issue.number,
    title: issue.title,
    body: issue.body ?? '',
    url: `https://github.com/${model.fullName}/pull/${issue.number}`,
    state: issue.state === 'open' ? 'OPEN' : merged,
    isDraft: pull.isDraft,
    createdAt: issue.createdAt,
    updatedAt: issue.updatedAt,
    author: toActor(issue.author),
    headRefName: pull.headRefName,
    isCrossRepository: pull.isCrossRepository,
    mergeCommit: pull.mergeCommit === null ? null : { oid: pull.mergeCommit },
    labels: { nodes: issue.labels.map((name) => ({ name })) },
    commits: (page: PageArguments) =>
      toConnection(pull.commits, page, (oid) => ({ commit: { oid } })),
    files: (page: PageArguments) => toConnection(pull.files, page, (path) => ({ path })),
    closingIssuesReferences: {
      nodes: pull.closes.map((number) => ({
        number,
        repository: { nameWithOwner: model.fullName },
      })),
    },
    reviews: (page: PageArguments) =>
      toConnection(pull.reviews, page, (review) => ({
        ...review,
        fullDatabaseId: String(review.id),
        url: `https://github.com/${model.fullName}/pull/${issue.number}#pullrequestreview-${review.id}`,
        author: toActor(review.author),
        commit: null,
      })),
  };
}

function toReply(comment: CommentModel, isAnswer: boolean): Record<string, unknown> {
  return {
    ...comment,
    id: `DC_${comment.id}`,
    databaseId: comment.id,
    url: `https://github.com/discussions#discussioncomment-${comment.id}`,
    deletedAt: null,
    isAnswer,
    author: toActor(comment.author),
  };
}

function toDiscussionComment(comment: DiscussionCommentModel): unknown {
  return {
    ...toReply(comment, comment.isAnswer),
    replies: (page: PageArguments) =>
      toConnection(comment.replies, page, (reply) => toReply(reply, false)),
  };
}

type Discussion = GithubModel['discussions'] extends Map<number, infer Model> ? Model : never;

function toDiscussionNode(discussion: Discussion): Record<string, unknown> {
  const isAnswered = discussion.comments.some(({ isAnswer }) => isAnswer);
  return {
    number: discussion.number,
    title: discussion.title,
    body: discussion.body,
    url: `https://github.com/discussions/${discussion.number}`,
    closed: false,
    isAnswered,
    createdAt: discussion.createdAt,
    updatedAt: discussion.updatedAt,
    author: toActor('linus'),
    category: { name: discussion.category },
    labels: { nodes: [] },
    comments: (page: PageArguments) => toConnection(discussion.comments, page, toDiscussionComment),
  };
}

function toNode(model: GithubModel, id: string): unknown {
  const comments = [...model.discussions.values()].flatMap((found) => found.comments);
  const comment = comments.find((found) => `DC_${found.id}` === id);
  if (comment === undefined) throw notFound(`a node with the global id of '${id}'`);
  return { __typename: 'DiscussionComment', ...(toDiscussionComment(comment) as object) };
}
