/** What the GitHub kind decides without asking anybody: addresses, fields, webhooks. */
import { sign } from '@octokit/webhooks-methods';
import { describe, expect, test } from 'vitest';
import { readGithubConfig } from '../../../../src/connectors/github/github-config.ts';
import { GITHUB } from '../../../../src/connectors/github/github.ts';

const read = (config: Record<string, unknown>) =>
  readGithubConfig({ repository: 'octo/engine', token_env: 'T', ...config });

describe('the configuration', () => {
  test.each([
    [undefined, 'https://api.github.com', 'https://api.github.com/graphql'],
    ['https://github.com', 'https://api.github.com', 'https://api.github.com/graphql'],
    ['https://www.github.com/', 'https://api.github.com', 'https://api.github.com/graphql'],
    ['https://api.github.com', 'https://api.github.com', 'https://api.github.com/graphql'],
    ['https://octo.ghe.com', 'https://api.octo.ghe.com', 'https://api.octo.ghe.com/graphql'],
    [
      'https://git.example.com',
      'https://git.example.com/api/v3',
      'https://git.example.com/api/graphql',
    ],
    [
      'https://git.example.com/api/v3/',
      'https://git.example.com/api/v3',
      'https://git.example.com/api/graphql',
    ],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080/api/v3', 'http://127.0.0.1:8080/api/graphql'],
  ])('finds the interface of %s', (base_url, apiUrl, graphqlUrl) => {
    expect(read({ base_url })).toMatchObject({ apiUrl, graphqlUrl });
  });

  test.each([
    ['repository', { repository: 'engine' }],
    ['repository', { repository: 'https://github.com/octo/engine' }],
    ['repository', { repository: 'octo/engine/issues' }],
    ['repository', { repository: undefined }],
    ['base_url', { base_url: 'https://git.example.com/octo' }],
    ['token_env', { token_env: undefined }],
  ])('a wrong %s is named', (field, config) => {
    expect(() => read(config)).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        message: expect.stringContaining(field),
      }),
    );
  });
});

describe('a webhook call', () => {
  const secret = 'a long secret';
  const body = JSON.stringify({ action: 'opened', text: 'grüße' });
  const call = async (change: {
    event?: string;
    signature?: string;
    body?: string;
    secret?: string;
  }) => {
    const signature = change.signature ?? (await sign(secret, body));
    return GITHUB.readWebhook?.({
      headers: {
        'x-github-event': change.event ?? 'issues',
        'x-hub-signature-256': signature,
        'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958',
      },
      body: Buffer.from(change.body ?? body),
      secret: change.secret ?? secret,
      nowMs: 0,
    });
  };

  test('starts a sync when the signature fits and something indexed has changed', async () => {
    expect(await call({})).toBe('changed');
    expect(await call({ event: 'discussion_comment' })).toBe('changed');
  });

  test('is ignored when it is a ping or about something else', async () => {
    expect(await call({ event: 'ping' })).toBe('ignored');
    expect(await call({ event: 'push' })).toBe('ignored');
  });

  test('is forged with another body, secret, signature or none', async () => {
    expect(await call({ body: `${body} ` })).toBe('forged');
    expect(await call({ secret: 'another' })).toBe('forged');
    expect(await call({ secret: '' })).toBe('forged');
    expect(await call({ signature: '' })).toBe('forged');
    expect(await call({ signature: 'sha256=00' })).toBe('forged');
    expect(await call({ signature: (await sign(secret, body)).replace('sha256=', 'sha1=') })).toBe(
      'forged',
    );
  });
});
