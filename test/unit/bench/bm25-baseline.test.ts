/** The BM25 baseline on three small files, with its score worked out once by hand. */
import { expect, test } from 'vitest';
import { Bm25Baseline } from '../../../bench/quality/bm25-baseline.ts';
import { createTempDir } from '../../support/temp-dir.ts';

function toFiles(paths: readonly string[]): { path: string; blob: string }[] {
  return paths.map((path) => ({ path, blob: `blob of ${path}` }));
}

test('a rarer word of the query counts more, and tests are not searched', () => {
  using folder = createTempDir();
  folder.write('parse.py', 'header header');
  folder.write('route.py', 'header retry');
  folder.write('plain.py', 'header');
  folder.write('tests/test_route.py', 'retry retry retry');
  const baseline = new Bm25Baseline();
  baseline.load(folder.path, toFiles(['parse.py', 'route.py', 'plain.py', 'tests/test_route.py']));
  expect(baseline.search('Header retry').files).toEqual(['route.py', 'parse.py', 'plain.py']);
  expect(baseline.search('absent').files).toEqual([]);
});

test('identifiers are found by their words', () => {
  using folder = createTempDir();
  folder.write('a.ts', 'function parseHttpHeader() {}');
  folder.write('b.ts', 'function parse_route() {}');
  const baseline = new Bm25Baseline();
  baseline.load(folder.path, toFiles(['a.ts', 'b.ts']));
  expect(baseline.search('http header').files).toEqual(['a.ts']);
  expect(baseline.search('PARSE_ROUTE').files).toEqual(['b.ts', 'a.ts']);
});

test('the next tree replaces the one before and reads only new contents', () => {
  using folder = createTempDir();
  const first = folder.write('a.go', 'alpha');
  const baseline = new Bm25Baseline();
  baseline.load(folder.path, [{ path: 'a.go', blob: '1' }]);
  folder.write('b.go', 'beta');
  folder.write('a.go', 'gamma');
  baseline.load(folder.path, [
    { path: 'moved.go', blob: '1' },
    { path: 'b.go', blob: '2' },
  ]);
  expect(first).toContain('a.go');
  expect(baseline.search('alpha').files).toEqual(['moved.go']);
  expect(baseline.search('beta').files).toEqual(['b.go']);
  expect(baseline.search('gamma').files).toEqual([]);
});
