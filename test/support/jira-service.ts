/**
 * A Jira on loopback with the answers of the published REST interface (v3 of Cloud, v2 of Data Center) for what the
 * connector asks: who we are, projects, searches in JQL as far as it is used, issues by key, comments, changelogs.
 * Issues are held as Jira hands them out; a test changes them between syncs.
 */
import { JIRA } from '../../src/connectors/jira/jira.ts';
import {
  startFixtureService,
  type FixtureService,
  type ServiceAnswer,
  type ServiceRequest,
} from './fixture-service.ts';
import { createRunner, type ConnectorRunner } from './run-connector.ts';

export interface FakeIssue {
  id: string;
  key: string;
  fields: Record<string, unknown> & { created: string; updated: string };
  /** Keys that it had before, the oldest first. */
  formerKeys: string[];
}

export interface JiraService extends FixtureService {
  readonly issues: FakeIssue[];
  /** Projects that the account may browse. */
  readonly projects: Set<string>;
  /** Adds an issue, changed at the given time (`2026-05-01T10:00:00.000+0000`). */
  add(key: string, updated: string, fields?: Readonly<Record<string, unknown>>): FakeIssue;
  /** Issues that one search may give. */
  pageLength: number;
  /** Comments that stand in the issue itself. */
  embeddedComments: number;
}

export interface JiraServiceOptions {
  readonly edition?: 'Cloud' | 'Server';
  /** Default UTC. */
  readonly timeZone?: string;
  readonly authorization?: string;
}

/** Starts it with one project, ABC, and no issue. */
export async function startJiraService(options: JiraServiceOptions = {}): Promise<JiraService> {
  const jira = new FakeJira(options);
  const service = await startFixtureService((request) => jira.answer(request));
  jira.url = service.url;
  return Object.assign(jira, service);
}

const USERNAME = 'bot@example.com';

/** What the account of `createJiraRunner` proves itself with. */
export const JIRA_BASIC = `Basic ${Buffer.from(`${USERNAME}:secret-token`).toString('base64')}`;

/** A connector for project ABC of that service. A request may take a second. */
export function createJiraRunner(
  jira: JiraService,
  config: Readonly<Record<string, unknown>> = {},
): ConnectorRunner {
  return createRunner({
    kind: JIRA,
    config: { base_url: jira.url, projects: ['ABC'], username: USERNAME, ...config },
    timeoutMs: 1000,
  });
}

class FakeJira {
  readonly issues: FakeIssue[] = [];
  readonly projects = new Set(['ABC']);
  pageLength = 100;
  embeddedComments = 20;
  url = '';
  readonly #options: JiraServiceOptions;
  readonly #clock: Intl.DateTimeFormat;
  #nextId = 10_000;

  constructor(options: JiraServiceOptions) {
    this.#options = options;
    this.#clock = new Intl.DateTimeFormat('sv-SE', {
      timeZone: options.timeZone ?? 'Etc/UTC',
      dateStyle: 'short',
      timeStyle: 'short',
    });
  }

  add(key: string, updated: string, fields: Readonly<Record<string, unknown>> = {}): FakeIssue {
    const issue: FakeIssue = {
      id: String(this.#nextId++),
      key,
      fields: {
        summary: `Summary of ${key}`,
        description: null,
        status: { self: '', id: '3', name: 'In Progress' },
        issuetype: { id: '10004', name: 'Bug', subtask: false },
        labels: [],
        comment: { comments: [], total: 0 },
        created: updated,
        ...fields,
        updated,
      },
      formerKeys: [],
    };
    this.issues.push(issue);
    return issue;
  }

  answer(request: ServiceRequest): ServiceAnswer {
    const { authorization } = this.#options;
    const path = request.path.replace(/^\/rest\/api\/[23]/, '');
    if (path === '/serverInfo') return { json: this.#serverInfo() };
    if (authorization !== undefined && request.headers['authorization'] !== authorization) {
      return { status: 401, text: 'Client must be authenticated to access this resource.' };
    }
    const [, room = '', id = '', part = ''] = path.split('/');
    const routes: Record<string, () => ServiceAnswer> = {
      myself: () => ({ json: this.#myself() }),
      field: () => ({ json: [EPIC_FIELD] }),
      project: () => this.#project(id),
      search: () => (id === 'approximate-count' ? this.#count(request) : this.#search(request)),
      issue: () => (part === 'comment' ? this.#comments(id, request) : this.#issue(id, request)),
    };
    return routes[room]?.() ?? { status: 404, json: { errorMessages: ['no such resource'] } };
  }

  #serverInfo(): unknown {
    const deploymentType = this.#options.edition ?? 'Cloud';
    return { baseUrl: this.url, version: '1001.0.0', versionNumbers: [1001, 0, 0], deploymentType };
  }

  #myself(): unknown {
    const timeZone = this.#options.timeZone ?? 'Etc/UTC';
    return {
      accountId: '5b10a2844c20165700ede21g',
      displayName: 'Index Bot',
      active: true,
      timeZone,
    };
  }

  #project(key: string): ServiceAnswer {
    if (this.projects.has(key)) return { json: { id: '1', key, name: `Project ${key}` } };
    return {
      status: 404,
      json: { errorMessages: [`No project could be found with key '${key}'.`] },
    };
  }

  #count(request: ServiceRequest): ServiceAnswer {
    const { jql } = JSON.parse(request.body) as { jql: string };
    return { json: { count: this.#select(jql).length } };
  }

  #search({ query, path }: ServiceRequest): ServiceAnswer {
    const jql = query.get('jql') ?? '';
    const names = (query.get('fields') ?? '').split(',');
    const found = this.#select(jql);
    const isCloud = path.endsWith('/jql');
    const start = Number(
      isCloud ? (query.get('nextPageToken') ?? '0').replace('token-', '') : query.get('startAt'),
    );
    const end = start + Math.min(this.pageLength, Number(query.get('maxResults')));
    const issues = found.slice(start, end).map((issue) => this.#show(issue, names));
    if (!isCloud)
      return { json: { startAt: start, maxResults: end - start, total: found.length, issues } };
    const isLast = end >= found.length;
    return { json: { issues, isLast, ...(isLast ? {} : { nextPageToken: `token-${end}` }) } };
  }

  #select(jql: string): FakeIssue[] {
    const projects = Array.from(
      jql.split(' AND ')[0]?.matchAll(/"(\w+)"/g) ?? [],
      ([, key]) => key ?? '',
    );
    const since = /updated >= "([^"]+)"/.exec(jql)?.[1] ?? '';
    const byKey = jql.includes('ORDER BY key');
    return this.issues
      .filter(({ key }) => projects.includes(key.split('-')[0] ?? ''))
      .filter(({ fields }) => this.#wallClock(fields.updated) >= since)
      .sort((left, right) =>
        byKey
          ? toNumber(left.key) - toNumber(right.key)
          : toMs(left.fields.updated) - toMs(right.fields.updated) ||
            toNumber(left.key) - toNumber(right.key),
      );
  }

  /** The minute as the account's clock shows it, which is what JQL compares. */
  #wallClock(time: string): string {
    return this.#clock.format(toMs(time));
  }

  #issue(key: string, { query }: ServiceRequest): ServiceAnswer {
    const issue = this.issues.find((one) => [one.key, one.id, ...one.formerKeys].includes(key));
    if (issue === undefined || !this.projects.has(issue.key.split('-')[0] ?? '')) {
      return {
        status: 404,
        json: { errorMessages: ['Issue does not exist or you do not have permission to see it.'] },
      };
    }
    const shown = this.#show(issue, (query.get('fields') ?? '').split(','));
    return {
      json:
        query.get('expand') === 'changelog' ? { ...shown, changelog: toChangelog(issue) } : shown,
    };
  }

  #comments(id: string, { query }: ServiceRequest): ServiceAnswer {
    const all = toComments(this.issues.find((issue) => issue.id === id));
    const start = Number(query.get('startAt'));
    const comments = all.slice(start, start + Number(query.get('maxResults')));
    return { json: { startAt: start, maxResults: comments.length, total: all.length, comments } };
  }

  #show(issue: FakeIssue, names: readonly string[]): { id: string; key: string; fields: object } {
    const comments = toComments(issue);
    const fields = Object.fromEntries(
      Object.entries(issue.fields).filter(([name]) => names.includes(name)),
    );
    if (names.includes('comment')) {
      fields['comment'] = {
        comments: comments.slice(0, this.embeddedComments),
        maxResults: this.embeddedComments,
        total: comments.length,
        startAt: 0,
      };
    }
    return { id: issue.id, key: issue.key, fields };
  }
}

const EPIC_FIELD = {
  id: 'customfield_10100',
  name: 'Epic Link',
  custom: true,
  schema: { type: 'any', custom: 'com.pyxis.greenhopper.jira:gh-epic-link', customId: 10_100 },
};

function toChangelog(issue: FakeIssue): unknown {
  const keys = [...issue.formerKeys, issue.key];
  const histories = issue.formerKeys.map((fromString, index) => ({
    id: String(index),
    created: issue.fields.updated,
    items: [{ field: 'Key', fieldtype: 'jira', fromString, toString: keys[index + 1] }],
  }));
  return { startAt: 0, maxResults: 100, total: histories.length, histories };
}

function toComments(issue: FakeIssue | undefined): readonly unknown[] {
  const field = issue?.fields['comment'] as { comments?: readonly unknown[] } | undefined;
  return field?.comments ?? [];
}

function toMs(time: string): number {
  return Date.parse(time.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
}

function toNumber(key: string): number {
  return Number(key.split('-')[1]);
}
