/**
 * GitHub's rows and nodes as documents. The path of a document is made of numbers and ids that GitHub never changes,
 * so edits, renamed titles and a renamed repository meet the same document:
 *
 *     issues/12                  issues/12/comments/345
 *     pulls/7                    pulls/7/comments/346        (conversation)
 *     pulls/7/reviews/90         pulls/7/review-comments/91  (on lines of the change)
 *     discussions/5              discussions/5/comments/17   (replies too)
 *     releases/4
 */
import type { ConnectorItem } from '../connector.ts';
import { makeItem } from '../make-item.ts';
import { toItemText } from '../markdown-text.ts';
import type { RowOf } from './github-client.ts';
import type { DiscussionNode, PullNode, ReplyNode, ReviewNode } from './queries.ts';

export type IssueRow = RowOf<'GET /repos/{owner}/{repo}/issues'>;
export type CommentRow = RowOf<'GET /repos/{owner}/{repo}/issues/comments'>;
export type ReviewCommentRow = RowOf<'GET /repos/{owner}/{repo}/pulls/comments'>;
export type ReleaseRow = RowOf<'GET /repos/{owner}/{repo}/releases'>;

/** `fullName`: `owner/name` as it is now. */
export function toIssueItem(row: IssueRow, fullName: string): ConnectorItem {
  return makeItem({
    path: `issues/${row.number}`,
    text: toItemText(row.title, row.body),
    updatedAt: row.updated_at,
    item: {
      source_type: 'github',
      kind: 'issue',
      title: row.title,
      url: row.html_url,
      state: row.state,
      author: row.user?.login,
      labels: row.labels.map((label) => (typeof label === 'string' ? label : (label.name ?? ''))),
      created_at: row.created_at,
      ticket: `${fullName}#${row.number}`,
    },
  });
}

export function toPullItem(node: PullNode, fullName: string): ConnectorItem {
  const closed = list(node.closingIssuesReferences).map(
    ({ number, repository }) => `${repository.nameWithOwner}#${number}`,
  );
  const commits = list(node.commits).map(({ commit }) => commit.oid);
  return makeItem({
    path: `pulls/${node.number}`,
    text: toItemText(node.title, node.body),
    updatedAt: node.updatedAt,
    item: {
      source_type: 'github',
      kind: 'pull_request',
      title: node.title,
      url: node.url,
      state: node.state === 'OPEN' && node.isDraft ? 'draft' : node.state.toLowerCase(),
      author: node.author?.login,
      labels: list(node.labels).map(({ name }) => name),
      created_at: node.createdAt,
      ticket: `${fullName}#${node.number}`,
      links: {
        commits: node.mergeCommit === null ? commits : [node.mergeCommit.oid, ...commits],
        // The branch of a fork is not one of this repository: `main` there would be linked with ours.
        branches: node.isCrossRepository ? [] : [node.headRefName],
        files: list(node.files).map(({ path }) => path),
        tickets: closed,
      },
    },
  });
}

/** A review that says something; one without words is in the state of its pull request already. */
export function toReviewItem(node: ReviewNode, number: number): ConnectorItem | undefined {
  const text = toItemText(undefined, node.body);
  if (text === '' || node.fullDatabaseId === null) return undefined;
  return makeItem({
    path: `pulls/${number}/reviews/${node.fullDatabaseId}`,
    text,
    updatedAt: node.updatedAt,
    item: {
      source_type: 'github',
      kind: 'comment',
      url: node.url,
      state: node.state.toLowerCase(),
      author: node.author?.login,
      created_at: node.createdAt,
      parent: `pulls/${number}`,
      links: { commits: node.commit === null ? [] : [node.commit.oid] },
    },
  });
}

/** Where the comments of the conversation of an issue or pull request lie. */
export function toConversationFolder(number: number, isPull: boolean): string {
  return `${isPull ? 'pulls' : 'issues'}/${number}/comments`;
}

export function toCommentItem(row: CommentRow): ConnectorItem {
  const number = readLastNumber(row.issue_url);
  const isPull = row.html_url.includes('/pull/');
  return makeItem({
    path: `${toConversationFolder(number, isPull)}/${row.id}`,
    text: toItemText(undefined, row.body),
    updatedAt: row.updated_at,
    item: {
      source_type: 'github',
      kind: 'comment',
      url: row.html_url,
      author: row.user?.login,
      created_at: row.created_at,
      parent: `${isPull ? 'pulls' : 'issues'}/${number}`,
    },
  });
}

export function toReviewCommentItem(row: ReviewCommentRow): ConnectorItem {
  const number = readLastNumber(row.pull_request_url);
  return makeItem({
    path: `pulls/${number}/review-comments/${row.id}`,
    text: toItemText(undefined, row.body),
    updatedAt: row.updated_at,
    item: {
      source_type: 'github',
      kind: 'comment',
      url: row.html_url,
      author: row.user?.login,
      created_at: row.created_at,
      parent: `pulls/${number}`,
      links: { files: [row.path], commits: [row.original_commit_id] },
    },
  });
}

export function toDiscussionItem(node: DiscussionNode, fullName: string): ConnectorItem {
  return makeItem({
    path: `discussions/${node.number}`,
    text: toItemText(node.title, node.body),
    updatedAt: node.updatedAt,
    item: {
      source_type: 'github',
      kind: 'discussion',
      title: node.title,
      url: node.url,
      state: node.isAnswered === true ? 'answered' : node.closed ? 'closed' : 'open',
      author: node.author?.login,
      labels: list(node.labels).map(({ name }) => name),
      created_at: node.createdAt,
      ticket: `${fullName}#${node.number}`,
      channel: node.category.name,
    },
  });
}

/** A comment or reply; undefined for one that was deleted and is kept as the head of its replies only. */
export function toDiscussionCommentItem(
  node: ReplyNode,
  number: number,
): ConnectorItem | undefined {
  if (node.deletedAt !== null || node.databaseId === null) return undefined;
  return makeItem({
    path: `discussions/${number}/comments/${node.databaseId}`,
    text: toItemText(undefined, node.body),
    updatedAt: node.updatedAt,
    item: {
      source_type: 'github',
      kind: 'comment',
      url: node.url,
      state: node.isAnswer ? 'answer' : undefined,
      author: node.author?.login,
      created_at: node.createdAt,
      parent: `discussions/${number}`,
    },
  });
}

/** A release; undefined for a draft, which only those who may write see. */
export function toReleaseItem(row: ReleaseRow): ConnectorItem | undefined {
  if (row.draft) return undefined;
  const title = row.name === null || row.name === '' ? row.tag_name : row.name;
  const isCommit = /^[0-9a-f]{40}$/.test(row.target_commitish);
  return makeItem({
    path: `releases/${row.id}`,
    text: toItemText(title.includes(row.tag_name) ? title : `${title} (${row.tag_name})`, row.body),
    updatedAt: row.updated_at ?? row.published_at ?? row.created_at,
    item: {
      source_type: 'github',
      kind: 'release',
      title,
      url: row.html_url,
      state: row.prerelease ? 'prerelease' : 'released',
      author: row.author?.login,
      created_at: row.published_at ?? row.created_at,
      links: { commits: isCommit ? [row.target_commitish] : [] },
    },
  });
}

function list<Node>(
  connection: { readonly nodes: readonly (Node | null)[] | null } | null,
): Node[] {
  return (connection?.nodes ?? []).filter((node) => node !== null);
}

/** `…/issues/12` -> 12. */
function readLastNumber(address: string): number {
  return Number(/(\d+)$/.exec(address)?.[1] ?? 0);
}
