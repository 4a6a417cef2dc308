/** What the GitLab kind decides without asking anybody: addresses, fields, webhooks. */
import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { readGitlabConfig } from '../../../../src/connectors/gitlab/gitlab-config.ts';
import { GITLAB } from '../../../../src/connectors/gitlab/gitlab.ts';

describe('the configuration', () => {
  test.each([
    [undefined, 'https://gitlab.com/api/v4'],
    ['https://git.example.com/', 'https://git.example.com/api/v4'],
    ['https://example.com/gitlab', 'https://example.com/gitlab/api/v4'],
    ['https://example.com/api/v4', 'https://example.com/api/v4'],
  ])('finds the interface of %s', (base_url, apiUrl) => {
    expect(readGitlabConfig({ repository: 'a/b', base_url })).toMatchObject({ apiUrl });
  });

  test.each(['a/b', 'group/sub/deep/project.x', '278964'])(
    'takes %s for a project',
    (repository) => {
      expect(readGitlabConfig({ repository }).project).toBe(repository);
    },
  );

  test.each(['project', 'https://gitlab.com/a/b', 'a//b', 'a/../b/', undefined])(
    'names the repository %s as wrong',
    (repository) => {
      expect(() => readGitlabConfig({ repository })).toThrow(
        expect.objectContaining({
          code: 'INVALID_ARGUMENT',
          message: expect.stringMatching(/^repository/),
        }),
      );
    },
  );
});

describe('a webhook call', () => {
  const body = Buffer.from(JSON.stringify({ object_kind: 'issue', text: 'grüße' }));
  const call = (headers: Record<string, string>, secret: string, nowMs = 1_800_000_000_000) =>
    GITLAB.readWebhook?.({
      headers: { 'x-gitlab-event': 'Issue Hook', ...headers },
      body,
      secret,
      nowMs,
    });

  test('is known by its secret token', () => {
    expect(call({ 'x-gitlab-token': 'right' }, 'right')).toBe('changed');
    expect(call({ 'x-gitlab-token': 'wrong' }, 'right')).toBe('forged');
    expect(call({ 'x-gitlab-token': '' }, '')).toBe('forged');
    expect(call({}, 'right')).toBe('forged');
    expect(call({ 'x-gitlab-token': 'right', 'x-gitlab-event': 'Push Hook' }, 'right')).toBe(
      'ignored',
    );
  });

  const key = Buffer.alloc(32, 7);
  const secret = `whsec_${key.toString('base64')}`;
  const sign = (time: string): Record<string, string> => ({
    'webhook-id': 'd1',
    'webhook-timestamp': time,
    'webhook-signature': `v1,${createHmac('sha256', key).update(`d1.${time}.`).update(body).digest('base64')}`,
  });

  test('is known by its signature, while it is fresh', () => {
    const signed = sign('1800000000');
    expect(call(signed, secret)).toBe('changed');
    expect(call(signed, secret, 1_800_000_000_000 + 301_000)).toBe('stale');
    expect(call(signed, secret, 1_800_000_000_000 - 301_000)).toBe('stale');
    expect(call(sign('soon'), secret)).toBe('stale');
    const two = `v1,AAAA ${signed['webhook-signature']}`;
    expect(call({ ...signed, 'webhook-signature': two }, secret)).toBe('changed');
  });

  test('is forged with another time, id, signature or with the token alone', () => {
    const signed = sign('1800000000');
    expect(call({ ...signed, 'webhook-timestamp': '1800000001' }, secret)).toBe('forged');
    expect(call({ ...signed, 'webhook-id': 'd2' }, secret)).toBe('forged');
    expect(call({ ...signed, 'webhook-signature': 'v1,AAAA' }, secret)).toBe('forged');
    expect(call({ 'x-gitlab-token': secret }, secret)).toBe('forged');
  });
});
