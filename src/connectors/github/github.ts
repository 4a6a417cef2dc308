/**
 * The `github` kind: issues, pull requests, reviews, comments, discussions and releases of one repository, on GitHub or
 * GitHub Enterprise. Code and commits are not its business: they come through a root or a `git` connector.
 */
import type {
  Connector,
  ConnectorContext,
  ConnectorKind,
  WebhookCall,
  WebhookVerdict,
} from '../connector.ts';
import { isHmacSha256 } from '../webhook-signature.ts';
import { GithubClient } from './github-client.ts';
import { readGithubConfig } from './github-config.ts';
import { syncGithub } from './github-sync.ts';
import { REPOSITORY_QUERY, type RepositoryFacts } from './queries.ts';

/** GitHub and GitHub Enterprise. */
export const GITHUB: ConnectorKind = {
  type: 'github',
  create: createGithub,
  readWebhook: readGithubWebhook,
};

function createGithub(context: ConnectorContext): Connector {
  const config = readGithubConfig(context.config);
  const connect = (signal: AbortSignal): GithubClient =>
    new GithubClient({
      config,
      fetch: context.fetch,
      readSecret: () => context.readSecret(),
      signal,
    });
  return {
    test: async (signal) => testGithub(connect(signal)),
    sync: ({ cursor, signal }) => syncGithub(connect(signal), cursor),
  };
}

/** Reads a row of each listing, so that a missing permission shows now and not in the middle of a sync. */
async function testGithub(client: GithubClient): Promise<string> {
  const { row, scopes } = await client.getRepository();
  client.useName(row.full_name);
  const facts = await client.query<RepositoryFacts>(REPOSITORY_QUERY);
  const probe = { parameters: { per_page: 1 } };
  await client.list('GET /repos/{owner}/{repo}/issues/comments', probe);
  await client.list('GET /repos/{owner}/{repo}/pulls/comments', probe);
  await client.list('GET /repos/{owner}/{repo}/releases', probe);
  const { repository } = client.place;
  const isRenamed = row.full_name.toLowerCase() !== repository.toLowerCase();
  const renamed = isRenamed ? ` It is called ${row.full_name} now; ${repository} leads there.` : '';
  const has = scopes === undefined || scopes === '' ? '' : ` Scopes of the token: ${scopes}.`;
  return `${row.full_name} on ${client.place.host} can be read: ${facts.issues.totalCount} issues, ${facts.pullRequests.totalCount} pull requests, ${facts.discussions.totalCount} discussions, ${facts.releases.totalCount} releases.${renamed}${has}`;
}

/** Events after which something that is indexed may be different. */
const EVENTS: ReadonlySet<string> = new Set([
  'discussion',
  'discussion_comment',
  'issue_comment',
  'issues',
  'pull_request',
  'pull_request_review',
  'pull_request_review_comment',
  'release',
  'repository',
]);

/** GitHub signs the body and sends no time along: a repeated delivery is known by `x-github-delivery` only. */
function readGithubWebhook({ headers, body, secret }: WebhookCall): WebhookVerdict {
  const [, signature] = /^sha256=([0-9a-f]{64})$/.exec(headers['x-hub-signature-256'] ?? '') ?? [];
  if (signature === undefined) return 'forged';
  if (!isHmacSha256({ key: secret, message: body, signature, encoding: 'hex' })) return 'forged';
  return EVENTS.has(headers['x-github-event'] ?? '') ? 'changed' : 'ignored';
}
