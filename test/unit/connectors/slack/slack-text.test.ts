/** Slack's markup, attachments and blocks as Markdown. */
import { describe, expect, test } from 'vitest';
import {
  listMentionedUsers,
  renderSlackMessage,
  renderSlackText,
} from '../../../../src/connectors/slack/slack-text.ts';

const names = {
  user: (id: string) => (id === 'U1' ? 'Ann' : undefined),
  channel: (id: string) => (id === 'C1' ? 'general' : undefined),
};

describe('renderSlackText', () => {
  test.each([
    ['plain', 'plain'],
    ['a &lt;b&gt; &amp;amp;', 'a <b> &amp;'],
    ['<@U1>: hi', '@Ann: hi'],
    ['<@U2>', '@U2'],
    ['<@U2|bob>', '@bob'],
    ['<#C1>', '#general'],
    ['<#C1|>', '#general'],
    ['<#C2|random>', '#random'],
    ['<#C2>', '#C2'],
    ['<https://e.org/a?b=1&amp;c=2>', 'https://e.org/a?b=1&c=2'],
    ['<https://e.org|the docs>', '[the docs](https://e.org)'],
    ['<https://e.org|https://e.org>', 'https://e.org'],
    ['<mailto:a@e.org|a@e.org>', 'a@e.org'],
    ['<mailto:a@e.org>', 'a@e.org'],
    ['<!here> <!channel>', '@here @channel'],
    ['<!subteam^S1|@oncall> <!subteam^S2>', '@oncall @S2'],
    ['<!date^1392734382^{date}|Feb 18, 2014>', 'Feb 18, 2014'],
    ['<!date^1392734382^{date}>', '2014-02-18T14:39'],
    ['`a &lt; b` and ```x &gt;\ny```', '`a < b` and ```x >\ny```'],
    ['*bold* _so_ ~not~ snake_case', '*bold* _so_ ~not~ snake_case'],
    ['1 < 2 and 3 > 2', '1 < 2 and 3 > 2'],
  ])('%s', (text, markdown) => {
    expect(renderSlackText(text, names)).toBe(markdown);
  });
});

describe('renderSlackMessage', () => {
  test('an attachment with all of its parts', () => {
    const attachments = [
      {
        fallback: 'not shown',
        pretext: 'New from <@U1>',
        title: 'Build 7',
        title_link: 'https://ci.example/7',
        text: 'failed',
        fields: [{ title: 'Branch', value: 'main' }],
      },
    ];
    expect(renderSlackMessage({ text: 'CI says', attachments }, names)).toBe(
      'CI says\nNew from @Ann\n[Build 7](https://ci.example/7)\nfailed\nBranch: main',
    );
  });

  test('an attachment that has only a fallback', () => {
    expect(renderSlackMessage({ attachments: [{ fallback: 'plain words' }] }, names)).toBe(
      'plain words',
    );
  });

  test('blocks speak where there is no text', () => {
    const blocks = [
      { type: 'header', text: { type: 'plain_text', text: 'Deploy' } },
      { type: 'section', fields: [{ type: 'mrkdwn', text: 'by <@U1>' }] },
      { type: 'rich_text', elements: [{ elements: [{ type: 'text', text: 'done' }] }] },
    ];
    expect(renderSlackMessage({ text: '', blocks }, names)).toBe('Deploy\nby @Ann\ndone');
    expect(renderSlackMessage({ text: 'said', blocks }, names)).toBe('said');
  });

  test('nothing gives nothing', () => {
    expect(renderSlackMessage({}, names)).toBe('');
  });

  test('blocks that are nested without end are cut', () => {
    let deep: object = { text: 'end' };
    for (let depth = 0; depth < 5000; depth++) deep = { elements: [deep] };
    expect(renderSlackMessage({ blocks: [deep] }, names)).toBe('');
  });
});

test('lists whom a message names, wherever it does', () => {
  const message = {
    text: '<@U1> and <@W2|w>',
    attachments: [{ text: '<@U3>' }],
    blocks: [{ text: { text: '<@U4>' } }],
  };
  expect(listMentionedUsers(message)).toEqual(['U1', 'W2', 'U4', 'U3']);
});
