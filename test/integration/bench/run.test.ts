/** The whole command on a mirror with two commits: the server is started, moved and asked. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RunResults } from '../../../bench/quality/results.ts';
import { makeMirror } from '../../support/make-mirror.ts';
import { createTempDir } from '../../support/temp-dir.ts';

const RUN = join(import.meta.dirname, '../../../bench/quality/run.ts');

test('each query is answered from the tree of its commit', () => {
  using folder = createTempDir();
  const { first, second } = makeMirror(folder, 'owner+name');
  const row = { repo: 'owner/name', language: 'Python', query: 'render the footer of a page' };
  const queries = folder.write(
    'two.jsonl',
    [
      {
        ...row,
        id: 'new',
        base_commit: second,
        gold_files: ['b.py'],
        gold_functions: ['b.py:render_footer'],
      },
      { ...row, id: 'old', base_commit: first, gold_files: ['b.py'] },
      { ...row, id: 'gone', base_commit: first, gold_files: ['b.py'], repo: 'owner/gone' },
    ]
      .map((line) => JSON.stringify(line))
      .join('\n'),
  );
  const out = join(folder.path, 'out.json');
  const options = ['--queries', queries, '--mirrors', join(folder.path, 'mirrors'), '--out', out];
  execFileSync(process.execPath, [RUN, ...options], { stdio: ['ignore', 'ignore', 'pipe'] });
  const results = JSON.parse(readFileSync(out, 'utf8')) as RunResults;
  expect(results.missing).toEqual({ 'owner/gone': 1 });
  expect(results.indexing).toMatchObject([{ repo: 'owner/name', commits: 2, files: 2 }]);
  // In the order of the commits, the older one first: there the gold file is not yet.
  expect(results.rows).toMatchObject([
    {
      id: 'old',
      systems: {
        conexus: { fileRanks: [null] },
        bm25: { fileRanks: [null] },
        ripgrep: { fileRanks: [null] },
      },
    },
    {
      id: 'new',
      systems: {
        conexus: { fileRanks: [1], functionRanks: [1] },
        bm25: { fileRanks: [1], functionRanks: null },
        ripgrep: { fileRanks: [1], functionRanks: null },
      },
    },
  ]);
  const report = readFileSync(out.replace('.json', '.md'), 'utf8');
  expect(report).toContain('| two | conexus | 2 | 50.0 |');
  expect(report).toContain('owner/gone (1 rows)');
});

test('a kept index answers the second run as the server answered the first', () => {
  using folder = createTempDir();
  const { second } = makeMirror(folder, 'owner+name');
  const row = {
    id: 'new',
    repo: 'owner/name',
    language: 'Python',
    query: 'render the footer of a page',
    base_commit: second,
    gold_files: ['b.py'],
    gold_functions: ['b.py:render_footer'],
  };
  const queries = folder.write('one.jsonl', JSON.stringify(row));
  const options = ['--queries', queries, '--mirrors', join(folder.path, 'mirrors')];
  const keep = ['--no-baselines', '--keep', join(folder.path, 'kept')];
  const [first, again] = ['first.json', 'again.json'].map((name) => {
    const out = join(folder.path, name);
    execFileSync(process.execPath, [RUN, ...options, ...keep, '--out', out], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    return JSON.parse(readFileSync(out, 'utf8')) as RunResults;
  });
  const found = { conexus: { fileRanks: [1], functionRanks: [1] } };
  expect(first?.rows).toMatchObject([{ id: 'new', systems: found }]);
  expect(again?.rows).toMatchObject([{ id: 'new', systems: found }]);
  // Only the first run had to index.
  expect(first?.indexing[0]?.files).toBe(2);
  expect(again?.indexing[0]?.files).toBe(0);
});
