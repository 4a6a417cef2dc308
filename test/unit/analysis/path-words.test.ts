/** Words of paths and of queries meet: spelling, endings and joints are looked through, and no more than that. */
import { describe, expect, test } from 'vitest';
import { listPathKeys, toPathKey } from '../../../src/analysis/path-words.ts';

const finds = (term: string, path: string): boolean => listPathKeys(path).includes(toPathKey(term));

describe('a term of a query finds a path', () => {
  test.each([
    ['escaping', 'src/escapeHtml', 'by the stem of a verb'],
    ['escaped', 'src/escape', 'by its participle'],
    ['serializers', 'db/serialize', 'by who does it, of several'],
    ['migrate', 'db/migrations', 'by what comes of it'],
    ['queries', 'sql/query', 'by a plural in ies'],
    ['processes', 'os/process', 'by a plural in es'],
    ['take_while', 'stream/TakeWhile', 'whatever joins the words'],
    ['takewhile', 'stream/take_while', 'when the words are joined'],
    ['phpredis', 'Redis/PhpRedisConnection', 'by two neighbouring words'],
    ['héros', 'récits/héros', 'beyond ASCII as it is'],
  ])('%s -> %s: %s', (term, path) => {
    expect(finds(term, path)).toBe(true);
  });

  test.each([
    ['bus', 'src/bu', 'an s that is part of the word'],
    ['using', 'src/us', 'too little would be left'],
    ['connection', 'Redis/PhpRedis', 'the word is not there'],
    ['redisphp', 'Redis/PhpRedisConnection', 'the order is another'],
  ])('but not %s -> %s: %s', (term, path) => {
    expect(finds(term, path)).toBe(false);
  });
});

test('each word is listed once', () => {
  const keys = listPathKeys('routes/route/Router');
  expect(keys).toHaveLength(new Set(keys).size);
});
