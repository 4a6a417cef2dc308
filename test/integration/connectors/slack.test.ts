/**
 * The slack connector against a Slack on a real socket, through Slack's own client and the guarded fetch: which
 * documents come of messages, and how they are kept in step.
 */
import { describe, expect, test } from 'vitest';
import { createSlackRunner, startSlackService } from '../../support/slack-service.ts';

const GENERAL = 'C0000GENERAL';
const DEPLOYS = 'C0000DEPLOYS';

describe('what it brings', () => {
  test('the messages of a day up to a pause as one document, with names and permalink', async () => {
    await using slack = await startSlackService();
    slack.say(
      GENERAL,
      '2026-05-20T10:00:00Z',
      'The <https://ci.example/7|build> of ABC-7 is red &amp; slow',
    );
    slack.say(GENERAL, '2026-05-20T10:05:00Z', '<@U0000000ANN> looks', { user: 'U0000000BOB' });
    slack.say(GENERAL, '2026-05-20T11:30:00Z', 'Lunch?');
    await using runner = createSlackRunner(slack);

    await runner.sync();

    expect([...runner.stored.keys()]).toEqual([
      `channels/${GENERAL}/2026-05-20/1`,
      `channels/${GENERAL}/2026-05-20/2`,
    ]);
    expect(runner.stored.get(`channels/${GENERAL}/2026-05-20/1`)).toEqual({
      path: `channels/${GENERAL}/2026-05-20/1`,
      text: [
        '# #general, 2026-05-20: The [build](https://ci.example/7) of ABC-7 is red & slow',
        '',
        '**Ann**, 2026-05-20 10:00 UTC',
        'The [build](https://ci.example/7) of ABC-7 is red & slow',
        '',
        '**Bob B.**, 10:05',
        '@Ann looks',
      ].join('\n'),
      updatedMs: Date.parse('2026-05-20T10:05:00Z'),
      item: {
        source_type: 'slack',
        kind: 'discussion',
        title: '#general, 2026-05-20: The [build](https://ci.example/7) of ABC-7 is red & slow',
        url: `https://team.slack.com/archives/${GENERAL}/p1779271200000000`,
        channel: 'general',
        author: 'Ann',
        created_at: '2026-05-20T10:00:00.000Z',
      },
    });
  });

  test('a thread as one document, its root not beside it', async () => {
    await using slack = await startSlackService();
    const root = slack.say(GENERAL, '2026-05-18T10:00:00Z', 'How do we bound retries?');
    slack.reply(GENERAL, root, '2026-05-19T09:00:00Z', 'By a budget.');
    await using runner = createSlackRunner(slack);
    await runner.sync();
    expect([...runner.stored.keys()]).toEqual([`channels/${GENERAL}/threads/${root.ts}`]);
    const thread = runner.stored.get(`channels/${GENERAL}/threads/${root.ts}`);
    expect(thread?.text).toBe(
      [
        '# #general, 2026-05-18: How do we bound retries?',
        '**Ann**, 2026-05-18 10:00 UTC\nHow do we bound retries?',
        '**Bob B.**, 2026-05-19 09:00 UTC\nBy a budget.',
      ].join('\n\n'),
    );
    expect(thread?.updatedMs).toBe(Date.parse('2026-05-19T09:00:00Z'));
  });

  test('a thread of many messages in parts', async () => {
    await using slack = await startSlackService();
    slack.pageLength = 50;
    const root = slack.say(GENERAL, '2026-05-18T10:00:00Z', 'Start');
    for (let n = 1; n <= 130; n++) slack.reply(GENERAL, root, '2026-05-18T11:00:00Z', `reply ${n}`);
    await using runner = createSlackRunner(slack);
    await runner.sync();
    const path = `channels/${GENERAL}/threads/${root.ts}`;
    expect([...runner.stored.keys()]).toEqual([path, `${path}/2`, `${path}/3`]);
    expect(runner.stored.get(`${path}/2`)?.item.parent).toBe(path);
    expect(runner.stored.get(`${path}/3`)?.text).toContain('reply 130');
  });

  test('bots, files and people of other workspaces, but no joins', async () => {
    await using slack = await startSlackService();
    slack.say(GENERAL, '2026-05-20T10:00:00Z', '<@U0000000ANN> has joined the channel', {
      subtype: 'channel_join',
    });
    slack.say(GENERAL, '2026-05-20T10:01:00Z', '', {
      subtype: 'bot_message',
      username: 'CI',
      attachments: [
        { title: 'Build 7', title_link: 'https://ci.example/7', text: 'failed', id: 1 },
      ],
    });
    slack.say(GENERAL, '2026-05-20T10:02:00Z', 'see', {
      user: 'U00000GUEST',
      files: [{ id: 'F1', name: 'trace.log' }],
    });
    slack.say(GENERAL, '2026-05-20T10:03:00Z', 'gone', { user: 'U00000LEFT' });
    await using runner = createSlackRunner(slack);
    await runner.sync();
    const text = runner.stored.get(`channels/${GENERAL}/2026-05-20/1`)?.text ?? '';
    expect(text).toContain('**CI**, 2026-05-20 10:01 UTC\n[Build 7](https://ci.example/7)\nfailed');
    expect(text).toContain('**Guest**, 10:02\nsee\n[file: trace.log]');
    expect(text).toContain('**U00000LEFT**, 10:03');
    expect(text).not.toContain('joined');
  });

  test('archived and private channels, by name and by id', async () => {
    await using slack = await startSlackService();
    slack.channels.push({ id: 'C000PRIVATE', name: 'secret', is_private: true, is_member: true });
    slack.pageLength = 1;
    slack.say(DEPLOYS, '2026-05-20T10:00:00Z', 'old times');
    slack.say('C000PRIVATE', '2026-05-20T10:00:00Z', 'psst');
    await using runner = createSlackRunner(slack, { channels: [DEPLOYS, 'secret'] });
    await runner.sync();
    expect(Array.from(runner.stored.values(), ({ item }) => item.channel)).toEqual([
      'deploys',
      'secret',
    ]);
  });
});

describe('keeping in step', () => {
  test('a full run goes back through pages and years', async () => {
    await using slack = await startSlackService();
    slack.pageLength = 7;
    for (let n = 0; n < 100; n++) {
      const day = new Date(Date.parse('2026-05-20T10:00:00Z') - n * 15 * 86_400_000);
      slack.say(GENERAL, day.toISOString(), `message ${n}`);
    }
    await using runner = createSlackRunner(slack);
    await runner.sync();
    expect(runner.stored.size).toBe(100);
    expect(new Set(runner.brought).size).toBe(runner.brought.length);
  });

  test('a run without changes brings nothing, and costs one page of each channel', async () => {
    await using slack = await startSlackService();
    const root = slack.say(GENERAL, '2026-05-20T09:00:00Z', 'root');
    slack.reply(GENERAL, root, '2026-05-20T09:01:00Z', 'reply');
    slack.say(GENERAL, '2026-05-20T10:00:00Z', 'hello');
    await using runner = createSlackRunner(slack);
    await runner.sync();
    slack.takeCount('');
    await runner.sync();
    expect(runner.brought).toEqual([]);
    expect(runner.removed).toEqual([]);
    expect(slack.requests.slice(-3).map(({ path }) => path)).toEqual([
      '/api/auth.test',
      '/api/conversations.list',
      '/api/conversations.history',
    ]);
    expect(slack.takeCount('')).toBe(3);
  });

  test('new, edited and deleted messages of the last days', async () => {
    await using slack = await startSlackService();
    const first = slack.say(GENERAL, '2026-05-18T10:00:00Z', 'first');
    const second = slack.say(GENERAL, '2026-05-19T10:00:00Z', 'second');
    const third = slack.say(GENERAL, '2026-05-19T15:00:00Z', 'third');
    await using runner = createSlackRunner(slack);
    await runner.sync();
    Object.assign(first, {
      text: 'first, edited',
      edited: { user: 'U0000000ANN', ts: '1779278400.000000' },
    });
    slack.remove(GENERAL, third);
    slack.say(GENERAL, '2026-05-20T11:00:00Z', 'new');

    await runner.sync();

    expect(runner.stored.get(`channels/${GENERAL}/2026-05-18/1`)).toMatchObject({
      text: expect.stringContaining('first, edited') as string,
      updatedMs: 1_779_278_400_000,
    });
    expect(runner.removed).toEqual([`channels/${GENERAL}/2026-05-19/2`]);
    expect(runner.stored.size).toBe(3);
    slack.remove(GENERAL, second);
    await runner.sync();
    expect(runner.removed).toEqual([`channels/${GENERAL}/2026-05-19`]);
  });

  test('replies: new, edited, deleted, and a thread that goes', async () => {
    await using slack = await startSlackService();
    const root = slack.say(GENERAL, '2026-05-19T10:00:00Z', 'root');
    slack.say(GENERAL, '2026-05-19T10:01:00Z', 'beside');
    await using runner = createSlackRunner(slack);
    await runner.sync();
    const path = `channels/${GENERAL}/threads/${root.ts}`;
    const reply = slack.reply(GENERAL, root, '2026-05-20T11:55:00Z', 'reply');
    await runner.sync();
    expect(runner.stored.get(path)?.text).toContain('reply');
    expect(runner.stored.get(`channels/${GENERAL}/2026-05-19/1`)?.text).not.toContain('root');

    Object.assign(reply, {
      text: 'changed mind',
      edited: { user: 'U0000000BOB', ts: '1779278400.000000' },
    });
    runner.nowMs += 2 * 3_600_000;
    await runner.sync();
    expect(runner.stored.get(path)?.text).toContain('changed mind');

    const more = slack.reply(GENERAL, root, '2026-05-20T13:00:00Z', 'more');
    slack.remove(GENERAL, reply);
    await runner.sync();
    expect(runner.stored.get(path)?.text).not.toContain('changed mind');

    slack.remove(GENERAL, more);
    slack.remove(GENERAL, root);
    await runner.sync();
    expect(runner.removed).toEqual([path]);
  });

  test('a reply to an old thread that was also sent to the channel brings the thread', async () => {
    await using slack = await startSlackService();
    const root = slack.say(GENERAL, '2026-03-01T10:00:00Z', 'old question');
    await using runner = createSlackRunner(slack);
    await runner.sync();
    const reply = slack.reply(GENERAL, root, '2026-05-20T11:00:00Z', 'answer after all');
    reply.subtype = 'thread_broadcast';
    await runner.sync();
    expect(runner.stored.get(`channels/${GENERAL}/threads/${root.ts}`)?.text).toContain(
      'answer after all',
    );
    await runner.sync();
    expect(runner.brought).toEqual([]);
  });

  test('a run that was cut off goes on at the day it stood at', async () => {
    await using slack = await startSlackService();
    slack.pageLength = 5;
    for (let n = 0; n < 60; n++) {
      slack.say(
        GENERAL,
        new Date(Date.parse('2026-05-20T10:00:00Z') - n * 86_400_000).toISOString(),
        `m${n}`,
      );
      slack.say(
        DEPLOYS,
        new Date(Date.parse('2026-05-20T10:00:00Z') - n * 86_400_000).toISOString(),
        `d${n}`,
      );
    }
    await using runner = createSlackRunner(slack, { channels: ['general', 'deploys'] });
    await runner.sync({ stopAfterPages: 6 });
    const before = new Set(runner.stored.keys());
    slack.say(GENERAL, '2026-05-20T11:59:00Z', 'said meanwhile');
    await runner.sync();
    expect(runner.stored.size).toBe(120);
    expect(runner.brought.filter((path) => before.has(path))).toEqual([]);
    await runner.sync();
    expect(runner.brought).toEqual([
      `channels/${GENERAL}/2026-05-20/1`,
      `channels/${GENERAL}/2026-05-20/2`,
    ]);
  });

  test.each([-48, 48])('a clock of ours that is %i hours off loses nothing', async (hours) => {
    await using slack = await startSlackService();
    slack.say(GENERAL, '2026-05-20T10:00:00Z', 'one');
    await using runner = createSlackRunner(slack);
    runner.nowMs += hours * 3_600_000;
    await runner.sync();
    slack.say(GENERAL, '2026-05-20T12:00:00Z', 'two');
    await runner.sync();
    expect(runner.stored.size).toBe(2);
  });

  test('after weeks without a run, what was said meanwhile is read', async () => {
    await using slack = await startSlackService();
    await using runner = createSlackRunner(slack);
    await runner.sync();
    slack.say(GENERAL, '2026-05-22T10:00:00Z', 'while it slept');
    runner.nowMs = Date.parse('2026-07-01T10:00:00Z');
    await runner.sync();
    expect(runner.stored.size).toBe(1);
  });

  test('a channel that is no longer configured goes', async () => {
    await using slack = await startSlackService();
    slack.say(GENERAL, '2026-05-20T10:00:00Z', 'one');
    slack.say(DEPLOYS, '2026-05-20T10:00:00Z', 'two');
    await using runner = createSlackRunner(slack, { channels: ['general', 'deploys'] });
    await runner.sync();
    runner.reconfigure({ channels: ['deploys'] });
    await runner.sync();
    expect([...runner.stored.keys()]).toEqual([`channels/${DEPLOYS}/2026-05-20/1`]);
  });
});
