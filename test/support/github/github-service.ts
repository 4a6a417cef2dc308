/**
 * GitHub Enterprise Server on loopback: REST below `/api/v3`, GraphQL at `/api/graphql`, over a model that a test changes. It
 * has the manners of the real one that matter to a client: tokens and scopes, redirects after a rename, pages by
 * `Link`, entity tags, listings by the time of the last change.
 */
import { createHash } from 'node:crypto';
import {
  startFaultLine,
  type FaultLine,
  type ServiceAnswer,
  type ServiceRequest,
} from '../fault-line.ts';
import { answerGraphql } from './github-graphql.ts';
import { GithubModel } from './github-model.ts';
import { toCommentRow, toIssueRow, toReleaseRow, toReviewCommentRow } from './github-rows.ts';

export const GITHUB_TOKEN = 'ghp_right';

export interface GithubService extends FaultLine {
  readonly model: GithubModel;
}

/** Starts the service with an empty repository. */
export async function startGithub(): Promise<GithubService> {
  const model = new GithubModel();
  let base = '';
  const line = await startFaultLine(async (request) => answer(model, base, request));
  base = line.url;
  return { ...line, model };
}

/** Query parameters of each listing, from GitHub's published description. */
const PARAMETERS: Readonly<Record<string, readonly string[]>> = {
  issues: [
    'milestone',
    'state',
    'assignee',
    'creator',
    'mentioned',
    'labels',
    'sort',
    'direction',
    'since',
    'per_page',
    'page',
  ],
  'issues/comments': ['sort', 'direction', 'since', 'per_page', 'page'],
  'pulls/comments': ['sort', 'direction', 'since', 'per_page', 'page'],
  releases: ['per_page', 'page'],
};

async function answer(
  model: GithubModel,
  base: string,
  request: ServiceRequest,
): Promise<ServiceAnswer> {
  if (request.headers.authorization !== `Bearer ${GITHUB_TOKEN}`) {
    return { status: 401, body: { message: 'Bad credentials', status: '401' } };
  }
  const scopes = { 'x-oauth-scopes': 'repo, read:org', 'x-accepted-oauth-scopes': 'repo' };
  if (request.path === '/api/graphql') {
    return { status: 200, headers: scopes, body: await answerGraphql(model, request.body) };
  }
  const [, prefix, name = '', rest = ''] =
    /^\/api\/v3\/(repos\/([^/]+\/[^/]+)|repositories\/\d+)\/?(.*)$/.exec(request.path) ?? [];
  const isById = prefix === `repositories/${model.id}`;
  if (model.oldNames.has(name)) {
    const location = `${base}/api/v3/repositories/${model.id}${rest === '' ? '' : `/${rest}`}`;
    const body = { message: 'Moved Permanently', url: location };
    return { status: 301, headers: { ...scopes, location }, body };
  }
  if (name !== model.fullName && !isById) {
    return { status: 404, headers: scopes, body: { message: 'Not Found', status: '404' } };
  }
  const found = answerRest(model, base, { ...request, path: rest });
  return { ...found, headers: { ...scopes, ...found.headers } };
}

interface Row {
  readonly created_at: string;
  readonly updated_at?: string | null;
}

function answerRest(model: GithubModel, base: string, request: ServiceRequest): ServiceAnswer {
  const api = `${base}/api/v3/repos/${model.fullName}`;
  const place = { api, web: `${base}/${model.fullName}` };
  const issues = [...model.issues.values()];
  const [, number] = /^issues\/(\d+)\/comments$/.exec(request.path) ?? [];
  if (number !== undefined) {
    const issue = model.get(Number(number));
    return toPage(
      issue.comments.map((comment) => toCommentRow(comment, issue, place)),
      request,
    );
  }
  const unknown = [...request.query.keys()].find(
    (key) => request.path !== '' && PARAMETERS[request.path]?.includes(key) !== true,
  );
  if (unknown !== undefined) return { status: 422, body: { message: `no parameter ${unknown}` } };
  switch (request.path) {
    case '':
      return { status: 200, body: { id: model.id, full_name: model.fullName } };
    case 'issues':
      if (!model.hasIssues) {
        return { status: 410, body: { message: 'Issues has been disabled in this repository.' } };
      }
      return toPage(
        issues.map((issue) => toIssueRow(issue, place)),
        request,
      );
    case 'issues/comments': {
      const rows = issues.flatMap((issue) =>
        issue.comments.map((comment) => toCommentRow(comment, issue, place)),
      );
      return toPage(rows, request);
    }
    case 'pulls/comments': {
      const rows = issues.flatMap(({ pull, number }) =>
        (pull?.reviewComments ?? []).map((comment) => toReviewCommentRow(comment, number, place)),
      );
      return toPage(rows, request);
    }
    case 'releases':
      return toPage(
        model.releases.map((release) => toReleaseRow(release, place)),
        request,
      );
    default:
      return { status: 404, body: { message: 'Not Found' } };
  }
}

function toPage(rows: readonly Row[], { query, path, headers }: ServiceRequest): ServiceAnswer {
  const since = query.get('since');
  const isByChange = query.get('sort') === 'updated';
  const listed = rows
    .filter((row) => since === null || Date.parse(row.updated_at ?? '') >= Date.parse(since))
    .toSorted((left, right) =>
      isByChange ? (left.updated_at ?? '').localeCompare(right.updated_at ?? '') : 0,
    );
  if (isByChange && query.get('direction') !== 'asc') listed.reverse();
  const size = Number(query.get('per_page') ?? 30);
  const page = Number(query.get('page') ?? 1);
  const body = JSON.stringify(listed.slice((page - 1) * size, page * size));
  const etag = `W/"${createHash('sha256').update(body).digest('hex')}"`;
  if (headers['if-none-match'] === etag) return { status: 304, headers: { etag } };
  const hasMore = listed.length > page * size;
  const link: Record<string, string> = hasMore
    ? { link: `<https://api.example/${path}?page=${page + 1}>; rel="next"` }
    : {};
  return { status: 200, headers: { etag, ...link }, body };
}
