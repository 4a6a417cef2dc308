/** What goes wrong between the discord connector and a Discord on a real socket, how it says so, and what comes after. */
import { describe, expect, test } from 'vitest';
import {
  createDiscordRunner,
  GENERAL,
  HELP,
  startDiscordService,
} from '../../support/discord-service.ts';

describe('what the test of a connector says', () => {
  test('who reads what', async () => {
    await using discord = await startDiscordService();
    discord.say(GENERAL, '2026-05-20T10:00:00Z', 'hi');
    await using runner = createDiscordRunner(discord, { channels: ['general', 'help'] });
    expect(await runner.test()).toBe('conexus reads #general, #help on Discord.');
  });

  test.each([
    ['another token', 'other', /refuses the token/],
    ['no token', '', /token_env or token_file/],
  ])('%s is wrong', async (_case, token, message) => {
    await using discord = await startDiscordService();
    await using runner = createDiscordRunner(discord);
    runner.token = token;
    await expect(runner.test()).rejects.toMatchObject({
      code: 'CONNECTOR_AUTH',
      message: expect.stringMatching(message) as string,
    });
  });

  test('the intent to read what people write is lacking', async () => {
    await using discord = await startDiscordService();
    discord.say(GENERAL, '2026-05-20T10:00:00Z', 'hi');
    await using runner = createDiscordRunner(discord);
    const denied = {
      code: 'CONNECTOR_FORBIDDEN',
      message: expect.stringContaining('Message Content Intent') as string,
    };
    discord.flags = 0;
    await expect(runner.test()).rejects.toMatchObject(denied);
    discord.flags = 1 << 18;
    discord.showsContent = false;
    await expect(runner.test()).rejects.toMatchObject(denied);
  });

  test.each([
    ['nowhere', 'CONNECTOR_MISSING', /nowhere/],
    ['1000000000000000099', 'CONNECTOR_MISSING', /1000000000000000099 \(10003\)/],
    ['1000000000000000030', 'CONNECTOR_FORBIDDEN', /no channel with messages/],
  ])('the channel %s cannot be read', async (channel, code, message) => {
    await using discord = await startDiscordService();
    await using runner = createDiscordRunner(discord, { channels: [channel] });
    await expect(runner.test()).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message) as string,
    });
  });

  test('a name that several channels have', async () => {
    await using discord = await startDiscordService();
    const [general] = discord.channels;
    if (general !== undefined) discord.channels.push({ ...general, id: '1000000000000000040' });
    await using runner = createDiscordRunner(discord);
    await expect(runner.test()).rejects.toThrow(`${GENERAL}, 1000000000000000040`);
  });

  test('a server that the bot is not in', async () => {
    await using discord = await startDiscordService();
    await using runner = createDiscordRunner(discord, { guild_id: '1000000000000000009' });
    await expect(runner.test()).rejects.toMatchObject({
      code: 'CONNECTOR_MISSING',
      message: expect.stringContaining('guild_id') as string,
    });
  });

  test.each([
    [{ channels: [] }, /channels/],
    [{ guild_id: 'team' }, /guild_id/],
    [{ base_url: 'discord' }, /base_url/],
  ])('a configuration that cannot be right is refused: %o', async (config, message) => {
    await using discord = await startDiscordService();
    await using runner = createDiscordRunner(discord);
    expect(() => runner.create(config)).toThrow(message);
  });
});

describe('what goes wrong in a run', () => {
  test('a channel that may no longer be viewed is named after the others were read, and stays', async () => {
    await using discord = await startDiscordService();
    discord.say(GENERAL, '2026-05-20T10:00:00Z', 'kept');
    await using runner = createDiscordRunner(discord, { channels: [GENERAL, HELP] });
    await runner.sync();
    discord.closed.add(GENERAL);
    discord.begin(HELP, '2026-05-20T11:00:00Z', 'Post', 'read');
    await expect(runner.sync()).rejects.toMatchObject({
      code: 'CONNECTOR_FORBIDDEN',
      message: expect.stringMatching(/\(50001\).*View Channel/) as string,
    });
    expect(runner.stored.size).toBe(2);
  });

  test('a history that is hidden is no deletion', async () => {
    await using discord = await startDiscordService();
    discord.say(GENERAL, '2026-05-20T10:00:00Z', 'kept');
    await using runner = createDiscordRunner(discord);
    await runner.sync();
    discord.messages.clear();
    await expect(runner.sync()).rejects.toMatchObject({
      code: 'CONNECTOR_FORBIDDEN',
      message: expect.stringContaining('Read Message History') as string,
    });
    expect(runner.stored.size).toBe(1);
  });

  test('limits of a route and of the bot, and a broken answer, are waited out', async () => {
    await using discord = await startDiscordService();
    discord.say(GENERAL, '2026-05-20T10:00:00Z', 'hi');
    await using runner = createDiscordRunner(discord);
    const limited = { message: 'You are being rate limited.', retry_after: 0.3, global: true };
    discord.failNext(
      '/messages',
      {
        status: 429,
        headers: { 'retry-after': '0.3', 'x-ratelimit-global': 'true' },
        json: limited,
      },
      { status: 502 },
    );
    const beganMs = performance.now();
    await runner.sync();
    expect(performance.now() - beganMs).toBeGreaterThan(290);
    expect(runner.stored.size).toBe(1);
  });

  test('a limit that lasts ends the run; the next one goes on', async () => {
    await using discord = await startDiscordService();
    discord.say(GENERAL, '2026-05-20T10:00:00Z', 'hi');
    await using runner = createDiscordRunner(discord);
    discord.failNext('/messages', {
      status: 429,
      headers: { 'retry-after': '3600' },
      json: { message: 'You are being rate limited.', retry_after: 3600, global: false },
    });
    await expect(runner.sync()).rejects.toMatchObject({ code: 'CONNECTOR_RATE_LIMITED' });
    await runner.sync();
    expect(runner.stored.size).toBe(1);
  });

  test('an answer that broke off is asked for again, one that breaks off twice fails the run', async () => {
    await using discord = await startDiscordService();
    discord.say(GENERAL, '2026-05-20T10:00:00Z', 'hi');
    await using runner = createDiscordRunner(discord);
    discord.failNext('/messages', { json: [{ id: '1' }], fault: 'cut' });
    await runner.sync();
    expect(runner.stored.size).toBe(1);
    discord.failNext('/messages', { text: '<html>' }, { json: [], fault: 'cut' });
    await expect(runner.sync()).rejects.toMatchObject({ code: 'CONNECTOR_BAD_ANSWER' });
  });

  test('a service that stays broken or silent is unreachable', async () => {
    await using discord = await startDiscordService();
    await using runner = createDiscordRunner(discord);
    const broken = { status: 503 };
    discord.failNext('/channels', broken, broken, broken);
    await expect(runner.sync()).rejects.toMatchObject({ code: 'CONNECTOR_UNREACHABLE' });
    const silent = { fault: 'hang' } as const;
    discord.failNext('/applications', silent, silent, silent);
    await expect(runner.sync()).rejects.toMatchObject({ code: 'CONNECTOR_UNREACHABLE' });
  });

  test('a stop ends the waiting for a limit', async () => {
    await using discord = await startDiscordService();
    discord.headers = {
      'x-ratelimit-limit': '1',
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset-after': '600',
      'x-ratelimit-bucket': 'one',
    };
    for (let n = 0; n < 200; n++) discord.say(GENERAL, '2026-05-20T10:00:00Z', `m${n}`);
    await using runner = createDiscordRunner(discord, { channels: [GENERAL] });
    const stop = new AbortController();
    const reading = (async () => {
      for await (const page of runner.create().sync({ cursor: null, signal: stop.signal })) {
        expect(page.items).toEqual([]);
      }
    })();
    while (discord.takeCount('/messages') === 0) await new Promise((next) => setImmediate(next));
    stop.abort(new Error('stopped by the test'));
    await expect(reading).rejects.toThrow('stopped by the test');
  });
});
