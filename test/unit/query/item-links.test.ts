/** What an item is joined to, and the one spelling of tickets that both sides compare. */
import { describe, expect, test } from 'vitest';
import { listItemLinks } from '../../../src/query/item-links.ts';
import { toShortTicketKey, toTicketKey } from '../../../src/query/ticket-name.ts';

describe('the spelling of a ticket', () => {
  test.each([
    ['#12', '#12'],
    ['12', '#12'],
    ['GH-12', '#12'],
    ['Owner/Repo#12', 'owner/repo#12'],
    ['group/sub/project!7', 'group/sub/project!7'],
    ['ABC-123', 'abc-123'],
    [' abc-123. ', 'abc-123'],
    ['!7', '!7'],
    ['https://github.com/Owner/Repo/issues/12', 'owner/repo#12'],
    ['https://github.com/owner/repo/pull/12#discussion_r1', 'owner/repo#12'],
    ['https://git.corp.example:8443/group/sub/project/-/merge_requests/7', 'group/sub/project!7'],
    ['https://git.corp.example/group/project/-/issues/3', 'group/project#3'],
    ['https://jira.example/browse/ABC-123?focusedId=1', 'abc-123'],
    ['something else', 'something else'],
  ])('%s is %s', (written, key) => {
    expect(toTicketKey(written)).toBe(key);
  });

  test('without its place is a number, and a key of a tracker has none', () => {
    expect(toShortTicketKey('owner/repo#12')).toBe('#12');
    expect(toShortTicketKey('group/project!7')).toBe('!7');
    expect(toShortTicketKey('abc-123')).toBeUndefined();
  });
});

describe('the links of an item', () => {
  const issue = { source_type: 'github', kind: 'issue' } as const;

  function list(
    text: string,
    item: Parameters<typeof listItemLinks>[0]['item'] = issue,
    repository?: string,
  ): string[] {
    const links = listItemLinks({
      item,
      text,
      ...(repository === undefined ? {} : { repository }),
    });
    return links.map(
      ({ kind, target, isStated }) => `${kind} ${target}${isStated ? ' stated' : ''}`,
    );
  }

  test('are its own names, what its service states, and what its text names', () => {
    const item = {
      ...issue,
      ticket: 'Acme/shop#12',
      parent: 'issues/1',
      links: {
        commits: ['ABCDEF1234567'],
        branches: ['fix/12'],
        files: ['a/b.ts'],
        tickets: ['#9'],
      },
    };
    expect(list('Like #3 and ABC-7, see src/x.ts and 0123abc4.', item)).toEqual([
      'self acme/shop#12 stated',
      'self #12 stated',
      'parent issues/1 stated',
      'ticket acme/shop#9 stated',
      'commit abcdef1234567 stated',
      'branch fix/12 stated',
      'file a/b.ts stated',
      'ticket acme/shop#3',
      'ticket abc-7',
      'commit 0123abc4',
      'file src/x.ts',
    ]);
  });

  test('take the place of a number from the repository of the connector', () => {
    expect(list('see #3', issue, 'Acme/Shop')).toEqual(['ticket acme/shop#3']);
    expect(list('see #3')).toEqual(['ticket #3']);
    expect(list('see other/place#3', issue, 'acme/shop')).toEqual(['ticket other/place#3']);
  });

  test('do not name the item itself, and leave words and numbers that only look like hashes alone', () => {
    expect(list('this is #12', { ...issue, ticket: 'a/b#12' })).toEqual([
      'self a/b#12 stated',
      'self #12 stated',
    ]);
    expect(list('deadbeef 1234567 defaced')).toEqual([]);
  });

  test('stay few however long the text is, and quick', () => {
    const paths = Array.from({ length: 5000 }, (_, at) => `src/file${at}.ts`).join(' ');
    const startMs = performance.now();
    expect(list(`${paths} ${'a'.repeat(1_000_000)}`).length).toBe(40);
    expect(performance.now() - startMs).toBeLessThan(5000);
  });
});
