/**
 * The GraphQL queries, each beside the shape of what it brings. GraphQL is asked for what REST has not (discussions,
 * what a pull request closes) or has only one by one (reviews, files, commits). All sizes are bounded: GitHub
 * counts the nodes that a query could bring, and a page of pull requests here costs one or two points of
 * the 5,000 an hour.
 */

/** Most files and commits of a pull request that become links. */
const LINKS_EACH = 100;

interface Named {
  readonly login: string;
}

interface PageInfo {
  readonly hasNextPage: boolean;
  readonly endCursor: string | null;
}

export interface Connection<Node> {
  readonly nodes: readonly (Node | null)[];
  readonly pageInfo: PageInfo;
}

/** What the repository is and how much there is of it, at the start of a run. */
export interface RepositoryFacts {
  readonly databaseId: number;
  readonly nameWithOwner: string;
  readonly hasIssuesEnabled: boolean;
  readonly hasDiscussionsEnabled: boolean;
  readonly issues: Tally;
  readonly pullRequests: LatestTally;
  readonly discussions: Tally;
  readonly latestDiscussion: LatestTally;
  readonly releases: { readonly totalCount: number };
}

interface Tally {
  readonly totalCount: number;
  readonly nodes: readonly ({ readonly number: number } | null)[];
}

interface LatestTally {
  readonly totalCount: number;
  readonly nodes: readonly ({ readonly updatedAt: string } | null)[];
}

export const REPOSITORY_QUERY = `query repositoryFacts($owner: String!, $name: String!) {
  repository(owner: $owner, name: $name) {
    databaseId nameWithOwner hasIssuesEnabled hasDiscussionsEnabled
    issues(first: 1, orderBy: {field: CREATED_AT, direction: DESC}) { totalCount nodes { number } }
    pullRequests(first: 1, orderBy: {field: UPDATED_AT, direction: DESC}) { totalCount nodes { updatedAt } }
    discussions(first: 1, orderBy: {field: CREATED_AT, direction: DESC}) { totalCount nodes { number } }
    latestDiscussion: discussions(first: 1, orderBy: {field: UPDATED_AT, direction: DESC}) { totalCount nodes { updatedAt } }
    releases(first: 1) { totalCount }
  }
}`;

export interface ReviewNode {
  readonly fullDatabaseId: string | null;
  readonly body: string;
  readonly state: string;
  readonly url: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly author: Named | null;
  readonly commit: { readonly oid: string } | null;
}

export interface PullNode {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly url: string;
  readonly state: string;
  readonly isDraft: boolean;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly author: Named | null;
  readonly headRefName: string;
  readonly isCrossRepository: boolean;
  readonly mergeCommit: { readonly oid: string } | null;
  readonly labels: { readonly nodes: readonly ({ readonly name: string } | null)[] } | null;
  readonly commits: {
    readonly nodes: readonly ({ readonly commit: { readonly oid: string } } | null)[] | null;
  };
  readonly files: { readonly nodes: readonly ({ readonly path: string } | null)[] | null } | null;
  readonly closingIssuesReferences: {
    readonly nodes:
      | readonly ({
          readonly number: number;
          readonly repository: { readonly nameWithOwner: string };
        } | null)[]
      | null;
  } | null;
  readonly reviews: Connection<ReviewNode> | null;
}

const REVIEW_FIELDS = `pageInfo { hasNextPage endCursor }
        nodes { fullDatabaseId body state url createdAt updatedAt author { login } commit { oid } }`;

export const PULLS_QUERY = `query pullRequests($owner: String!, $name: String!, $size: Int!, $after: String, $field: IssueOrderField!, $direction: OrderDirection!) {
  repository(owner: $owner, name: $name) {
    page: pullRequests(first: $size, after: $after, orderBy: {field: $field, direction: $direction}) {
      pageInfo { hasNextPage endCursor }
      nodes {
        number title body url state isDraft createdAt updatedAt author { login }
        headRefName isCrossRepository mergeCommit { oid }
        labels(first: 20) { nodes { name } }
        commits(first: ${LINKS_EACH}) { nodes { commit { oid } } }
        files(first: ${LINKS_EACH}) { nodes { path } }
        closingIssuesReferences(first: 20) { nodes { number repository { nameWithOwner } } }
        reviews(first: 50) { ${REVIEW_FIELDS} }
      }
    }
  }
}`;

/** The reviews of one pull request behind the first ones. */
export const REVIEWS_QUERY = `query reviews($owner: String!, $name: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) { reviews(first: 100, after: $after) { ${REVIEW_FIELDS} } }
  }
}`;

export interface ReplyNode {
  readonly databaseId: number | null;
  readonly body: string;
  readonly url: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly deletedAt: string | null;
  readonly isAnswer: boolean;
  readonly author: Named | null;
}

export interface DiscussionCommentNode extends ReplyNode {
  readonly id: string;
  readonly replies: Connection<ReplyNode>;
}

export interface DiscussionNode {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly url: string;
  readonly closed: boolean;
  readonly isAnswered: boolean | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly author: Named | null;
  readonly category: { readonly name: string };
  readonly labels: { readonly nodes: readonly ({ readonly name: string } | null)[] | null } | null;
  readonly comments: Connection<DiscussionCommentNode>;
}

const REPLY_FIELDS = 'databaseId body url createdAt updatedAt deletedAt isAnswer author { login }';
const DISCUSSION_COMMENT_FIELDS = `pageInfo { hasNextPage endCursor }
        nodes { id ${REPLY_FIELDS} replies(first: 20) { pageInfo { hasNextPage endCursor } nodes { ${REPLY_FIELDS} } } }`;

export const DISCUSSIONS_QUERY = `query discussions($owner: String!, $name: String!, $size: Int!, $after: String, $field: DiscussionOrderField!, $direction: OrderDirection!) {
  repository(owner: $owner, name: $name) {
    page: discussions(first: $size, after: $after, orderBy: {field: $field, direction: $direction}) {
      pageInfo { hasNextPage endCursor }
      nodes {
        number title body url closed isAnswered createdAt updatedAt author { login }
        category { name }
        labels(first: 20) { nodes { name } }
        comments(first: 30) { ${DISCUSSION_COMMENT_FIELDS} }
      }
    }
  }
}`;

/** The comments of one discussion behind the first ones. */
export const DISCUSSION_COMMENTS_QUERY = `query discussionComments($owner: String!, $name: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    discussion(number: $number) { comments(first: 50, after: $after) { ${DISCUSSION_COMMENT_FIELDS} } }
  }
}`;

/** The replies to one comment behind the first ones; the repository comes along because every query here has it. */
export const REPLIES_QUERY = `query replies($owner: String!, $name: String!, $id: ID!, $after: String) {
  repository(owner: $owner, name: $name) { id }
  node(id: $id) {
    ... on DiscussionComment { replies(first: 100, after: $after) { pageInfo { hasNextPage endCursor } nodes { ${REPLY_FIELDS} } } }
  }
}`;

/** Which of some numbers have lost a comment since a time: `n12 { timelineItems { nodes } }` each. */
export function buildLostCommentsQuery(numbers: readonly number[]): string {
  const items =
    'timelineItems(first: 1, since: $since, itemTypes: [COMMENT_DELETED_EVENT]) { nodes { __typename } }';
  return `query lostComments($owner: String!, $name: String!, $since: DateTime!) {
  repository(owner: $owner, name: $name) {
    id
    ${numbers.map((number) => `n${number}: issueOrPullRequest(number: ${number}) { ... on Issue { ${items} } ... on PullRequest { ${items} } }`).join('\n    ')}
  }
}`;
}

/** Which of some numbers are (still) there: `n12: null` or the repository that it lies in now. */
export function buildExistenceQuery(
  field: 'issueOrPullRequest' | 'discussion',
  numbers: readonly number[],
): string {
  const where = 'repository { databaseId }';
  const fields =
    field === 'discussion' ? where : `... on Issue { ${where} } ... on PullRequest { ${where} }`;
  return `query existence($owner: String!, $name: String!) {
  repository(owner: $owner, name: $name) {
    id
    ${numbers.map((number) => `n${number}: ${field}(number: ${number}) { ${fields} }`).join('\n    ')}
  }
}`;
}
