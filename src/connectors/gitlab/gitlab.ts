/**
 * The `gitlab` kind: issues, merge requests, notes and releases of one project, on GitLab.com or a self-managed server.
 * Confidential issues and internal notes are left out: whoever may search the index would see them. Code
 * and commits are not its business: they come through a root or a `git` connector.
 */
import type {
  Connector,
  ConnectorContext,
  ConnectorKind,
  WebhookCall,
  WebhookVerdict,
} from '../connector.ts';
import { isHmacSha256, isSameSecret } from '../webhook-signature.ts';
import { GitlabClient } from './gitlab-client.ts';
import { readGitlabConfig } from './gitlab-config.ts';
import { syncGitlab } from './gitlab-sync.ts';

/** GitLab.com and self-managed servers. */
export const GITLAB: ConnectorKind = {
  type: 'gitlab',
  create: createGitlab,
  readWebhook: readGitlabWebhook,
};

function createGitlab(context: ConnectorContext): Connector {
  const config = readGitlabConfig(context.config);
  const connect = (signal: AbortSignal): GitlabClient =>
    new GitlabClient({
      config,
      fetch: context.fetch,
      readSecret: () => context.readSecret(),
      signal,
    });
  return {
    test: async (signal) => testGitlab(connect(signal)),
    sync: ({ cursor, signal }) => syncGitlab(connect(signal), cursor),
  };
}

/** Reads a row of each listing, so that a missing scope or role shows now and not in the middle of a sync. */
async function testGitlab(client: GitlabClient): Promise<string> {
  const project = await client.getProject();
  const levels = {
    issues: project.issues_access_level,
    merge_requests: project.merge_requests_access_level,
    releases: project.releases_access_level,
  };
  const found: string[] = [];
  for (const [path, level] of Object.entries(levels)) {
    const name = path.replace('_', ' ');
    if (level === 'disabled') {
      found.push(`no ${name} (switched off)`);
      continue;
    }
    const { total } = await client.list(path, { per_page: 1 });
    found.push(`${total ?? 'over 10,000'} ${name}`);
  }
  return `${project.path_with_namespace} on ${client.place.host} can be read: ${found.join(', ')}.`;
}

/** Events after which something that is indexed may be different. */
const EVENTS: ReadonlySet<string> = new Set([
  'Confidential Issue Hook',
  'Confidential Note Hook',
  'Issue Hook',
  'Merge Request Hook',
  'Note Hook',
  'Release Hook',
  'Work Item Hook',
]);

/** A signed call that is older or newer than this is not taken. */
const MOST_AGE_MS = 5 * 60 * 1000;

/**
 * A secret `whsec_…` is a signing token: the call must be signed with it, and fresh. Any other is the older secret token, which
 * GitLab sends along as it is.
 */
function readGitlabWebhook(call: WebhookCall): WebhookVerdict {
  const { headers, secret } = call;
  if (secret.startsWith(SIGNING)) {
    if (!isSigned(call)) return 'forged';
    const atMs = Number(headers['webhook-timestamp']) * 1000;
    if (!(Math.abs(call.nowMs - atMs) <= MOST_AGE_MS)) return 'stale';
  } else if (!isSameSecret(headers['x-gitlab-token'], secret)) return 'forged';
  return EVENTS.has(headers['x-gitlab-event'] ?? '') ? 'changed' : 'ignored';
}

const SIGNING = 'whsec_';

/** Signatures as Standard Webhooks has them: over id, time and body, several for the time of a change of keys. */
function isSigned({ headers, body, secret }: WebhookCall): boolean {
  const { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': signatures } = headers;
  if (id === undefined || time === undefined || signatures === undefined) return false;
  const key = Buffer.from(secret.slice(SIGNING.length), 'base64');
  const message = Buffer.concat([Buffer.from(`${id}.${time}.`), body]);
  return signatures
    .split(' ')
    .filter((text) => text.startsWith('v1,'))
    .some((text) =>
      isHmacSha256({ key, message, signature: text.slice('v1,'.length), encoding: 'base64' }),
    );
}
