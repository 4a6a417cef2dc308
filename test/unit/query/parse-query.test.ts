import { describe, expect, test } from 'vitest';
import { formatQuery, parseQuery } from '../../../src/query/parse-query.ts';
import { createRandom } from '../../support/random.ts';

describe('parseQuery', () => {
  test.each([
    ['parse query', 'text("parse query")'],
    ['  parse   query ', 'text("parse query")'],
    ['', 'text("")'],
    ['"exact phrase" rest', 'text("rest") phrase("exact phrase")'],
    ['/foo.*bar/ x', 'text("x") regex("foo.*bar")'],
    ['/usr/bin/ x', 'text("x") regex("usr/bin")'],
    ['/[/ x', 'text("/[/ x")'],
    ['// x', 'text("// x")'],
    ['/a/b', 'text("/a/b")'],
    ['cache -test', 'text("cache") -term("test")'],
    ['cache -path:vendor -path:"my dir"', 'text("cache") -path("vendor") -path("my dir")'],
    ['cache path:src path:lib lang:Go', 'text("cache") path("src"|"lib") lang("go")'],
    ['path:src path:src', 'path("src")'],
    ['sym:Parser kind:class kind:function', 'sym("Parser") kind("class"|"function")'],
    ['sym:std::vector', 'sym("std::vector")'],
    ['repo:owner/name source:github bug', 'text("bug") repo("owner/name") source("github")'],
    ['path:"a b" x', 'text("x") path("a b")'],
    ['lang:c++ lang:c#', 'lang("c++"|"c#")'],
    // Malformed: plain text.
    ['kind:banana x', 'text("kind:banana x")'],
    ['source:nowhere x', 'text("source:nowhere x")'],
    ['path: src', 'text("path: src")'],
    ['path::Path', 'text("path::Path")'],
    ['foo:bar', 'text("foo:bar")'],
    ['http://example.org/path:x', 'text("http://example.org/path:x")'],
    ['Path:src', 'text("Path:src")'],
    ['an "open quote', 'text("an \\"open quote")'],
    ['say"quoted words"', 'text("say\\"quoted words\\"")'],
    ['a "" b', 'text("a \\"\\" b")'],
    ['" "', 'text("\\" \\"")'],
    ['gcc --version', 'text("gcc --version")'],
    ['a - b', 'text("a - b")'],
    ['-Wall', 'text("-Wall")'],
    ['-path:x', 'text("-path:x")'],
    ['-lang:go x', 'text("-lang:go x")'],
    ['x NOT y AND (z OR ?)', 'text("x NOT y AND (z OR ?)")'],
    ['why? x: y; 100% *', 'text("why? x: y; 100% *")'],
    ['日本語 の検索 😀', 'text("日本語 の検索 😀")'],
    ['foo -日本', 'text("foo") -term("日本")'],
  ])('%s', (query, expected) => {
    expect(formatQuery(parseQuery(query))).toBe(expected);
  });

  test('takes more than one line, or more than 300 characters, as plain text', () => {
    const lines = 'TypeError: x\n  at path:src -foo "bar"';
    expect(parseQuery(lines)).toMatchObject({ text: lines, phrases: [], excludedTerms: [] });
    const long = `${'word '.repeat(60)}-foo`;
    expect(parseQuery(long)).toMatchObject({ text: long, excludedTerms: [] });
    const emoji = `${'😀'.repeat(290)} x -foo`;
    expect(parseQuery(emoji).excludedTerms).toEqual(['foo']);
  });

  test('no input fails, and none loses its letters', () => {
    const random = createRandom(9);
    const pieces = [
      '"',
      '/',
      '-',
      'path:',
      'lang:',
      'kind:',
      ':',
      ' ',
      'a',
      '(',
      '[',
      '\\',
      '😀',
      '\n',
      '*',
    ];
    for (let round = 0; round < 2_000; round += 1) {
      const query = Array.from({ length: random.below(12) }, () => random.pick(pieces)).join('');
      const printed = formatQuery(parseQuery(query));
      expect(printed.split('a').length - 1).toBeGreaterThanOrEqual(query.includes('a') ? 1 : 0);
    }
  });

  test('reads 32,000 characters at once', () => {
    const startMs = performance.now();
    expect(parseQuery('"'.repeat(32_000)).text).toHaveLength(32_000);
    expect(parseQuery('a '.repeat(16_000)).text).toHaveLength(31_999);
    expect(performance.now() - startMs).toBeLessThan(2_000);
  });
});
