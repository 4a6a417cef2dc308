/** The best of many candidates against sorting all of them. */
import { expect, test } from 'vitest';
import { TopList } from '../../../src/search/top-list.ts';
import { createRandom } from '../../support/random.ts';

test.each([1, 2, 7, 50, 1000])(
  'keeps the best %i as sorting would, ties to the earlier',
  (limit) => {
    const random = createRandom(limit);
    for (let round = 0; round < 20; round++) {
      const scores = Array.from({ length: random.below(300) }, () => random.below(40));
      const list = new TopList<number>(limit);
      for (const [index, score] of scores.entries()) list.add(score, index);
      const sorted = [...scores.keys()].toSorted(
        (left, right) => (scores[right] ?? 0) - (scores[left] ?? 0) || left - right,
      );
      expect(list.list()).toEqual(sorted.slice(0, limit));
    }
  },
);

test('the threshold is the worst kept score once the list is full', () => {
  const list = new TopList<string>(2);
  expect(list.threshold).toBe(-Infinity);
  list.add(3, 'a');
  expect(list.threshold).toBe(-Infinity);
  list.add(5, 'b');
  expect(list.threshold).toBe(3);
  list.add(4, 'c');
  expect([list.threshold, list.list()]).toEqual([4, ['b', 'c']]);
});
