import { expect, test } from 'vitest';
import {
  compileWildmatch,
  matchesWildmatch,
  toByteString,
} from '../../../../src/connectors/filesystem/wildmatch.ts';

test.each([
  ['a/**/b', 'a/b', true],
  ['a/**/b', 'a/x/y/b', true],
  ['a/**/b', 'ab', false],
  ['**/b*d', 'x/bcd', true],
  ['**/b*d', 'x/bc/d', false],
  ['*/b', 'a/x/b', false],
  ['**/a*/**/z', 'q/ab/c/z', true],
  ['a[/]b', 'a/b', false],
])('%s on %s: %s', (pattern, text, expected) => {
  expect(matchesWildmatch(compileWildmatch(pattern, 'path'), text)).toBe(expected);
});

test('a question mark stands for one byte', () => {
  const pattern = compileWildmatch('??', 'name');
  expect(matchesWildmatch(pattern, toByteString('é'))).toBe(true);
  expect(matchesWildmatch(pattern, toByteString('日'))).toBe(false);
});

test('many stars cost no more than the product of the lengths', () => {
  const pattern = compileWildmatch(`${'**/a*'.repeat(200)}b`, 'path');
  const text = 'a/'.repeat(2000);
  const start = performance.now();
  expect(matchesWildmatch(pattern, text)).toBe(false);
  expect(performance.now() - start).toBeLessThan(1000);
});
