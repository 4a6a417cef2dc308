/** Which calls of Jira's webhooks are believed, and what they start. */
import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { readJiraWebhook } from '../../../../src/connectors/jira/jira-webhook.ts';

const SECRET = "It's a Secret to Everybody";
const NOW_MS = Date.parse('2026-05-20T12:00:00Z');

function call(
  event: object | string,
  headers: Record<string, string> = {},
  secret = SECRET,
): string {
  const body = Buffer.from(typeof event === 'string' ? event : JSON.stringify(event));
  const signature = `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`;
  return readJiraWebhook({
    headers: { 'x-hub-signature': signature, ...headers },
    body,
    secret,
    nowMs: NOW_MS,
  });
}

describe('readJiraWebhook', () => {
  test('knows the example of the documentation', () => {
    const verdict = readJiraWebhook({
      headers: {
        'x-hub-signature':
          'sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9',
      },
      body: Buffer.from('Hello World!'),
      secret: SECRET,
      nowMs: NOW_MS,
    });
    expect(verdict).toBe('ignored');
  });

  test.each([
    ['jira:issue_updated', 'changed'],
    ['comment_created', 'changed'],
    ['issuelink_deleted', 'changed'],
    ['sprint_started', 'ignored'],
    ['user_created', 'ignored'],
  ])('%s is %s', (webhookEvent, verdict) => {
    expect(call({ webhookEvent, timestamp: NOW_MS })).toBe(verdict);
  });

  test('a call from long ago is stale', () => {
    const timestamp = NOW_MS - 2 * 3_600_000;
    expect(call({ webhookEvent: 'jira:issue_updated', timestamp })).toBe('stale');
  });

  test.each([
    ['another signature', { 'x-hub-signature': `sha256=${'0'.repeat(64)}` }, SECRET],
    ['a short signature', { 'x-hub-signature': 'sha256=' }, SECRET],
    ['another method', { 'x-hub-signature': 'sha1=abc' }, SECRET],
    ['another secret', {}, 'guess'],
    ['no secret of ours', {}, ''],
  ])('%s is forged', (_case, headers, secret) => {
    expect(call({ webhookEvent: 'jira:issue_updated' }, headers, secret)).toBe('forged');
  });

  test('no signature is forged', () => {
    const body = Buffer.from('{}');
    expect(readJiraWebhook({ headers: {}, body, secret: SECRET, nowMs: NOW_MS })).toBe('forged');
  });

  test('a signed body that is no event is ignored', () => {
    expect(call('null')).toBe('ignored');
  });
});
