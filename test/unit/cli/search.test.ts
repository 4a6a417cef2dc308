/** Flags of `search` become the fields of the request. */
import { expect, test } from 'vitest';
import { parseCommandLine } from '../../../src/cli/parse-arguments.ts';
import { toSearchRequest } from '../../../src/cli/search.ts';
import type { SearchRequest } from '../../../src/model/search.ts';

function toRequest(...argv: string[]): SearchRequest {
  const parsed = parseCommandLine(['search', ...argv]);
  if (parsed.kind !== 'run') throw new Error('it does not run');
  return toSearchRequest(parsed.args);
}

test('without flags every default is filled in and no filter is set', () => {
  expect(toRequest('where', 'is', 'x')).toEqual({
    query: 'where is x',
    mode: 'auto',
    top_k: 20,
    offset: 0,
    case: 'sensitive',
    whole_word: false,
    multiline: false,
    context_lines: 2,
    filters: {},
    response_format: 'detailed',
    max_tokens: 20_000,
    explain: false,
  });
});

test('every flag has its field', () => {
  const request = toRequest(
    ...'-E -k 5 --offset 5 -l go -l c --role test --kind class --source file'.split(' '),
    ...'-i src -x vendor --case smart -w --multiline -C 0 -- -dash'.split(' '),
  );
  expect(request).toMatchObject({
    query: '-dash',
    mode: 'regex',
    top_k: 5,
    offset: 5,
    case: 'smart',
    whole_word: true,
    multiline: true,
    context_lines: 0,
    filters: {
      languages: ['go', 'c'],
      roles: ['test'],
      kinds: ['class'],
      source_types: ['file'],
      paths: ['src'],
      exclude_paths: ['vendor'],
    },
  });
});

test.each([
  [['--regex', '--literal', 'x'], /--literal and --regex exclude each other/],
  [['--role', 'tests', 'x'], /"tests" is not one of source, test/],
  [['-k', '101', 'x'], /"101" is not a whole number from 1 to 100/],
  [['-x'], /a value is missing|<query> is missing/],
])('%j is refused', (argv, message) => {
  expect(() => toRequest(...argv)).toThrow(message);
});
