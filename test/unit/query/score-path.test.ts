import { describe, expect, test } from 'vitest';
import { createPathScorer, scorePath } from '../../../src/query/score-path.ts';

/** Kind of likeness: the score rounded up to the number of the table, length aside. */
function rank(query: string, paths: readonly string[]): string[] {
  const score = createPathScorer(query);
  return paths.filter((path) => score(path) > 0).sort((left, right) => score(right) - score(left));
}

describe('scorePath', () => {
  test.each([
    ['the path itself', 'src/a.ts', 'src/a.ts', 1000],
    ['its last segments', 'query/a.ts', 'src/query/a.ts', 900],
    ['a base name', 'a.ts', 'src/a.ts', 900],
    ['last segments without extension', 'query/a', 'src/query/a.ts', 850],
    ['the base name without extension', 'server', 'src/server.ts', 800],
    ['the start of the base name', 'serv', 'src/server.ts', 700],
    ['within the base name', 'erver', 'src/server.ts', 600],
    ['segments in order', 'src query parse', 'src/x/query/parse-query.ts', 500],
    ['segments in order by slashes', 'quer/pars', 'src/query/parse-query.ts', 500],
    ['somewhere in the path', 'indexing', 'src/indexing/run.ts', 400],
    ['all letters start words', 'pq', 'src/parse-query.ts', 390],
  ])('%s', (...[, query, path, kind]) => {
    const score = scorePath(query, path);
    expect(score).toBeLessThanOrEqual(kind);
    expect(score).toBeGreaterThan(kind - 10);
  });

  test.each([
    ['a swap', 'sevrer.ts'],
    ['a letter left out', 'serer'],
    ['case', 'SERVER.TS'],
    ['a line number', 'src/server.ts:12:3'],
    ['a fragment', 'src/server.ts#L12'],
    ['back slashes', 'src\\server.ts'],
    ['quotes and dots', '"./src/server.ts"'],
  ])('forgives %s', (...[, query]) => {
    expect(scorePath(query, 'src/server.ts')).toBeGreaterThan(0);
  });

  test.each(['', '   ', 'xyz', 'server/src', 'sts.'])('%j is no match', (query) => {
    expect(scorePath(query, 'src/server.ts')).toBe(0);
  });

  test('orders by likeness, then by length', () => {
    const paths = [
      'docs/parse.md',
      'src/a/very/long/way/parse.ts',
      'src/parse.ts',
      'src/parse-query.ts',
      'src/reparse.ts',
      'src/parse/run.ts',
      'src/prase.ts',
    ];
    expect(rank('parse', paths)).toEqual([
      'src/parse.ts',
      'docs/parse.md',
      'src/a/very/long/way/parse.ts',
      'src/parse-query.ts',
      'src/reparse.ts',
      'src/parse/run.ts',
      'src/prase.ts',
    ]);
  });
});
