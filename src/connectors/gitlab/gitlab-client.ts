/**
 * Requests to GitLab's REST interface: a dozen GET requests over the guarded `fetch` of the connector. The maintained client
 * (@gitbeaker/rest) is not used: it repeats and throttles by itself with counters in memory, hides the headers
 * that pages and limits stand in unless each answer is wrapped, and would add six packages for what is one
 * function here.
 *
 * Every answer is checked to be whole JSON of the expected sort; one that was cut off is asked for again.
 */
import { AppError, isAppError } from '../../errors/app-error.ts';
import type { GitlabConfig } from './gitlab-config.ts';
import { toGitlabError, type GitlabPlace } from './gitlab-errors.ts';
import type { ProjectRow } from './gitlab-rows.ts';

export interface GitlabClientOptions {
  readonly config: GitlabConfig;
  readonly fetch: typeof fetch;
  readonly readSecret: () => string | undefined;
  readonly signal: AbortSignal;
}

export interface Listed<Row> {
  readonly rows: readonly Row[];
  readonly hasMore: boolean;
  /** Absent above 10,000, where GitLab does not count. */
  readonly total?: number | undefined;
}

type Query = Readonly<Record<string, string | number | readonly number[]>>;

/** Most rows that GitLab gives in one page. */
export const PAGE_ROWS = 100;
const MOST_ATTEMPTS = 3;

/** One run's client. */
export class GitlabClient {
  readonly place: Omit<GitlabPlace, 'what'>;
  readonly #options: GitlabClientOptions;
  #project: string;

  constructor(options: GitlabClientOptions) {
    const { project, apiUrl, tokenSource } = options.config;
    this.#options = options;
    this.#project = encodeURIComponent(project);
    this.place = { host: new URL(apiUrl).host, project, tokenSource };
  }

  /** The project; from now on it is asked for by its number, which neither a rename nor a move changes. */
  async getProject(): Promise<ProjectRow> {
    const { body } = await this.#ask('', {});
    const row = body as ProjectRow;
    if (typeof row.id !== 'number' || typeof row.path_with_namespace !== 'string') {
      throw new AppError(
        'CONNECTOR_BAD_ANSWER',
        `${this.place.host} answers, but not as GitLab does. Check base_url: it is the address of the web pages.`,
      );
    }
    this.#project = String(row.id);
    return row;
  }

  /** One page of a listing of the project: `issues`, `issues/3/notes`. */
  async list<Row>(path: string, query: Query = {}): Promise<Listed<Row>> {
    const { body, headers } = await this.#ask(path, { per_page: PAGE_ROWS, ...query });
    const total = headers.get('x-total');
    return {
      rows: body as Row[],
      hasMore: (headers.get('x-next-page') ?? '') !== '' || hasNextLink(headers),
      total: total === null || total === '' ? undefined : Number(total),
    };
  }

  /** All pages of a listing, but not more than `maxPages`; none when its item was deleted meanwhile. */
  async listAll<Row>(path: string, query: Query, maxPages: number): Promise<Row[]> {
    const rows: Row[] = [];
    for (let page = 1; page <= maxPages; page += 1) {
      const listed = await this.#listIfThere<Row>(path, { ...query, page });
      rows.push(...listed.rows);
      if (!listed.hasMore) break;
    }
    return rows;
  }

  /** One object of the project. */
  async get<Row>(path: string, query: Query = {}): Promise<Row> {
    return (await this.#ask(path, query, 'object')).body as Row;
  }

  async #listIfThere<Row>(path: string, query: Query): Promise<Listed<Row>> {
    try {
      return await this.list<Row>(path, query);
    } catch (error) {
      if (isAppError(error) && error.code === 'CONNECTOR_MISSING') {
        return { rows: [], hasMore: false };
      }
      throw error;
    }
  }

  async #ask(
    path: string,
    query: Query,
    sort: 'list' | 'object' = path === '' ? 'object' : 'list',
  ): Promise<{ body: unknown; headers: Headers }> {
    const { config, signal } = this.#options;
    const below = path === '' ? '' : `/${path}`;
    const url = `${config.apiUrl}/projects/${this.#project}${below}${toSearch(query)}`;
    for (let attempt = 1; ; attempt += 1) {
      const { response, text } = await this.#send(url);
      if (signal.aborted) throw new AppError('CANCELED', 'The sync was stopped.');
      const body = parse(text);
      const what = path === '' ? 'the project' : path.replace(/\/\d+/g, '').replaceAll('_', ' ');
      if (!response.ok) throw toGitlabError(response, body, { ...this.place, what });
      const isWhole = sort === 'list' ? Array.isArray(body) : isObject(body);
      if (isWhole) return { body, headers: response.headers };
      if (attempt === MOST_ATTEMPTS) {
        const message = `${this.place.host} gave no whole answer for ${what}: it was cut off or is no JSON.`;
        throw new AppError('CONNECTOR_BAD_ANSWER', message);
      }
    }
  }

  /** The text is empty when the connection broke while the body came. */
  async #send(url: string): Promise<{ response: Response; text: string }> {
    const { fetch, readSecret, signal } = this.#options;
    const token = readSecret() ?? '';
    const headers = token === '' ? {} : { authorization: `Bearer ${token}` };
    try {
      const response = await fetch(url, { headers, signal });
      return { response, text: await response.text().catch(() => '') };
    } catch (error) {
      if (!signal.aborted) throw error;
      throw new AppError('CANCELED', 'The sync was stopped.', { cause: error });
    }
  }
}

function toSearch(query: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (typeof value === 'object') for (const one of value) search.append(`${name}[]`, String(one));
    else search.set(name, String(value));
  }
  return search.size === 0 ? '' : `?${search.toString()}`;
}

function hasNextLink(headers: Headers): boolean {
  return (headers.get('link') ?? '').includes('rel="next"');
}

function isObject(body: unknown): boolean {
  return typeof body === 'object' && body !== null && !Array.isArray(body);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // No JSON: the caller says what that means.
  }
}
