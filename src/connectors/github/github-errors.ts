/**
 * What went wrong with a request to GitHub, as something to do: wait, ask again, or give up with an `AppError`
 * that names the token, scope, repository or host at fault. The kinds are told apart by status, headers and
 * `type`, as GitHub documents them, and only where those are silent by the message.
 */
import { AppError, isAppError } from '../../errors/app-error.ts';
import type { ErrorCode } from '../../errors/codes.ts';

/** Where a request went, for messages. */
export interface GithubPlace {
  readonly host: string;
  /** `owner/name` as configured. */
  readonly repository: string;
  /** Says where the token comes from; never the token. */
  readonly tokenSource: string;
}

/** An answer that is no success, or a request that got none. */
export interface GithubFailure {
  readonly status?: number;
  readonly headers: Readonly<Record<string, string | number | undefined>>;
  /** GitHub's own words. */
  readonly message: string;
  /** Of a GraphQL answer. */
  readonly errors?: readonly GraphqlProblem[];
  readonly cause?: unknown;
}

export interface GraphqlProblem {
  readonly type?: string;
  readonly message: string;
  readonly path?: readonly (string | number)[];
}

/** `wait`: ask again then. `limited`: the guarded fetch has waited already, or would not wait so long. */
export type FailureVerdict =
  | { readonly kind: 'wait' | 'limited'; readonly waitMs: number }
  | { readonly kind: 'final'; readonly error: AppError };

/** When a secondary limit names no time, GitHub asks for at least a minute. */
const SECONDARY_WAIT_MS = 60_000;

/** Says what to do about a failure. */
export function judgeFailure(failure: GithubFailure, place: GithubPlace): FailureVerdict {
  if (isAppError(failure.cause)) return { kind: 'final', error: failure.cause };
  const limit = readLimit(failure);
  if (limit !== undefined) return limit;
  return { kind: 'final', error: toError(failure, place) };
}

/** The error of a quota that is used up for longer than a sync waits. */
export function toLimitedError(waitMs: number, { host, tokenSource }: GithubPlace): AppError {
  const seconds = Math.ceil(waitMs / 1000);
  return new AppError(
    'CONNECTOR_RATE_LIMITED',
    `${host} lets the token (${tokenSource}) ask again in ${seconds} seconds: its quota is used up. The sync goes on from here then.`,
    { details: { retry_after_seconds: seconds } },
  );
}

/**
 * The rate limit that this is; undefined when it is none. Limits that the status and headers tell of are waited for by
 * the guarded fetch; those that stand in the body only are left to us.
 */
function readLimit(failure: GithubFailure): FailureVerdict | undefined {
  const { status, headers, message, errors } = failure;
  if (errors?.some(({ type }) => type === 'RATE_LIMITED') === true) {
    return { kind: 'wait', waitMs: readResetMs(headers) };
  }
  if (status !== 403 && status !== 429) return undefined;
  const retryAfter = Number(headers['retry-after'] ?? Number.NaN);
  if (Number.isFinite(retryAfter)) return { kind: 'limited', waitMs: retryAfter * 1000 };
  if (Number(headers['x-ratelimit-remaining'] ?? 1) === 0) {
    return { kind: 'limited', waitMs: readResetMs(headers) };
  }
  if (status === 429) return { kind: 'limited', waitMs: SECONDARY_WAIT_MS };
  const isSecondary = /secondary rate limit|abuse detection/i.test(message);
  return isSecondary ? { kind: 'wait', waitMs: SECONDARY_WAIT_MS } : undefined;
}

/** Until the quota is full again. The service says when, and what time it is there. */
function readResetMs(headers: GithubFailure['headers']): number {
  const resetMs = Number(headers['x-ratelimit-reset'] ?? Number.NaN) * 1000;
  const leftMs = resetMs - Date.parse(String(headers['date'] ?? ''));
  return Number.isNaN(leftMs) ? SECONDARY_WAIT_MS : Math.max(0, leftMs) + 1000;
}

function toError(failure: GithubFailure, place: GithubPlace): AppError {
  const { status, headers } = failure;
  const { host, repository, tokenSource } = place;
  if (failure.errors !== undefined) return toGraphqlError(failure, place);
  if (status === undefined || status >= 500) {
    return fail('CONNECTOR_UNREACHABLE', `${host} failed: ${toHint(failure)}.`, failure);
  }
  if (status < 400) {
    return fail(
      'CONNECTOR_BAD_ANSWER',
      `${host} gave no whole answer: ${toHint(failure)}.`,
      failure,
    );
  }
  if (status === 401) {
    const message = `${host} does not accept the token (${tokenSource}): ${toHint(failure)}. It is wrong, expired or revoked.`;
    return fail('CONNECTOR_AUTH', message, failure);
  }
  if (headers['x-github-sso'] !== undefined) {
    const message = `The token (${tokenSource}) is not authorized for single sign-on of the organization of ${repository}. Authorize it in the token's settings on ${host}.`;
    return fail('CONNECTOR_FORBIDDEN', message, failure);
  }
  if (status === 403) {
    const needed = describeNeeded(headers);
    const message = `The token (${tokenSource}) may not read this of ${repository} on ${host}: ${toHint(failure)}.${needed}`;
    return fail('CONNECTOR_FORBIDDEN', message, failure);
  }
  if (status === 404 || status === 410 || status === 451) {
    return fail('CONNECTOR_MISSING', describeMissing(place, headers), failure);
  }
  return fail('CONNECTOR_BAD_ANSWER', `${host} refused: ${toHint(failure)}.`, failure);
}

/** The scope that the service asks for, where it says so: fine-grained tokens and classic ones do it differently. */
function describeNeeded(headers: GithubFailure['headers']): string {
  const permissions = headers['x-accepted-github-permissions'];
  if (permissions !== undefined) return ` It needs the permission ${permissions}.`;
  const scopes = headers['x-accepted-oauth-scopes'];
  if (scopes !== undefined && scopes !== '') {
    return ` It needs the scope ${scopes} and has ${headers['x-oauth-scopes'] || 'none'}.`;
  }
  return '';
}

function describeMissing(place: GithubPlace, headers: GithubFailure['headers']): string {
  const scopes = headers['x-oauth-scopes'];
  const has = scopes === undefined ? '' : ` Its scopes: ${scopes === '' ? 'none' : scopes}.`;
  return `${place.host} has no repository ${place.repository} that the token (${place.tokenSource}) may see. Check the name; a private repository needs the scope repo (classic) or read access to it (fine-grained).${has}`;
}

/** Which permission of a fine-grained token opens which field. */
const PERMISSION_OF_FIELD: Readonly<Record<string, string>> = {
  issues: 'Issues: read',
  issueOrPullRequest: 'Issues: read',
  pullRequests: 'Pull requests: read',
  pullRequest: 'Pull requests: read',
  discussions: 'Discussions: read',
  discussion: 'Discussions: read',
  releases: 'Contents: read',
};

function toGraphqlError(failure: GithubFailure, place: GithubPlace): AppError {
  const { host, repository, tokenSource } = place;
  const problem = failure.errors?.[0];
  const type = problem?.type ?? '';
  if (type === 'NOT_FOUND') {
    return fail('CONNECTOR_MISSING', describeMissing(place, failure.headers), failure);
  }
  if (['FORBIDDEN', 'INSUFFICIENT_SCOPES', 'SAML_FAILURE'].includes(type)) {
    const field = problem?.path?.find((step) => Object.hasOwn(PERMISSION_OF_FIELD, step));
    const needed =
      field === undefined ? '' : ` It needs the permission ${PERMISSION_OF_FIELD[field]}.`;
    const message = `The token (${tokenSource}) may not read this of ${repository} on ${host}: ${toHint(failure)}.${needed}`;
    return fail('CONNECTOR_FORBIDDEN', message, failure);
  }
  const details = type === '' ? {} : { type };
  return new AppError('CONNECTOR_UNREACHABLE', `${host} failed: ${toHint(failure)}.`, { details });
}

/** The service's words, short, on one line and without a full stop. */
function toHint({ status, message }: GithubFailure): string {
  const words = message
    .replace(/ - https:\/\/\S+$/, '')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 200);
  const said =
    words === '' || words.startsWith('<') ? 'no readable answer' : words.replace(/\.$/, '');
  return status === undefined || status < 400 ? said : `${said} (HTTP ${status})`;
}

function fail(code: ErrorCode, message: string, failure: GithubFailure): AppError {
  return new AppError(code, message, failure.cause === undefined ? {} : { cause: failure.cause });
}
