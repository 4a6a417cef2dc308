/** The set of known issue numbers, as stored in the cursor. */
import { expect, test } from 'vitest';
import { KeySet, splitKey } from '../../../../src/connectors/jira/jira-keys.ts';

test('numbers survive being stored', () => {
  const keys = new KeySet('');
  for (const number of [1, 7, 8, 4095, 100_000]) keys.add(number);
  keys.add(7);
  keys.delete(8);
  keys.delete(9);
  const again = new KeySet(keys.toText());
  expect(again.count).toBe(4);
  expect(again.listMissingFrom(new KeySet(''))).toEqual([1, 7, 4095, 100_000]);
  expect(again.has(8)).toBe(false);
});

test('100,000 issues take less than 17 KB', () => {
  const keys = new KeySet('');
  for (let number = 1; number <= 100_000; number++) keys.add(number);
  expect(keys.toText().length).toBeLessThan(17_000);
  expect(keys.count).toBe(100_000);
});

test('lists what another set lacks', () => {
  const known = new KeySet('');
  const listed = new KeySet('');
  for (const number of [1, 2, 3]) known.add(number);
  for (const number of [1, 3, 4]) listed.add(number);
  expect(known.listMissingFrom(listed)).toEqual([2]);
});

test('a number beyond all reason is not kept', () => {
  const keys = new KeySet('');
  keys.add(2_000_000_000);
  expect(keys.count).toBe(0);
});

test.each([
  ['ABC-12', { project: 'ABC', number: 12 }],
  ['A_1-9', { project: 'A_1', number: 9 }],
  ['ABC-0', undefined],
  ['ABC', undefined],
  ['-1', undefined],
])('splits %s', (key, parts) => {
  expect(splitKey(key)).toEqual(parts);
});
