import { describe, expect, test } from 'vitest';
import { fitsContainer, parseNameQuery, scoreName } from '../../../src/search/name-matcher.ts';

function kindOf(typed: string, name: string): number {
  return Math.floor(scoreName(parseNameQuery(typed), name) / 50) * 50;
}

describe('scoreName', () => {
  test.each([
    ['getRelatedInfo', 'getRelatedInfo', 1000, 'the name itself'],
    ['getrelatedinfo', 'getRelatedInfo', 950, 'but for case'],
    ['get_related_info', 'getRelatedInfo', 900, 'other way of writing'],
    ['getRelatedInfo', 'get_related_info', 900, 'the other way round'],
    ['getRel', 'getRelatedInfo', 800, 'the beginning'],
    ['gRI', 'getRelatedInfo', 700, 'capitals'],
    ['gri', 'getRelatedInfo', 700, 'initials'],
    ['GRI', 'get_related_info', 700, 'initials of words with a line between'],
    ['getRelInf', 'getRelatedInfo', 700, 'beginnings of words'],
    ['NPE', 'NullPointerException', 700, 'initials of a class'],
    ['latedin', 'getRelatedInfo', 600, 'within'],
    ['info get', 'getRelatedInfo', 500, 'words in any order'],
    ['getRelatdInfo', 'getRelatedInfo', 300, 'a letter missing'],
    ['getRealtedInfo', 'getRelatedInfo', 300, 'two letters swapped'],
    ['xyz', 'getRelatedInfo', 0, 'nothing in common'],
    ['gir', 'getRelatedInfo', 0, 'initials in another order'],
    ['abcd', 'wxyz', 0, 'too many errors'],
    ['ab', 'ac', 0, 'too short for errors'],
  ])('%s for %s', (typed, name, expected) => {
    expect(kindOf(typed, name)).toBe(expected);
  });

  test('prefers the start of a word, and shorter names', () => {
    const query = parseNameQuery('value');
    expect(scoreName(query, 'getValue')).toBeGreaterThan(scoreName(query, 'revalued'));
    expect(scoreName(query, 'valueOf')).toBeGreaterThan(scoreName(query, 'valueOfEverything'));
  });
});

describe('the container', () => {
  test.each(['Cache.get', 'Cache::get', 'Cache#get()', 'Cache->get'])('%s', (typed) => {
    const query = parseNameQuery(typed);
    expect(query.text).toBe('get');
    expect(fitsContainer(query, 'Cache')).toBe(true);
    expect(fitsContainer(query, 'lib.Cache')).toBe(true);
    expect(fitsContainer(query, 'MyCache')).toBe(false);
    expect(fitsContainer(query, '')).toBe(false);
  });

  test('any will do when none was typed', () => {
    expect(fitsContainer(parseNameQuery('get'), 'Cache')).toBe(true);
  });
});
