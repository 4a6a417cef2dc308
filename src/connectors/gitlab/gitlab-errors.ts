/**
 * What went wrong with a request to GitLab, as an `AppError` that names the token, scope, project or host at fault.
 * Rate limits were waited for by the guarded fetch; one that comes here was too long for that.
 */
import { AppError } from '../../errors/app-error.ts';
import type { ErrorCode } from '../../errors/codes.ts';

/** Where a request went, for messages. */
export interface GitlabPlace {
  readonly host: string;
  /** As configured. */
  readonly project: string;
  readonly tokenSource: string;
  /** What was asked for: `issues`, `merge_requests`. */
  readonly what: string;
}

/** What GitLab says in the body of an answer that is no success. */
interface GitlabProblem {
  readonly message?: unknown;
  readonly error?: unknown;
  readonly error_description?: unknown;
  readonly scope?: unknown;
}

/** The error for an answer that is no success. `body` is what could be read of it as JSON. */
export function toGitlabError(
  { status, headers }: Pick<Response, 'status' | 'headers'>,
  body: unknown,
  place: GitlabPlace,
): AppError {
  const problem = (typeof body === 'object' && body !== null ? body : {}) as GitlabProblem;
  const { code, text } = describe({ status, headers, problem }, place);
  const retryAfter = Number(headers.get('retry-after') ?? Number.NaN);
  const isLimit = code === 'CONNECTOR_RATE_LIMITED' && Number.isFinite(retryAfter);
  return new AppError(code, text, isLimit ? { details: { retry_after_seconds: retryAfter } } : {});
}

interface Described {
  readonly code: ErrorCode;
  readonly text: string;
}

function describe(
  { status, headers, problem }: { status: number; headers: Headers; problem: GitlabProblem },
  place: GitlabPlace,
): Described {
  const { host, project, tokenSource, what } = place;
  const said = `${toHint(problem)} (HTTP ${status})`;
  if (problem.error === 'insufficient_scope') return describeScope(problem, place);
  if (status === 401) {
    const text = `${host} does not accept the token (${tokenSource}): ${said}. It is wrong, expired or revoked, or one is needed here.`;
    return { code: 'CONNECTOR_AUTH', text };
  }
  if (status === 403) {
    const text = `The token (${tokenSource}) may not read ${what} of ${project} on ${host}: ${said}. Its role there must be Reporter or higher (Guest is enough for the issues of a public project).`;
    return { code: 'CONNECTOR_FORBIDDEN', text };
  }
  if (status === 404) {
    const text = `${host} has no project ${project} that the token (${tokenSource}) may see. Check the name with all its groups; the token needs the scope read_api and membership of a private project.`;
    return { code: 'CONNECTOR_MISSING', text };
  }
  if (status === 429) {
    const wait = headers.get('retry-after');
    const again = wait === null ? 'later' : `in ${wait} seconds`;
    const text = `${host} lets the token (${tokenSource}) ask again ${again}. The sync goes on from here then.`;
    return { code: 'CONNECTOR_RATE_LIMITED', text };
  }
  if (status >= 500) return { code: 'CONNECTOR_UNREACHABLE', text: `${host} failed: ${said}.` };
  return { code: 'CONNECTOR_BAD_ANSWER', text: `${host} refused: ${said}.` };
}

function describeScope({ scope }: GitlabProblem, { host, tokenSource }: GitlabPlace): Described {
  const needed = typeof scope === 'string' ? scope.split(' ').join(' or ') : 'read_api';
  const text = `The token (${tokenSource}) is valid on ${host} and lacks a scope: it needs ${needed}. read_api is enough.`;
  return { code: 'CONNECTOR_FORBIDDEN', text };
}

/** The service's words, short and on one line. */
function toHint({ message, error, error_description: description }: GitlabProblem): string {
  const said = [description, message, error].find((text) => typeof text === 'string');
  const words = typeof said === 'string' ? said.replace(/\s+/g, ' ').trim() : '';
  return words === '' ? 'no readable answer' : words.slice(0, 200).replace(/\.$/, '');
}
