/** What becomes of the Markdown of issues and comments. */
import { describe, expect, test } from 'vitest';
import { toItemText } from '../../../src/connectors/markdown-text.ts';

describe('the text of an item', () => {
  test.each([
    ['the title is a heading', 'A  title\n', 'Body.', '# A title\n\nBody.\n'],
    ['a title alone is enough', 'Title', null, '# Title\n'],
    ['a comment has no title', undefined, 'Body.', 'Body.\n'],
    ['nothing gives nothing', undefined, ' \r\n', ''],
    ['line ends become one kind', undefined, 'a\r\nb\rc', 'a\nb\nc\n'],
    ['comments go', undefined, 'a <!-- hint --> b', 'a  b\n'],
    ['comments over several lines go', undefined, 'a\n\n<!-- one\n\ntwo -->\n\nb', 'a\n\nb\n'],
    ['a comment that hides a fence goes', undefined, '<!--\n```\n-->\nb <!-- c -->', 'b\n'],
    ['a comment that does not end stays', undefined, 'a <!-- b', 'a <!-- b\n'],
    [
      'code keeps its comments',
      undefined,
      '```html\n<!-- a -->\n```',
      '```html\n<!-- a -->\n```\n',
    ],
    ['open code keeps them too', undefined, '~~~\n<!-- a -->', '~~~\n<!-- a -->\n'],
    [
      'a longer fence ends it',
      undefined,
      '```\n<!-- a\n````\n<!-- b -->c',
      '```\n<!-- a\n````\nc\n',
    ],
    ['a code span keeps it', undefined, 'write `<!--` and `-->`', 'write `<!--` and `-->`\n'],
    ['a lone backtick opens nothing', undefined, 'a ` b <!-- c -->', 'a ` b\n'],
  ])('%s', (_name, title, body, text) => {
    expect(toItemText(title, body)).toBe(text);
  });

  test('takes no longer for text made to be slow', () => {
    const odd = Array.from({ length: 300 }, (_, index) => '`'.repeat(index + 1)).join(' ');
    const startMs = performance.now();
    toItemText(undefined, `${odd} <!-- x\n${'<!--'.repeat(20_000)}\n${'`` '.repeat(20_000)}-->`);
    expect(performance.now() - startMs).toBeLessThan(2000);
  });
});
