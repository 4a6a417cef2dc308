/**
 * Speaks with one Jira, Cloud or Data Center, over its REST interface. Only requests, refusals and versions are told
 * apart here; which issues to ask for stands in jira-search.ts.
 *
 * The client library on npm was tried on paper: it knows Cloud alone, rejects an answer as soon as one field is not
 * as it was when it was generated, and weighs 29 MB. What is needed here is seven GETs and a POST.
 */
import { AppError } from '../../errors/app-error.ts';
import type { ConnectorContext } from '../connector.ts';

/** What the service says about itself and about us. */
export interface JiraSession {
  /** Cloud has other search endpoints, and documents (ADF) in place of wiki text. */
  readonly isCloud: boolean;
  /** Where people open issues; differs from the address asked when that is a gateway. No slash at the end. */
  readonly siteUrl: string;
  readonly accountName: string;
  /** IANA name, of the account's profile; JQL reads wall clocks in it. */
  readonly timeZone?: string;
  /** Path of the interface: `/rest/api/3` or `/rest/api/2`. */
  readonly api: string;
}

/** The fields of a connector's configuration that matter here, checked. */
export interface JiraSettings {
  /** Without slash at the end. */
  readonly baseUrl: string;
  /** Keys, upper case. */
  readonly projects: readonly string[];
  readonly username?: string;
}

/** One request; `body` makes it a POST. */
export interface JiraRequest {
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number>>;
  readonly body?: unknown;
  readonly signal: AbortSignal;
}

/** An answer whose body broke off is asked for this many times in all. */
const MAX_READS = 2;

/** One Jira. It keeps no state. */
export class JiraClient {
  readonly #context: ConnectorContext;
  readonly #settings: JiraSettings;

  constructor(context: ConnectorContext, settings: JiraSettings) {
    this.#context = context;
    this.#settings = settings;
  }

  /**
   * Gives the JSON of an answer, or undefined for 404. Throws `CONNECTOR_AUTH` (token or user name refused),
   * `CONNECTOR_FORBIDDEN` (a scope or permission is lacking), `CONNECTOR_RATE_LIMITED`, `CONNECTOR_BAD_ANSWER`
   * (cut off twice, or no JSON) and `CONNECTOR_UNREACHABLE`.
   */
  async find<T>(request: JiraRequest): Promise<T | undefined> {
    for (let read = 1; ; read++) {
      const response = await this.#send(request);
      const text = await readBody(response, request.signal);
      if (response.status === 404) return undefined;
      if (!response.ok) throw this.#toError(response, text ?? '');
      const value = text === undefined ? undefined : parseJson(text);
      if (value !== undefined) return value as T;
      if (read === MAX_READS) throw this.#toUnreadable(response, request.path);
    }
  }

  /** As `find`, for what must be there: 404 is `CONNECTOR_UNREACHABLE`, since then this is no Jira. */
  async get<T>(request: JiraRequest): Promise<T> {
    const value = await this.find<T>(request);
    if (value !== undefined) return value;
    throw new AppError(
      'CONNECTOR_UNREACHABLE',
      `${this.#host()} has no ${request.path}: base_url has to be the address of a Jira, with its context path.`,
    );
  }

  /** Asks which Jira this is and who we are: two requests. Throws as `get`. */
  async openSession(signal: AbortSignal): Promise<JiraSession> {
    const server = await this.get<{ deploymentType?: string; baseUrl?: string }>({
      path: '/rest/api/2/serverInfo',
      signal,
    });
    const isCloud = server.deploymentType === 'Cloud';
    if (isCloud && this.#settings.username === undefined && !this.#isGateway()) {
      throw new AppError(
        'CONNECTOR_AUTH',
        `${this.#host()} is Jira Cloud: it needs username, the e-mail address that the API token belongs to.`,
      );
    }
    const api = isCloud ? '/rest/api/3' : '/rest/api/2';
    const me = await this.get<{ displayName?: string; name?: string; timeZone?: string }>({
      path: `${api}/myself`,
      signal,
    });
    return {
      isCloud,
      api,
      siteUrl: (server.baseUrl ?? this.#settings.baseUrl).replace(/\/+$/, ''),
      accountName: me.displayName ?? me.name ?? 'an unnamed account',
      ...(me.timeZone === undefined ? {} : { timeZone: me.timeZone }),
    };
  }

  async #send(request: JiraRequest): Promise<Response> {
    const url = new URL(this.#settings.baseUrl + request.path);
    for (const [name, value] of Object.entries(request.query ?? {})) {
      url.searchParams.set(name, String(value));
    }
    const headers = { accept: 'application/json', authorization: this.#authorization() };
    const { signal } = request;
    return request.body === undefined
      ? this.#context.fetch(url, { headers, signal })
      : this.#context.fetch(url, {
          method: 'POST',
          headers: { ...headers, 'content-type': 'application/json' },
          body: JSON.stringify(request.body),
          signal,
        });
  }

  /** Cloud's API tokens go with a user name; personal access tokens of Data Center, and OAuth tokens, stand alone. */
  #authorization(): string {
    const token = this.#context.readSecret();
    if (token === undefined || token === '') {
      throw new AppError(
        'CONNECTOR_AUTH',
        'Jira needs a token: name it with token_env or token_file.',
      );
    }
    const { username } = this.#settings;
    if (username === undefined) return `Bearer ${token}`;
    return `Basic ${Buffer.from(`${username}:${token}`).toString('base64')}`;
  }

  #toError(response: Response, text: string): AppError {
    const said = readComplaint(text);
    const host = this.#host();
    if (response.status === 401 && /scope/i.test(said)) {
      return new AppError(
        'CONNECTOR_FORBIDDEN',
        `The token for ${host} lacks a scope: it needs read:jira-work and read:jira-user.`,
      );
    }
    if (response.status === 401) return new AppError('CONNECTOR_AUTH', this.#describeRefusal());
    if (response.status === 403) {
      const isLocked = response.headers.get('x-seraph-loginreason') === 'AUTHENTICATION_DENIED';
      const reason = isLocked
        ? 'it asks for a CAPTCHA after failed logins; log in by hand once.'
        : said;
      return new AppError(
        'CONNECTOR_FORBIDDEN',
        `${host} does not let this account read: ${reason}`,
      );
    }
    if (response.status === 429) {
      return new AppError(
        'CONNECTOR_RATE_LIMITED',
        `${host} has had enough requests for now; the sync goes on later.`,
      );
    }
    if (response.status === 400)
      return new AppError('CONNECTOR_BAD_ANSWER', `${host} answered: ${said}`);
    return new AppError('CONNECTOR_UNREACHABLE', `${host} answered ${response.status}: ${said}`);
  }

  #describeRefusal(): string {
    const { username } = this.#settings;
    return username === undefined
      ? `${this.#host()} refuses the token: it is wrong, revoked or expired.`
      : `${this.#host()} refuses the token of ${username}: the token or username is wrong, or it has expired.`;
  }

  #toUnreadable(response: Response, path: string): AppError {
    const isPage = response.headers.get('content-type')?.includes('html') === true;
    return new AppError(
      'CONNECTOR_BAD_ANSWER',
      isPage
        ? `${this.#host()} answers with a web page in place of ${path}: base_url leads to a login or a proxy.`
        : `${this.#host()} broke off its answer to ${path}.`,
    );
  }

  #host(): string {
    return new URL(this.#settings.baseUrl).host;
  }

  /** Atlassian's gateway for scoped tokens also takes a bearer token of OAuth. */
  #isGateway(): boolean {
    return new URL(this.#settings.baseUrl).host === 'api.atlassian.com';
  }
}

/** The body as text; undefined when the connection broke off inside it. */
async function readBody(response: Response, signal: AbortSignal): Promise<string | undefined> {
  try {
    return await response.text();
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof AppError) throw error;
    return undefined;
  }
}

function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** What Jira says is wrong, on one line, cut. */
function readComplaint(text: string): string {
  const body = parseJson(text) as
    | { errorMessages?: readonly string[]; errors?: Record<string, string>; message?: string }
    | undefined;
  const said = [
    ...(body?.errorMessages ?? []),
    ...Object.values(body?.errors ?? {}),
    body?.message,
  ];
  const line = said.filter((part) => typeof part === 'string').join(' ');
  return line === '' ? 'no reason given.' : line.slice(0, 300);
}
