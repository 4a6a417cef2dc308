import { describe, expect, test } from 'vitest';
import { compilePathFilter, isGlob } from '../../../src/query/path-filter.ts';

const PATHS = [
  'README.md',
  'src/a.ts',
  'src/b.test.ts',
  'src/deep/c.ts',
  'src/deep/d.js',
  'srcs/a.ts',
  'packages/one/src/x.ts',
  'packages/two/src/y.ts',
  'test/src/a.ts',
  '.github/ci.yml',
  'odd/[id].ts',
  'odd/{x}.ts',
  'größe/é.txt',
];

function list(...filters: string[]): string[] {
  return PATHS.filter(compilePathFilter(filters));
}

describe('compilePathFilter', () => {
  test.each([
    ['a path takes the file', 'src/a.ts', ['src/a.ts']],
    ['a path takes all below the folder and no folder of similar name', 'src', PATHS.slice(1, 5)],
    ['slashes around a path do not matter', './src/deep/', PATHS.slice(3, 5)],
    ['the root takes all', '/', PATHS],
    ['a glob without slash is for base names at any depth', '*.js', ['src/deep/d.js']],
    ['also with a beginning', 'a.*', ['src/a.ts', 'srcs/a.ts', 'test/src/a.ts']],
    ['one star stays in its segment', 'src/*.ts', ['src/a.ts', 'src/b.test.ts']],
    ['two stars span segments, and none', 'src/**/*.ts', PATHS.slice(1, 4)],
    ['leading stars', '**/src/a.ts', ['src/a.ts', 'test/src/a.ts']],
    ['trailing stars', 'packages/**', PATHS.slice(6, 8)],
    ['a plain last segment takes all below', 'packages/*/src', PATHS.slice(6, 8)],
    ['a slash at the end takes all below', 'packages/o*/', ['packages/one/src/x.ts']],
    ['alternatives', 'src/{a,deep/c}.ts', ['src/a.ts', 'src/deep/c.ts']],
    ['nested alternatives', '{README.{md,txt},*.yml}', ['README.md', '.github/ci.yml']],
    ['one character', 'src/?.ts', ['src/a.ts']],
    ['a set', 'packages/*/src/[a-x].ts', ['packages/one/src/x.ts']],
    ['a negated set', 'packages/*/src/[!x].ts', ['packages/two/src/y.ts']],
    ['an escape', 'odd/\\[id\\].*', ['odd/[id].ts']],
    ['an open bracket is plain', '[id', []],
    ['an open brace is plain', 'odd/{*', ['odd/{x}.ts']],
    ['an impossible range is plain', '[z-a]', []],
    ['other scripts', 'größe/?.txt', ['größe/é.txt']],
    ['case matters', 'readme*', []],
  ])('%s', (...[, filter, expected]) => {
    expect(list(filter)).toEqual(expected);
  });

  test('several filters are alternatives and none takes nothing', () => {
    expect(list('README.md', '*.yml')).toEqual(['README.md', '.github/ci.yml']);
    expect(list()).toEqual([]);
  });

  test('tells globs from paths', () => {
    expect(['a/b', 'a*', 'a?', '[a]', '{a}'].map(isGlob)).toEqual([false, true, true, true, true]);
  });

  test('answers for a glob with many stars on a long path', () => {
    const startMs = performance.now();
    expect(compilePathFilter([`${'*a'.repeat(30)}b`])('a'.repeat(4000))).toBe(false);
    expect(performance.now() - startMs).toBeLessThan(1_000);
  });
});
