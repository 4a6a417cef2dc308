/** Discord's mentions, embeds, replies and the rest of a message as Markdown; and its ids. */
import { MessageType, type APIMessage } from 'discord-api-types/v10';
import { describe, expect, test } from 'vitest';
import { isHollow, renderDiscordMessage } from '../../../../src/connectors/discord/discord-text.ts';
import {
  isSnowflake,
  toSnowflake,
  toSnowflakeMs,
} from '../../../../src/connectors/discord/snowflake.ts';

const author = { id: '1', username: 'ann', discriminator: '0', global_name: 'Ann', avatar: null };
const names = {
  role: (id: string) => (id === '7' ? 'oncall' : undefined),
  channel: (id: string) => (id === '8' ? 'general' : undefined),
};

function make(content: string, more: Partial<APIMessage> = {}): APIMessage {
  return {
    id: '175928847299117063',
    channel_id: '8',
    author,
    content,
    timestamp: '2016-04-30T11:18:25.796Z',
    edited_timestamp: null,
    tts: false,
    mention_everyone: false,
    mentions: [author],
    mention_roles: [],
    attachments: [],
    embeds: [],
    pinned: false,
    type: MessageType.Default,
    ...more,
  };
}

describe('renderDiscordMessage', () => {
  test.each([
    ['<@1> <@!1> <@2>', '@Ann @Ann @2'],
    ['<@&7> <@&9>', '@oncall @9'],
    ['<#8> <#9>', '#general #9'],
    ['<:ship:123> <a:party:456>', ':ship: :party:'],
    ['</deploy now:123>', '/deploy now'],
    ['<t:1618953630:R>', '2021-04-20 21:20 UTC'],
    ['<t:99999999999999>', '<t:99999999999999>'],
    ['<https://example.org/a>', 'https://example.org/a'],
    ['`a < b` **bold** snake_case', '`a < b` **bold** snake_case'],
  ])('%s', (content, markdown) => {
    expect(renderDiscordMessage(make(content), names)).toBe(markdown);
  });

  test('embeds, files, stickers, polls and forwarded messages are written out', () => {
    const message = make('look', {
      embeds: [
        {
          title: 'Build 7',
          url: 'https://ci.example/7',
          description: 'failed',
          fields: [{ name: 'Branch', value: 'main' }],
        },
      ],
      attachments: [{ id: '1', filename: 'trace.log', size: 1, url: '', proxy_url: '' }],
      sticker_items: [{ id: '1', name: 'wave', format_type: 1 }],
      poll: {
        question: { text: 'Ship?' },
        answers: [{ answer_id: 1, poll_media: { text: 'yes' } }],
      } as unknown as NonNullable<APIMessage['poll']>,
      message_snapshots: [{ message: { content: 'forwarded' } }] as unknown as NonNullable<
        APIMessage['message_snapshots']
      >,
    });
    expect(renderDiscordMessage(message, names)).toBe(
      'look\nforwarded\n[Build 7](https://ci.example/7)\nfailed\nBranch: main\n[file: trace.log]\n[sticker: wave]\nPoll: Ship?\n- yes',
    );
  });

  test('a reply says to whom, the first line of a thread is the message that it was started from', () => {
    const other = make('question');
    const reply = { type: MessageType.Reply, referenced_message: other } as const;
    expect(renderDiscordMessage(make('answer', reply), names)).toBe('(to Ann) answer');
    const starter = { type: MessageType.ThreadStarterMessage, referenced_message: other } as const;
    expect(renderDiscordMessage(make('', starter), names)).toBe('question');
  });
});

test.each<[string, Partial<APIMessage>, boolean]>([
  ['', {}, true],
  ['text', {}, false],
  ['', { sticker_items: [{ id: '1', name: 'wave', format_type: 1 }] }, false],
  ['', { type: MessageType.UserJoin }, false],
])('a message with text "%s" and %o is hollow: %s', (content, more, expected) => {
  expect(isHollow(make(content, more))).toBe(expected);
});

describe('snowflakes', () => {
  test('hold their moment, as in the example of the documentation', () => {
    expect(toSnowflakeMs('175928847299117063')).toBe(1_462_015_105_796);
  });

  test('the lowest id of a moment', () => {
    expect(toSnowflakeMs(toSnowflake(1_462_015_105_796))).toBe(1_462_015_105_796);
    expect(toSnowflake(1_462_015_105_796)).toBe('175928847298985984');
    expect(toSnowflake(0)).toBe('0');
  });

  test.each([
    ['175928847299117063', true],
    ['general', false],
    ['12', false],
  ])('%s is one: %s', (text, expected) => {
    expect(isSnowflake(text)).toBe(expected);
  });
});
