import { expect, test } from 'vitest';
import { measureEditDistance } from '../../../src/query/edit-distance.ts';
import { findNearest } from '../../../src/query/nearest.ts';

test.each([
  ['', '', 3, 0],
  ['abc', 'abc', 3, 0],
  ['abc', 'acb', 3, 1],
  ['abc', 'abcd', 3, 1],
  ['kitten', 'sitting', 3, 3],
  ['kitten', 'sitting', 2, 3],
  ['ca', 'abc', 3, 3],
  ['a'.repeat(300), 'a'.repeat(300), 1, 2],
])('the distance of %j and %j up to %i is %i', (...[left, right, limit, expected]) => {
  expect(measureEditDistance(left, right, limit)).toBe(expected);
});

test('gives typing errors before common beginnings, nearest first', () => {
  const names = ['parseQuery', 'parseQuary', 'parseQueryTree', 'prase', 'formatQuery', 'parseQ'];
  expect(findNearest('parseQeury', names)).toEqual(['parseQuery', 'parseQuary', 'parseQ']);
});

test('gives at most what is asked, each name once, and nothing for nothing', () => {
  expect(findNearest('abcd', ['abce', 'abce', 'abcf', 'abcg'], { limit: 2 })).toEqual([
    'abce',
    'abcf',
  ]);
  expect(findNearest(' ', ['a'])).toEqual([]);
  expect(findNearest('ab', ['xy', 'abc'])).toEqual([]);
  expect(findNearest('zzzzzz', ['abc'])).toEqual([]);
});
