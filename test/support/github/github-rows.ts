/**
 * Rows of GitHub's REST interface in full, typed by its published description: a field that the description asks for and
 * that is missing here, or that it does not know, does not compile.
 */
import type { Endpoints } from '@octokit/types';
import type { CommentModel, IssueModel, ReleaseModel, ReviewCommentModel } from './github-model.ts';

type IssueRow = Endpoints['GET /repos/{owner}/{repo}/issues']['response']['data'][number];
type CommentRow =
  Endpoints['GET /repos/{owner}/{repo}/issues/comments']['response']['data'][number];
type ReviewCommentRow =
  Endpoints['GET /repos/{owner}/{repo}/pulls/comments']['response']['data'][number];
type ReleaseRow = Endpoints['GET /repos/{owner}/{repo}/releases']['response']['data'][number];
type UserRow = ReleaseRow['author'];

/** Where a repository is: `api` is its REST address, `web` that of its pages. */
export interface RepositoryPlace {
  readonly api: string;
  readonly web: string;
}

function toUserRow(login: string): UserRow {
  const url = `https://api.github.com/users/${login}`;
  return {
    login,
    id: login.length,
    node_id: `U_${login}`,
    avatar_url: `https://avatars.githubusercontent.com/${login}`,
    gravatar_id: '',
    url,
    html_url: `https://github.com/${login}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: 'User',
    site_admin: false,
  };
}

export function toIssueRow(issue: IssueModel, { api, web }: RepositoryPlace): IssueRow {
  const page = `${web}/${issue.pull === undefined ? 'issues' : 'pull'}/${issue.number}`;
  const url = `${api}/issues/${issue.number}`;
  return {
    id: issue.id,
    node_id: `I_${issue.id}`,
    url,
    repository_url: api,
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: page,
    number: issue.number,
    state: issue.state,
    title: issue.title,
    body: issue.body,
    user: issue.author === null ? null : toUserRow(issue.author),
    labels: issue.labels.map((name, index) => ({ id: index, name, color: 'ededed' })),
    assignee: null,
    assignees: [],
    milestone: null,
    locked: false,
    comments: issue.comments.length,
    ...(issue.pull === undefined
      ? {}
      : {
          draft: issue.pull.isDraft,
          pull_request: {
            url: `${api}/pulls/${issue.number}`,
            html_url: page,
            diff_url: `${page}.diff`,
            patch_url: `${page}.patch`,
          },
        }),
    closed_at: issue.state === 'closed' ? issue.updatedAt : null,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    author_association: 'CONTRIBUTOR',
  };
}

export function toCommentRow(
  comment: CommentModel,
  issue: IssueModel,
  { api, web }: RepositoryPlace,
): CommentRow {
  const page = `${web}/${issue.pull === undefined ? 'issues' : 'pull'}/${issue.number}`;
  return {
    id: comment.id,
    node_id: `IC_${comment.id}`,
    url: `${api}/issues/comments/${comment.id}`,
    html_url: `${page}#issuecomment-${comment.id}`,
    issue_url: `${api}/issues/${issue.number}`,
    user: toUserRow(comment.author),
    body: comment.body,
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: 'NONE',
  };
}

export function toReviewCommentRow(
  comment: ReviewCommentModel,
  number: number,
  { api, web }: RepositoryPlace,
): ReviewCommentRow {
  const self = `${api}/pulls/comments/${comment.id}`;
  const page = `${web}/pull/${number}#discussion_r${comment.id}`;
  const pull = `${api}/pulls/${number}`;
  return {
    id: comment.id,
    node_id: `PRRC_${comment.id}`,
    url: self,
    html_url: page,
    pull_request_url: pull,
    pull_request_review_id: 1,
    diff_hunk: '@@ -1 +1 @@\n-old\n+new',
    path: comment.path,
    commit_id: comment.commit,
    original_commit_id: comment.commit,
    user: toUserRow(comment.author),
    body: comment.body,
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: 'MEMBER',
    _links: { self: { href: self }, html: { href: page }, pull_request: { href: pull } },
  };
}

export function toReleaseRow(release: ReleaseModel, { api, web }: RepositoryPlace): ReleaseRow {
  const url = `${api}/releases/${release.id}`;
  return {
    id: release.id,
    node_id: `RE_${release.id}`,
    url,
    html_url: `${web}/releases/tag/${release.tag}`,
    assets_url: `${url}/assets`,
    upload_url: `${url}/assets{?name,label}`,
    tarball_url: null,
    zipball_url: null,
    tag_name: release.tag,
    target_commitish: 'main',
    name: release.name,
    body: release.body,
    draft: release.isDraft,
    prerelease: false,
    created_at: release.createdAt,
    published_at: release.isDraft ? null : release.createdAt,
    author: toUserRow('releaser'),
    assets: [],
  };
}
