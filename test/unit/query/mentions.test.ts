import { describe, expect, test } from 'vitest';
import { findMentions, type Mentions } from '../../../src/query/mentions.ts';
import { splitRegions } from '../../../src/query/regions.ts';

function read(query: string): Mentions {
  return findMentions(splitRegions(query));
}

function paths(query: string): string[] {
  return read(query).paths.map(({ path, line }) => (line === undefined ? path : `${path}:${line}`));
}

describe('findMentions', () => {
  test.each([
    ['see src/a/b.ts', ['src/a/b.ts']],
    ['in `main.py`, and (lib/x.rb).', ['main.py', 'lib/x.rb']],
    ['src/a.c:12:5: error: x', ['src/a.c:12']],
    ['src/a.ts#L10-L20 and b.ts(7,3)', ['src/a.ts:10', 'b.ts:7']],
    ['C:\\src\\Api.cs and .\\b\\c.cs', ['C:/src/Api.cs', 'b/c.cs']],
    ['--- a/src/x.go', ['src/x.go']],
    ['pages/[id].tsx', ['pages/[id].tsx']],
    ['https://example.org/a/b.ts is dropped', []],
    ['and/or, 1.2.3, e.g. foo.bar, node.js', ['node.js']],
    ['größe/é.md', ['größe/é.md']],
    ['a.py a.py a.py:3', ['a.py', 'a.py:3']],
  ])('paths of %j', (query, expected) => {
    expect(paths(query)).toEqual(expected);
  });

  test('takes identifiers of the title that look like code', () => {
    const { titleIdentifiers } = read(
      'Cannot parse fooBar or snake_case, run(x) with `plain` __init__ it',
    );
    expect(titleIdentifiers).toEqual(['Cannot', 'fooBar', 'snake_case', 'run', 'plain']);
  });

  test('takes every identifier between ticks', () => {
    expect(read('Bad `alpha`\nuse `beta.gamma(x)` and ``delta``').tickIdentifiers).toEqual([
      'alpha',
      'beta',
      'gamma',
      'delta',
    ]);
  });

  test('takes members of every spelling, of chains the neighbours, and no file names', () => {
    const { members } = read('Cache.get Cache::set Cache#del a.b.c main.py self->next');
    expect(members.map(({ container, member }) => `${container}.${member}`)).toEqual([
      'Cache.get',
      'Cache.set',
      'Cache.del',
      'a.b',
      'b.c',
      'self.next',
    ]);
  });

  test('takes error codes and quoted texts', () => {
    const mentions = read(
      'error[E0308] TS2345 ORA-00001 ENOENT SQLITE_BUSY 0x80070005 "no such file" don\'t',
    );
    expect(mentions.errorCodes).toEqual([
      'E0308',
      'TS2345',
      'ORA-00001',
      'ENOENT',
      'SQLITE_BUSY',
      '0x80070005',
    ]);
    expect(mentions.quoted).toEqual(['no such file']);
  });

  test('keeps lists short and reads 32,000 characters at once', () => {
    const startMs = performance.now();
    const many = Array.from({ length: 3_000 }, (_, at) => `f${at}.ts`).join(' ');
    expect(read(many).paths).toHaveLength(200);
    for (const word of ['a/', 'a.', '"', "'", '`', 'E1', 'a_', '\\', 'é', '[(']) {
      read(word.repeat(32_000 / word.length));
    }
    expect(performance.now() - startMs).toBeLessThan(2_000);
  });
});
