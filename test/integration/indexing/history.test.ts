/** History through the whole system: jobs, threads, rows, status, times of files. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readGitHead } from '../../../src/connectors/git-head.ts';
import { HistoryReader } from '../../../src/store/history-reader.ts';
import { openReader } from '../../../src/store/database.ts';
import { hasGit, openGitRepo } from '../../support/git-repo.ts';
import { readAllHistory } from '../../support/read-all-history.ts';
import { createWorkplace, startTestApp, type Workplace } from '../../support/start-test-app.ts';

const projectFolder = join(import.meta.dirname, '../../..');
const CACHE_BYTES = 1024 * 1024;

function listSubjects(place: Workplace, path: string): string[] {
  const connection = openReader(place.databasePath, CACHE_BYTES);
  try {
    return new HistoryReader(connection).listCommits('app', path, 20).map(({ subject }) => subject);
  } finally {
    connection.close();
  }
}

async function readTime(
  app: Awaited<ReturnType<typeof startTestApp>>,
  word: string,
): Promise<string | null | undefined> {
  const { results } = await app.search(word, { mode: 'literal' });
  return results[0]?.metadata.updated_at;
}

describe.skipIf(!hasGit)('history', () => {
  // The sources of a release have no repository around them.
  test.skipIf(readGitHead(projectFolder) === null)('of this project is read whole', async () => {
    const history = await readAllHistory(projectFolder);
    expect(history.problem).toBeNull();
    expect(history.commits.length).toBeGreaterThan(0);
    expect(history.commits.some(({ files }) => files.includes('package.json'))).toBe(true);
    expect(history.commits[0]?.hash).toBe(history.headCommit);
  });

  test('is indexed with its repository, follows HEAD, and dates the files', async () => {
    using place = createWorkplace();
    const repo = openGitRepo(place.root, { init: [] });
    repo.commit('first (#4)', { 'a.txt': 'alphaword\n', 'b.txt': 'betaword\n' });
    const head = repo.commit('second, ABC-7', { 'b.txt': 'betaword gammaword\n' });
    repo.write('untracked.txt', 'deltaword\n');
    await using app = await startTestApp(place);
    expect((await app.run('start')).state).toBe('completed');
    const status = await app.status();
    expect(status.passes.history).toEqual({ done: 2, total: 2 });
    expect(status.head_commit).toBe(head);
    expect(listSubjects(place, 'b.txt')).toEqual(['second, ABC-7', 'first (#4)']);
    expect(await readTime(app, 'alphaword')).toBe('2024-01-01T00:01:00.000Z');
    expect(await readTime(app, 'betaword')).toBe('2024-01-01T00:02:00.000Z');
    expect(Date.parse((await readTime(app, 'deltaword')) ?? '')).toBeGreaterThan(
      Date.parse('2025-01-01'),
    );
    const inRange = {
      filters: { date_range: { from: '2024-01-01T00:02:00Z', to: '2024-01-01T00:02:00Z' } },
    };
    const found = await app.search('word', { mode: 'literal', ...inRange });
    expect(found.results.map(({ metadata }) => metadata.file_path)).toEqual(['b.txt']);

    repo.git('rm', '-q', '--cached', 'untracked.txt', '--ignore-unmatch');
    repo.commit('third', { 'a.txt': 'alphaword again\n' });
    await app.run('start');
    expect((await app.status()).passes.history).toEqual({ done: 3, total: 3 });
    expect(listSubjects(place, 'a.txt')).toEqual(['third', 'first (#4)']);
    expect(await readTime(app, 'alphaword')).toBe('2024-01-01T00:03:00.000Z');

    repo.git('reset', '-q', '--hard', 'HEAD~2');
    await app.run('start');
    expect((await app.status()).passes.history).toEqual({ done: 1, total: 1 });
    expect(await readTime(app, 'betaword')).toBe('2024-01-01T00:01:00.000Z');

    await app.run('force_reindex');
    expect(await readTime(app, 'betaword')).toBe('2024-01-01T00:01:00.000Z');
  });

  test('of repositories below the root is found, and goes with them', async () => {
    using place = createWorkplace({ 'top.txt': 'topword\n' });
    const repo = openGitRepo(join(place.root, 'group/part'), { init: [] });
    repo.commit('inside', { 'src/x.txt': 'innerword\n' });
    await using app = await startTestApp(place);
    await app.run('start');
    expect((await app.status()).passes.history).toEqual({ done: 1, total: 1 });
    expect(listSubjects(place, 'group/part/src/x.txt')).toEqual(['inside']);
    expect(await readTime(app, 'innerword')).toBe('2024-01-01T00:01:00.000Z');
    rmSync(repo.path, { recursive: true });
    await app.run('start');
    expect((await app.status()).passes.history).toEqual({ done: 0, total: 0 });
    expect(place.rows('SELECT * FROM commit_log')).toEqual([]);
  });

  test('dates many files at once for threads that have answered before', async () => {
    const names = Array.from({ length: 1_100 }, (_, index) => `f${index}.txt`);
    using place = createWorkplace(
      Object.fromEntries(names.map((name) => [name, `${name} word\n`])),
    );
    await using app = await startTestApp(place);
    await app.run('start');
    expect(Date.parse((await readTime(app, 'f7.txt')) ?? '')).toBeGreaterThan(
      Date.parse('2025-01-01'),
    );
    openGitRepo(place.root, { init: [] }).commit('all');
    await app.run('start');
    expect(await readTime(app, 'f7.txt')).toBe('2024-01-01T00:01:00.000Z');
    expect(place.rows("SELECT value FROM meta WHERE key = 'times_epoch'")).toEqual([{ value: 1 }]);
  });

  test('is nothing outside of any repository, and no error', async () => {
    using place = createWorkplace({ 'a.txt': 'a\n' });
    await using app = await startTestApp(place);
    expect((await app.run('start')).state).toBe('completed');
    expect((await app.status()).passes.history).toEqual({ done: 0, total: 0 });
    expect(app.logLines).toEqual([]);
  });

  test('without git gives its reason, once, and the job ends well', async () => {
    using place = createWorkplace();
    openGitRepo(place.root, { init: [] }).commit('one', { 'a.txt': 'a\n' });
    const searchPath = process.env['PATH'];
    process.env['PATH'] = place.root;
    try {
      await using app = await startTestApp(place);
      expect((await app.run('start')).state).toBe('completed');
      await app.run('start');
      expect((await app.status()).passes.history).toEqual({
        done: 0,
        total: 0,
        reason: expect.stringContaining('git was not found'),
      });
      expect(app.logLines).toMatchObject([
        { level: 'warn', msg: 'no history', problem: 'git_missing' },
      ]);
    } finally {
      process.env['PATH'] = searchPath;
    }
    await using app = await startTestApp(place);
    await app.run('start');
    expect((await app.status()).passes.history).toEqual({ done: 1, total: 1 });
  });
});
