/**
 * Checks calls of Jira's webhooks: `X-Hub-Signature: sha256=<hex>`, an HMAC over the body, which Jira sends when the
 * webhook was registered with a secret. A call without it is refused, so a Data Center that cannot sign is polled.
 *
 * Jira tries a call again for more than an hour, so the time in the body may be that old; telling a repeated call from a
 * second one is for the route (`X-Atlassian-Webhook-Identifier`).
 * Source: https://developer.atlassian.com/cloud/jira/platform/webhooks/
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { WebhookCall, WebhookVerdict } from '../connector.ts';

/** Five tries, each at most fifteen minutes after the other. */
const MAX_AGE_MS = 90 * 60_000;

/** What a call is. Events of other things than issues, comments and links between issues are `ignored`. */
export function readJiraWebhook(call: WebhookCall): WebhookVerdict {
  const signature = call.headers['x-hub-signature'] ?? '';
  const expected = `sha256=${createHmac('sha256', call.secret).update(call.body).digest('hex')}`;
  if (call.secret === '' || !isSame(signature, expected)) return 'forged';
  const event = readEvent(call.body);
  if (event === undefined) return 'ignored';
  if (typeof event.timestamp === 'number' && call.nowMs - event.timestamp > MAX_AGE_MS)
    return 'stale';
  return CHANGES.test(String(event.webhookEvent)) ? 'changed' : 'ignored';
}

const CHANGES = /^(?:jira:issue_|comment_|issuelink_)/;

function isSame(left: string, right: string): boolean {
  const leftBytes = Buffer.from(left);
  const rightBytes = Buffer.from(right);
  return leftBytes.length === rightBytes.length && timingSafeEqual(leftBytes, rightBytes);
}

function readEvent(body: Uint8Array): { timestamp?: unknown; webhookEvent?: unknown } | undefined {
  try {
    const event: unknown = JSON.parse(Buffer.from(body).toString('utf8'));
    return typeof event === 'object' && event !== null ? event : undefined;
  } catch {
    return undefined;
  }
}
