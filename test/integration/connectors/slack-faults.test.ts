/** What goes wrong between the slack connector and a Slack on a real socket, how it says so, and what comes after. */
import { describe, expect, test } from 'vitest';
import { createSlackRunner, startSlackService } from '../../support/slack-service.ts';

const GENERAL = 'C0000GENERAL';
const DEPLOYS = 'C0000DEPLOYS';

describe('what the test of a connector says', () => {
  test('who reads what', async () => {
    await using slack = await startSlackService();
    await using runner = createSlackRunner(slack, { channels: ['general', DEPLOYS] });
    expect(await runner.test()).toBe(
      'conexus reads #general, #deploys of the Slack workspace Team.',
    );
  });

  test.each([
    ['xoxb-other', /refuses the token: invalid_auth/],
    ['', /token_env or token_file/],
  ])('the token "%s" is wrong', async (token, message) => {
    await using slack = await startSlackService();
    await using runner = createSlackRunner(slack);
    runner.token = token;
    await expect(runner.test()).rejects.toMatchObject({
      code: 'CONNECTOR_AUTH',
      message: expect.stringMatching(message) as string,
    });
  });

  test.each([
    ['users:read', 'the list of people'],
    ['channels:history', '#general'],
    ['channels:read', 'the list of channels'],
  ])('the scope %s is lacking', async (scope, place) => {
    await using slack = await startSlackService();
    slack.scopes.delete(scope);
    await using runner = createSlackRunner(slack);
    await expect(runner.test()).rejects.toMatchObject({
      code: 'CONNECTOR_FORBIDDEN',
      message: expect.stringMatching(
        new RegExp(`lacks the scope ${scope} for ${place}; it has `),
      ) as string,
    });
  });

  test('without groups:read public channels are found', async () => {
    await using slack = await startSlackService();
    slack.scopes.delete('groups:read');
    await using runner = createSlackRunner(slack);
    expect(await runner.test()).toContain('#general');
  });

  test('a channel that is not there, one without the app, and a direct message', async () => {
    await using slack = await startSlackService();
    slack.closed.add(GENERAL);
    slack.channels.push({ id: 'D0000DIRECT', name: 'ann', is_im: true });
    const attempt = async (channel: string): Promise<unknown> => {
      await using runner = createSlackRunner(slack, { channels: [channel] });
      return await runner.test().catch((error: unknown) => error);
    };
    expect(await attempt('nowhere')).toMatchObject({
      code: 'CONNECTOR_MISSING',
      message: expect.stringContaining('nowhere') as string,
    });
    expect(await attempt('C000NOWHERE')).toMatchObject({
      code: 'CONNECTOR_MISSING',
      message: expect.stringContaining('C000NOWHERE') as string,
    });
    expect(await attempt('general')).toMatchObject({
      code: 'CONNECTOR_FORBIDDEN',
      message: expect.stringContaining('invite it there') as string,
    });
    expect(await attempt('D0000DIRECT')).toMatchObject({ code: 'CONNECTOR_FORBIDDEN' });
  });

  test.each([
    [{ channels: [] }, /channels/],
    [{ channels: ['#'] }, /channels/],
    [{ guild_id: 'my team' }, /guild_id/],
    [{ base_url: 'slack' }, /base_url/],
  ])('a configuration that cannot be right is refused: %o', async (config, message) => {
    await using slack = await startSlackService();
    await using runner = createSlackRunner(slack);
    expect(() => runner.create(config)).toThrow(message);
  });
});

describe('what goes wrong in a run', () => {
  test('a channel that the app was removed from is named after the others were read, and stays', async () => {
    await using slack = await startSlackService();
    slack.say(GENERAL, '2026-05-20T10:00:00Z', 'kept');
    await using runner = createSlackRunner(slack, { channels: ['general', 'deploys'] });
    await runner.sync();
    slack.closed.add(GENERAL);
    slack.say(DEPLOYS, '2026-05-20T11:00:00Z', 'read');

    await expect(runner.sync()).rejects.toMatchObject({
      code: 'CONNECTOR_FORBIDDEN',
      message: expect.stringContaining('#general') as string,
    });
    expect(runner.stored.size).toBe(2);

    slack.closed.clear();
    slack.say(GENERAL, '2026-05-20T11:30:00Z', 'back');
    await runner.sync();
    expect(runner.stored.size).toBe(3);
  });

  test('access that is lost in the middle of a channel loses nothing of what was read', async () => {
    await using slack = await startSlackService();
    slack.pageLength = 2;
    for (let n = 10; n < 20; n++) slack.say(GENERAL, `2026-05-${n}T10:00:00Z`, `m${n}`);
    await using runner = createSlackRunner(slack);
    await runner.sync({ stopAfterPages: 3 });
    slack.closed.add(GENERAL);
    await expect(runner.sync()).rejects.toMatchObject({ code: 'CONNECTOR_FORBIDDEN' });
    slack.closed.clear();
    await runner.sync();
    expect(runner.stored.size).toBe(10);
  });

  test('a rate limit and a broken answer are waited out', async () => {
    await using slack = await startSlackService();
    slack.say(GENERAL, '2026-05-20T10:00:00Z', 'one');
    await using runner = createSlackRunner(slack);
    slack.failNext(
      '/conversations.history',
      { status: 429, headers: { 'retry-after': '1' }, json: { ok: false, error: 'ratelimited' } },
      { status: 503 },
    );
    const beganMs = performance.now();
    await runner.sync();
    expect(performance.now() - beganMs).toBeGreaterThan(990);
    expect(runner.stored.size).toBe(1);
  });

  test('a limit that lasts ends the run; the next one goes on', async () => {
    await using slack = await startSlackService();
    slack.pageLength = 2;
    for (let n = 10; n < 20; n++) slack.say(GENERAL, `2026-05-${n}T10:00:00Z`, `m${n}`);
    await using runner = createSlackRunner(slack);
    await runner.sync({ stopAfterPages: 2 });
    const before = new Set(runner.stored.keys());
    slack.failNext('/conversations.history', { status: 429, headers: { 'retry-after': '3600' } });
    await expect(runner.sync()).rejects.toMatchObject({
      code: 'CONNECTOR_RATE_LIMITED',
      message: expect.stringContaining('3600 s') as string,
    });
    await runner.sync();
    expect(runner.stored.size).toBe(10);
    expect(runner.brought.some((path) => before.has(path))).toBe(false);
  });

  test('an answer that broke off is asked for again; the text in it never shows in an error', async () => {
    await using slack = await startSlackService();
    slack.say(GENERAL, '2026-05-20T10:00:00Z', 'one');
    await using runner = createSlackRunner(slack);
    slack.failNext('/conversations.history', { json: { ok: true, messages: [] }, fault: 'cut' });
    await runner.sync();
    expect(runner.stored.size).toBe(1);
    const half = { text: '{"ok":true,"messages":[{"text":"the password is' };
    slack.failNext('/conversations.history', half, half);
    const error = await runner.sync().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'CONNECTOR_BAD_ANSWER' });
    expect(String(error)).not.toContain('password');
  });

  test('a service that stays broken or silent is unreachable', async () => {
    await using slack = await startSlackService();
    await using runner = createSlackRunner(slack);
    const broken = { status: 500 };
    slack.failNext('/conversations.list', broken, broken, broken);
    await expect(runner.sync()).rejects.toMatchObject({ code: 'CONNECTOR_UNREACHABLE' });
    const silent = { fault: 'hang' } as const;
    slack.failNext('/auth.test', silent, silent, silent);
    await expect(runner.sync()).rejects.toMatchObject({ code: 'CONNECTOR_UNREACHABLE' });
  });

  test('a token that is revoked ends the run at once', async () => {
    await using slack = await startSlackService();
    await using runner = createSlackRunner(slack);
    slack.failNext('/conversations.history', { json: { ok: false, error: 'token_revoked' } });
    await expect(runner.sync()).rejects.toMatchObject({ code: 'CONNECTOR_AUTH' });
  });
});
