/**
 * The configuration of a GitHub connector, read once: which repository, at which addresses. GitHub itself, GitHub
 * Enterprise Server (`https://host`, its interface below `/api/v3`) and GitHub Enterprise Cloud with an own
 * domain (`https://name.ghe.com`, interface at `api.name.ghe.com`) differ in their addresses only.
 */
import { AppError } from '../../errors/app-error.ts';

export interface GithubConfig {
  readonly owner: string;
  readonly name: string;
  /** Address of the REST interface, without a slash at its end. */
  readonly apiUrl: string;
  readonly graphqlUrl: string;
  /** `token_env GITHUB_TOKEN` or the like: says where the token is, never what it is. */
  readonly tokenSource: string;
}

const REPOSITORY = /^([A-Za-z0-9][\w-]{0,99})\/([\w.-]{1,100})$/;

/** Throws `INVALID_ARGUMENT` naming the field that cannot be right. */
export function readGithubConfig(config: Readonly<Record<string, unknown>>): GithubConfig {
  const { repository } = config;
  const [, owner, name] =
    (typeof repository === 'string' ? REPOSITORY.exec(repository) : null) ?? [];
  if (owner === undefined || name === undefined) {
    throw new AppError(
      'INVALID_ARGUMENT',
      `repository must be written owner/name, such as nodejs/node. It is ${JSON.stringify(repository ?? null)}.`,
    );
  }
  const tokenSource = readTokenSource(config);
  return { owner, name, tokenSource, ...toAddresses(config['base_url']) };
}

function readTokenSource({
  token_env: env,
  token_file: file,
}: Readonly<Record<string, unknown>>): string {
  if (typeof env === 'string') return `token_env ${env}`;
  if (typeof file === 'string') return `token_file ${file}`;
  throw new AppError(
    'INVALID_ARGUMENT',
    'A github connector needs token_env or token_file: GitHub answers half of what is asked only to a token.',
  );
}

function toAddresses(baseUrl: unknown): Pick<GithubConfig, 'apiUrl' | 'graphqlUrl'> {
  const url = URL.parse(typeof baseUrl === 'string' ? baseUrl : 'https://github.com');
  if (url === null) throw new AppError('INVALID_ARGUMENT', 'base_url is not an address.');
  const path = url.pathname.replace(/\/+$/, '');
  const isCloud = /(?:^|\.)github\.com$|\.ghe\.com$/.test(url.hostname);
  if (isCloud) {
    const host = url.host.replace(/^(?:www\.|api\.)?/, 'api.');
    return { apiUrl: `https://${host}`, graphqlUrl: `https://${host}/graphql` };
  }
  if (path !== '' && path !== '/api/v3') {
    throw new AppError(
      'INVALID_ARGUMENT',
      `base_url must be the address of the server's web pages, such as https://github.example.com. ${url.pathname} at its end is not known.`,
    );
  }
  return { apiUrl: `${url.origin}/api/v3`, graphqlUrl: `${url.origin}/api/graphql` };
}
