/** Each kind of node of the Atlassian Document Format as Markdown, and documents made from Markdown by another program. */
import { markdownToAdf } from 'marklassian';
import { describe, expect, test } from 'vitest';
import { renderAdf } from '../../../../src/connectors/jira/adf.ts';

const text = (value: string, ...marks: object[]): object => ({ type: 'text', text: value, marks });
const node = (type: string, attrs: object, ...content: object[]): object => ({
  type,
  attrs,
  content,
});
const p = (...content: object[]): object => node('paragraph', {}, ...content);
const item = (...content: object[]): object => node('listItem', {}, ...content);
const mark = (type: string, attrs: object = {}): object => ({ type, attrs });

describe('renderAdf', () => {
  test.each<[string, object, string]>([
    ['paragraph', p(text('a'), text('b')), 'ab'],
    ['hardBreak', p(text('a'), node('hardBreak', {}), text('b')), 'a\nb'],
    ['heading', node('heading', { level: 3 }, text('T')), '### T'],
    ['rule', node('rule', {}), '---'],
    ['strong', p(text('a '), text('bold ', mark('strong')), text('c')), 'a **bold** c'],
    ['em and strike', p(text('x', mark('strike'), mark('em'))), '~~*x*~~'],
    ['code', p(text('x_y', mark('strong'), mark('code'))), '**`x_y`**'],
    ['link', p(text('here', mark('link', { href: 'https://e.org' }))), '[here](https://e.org)'],
    [
      'bare link',
      p(text('https://e.org', mark('link', { href: 'https://e.org' }))),
      'https://e.org',
    ],
    [
      'marks without a sign',
      p(text('x', mark('underline'), mark('textColor', { color: '#f00' }))),
      'x',
    ],
    ['mention', p(node('mention', { id: '1', text: '@Ann' })), '@Ann'],
    ['mention without a name', p(node('mention', { id: '1' })), '@1'],
    ['emoji', p(node('emoji', { shortName: ':ok:', text: '👌' })), '👌'],
    ['emoji of the site', p(node('emoji', { shortName: ':shipit:' })), ':shipit:'],
    ['date', p(node('date', { timestamp: '1777593600000' })), '2026-05-01'],
    ['status', p(node('status', { text: 'DONE', color: 'green' })), 'DONE'],
    ['placeholder', p(node('placeholder', { text: 'type here' })), 'type here'],
    [
      'inlineCard',
      p(text('see '), node('inlineCard', { url: 'https://e.org/1' })),
      'see https://e.org/1',
    ],
    [
      'inlineCard with data',
      p(node('inlineCard', { data: { url: 'https://e.org/2' } })),
      'https://e.org/2',
    ],
    ['blockCard', node('blockCard', { url: 'https://e.org/3' }), 'https://e.org/3'],
    ['embedCard', node('embedCard', { url: 'https://e.org/4', layout: 'wide' }), 'https://e.org/4'],
    [
      'mediaSingle',
      node('mediaSingle', {}, node('media', { type: 'file', alt: 'a.png' })),
      '[a.png]',
    ],
    [
      'media elsewhere',
      node('mediaGroup', {}, node('media', { type: 'external', url: 'https://e.org/i.png' })),
      '![attachment](https://e.org/i.png)',
    ],
    [
      'caption',
      node('mediaSingle', {}, node('media', {}), node('caption', {}, text('Fig. 1'))),
      '[attachment]\n\nFig. 1',
    ],
    ['mediaInline', p(text('in '), node('mediaInline', { alt: 'b.pdf' })), 'in [b.pdf]'],
    [
      'codeBlock',
      node('codeBlock', { language: 'ts' }, text('a();\n  b();')),
      '```ts\na();\n  b();\n```',
    ],
    ['codeBlock with fences', node('codeBlock', {}, text('```x```')), '````\n```x```\n````'],
    ['blockquote', node('blockquote', {}, p(text('a')), p(text('b'))), '> a\n>\n> b'],
    ['panel', node('panel', { panelType: 'info' }, p(text('mind'))), '> mind'],
    ['bulletList', node('bulletList', {}, item(p(text('a'))), item(p(text('b')))), '- a\n- b'],
    [
      'orderedList',
      node('orderedList', { order: 9 }, item(p(text('a'))), item(p(text('b')))),
      '9. a\n10. b',
    ],
    [
      'nested lists',
      node(
        'bulletList',
        {},
        item(p(text('a')), node('orderedList', {}, item(p(text('b'))), item(p(text('c'))))),
      ),
      '- a\n  1. b\n  2. c',
    ],
    [
      'code in a list',
      node('orderedList', {}, item(p(text('a')), node('codeBlock', {}, text('x')))),
      '1. a\n   ```\n   x\n   ```',
    ],
    [
      'taskList',
      node(
        'taskList',
        {},
        node('taskItem', { state: 'DONE' }, text('a')),
        node('taskItem', { state: 'TODO' }, text('b')),
      ),
      '- [x] a\n- [ ] b',
    ],
    [
      'nested tasks',
      node(
        'taskList',
        {},
        node('taskItem', { state: 'TODO' }, text('a')),
        node('taskList', {}, node('taskItem', { state: 'TODO' }, text('b'))),
      ),
      '- [ ] a\n  - [ ] b',
    ],
    [
      'decisionList',
      node('decisionList', {}, node('decisionItem', { state: 'DECIDED' }, text('ship'))),
      '- Decision: ship',
    ],
    ['expand', node('expand', { title: 'More' }, p(text('x'))), '**More**\n\nx'],
    ['nestedExpand', node('nestedExpand', { title: '' }, p(text('x'))), 'x'],
    [
      'layout',
      node(
        'layoutSection',
        {},
        node('layoutColumn', { width: 50 }, p(text('l'))),
        node('layoutColumn', { width: 50 }, p(text('r'))),
      ),
      'l\n\nr',
    ],
    ['extension', node('extension', { extensionKey: 'x', text: 'shown' }), 'shown'],
    [
      'bodiedExtension',
      node('bodiedExtension', { extensionKey: 'x' }, p(text('inside'))),
      'inside',
    ],
    ['inlineExtension', p(node('inlineExtension', { text: 'now' })), 'now'],
    ['a kind that is not known', node('hologram', {}, p(text('inside'))), 'inside'],
    ['a property of all objects as a kind', node('toString', {}, p(text('inside'))), 'inside'],
  ])('%s', (_name, adf, markdown) => {
    expect(renderAdf({ version: 1, type: 'doc', content: [adf] })).toBe(markdown);
  });

  test('table, with what would break a row', () => {
    const cell = (type: string, value: string): object =>
      node(type, {}, p(text(value)), p(text('x')));
    const row = (...cells: object[]): object => node('tableRow', {}, ...cells);
    const table = node(
      'table',
      {},
      row(cell('tableHeader', 'A'), cell('tableHeader', 'B')),
      row(cell('tableCell', 'a|b')),
    );
    expect(renderAdf(table)).toBe('| A<br>x | B<br>x |\n| --- | --- |\n| a\\|b<br>x |  |');
  });

  test.each([undefined, null, '', 7, {}, { content: 'no list' }, { content: [null, 3] }])(
    'nothing usable gives nothing: %o',
    (value) => {
      expect(renderAdf(value)).toBe('');
    },
  );

  test('a document that is nested without end is cut', () => {
    let deep: object = text('end');
    for (let depth = 0; depth < 5000; depth++) deep = { type: 'blockquote', content: [deep] };
    expect(renderAdf(deep).length).toBeLessThan(1000);
  });

  test.each([
    '# Title\n\nA paragraph with **bold**, *italic*, `code` and [a link](https://example.org).',
    '- one\n- two\n  - inner\n- three',
    '1. first\n2. second',
    '```ts\nconst a = 1;\n```',
    '> quoted',
    '| A | B |\n| --- | --- |\n| 1 | 2 |',
    '- [ ] open\n- [x] done',
    'above\n\n---\n\nbelow',
  ])('gives back what was Markdown before: %j', (markdown) => {
    expect(renderAdf(markdownToAdf(markdown))).toBe(markdown);
  });
});
