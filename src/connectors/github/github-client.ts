/**
 * Requests to GitHub, one at a time as its rules for clients ask. Octokit builds them (addresses, headers, types
 * of the published description); they go out through the guarded `fetch` of the connector. Octokit's own
 * plug-ins for limits and retries stay out: they keep queues in memory that neither a stop nor a
 * restart of ours would reach, while here a long limit ends the sync and its cursor goes on later.
 *
 * Every answer is checked to be whole: Octokit hands out JSON that was cut off as plain text.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { Octokit } from '@octokit/core';
import type { Endpoints } from '@octokit/types';
import { AppError, isAppError } from '../../errors/app-error.ts';
import type { ListAnswer } from '../walk-since.ts';
import type { GithubConfig } from './github-config.ts';
import {
  judgeFailure,
  toLimitedError,
  type GithubFailure,
  type GithubPlace,
  type GraphqlProblem,
} from './github-errors.ts';

/** Listings of a repository, by their name in GitHub's published description. */
export type ListRoute = keyof Endpoints & `GET /repos/{owner}/{repo}/${string}`;
export type RowOf<Route extends ListRoute> =
  Endpoints[Route]['response']['data'] extends readonly (infer Row)[] ? Row : never;

export type RepositoryRow = Endpoints['GET /repos/{owner}/{repo}']['response']['data'];

export interface ListRequest {
  /** Of the route and its query, beside owner, repo and the size of a page. */
  readonly parameters: Readonly<Record<string, string | number>>;
  readonly etag?: string | undefined;
}

export interface ClientOptions {
  readonly config: GithubConfig;
  readonly fetch: typeof fetch;
  readonly readSecret: () => string | undefined;
  readonly signal: AbortSignal;
}

/** Most rows that GitHub gives in one page. */
export const PAGE_ROWS = 100;

/** A limit that only the body tells of is waited for up to this; behind a longer one the sync ends and goes on later. */
const LONGEST_WAIT_MS = 90_000;
const MOST_ATTEMPTS = 3;

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number | undefined>>;
  readonly data: unknown;
}

/** One run's client. */
export class GithubClient {
  readonly place: GithubPlace;
  readonly #options: ClientOptions;
  readonly #octokit: Octokit;
  #owner: string;
  #name: string;

  constructor(options: ClientOptions) {
    const { config } = options;
    this.#options = options;
    this.#owner = config.owner;
    this.#name = config.name;
    this.place = {
      host: new URL(config.apiUrl).host,
      repository: `${config.owner}/${config.name}`,
      tokenSource: config.tokenSource,
    };
    this.#octokit = new Octokit({
      baseUrl: config.apiUrl,
      userAgent: 'conexus',
      request: { fetch: options.fetch },
      log: SILENT,
    });
  }

  /** From now on asks for the repository by the name it has now; its old one costs a redirect each time. */
  useName(fullName: string): void {
    const [owner = this.#owner, name = this.#name] = fullName.split('/');
    this.#owner = owner;
    this.#name = name;
  }

  /** The repository, with the scopes that GitHub says the token has (undefined for fine-grained ones). */
  async getRepository(): Promise<{ row: RepositoryRow; scopes: string | undefined }> {
    const answer = await this.#ask('GET /repos/{owner}/{repo}', {});
    const row = answer.data as RepositoryRow;
    if (typeof row !== 'object' || typeof row?.full_name !== 'string') throw this.#noGithub();
    const scopes = answer.headers['x-oauth-scopes'];
    return { row, scopes: scopes === undefined ? undefined : String(scopes) };
  }

  /** One page of a listing. A listing that is switched off in the repository (410) is an empty one. */
  async list<Route extends ListRoute>(
    route: Route,
    { parameters, etag }: ListRequest,
  ): Promise<ListAnswer<RowOf<Route>>> {
    const headers = etag === undefined ? {} : { 'if-none-match': etag };
    const answer = await this.#ask(route, { per_page: PAGE_ROWS, ...parameters, headers });
    if (answer.status === 304) return { kind: 'unchanged' };
    if (answer.status === 410) return { kind: 'page', rows: [], hasMore: false };
    const tag = answer.headers['etag'];
    return {
      kind: 'page',
      rows: answer.data as RowOf<Route>[],
      hasMore: String(answer.headers['link'] ?? '').includes('rel="next"'),
      etag: tag === undefined ? undefined : String(tag),
    };
  }

  /**
   * The `repository` of a query that has `$owner` and `$name`. Fields that are not found come as null; any
   * other problem is thrown.
   */
  async query<Repository>(
    query: string,
    variables: Readonly<Record<string, unknown>> = {},
  ): Promise<Repository> {
    const { repository, headers } = await this.#query(query, variables);
    if (repository != null) return repository as Repository;
    const errors = [{ type: 'NOT_FOUND', message: 'Not found' }];
    throw this.#toFinal({ headers, message: 'Not found', errors });
  }

  /** The `node` of a query; null when it is not there any more. */
  async queryNode<Node>(
    query: string,
    variables: Readonly<Record<string, unknown>>,
  ): Promise<Node | null> {
    const { node } = await this.#query(query, variables);
    return (node ?? null) as Node | null;
  }

  async #query(
    query: string,
    variables: Readonly<Record<string, unknown>>,
  ): Promise<{ repository?: unknown; node?: unknown; headers: Answer['headers'] }> {
    const all = { ...variables, owner: this.#owner, name: this.#name };
    const route = `POST ${this.#options.config.graphqlUrl}`;
    const { data, headers } = await this.#ask(route, { query, variables: all });
    return { ...(data as { data?: object | null }).data, headers };
  }

  /** Asks until there is a whole answer. Throws `CANCELED` and the codes of `github-errors.ts`. */
  async #ask(route: string, parameters: Readonly<Record<string, unknown>>): Promise<Answer> {
    const { signal } = this.#options;
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await this.#try(route, parameters);
      if ('data' in outcome) return outcome;
      if (signal.aborted) throw new AppError('CANCELED', 'The sync was stopped.');
      const verdict = judgeFailure(outcome, this.place);
      if (verdict.kind === 'final') {
        if (outcome.status !== CUT_OFF || attempt === MOST_ATTEMPTS) throw verdict.error;
        continue;
      }
      const { kind, waitMs } = verdict;
      if (kind === 'limited' || attempt === MOST_ATTEMPTS || waitMs > LONGEST_WAIT_MS) {
        throw toLimitedError(waitMs, this.place);
      }
      await this.#wait(waitMs);
    }
  }

  async #try(
    route: string,
    { headers, ...parameters }: Readonly<Record<string, unknown>>,
  ): Promise<Answer | GithubFailure> {
    const { readSecret, signal, config } = this.#options;
    const token = readSecret();
    if (token === undefined || token === '') throw noToken(config.tokenSource);
    try {
      const answer: Answer = await this.#octokit.request(route, {
        owner: this.#owner,
        repo: this.#name,
        ...parameters,
        headers: { ...(headers as object | undefined), authorization: `Bearer ${token}` },
        request: { signal },
      });
      return checkAnswer(answer, route);
    } catch (error) {
      return toFailure(error);
    }
  }

  async #wait(waitMs: number): Promise<void> {
    try {
      await wait(waitMs, undefined, { signal: this.#options.signal });
    } catch (error) {
      throw new AppError('CANCELED', 'The sync was stopped.', { cause: error });
    }
  }

  #toFinal(failure: GithubFailure): AppError {
    const verdict = judgeFailure(failure, this.place);
    return verdict.kind === 'final' ? verdict.error : toLimitedError(verdict.waitMs, this.place);
  }

  #noGithub(): AppError {
    return new AppError(
      'CONNECTOR_BAD_ANSWER',
      `${this.place.host} answers, but not as GitHub does. Check base_url: it is the address of the web pages, without a path.`,
    );
  }
}

/** Octokit writes to the console otherwise. */
const SILENT = { debug: ignore, info: ignore, warn: ignore, error: ignore } as const;

function ignore(): void {}

/** Our mark for an answer that was no whole JSON. */
const CUT_OFF = 200;

function checkAnswer(answer: Answer, route: string): Answer | GithubFailure {
  const { data, headers } = answer;
  const cutOff = { status: CUT_OFF, headers, message: 'it was cut off or is no JSON' };
  if (typeof data !== 'object' || data === null) return cutOff;
  if (!route.startsWith('POST ')) {
    const isListing = route !== 'GET /repos/{owner}/{repo}';
    return Array.isArray(data) === isListing ? answer : cutOff;
  }
  const { errors = [] } = data as { errors?: readonly GraphqlProblem[] };
  const serious = errors.filter(({ type }) => type !== 'NOT_FOUND');
  if (serious.length > 0) {
    return { status: 0, headers, message: serious[0]?.message ?? '', errors: serious };
  }
  return 'data' in data ? answer : cutOff;
}

/** The parts of Octokit's error that are looked at. It may carry the guard's error as its cause. */
interface OctokitError extends Error {
  readonly status?: number;
  readonly response?: Answer;
}

function toFailure(error: unknown): Answer | GithubFailure {
  if (!(error instanceof Error)) return { headers: {}, message: String(error), cause: error };
  if (isAppError(error)) return { headers: {}, message: error.message, cause: error };
  const { status, response, message, cause } = error as OctokitError;
  if (status === 304 || (status === 410 && response !== undefined)) {
    return { status, headers: response?.headers ?? {}, data: [] };
  }
  if (response === undefined) return { headers: {}, message, cause: cause ?? error };
  return { status: response.status, headers: response.headers, message };
}

function noToken(tokenSource: string): AppError {
  return new AppError('CONNECTOR_AUTH', `GitHub needs a token, and ${tokenSource} holds none.`);
}
