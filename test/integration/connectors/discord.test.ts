/**
 * The discord connector against a Discord on a real socket, through discord.js's client and the guarded fetch: which
 * documents come of messages, threads and posts, and how they are kept in step.
 */
import { MessageType } from 'discord-api-types/v10';
import { describe, expect, test } from 'vitest';
import {
  createDiscordRunner,
  GENERAL,
  GUILD,
  HELP,
  startDiscordService,
} from '../../support/discord-service.ts';

describe('what it brings', () => {
  test('the messages of a day up to a pause as one document, with names and permalink', async () => {
    await using discord = await startDiscordService();
    const first = discord.say(
      GENERAL,
      '2026-05-20T10:00:00Z',
      'ABC-7 is back, <@1000000000000000092>',
    );
    discord.say(
      GENERAL,
      '2026-05-20T10:01:00Z',
      'see <#1000000000000000020> and <@&1000000000000000071>',
    );
    discord.say(GENERAL, '2026-05-20T10:02:00Z', '', { type: MessageType.UserJoin });
    discord.say(GENERAL, '2026-05-20T12:00:00Z', 'Lunch?');
    await using runner = createDiscordRunner(discord);

    await runner.sync();

    expect([...runner.stored.keys()]).toEqual([
      `channels/${GENERAL}/2026-05-20/1`,
      `channels/${GENERAL}/2026-05-20/2`,
    ]);
    expect(runner.stored.get(`channels/${GENERAL}/2026-05-20/1`)).toEqual({
      path: `channels/${GENERAL}/2026-05-20/1`,
      text: [
        '# #general, 2026-05-20: ABC-7 is back, @bob',
        '**Ann**, 2026-05-20 10:00 UTC\nABC-7 is back, @bob',
        '**Ann**, 10:01\nsee #help and @oncall',
      ].join('\n\n'),
      updatedMs: Date.parse('2026-05-20T10:01:00Z'),
      item: {
        source_type: 'discord',
        kind: 'discussion',
        title: '#general, 2026-05-20: ABC-7 is back, @bob',
        url: `https://discord.com/channels/${GUILD}/${GENERAL}/${first.id}`,
        channel: 'general',
        author: 'Ann',
        created_at: '2026-05-20T10:00:00.000Z',
      },
    });
  });

  test('threads in use and archived ones, posts of a forum with their tags, no private threads', async () => {
    await using discord = await startDiscordService();
    const active = discord.begin(GENERAL, '2026-05-19T10:00:00Z', 'Bounding retries', 'How?');
    discord.say(active.id, '2026-05-19T11:00:00Z', 'By a budget.');
    const old = discord.begin(GENERAL, '2025-01-01T10:00:00Z', 'Old', 'long ago');
    discord.archive(old, '2025-01-08T10:00:00Z');
    const hidden = discord.begin(GENERAL, '2026-05-19T10:00:00Z', 'Hidden', 'psst');
    hidden.type = 12;
    const post = discord.begin(HELP, '2026-05-18T10:00:00Z', 'Build fails', 'It says ENOENT');
    post.applied_tags = ['71'];
    await using runner = createDiscordRunner(discord, { channels: ['general', HELP] });

    await runner.sync();

    expect([...runner.stored.keys()]).toEqual([
      `channels/${GENERAL}/threads/${active.id}`,
      `channels/${GENERAL}/threads/${old.id}`,
      `channels/${HELP}/threads/${post.id}`,
    ]);
    const thread = runner.stored.get(`channels/${GENERAL}/threads/${active.id}`);
    expect(thread?.text).toBe(
      '# #general, 2026-05-19: Bounding retries\n\n**Ann**, 2026-05-19 10:00 UTC\nHow?\n\n**Ann**, 11:00\nBy a budget.',
    );
    expect(runner.stored.get(`channels/${HELP}/threads/${post.id}`)?.item).toMatchObject({
      title: '#help, 2026-05-18: Build fails',
      labels: ['solved'],
      channel: 'help',
      url: expect.stringContaining(`/${GUILD}/${post.id}/`) as string,
    });
  });

  test('a channel by name when the bot is in one server, and not when it is in several', async () => {
    await using discord = await startDiscordService();
    discord.say(GENERAL, '2026-05-20T10:00:00Z', 'hi');
    await using runner = createDiscordRunner(discord, { guild_id: undefined });
    await runner.sync();
    expect(runner.stored.size).toBe(1);
    discord.guilds.push({ id: '1000000000000000002', name: 'Other' });
    await expect(runner.sync()).rejects.toMatchObject({
      code: 'CONNECTOR_MISSING',
      message: expect.stringMatching(/guild_id.*Team \(1000000000000000001\), Other/) as string,
    });
  });
});

describe('keeping in step', () => {
  test('a full run goes back through pages and years', async () => {
    await using discord = await startDiscordService();
    for (let n = 0; n < 350; n++) {
      const time = new Date(Date.parse('2026-05-20T10:00:00Z') - n * 3 * 86_400_000);
      discord.say(GENERAL, time.toISOString(), `m${n}`);
    }
    await using runner = createDiscordRunner(discord);
    await runner.sync();
    expect(runner.stored.size).toBe(350);
    expect(new Set(runner.brought).size).toBe(350);
  });

  test('a run without changes brings nothing and reads no thread', async () => {
    await using discord = await startDiscordService();
    discord.say(GENERAL, '2026-05-20T10:00:00Z', 'hi');
    discord.begin(GENERAL, '2026-05-19T10:00:00Z', 'Thread', 'one');
    discord.archive(
      discord.begin(GENERAL, '2024-05-19T10:00:00Z', 'Old', 'two'),
      '2024-06-01T00:00:00Z',
    );
    await using runner = createDiscordRunner(discord);
    await runner.sync();
    discord.takeCount('');
    await runner.sync();
    expect(runner.brought).toEqual([]);
    expect(runner.removed).toEqual([]);
    expect(discord.takeCount('')).toBe(5);
  });

  test('new, edited and deleted messages of the last days', async () => {
    await using discord = await startDiscordService();
    const first = discord.say(GENERAL, '2026-05-18T10:00:00Z', 'first');
    const second = discord.say(GENERAL, '2026-05-19T10:00:00Z', 'second');
    await using runner = createDiscordRunner(discord);
    await runner.sync();
    Object.assign(first, {
      content: 'edited',
      edited_timestamp: '2026-05-20T09:00:00.000000+00:00',
    });
    discord.remove(GENERAL, second);
    discord.say(GENERAL, '2026-05-20T11:00:00Z', 'new');

    await runner.sync();

    expect(runner.brought).toEqual([
      `channels/${GENERAL}/2026-05-20/1`,
      `channels/${GENERAL}/2026-05-18/1`,
    ]);
    expect(runner.stored.get(`channels/${GENERAL}/2026-05-18/1`)?.updatedMs).toBe(
      Date.parse('2026-05-20T09:00:00Z'),
    );
    expect(runner.removed).toEqual([`channels/${GENERAL}/2026-05-19`]);
  });

  test('a thread that goes on, is archived, comes back, is deleted', async () => {
    await using discord = await startDiscordService();
    const thread = discord.begin(HELP, '2026-05-19T10:00:00Z', 'Post', 'one');
    await using runner = createDiscordRunner(discord, { channels: ['help'] });
    await runner.sync();
    const path = `channels/${HELP}/threads/${thread.id}`;

    discord.say(thread.id, '2026-05-20T10:00:00Z', 'two');
    await runner.sync();
    expect(runner.stored.get(path)?.text).toContain('two');

    discord.archive(thread, '2026-05-20T10:30:00Z');
    await runner.sync();
    expect(runner.stored.has(path)).toBe(true);
    expect(runner.brought).toEqual([]);

    discord.threads.splice(0, 1);
    await runner.sync();
    expect(runner.removed).toEqual([path]);
  });

  test('a run that was cut off in the list of threads goes on there', async () => {
    await using discord = await startDiscordService();
    for (let n = 0; n < 130; n++) {
      const time = new Date(Date.parse('2026-03-01T10:00:00Z') - n * 86_400_000).toISOString();
      discord.archive(discord.begin(HELP, time, `Post ${n}`, `text ${n}`), time);
    }
    await using runner = createDiscordRunner(discord, { channels: ['help'] });
    await runner.sync({ stopAfterPages: 5 });
    const before = new Set(runner.stored.keys());
    expect(before.size).toBeGreaterThan(99);
    await runner.sync();
    expect(runner.stored.size).toBe(130);
    // The last one comes twice: Discord's times are finer than the cursor's.
    expect(runner.brought.filter((path) => before.has(path)).length).toBeLessThan(2);
  });

  test('waits when a route has no request left', async () => {
    await using discord = await startDiscordService();
    discord.say(GENERAL, '2026-05-20T10:00:00Z', 'hi');
    discord.headers = {
      'x-ratelimit-limit': '1',
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset-after': '0.4',
      'x-ratelimit-bucket': 'one',
    };
    for (let n = 0; n < 200; n++) discord.say(GENERAL, '2026-05-20T10:01:00Z', `m${n}`);
    await using runner = createDiscordRunner(discord);
    const beganMs = performance.now();
    await runner.sync();
    expect(performance.now() - beganMs).toBeGreaterThan(390);
    expect(runner.stored.size).toBe(4);
  });
});
