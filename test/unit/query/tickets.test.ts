import { describe, expect, test } from 'vitest';
import { compileBranchTest, listBranchTickets, listTickets } from '../../../src/query/tickets.ts';

function ids(text: string): string[] {
  return listTickets(text).map(({ id }) => id);
}

describe('listTickets', () => {
  test.each([
    ['a number', 'handle empty input, see #123', ['#123']],
    ['the GH form', 'GH-77: stop early', ['#77']],
    ['another repository', 'work around nodejs/node#4711', ['nodejs/node#4711']],
    ['a project key', 'ABC-123 ABC-124: log in', ['ABC-123', 'ABC-124']],
    ['a key with a digit', 'P2P-9: dial', ['P2P-9']],
    ['a merged pull request', 'Merge pull request #12 from owner/topic', ['#12']],
    ['a squashed pull request', 'cache: bound it (#981)\n\nFixes #970', ['#981', '#970']],
    ['a merge request', 'Merge\n\nSee merge request group/sub/x!12', ['group/sub/x!12']],
    ['a merge request of here', "Merge branch 'x'\n\nSee merge request !7", ['!7']],
    ['a merge by another host', 'Merged in topic (pull request #5)', ['#5']],
    ['a merge by yet another host', 'Merged PR 88: tidy', ['#88']],
    ['a link to an issue', 'https://github.com/a/b/issues/5#issuecomment-99', ['a/b#5']],
    ['a link to a pull request', 'see https://github.com/a/b/pull/6/files', ['a/b#6']],
    ['a link to a tracker', 'https://jira.example.org/browse/ABC-9?page=1', ['ABC-9']],
    ['a merged branch', "Merge branch 'feature/ABC-31-x' into main", ['ABC-31']],
    ['a pull request and its branch', 'Merge pull request #3 from me/12-slow-start', ['#3', '#12']],
    [
      'a pull request, not a repository in its branch',
      'Merge pull request #3 from me/fix#12',
      ['#3', '#12'],
    ],
    ['brackets', '[ABC-1] (XY-2)', ['ABC-1', 'XY-2']],
    ['the end of a sentence', 'This is #4. And ABC-7.', ['#4', 'ABC-7']],
    ['each only once', '#5 and #5', ['#5']],
  ])('finds %s', (_, text, expected) => {
    expect(ids(text)).toEqual(expected);
  });

  test.each([
    'decode UTF-8 and UTF-16 as ISO-8859-1',
    'use SHA-256 and AES-128 instead of MD-5',
    'CVE-2021-44228, GPL-2.0, RFC-7230, PEP-8, IEEE-754',
    'colour #12ab34, &#39; and page.html#12',
    'step #2 of test 3',
    'https://example.org/a/#12 and https://example.org/x-1/ABC-12',
    'release FOO-1.2.3 on 2021-02-03, X-Y-12',
    'the windows-1252 encoding, node-18, E-5',
    '#0 and #012',
    'a!=b, !1x',
  ])('finds nothing in "%s"', (text) => {
    expect(ids(text)).toEqual([]);
  });

  test('tells what is a pull request and what is closed', () => {
    expect(listTickets('parse: bound the depth (#8)\n\nCloses: #7, see #6')).toEqual([
      { id: '#8', kind: 'pull_request' },
      { id: '#7', kind: 'issue' },
      { id: '#6', kind: 'unknown' },
    ]);
  });

  test('stops at a bound and stays fast on hostile text', () => {
    const many = Array.from({ length: 200 }, (_, index) => `#${index + 1}`).join(' ');
    expect(listTickets(many)).toHaveLength(40);
    const started = performance.now();
    for (const text of ['A/'.repeat(20_000), 'A-'.repeat(20_000), 'fixes '.repeat(9_000)]) {
      expect(ids(text)).toEqual([]);
    }
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

describe('branches', () => {
  test.each([
    ['feature/ABC-123-log-in', ['ABC-123']],
    ['fix/#12', ['#12']],
    ['issue-12', ['#12']],
    ['me/gh-7-x', ['#7']],
    ['45-slow-start', ['#45']],
    ['release/2024-01-05', []],
    ['v1.2', []],
    ['node-18', []],
    ['ABC-9_and_more', ['ABC-9']],
  ])('lists the tickets of %s', (name, expected) => {
    expect(listBranchTickets(name).map(({ id }) => id)).toEqual(expected);
  });

  test('knows a branch by its ticket in any letter case', () => {
    const isOf = compileBranchTest('ABC-12');
    expect(isOf('feature/abc-12-x')).toBe(true);
    expect(isOf('feature/abc-123')).toBe(false);
    expect(isOf('xabc-12')).toBe(false);
    expect(compileBranchTest('#12')('issue-12')).toBe(true);
    expect(compileBranchTest('#12')('issue-123')).toBe(false);
  });
});
