/**
 * The configuration of a GitLab connector, read once: which project, at which address. GitLab.com and self-managed servers
 * differ in the address only, which may have a path (`https://example.com/gitlab`).
 */
import { AppError } from '../../errors/app-error.ts';

export interface GitlabConfig {
  /** `group/project`, `group/sub/project`, or the number of a project. */
  readonly project: string;
  /** Address of the REST interface, without a slash at its end. */
  readonly apiUrl: string;
  /** `token_env GITLAB_TOKEN` or the like, `none` without one: never the token. */
  readonly tokenSource: string;
}

const PROJECT = /^(?:\d{1,15}|[\w][\w.-]*(?:\/[\w][\w.-]*){1,20})$/;

/** Throws `INVALID_ARGUMENT` naming the field that cannot be right. */
export function readGitlabConfig(config: Readonly<Record<string, unknown>>): GitlabConfig {
  const { repository, base_url: baseUrl, token_env: env, token_file: file } = config;
  if (typeof repository !== 'string' || !PROJECT.test(repository)) {
    throw new AppError(
      'INVALID_ARGUMENT',
      `repository must be written group/project, with all subgroups, or be the number of a project. It is ${JSON.stringify(repository ?? null)}.`,
    );
  }
  const url = URL.parse(typeof baseUrl === 'string' ? baseUrl : 'https://gitlab.com');
  if (url === null) throw new AppError('INVALID_ARGUMENT', 'base_url is not an address.');
  const path = url.pathname.replace(/\/+$/, '').replace(/\/api\/v4$/, '');
  const fromFile = typeof file === 'string' ? `token_file ${file}` : 'none';
  return {
    project: repository,
    apiUrl: `${url.origin}${path}/api/v4`,
    tokenSource: typeof env === 'string' ? `token_env ${env}` : fromFile,
  };
}
