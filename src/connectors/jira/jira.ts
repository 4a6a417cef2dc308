/**
 * The jira kind: issues and comments of chosen projects of a Jira Cloud or Data Center. What its documents look like
 * stands in jira-items.ts, how it keeps in step in jira-sync.ts.
 *
 * Not fetched: attachments' bytes, work logs, remote links (one request for each issue, and adding one is no
 * change of the issue) and development panels (their interface is not public). Commits and pull requests that name a
 * key are joined to the issue from their side.
 */
import { AppError } from '../../errors/app-error.ts';
import type {
  Connector,
  ConnectorContext,
  ConnectorKind,
  SyncPage,
  SyncRequest,
} from '../connector.ts';
import { JiraClient, type JiraSession, type JiraSettings } from './jira-client.ts';
import { JiraCursor } from './jira-cursor.ts';
import { findEpicField, JiraSearch } from './jira-search.ts';
import { syncJira } from './jira-sync.ts';
import { readJiraWebhook } from './jira-webhook.ts';

/** The kind `jira`. `create` throws `INVALID_ARGUMENT` naming base_url or projects. */
export const JIRA: ConnectorKind = {
  type: 'jira',
  create: (context) => new JiraConnector(context, readSettings(context.config)),
  readWebhook: readJiraWebhook,
};

class JiraConnector implements Connector {
  readonly #context: ConnectorContext;
  readonly #settings: JiraSettings;
  readonly #client: JiraClient;

  constructor(context: ConnectorContext, settings: JiraSettings) {
    this.#context = context;
    this.#settings = settings;
    this.#client = new JiraClient(context, settings);
  }

  async test(signal: AbortSignal): Promise<string> {
    const session = await this.#client.openSession(signal);
    const { names, lost } = await this.#listProjects(session, signal);
    if (lost.length > 0) throw toLostError(lost, session);
    const search = new JiraSearch({
      client: this.#client,
      session,
      projects: this.#settings.projects,
      signal,
    });
    const count = await search.count();
    const edition = session.isCloud ? 'Jira Cloud' : 'Jira Data Center';
    return `${session.accountName} reads ${[...names.values()].join(', ')} of ${session.siteUrl} (${edition}): about ${count} issues.`;
  }

  async *sync(request: SyncRequest): AsyncIterable<SyncPage> {
    const { signal } = request;
    const client = this.#client;
    const session = await client.openSession(signal);
    const { names, lost } = await this.#listProjects(session, signal);
    const projects = [...names.keys()];
    if (projects.length === 0) throw toLostError(lost, session);
    const epicField = await findEpicField(client, session, signal);
    const epic = epicField === undefined ? {} : { epicField };
    const configured = this.#settings.projects;
    yield* syncJira({
      search: new JiraSearch({ client, session, projects, signal, ...epic }),
      session,
      cursor: new JiraCursor(request.cursor, { configured, readable: projects }),
      projects,
      nowMs: this.#context.now(),
      ...epic,
    });
    if (lost.length > 0) throw toLostError(lost, session);
  }

  /** Which of the projects can be read, with their names, and which not. */
  async #listProjects(
    session: JiraSession,
    signal: AbortSignal,
  ): Promise<{ names: Map<string, string>; lost: readonly string[] }> {
    const names = new Map<string, string>();
    const lost: string[] = [];
    for (const key of this.#settings.projects) {
      const path = `${session.api}/project/${key}`;
      const project = await this.#client.find<{ key?: string; name?: string }>({ path, signal });
      if (project === undefined) lost.push(key);
      else names.set(key, `${project.name ?? key} (${key})`);
    }
    return { names, lost };
  }
}

function toLostError(lost: readonly string[], session: JiraSession): AppError {
  return new AppError(
    'CONNECTOR_MISSING',
    `${session.accountName} cannot see ${lost.join(', ')} of ${session.siteUrl}: projects names something that does not exist, or the permission Browse Projects is lacking. What was read before stays.`,
  );
}

function readSettings(config: ConnectorContext['config']): JiraSettings {
  const { base_url: baseUrl, projects, username } = config;
  if (typeof baseUrl !== 'string' || !URL.canParse(baseUrl)) {
    throw new AppError(
      'INVALID_ARGUMENT',
      'base_url has to be the address of a Jira, such as https://example.atlassian.net.',
    );
  }
  const keys = Array.isArray(projects)
    ? projects.map((key) => String(key).trim().toUpperCase())
    : [];
  const wrong = keys.find((key) => !/^[A-Z][A-Z0-9_]*$/.test(key));
  if (keys.length === 0 || wrong !== undefined) {
    throw new AppError(
      'INVALID_ARGUMENT',
      `projects has to list keys of projects, such as ABC${wrong === undefined ? '' : `; "${wrong}" is none`}.`,
    );
  }
  return {
    baseUrl: baseUrl.replace(/\/+$/, ''),
    projects: [...new Set(keys)],
    ...(typeof username === 'string' && username !== '' ? { username } : {}),
  };
}
