/** Reading and selecting labelled queries. */
import { expect, test } from 'vitest';
import { type QueryRow, readQueries, selectRows } from '../../../bench/quality/queries.ts';
import { createTempDir } from '../../support/temp-dir.ts';

const LINE = {
  id: 'one',
  repo: 'owner/name',
  base_commit: 'abc',
  query: 'where is it',
  gold_files: ['a.py'],
  language: 'Python',
};

test('a row takes the name of its file as its set', () => {
  using folder = createTempDir();
  const file = folder.write('small-set.jsonl', `${JSON.stringify(LINE)}\n\n`);
  expect(readQueries(file)).toEqual([
    {
      set: 'small-set',
      id: 'one',
      repo: 'owner/name',
      baseCommit: 'abc',
      query: 'where is it',
      goldFiles: ['a.py'],
      goldFunctions: [],
      language: 'Python',
    },
  ]);
});

test.each([
  ['no golds', { ...LINE, gold_files: [] }, 'gold_files is empty'],
  ['no query', { ...LINE, query: '' }, 'query is not a text'],
  ['no list', { ...LINE, gold_functions: 'a.py:f' }, 'gold_functions is not a list'],
])('a line with %s is named', (_, line, message) => {
  using folder = createTempDir();
  const file = folder.write('set.jsonl', `${JSON.stringify(LINE)}\n${JSON.stringify(line)}\n`);
  expect(() => readQueries(file)).toThrow(`line 2: Error: ${message}`);
});

function toRow(repo: string, id: string): QueryRow {
  return {
    set: 's',
    id,
    repo,
    baseCommit: 'c',
    query: 'q',
    goldFiles: ['f'],
    goldFunctions: [],
    language: 'C',
  };
}

test('a limit keeps rows from all over each repository', () => {
  const rows = ['1', '2', '3', '4', '5', '6'].map((id) => toRow('a/a', id));
  const selected = selectRows([...rows, toRow('b/b', '7')], { repos: [], limit: 3 });
  expect(selected.map(({ id }) => id)).toEqual(['1', '3', '5', '7']);
  expect(selectRows([...rows, toRow('b/b', '7')], { repos: ['b/b'], limit: 0 })).toHaveLength(1);
});
