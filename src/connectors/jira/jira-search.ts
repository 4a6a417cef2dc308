/**
 * Asks a Jira for issues: page by page in order of their last change, their keys alone, their number. Hides that
 * Cloud goes on by a token and Data Center by a count of issues to skip.
 *
 * A count to skip is only good while nothing changes: an issue that is edited meanwhile moves to the end, and what
 * stood behind it moves up. So the query starts anew at the last issue's minute as often as it can, and skips only
 * within one minute.
 */
import type { JiraClient, JiraSession } from './jira-client.ts';
import { ISSUE_FIELDS, type JiraComment, type JiraIssue } from './jira-items.ts';
import { formatJqlBound } from './jira-time.ts';

/** Cloud and Data Center give at most this many issues with their fields. */
const ISSUES_PER_PAGE = 100;
/** Keys alone: Cloud gives up to 5,000, Data Center up to 1,000. */
const KEYS_PER_PAGE = 1000;
const COMMENTS_PER_PAGE = 100;

/** Where to go on within one query: a token of Cloud, or how many issues to skip. */
export type SearchPosition = string | number;

export interface SearchPage {
  readonly issues: readonly JiraIssue[];
  /** Undefined on the last page. */
  readonly next?: SearchPosition;
}

interface SearchAnswer {
  readonly issues?: readonly JiraIssue[];
  readonly nextPageToken?: string | null;
  readonly isLast?: boolean;
  readonly total?: number;
  readonly startAt?: number;
}

interface SearchQuestion {
  readonly jql: string;
  readonly fields: readonly string[];
  readonly maxResults: number;
  readonly position?: SearchPosition | undefined;
}

/** What to ask for. Errors of all methods: those of `JiraClient`. */
export interface SearchOptions {
  readonly client: JiraClient;
  readonly session: JiraSession;
  /** Keys; not empty. */
  readonly projects: readonly string[];
  readonly epicField?: string;
  readonly signal: AbortSignal;
}

/** The questions of one sync. */
export class JiraSearch {
  readonly #options: SearchOptions;
  readonly #fields: readonly string[];

  constructor(options: SearchOptions) {
    this.#options = options;
    const { epicField } = options;
    this.#fields = epicField === undefined ? ISSUE_FIELDS : [...ISSUE_FIELDS, epicField];
  }

  /** Gives issues changed at or after the bound's minute, the oldest change first. Null: all of them. */
  async listChanged(boundMs: number | null, position?: SearchPosition): Promise<SearchPage> {
    const { session } = this.#options;
    const since =
      boundMs === null ? '' : ` AND updated >= "${formatJqlBound(boundMs, session.timeZone)}"`;
    return this.#search({
      jql: `${this.#scope()}${since} ORDER BY updated ASC, key ASC`,
      fields: this.#fields,
      maxResults: ISSUES_PER_PAGE,
      position,
    });
  }

  /** How many issues there are. Cloud counts roughly: a hint, no proof. */
  async count(): Promise<number> {
    const { client, session, signal } = this.#options;
    if (session.isCloud) {
      const answer = await client.get<{ count?: number }>({
        path: `${session.api}/search/approximate-count`,
        body: { jql: this.#scope() },
        signal,
      });
      return answer.count ?? 0;
    }
    const answer = await client.get<SearchAnswer>({
      path: `${session.api}/search`,
      query: { jql: this.#scope(), maxResults: 0, fields: 'key' },
      signal,
    });
    return answer.total ?? 0;
  }

  /** Gives the keys of a project, a request's worth at a time. */
  async *listKeys(project: string): AsyncIterable<readonly string[]> {
    let position: SearchPosition | undefined;
    do {
      const page = await this.#search({
        jql: `project = "${project}" ORDER BY key ASC`,
        fields: ['key'],
        maxResults: KEYS_PER_PAGE,
        position,
      });
      yield page.issues.map(({ key }) => key);
      position = page.next;
    } while (position !== undefined);
  }

  /** Gives one issue by a key of today or of before; undefined when it is gone or may not be seen. */
  async findIssue(key: string): Promise<JiraIssue | undefined> {
    const { client, session, signal } = this.#options;
    return client.find<JiraIssue>({
      path: `${session.api}/issue/${encodeURIComponent(key)}`,
      query: { fields: this.#fields.join(',') },
      signal,
    });
  }

  /** Gives the keys that an issue had before, as far as its latest hundred or so changes tell. */
  async listFormerKeys(key: string): Promise<string[]> {
    const { client, session, signal } = this.#options;
    const issue = await client.find<{ changelog?: { histories?: readonly History[] } }>({
      path: `${session.api}/issue/${encodeURIComponent(key)}`,
      query: { fields: 'key', expand: 'changelog' },
      signal,
    });
    return (issue?.changelog?.histories ?? [])
      .flatMap(({ items }) => items ?? [])
      .filter(({ field }) => field === 'Key')
      .map(({ fromString }) => fromString ?? '')
      .filter((former) => former !== '' && former !== key);
  }

  /** Gives all comments of an issue, the oldest first. One request for each hundred that the issue did not bring. */
  async listComments(issue: JiraIssue): Promise<JiraComment[]> {
    const { client, session, signal } = this.#options;
    const comments = [...(issue.fields.comment?.comments ?? [])];
    const total = issue.fields.comment?.total ?? comments.length;
    if (comments.length >= total) return comments;
    comments.length = 0;
    for (let startAt = 0; startAt < total;) {
      const page = await client.find<{ comments?: readonly JiraComment[]; total?: number }>({
        path: `${session.api}/issue/${issue.id}/comment`,
        query: { startAt, maxResults: COMMENTS_PER_PAGE, orderBy: 'created' },
        signal,
      });
      const found = page?.comments ?? [];
      if (found.length === 0) break;
      comments.push(...found);
      startAt += found.length;
    }
    return comments;
  }

  async #search(question: SearchQuestion): Promise<SearchPage> {
    const { client, session, signal } = this.#options;
    const { jql, fields, maxResults, position } = question;
    const query = { jql, maxResults, fields: fields.join(',') };
    if (session.isCloud) {
      const token = position === undefined ? {} : { nextPageToken: position };
      const path = `${session.api}/search/jql`;
      const answer = await client.get<SearchAnswer>({
        path,
        query: { ...query, ...token },
        signal,
      });
      const next = answer.isLast === true ? undefined : (answer.nextPageToken ?? undefined);
      return { issues: answer.issues ?? [], ...(next === undefined ? {} : { next }) };
    }
    const startAt = typeof position === 'number' ? position : 0;
    const path = `${session.api}/search`;
    const answer = await client.get<SearchAnswer>({ path, query: { ...query, startAt }, signal });
    const issues = answer.issues ?? [];
    const end = startAt + issues.length;
    const isLast = issues.length === 0 || end >= (answer.total ?? 0);
    return { issues, ...(isLast ? {} : { next: end }) };
  }

  #scope(): string {
    const list = this.#options.projects.map((project) => `"${project}"`).join(', ');
    return `project in (${list})`;
  }
}

interface History {
  readonly items?: readonly { readonly field?: string; readonly fromString?: string | null }[];
}

/** Finds the custom field in which Data Center keeps the epic; Cloud has it as `parent`. */
export async function findEpicField(
  client: JiraClient,
  session: JiraSession,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (session.isCloud) return undefined;
  const fields = await client.find<readonly { id: string; schema?: { custom?: string } }[]>({
    path: `${session.api}/field`,
    signal,
  });
  return fields?.find(({ schema }) => schema?.custom === EPIC_LINK)?.id;
}

const EPIC_LINK = 'com.pyxis.greenhopper.jira:gh-epic-link';
