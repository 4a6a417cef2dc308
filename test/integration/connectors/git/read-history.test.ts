import { chownSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  listBranches,
  listRepositories,
} from '../../../../src/connectors/git/repository-places.ts';
import { findRepository, type GitRepository } from '../../../../src/connectors/git-repository.ts';
import { hasGit, openGitRepo } from '../../../support/git-repo.ts';
import { readAllHistory, type WholeHistory } from '../../../support/read-all-history.ts';
import { createTempDir } from '../../../support/temp-dir.ts';

const subjects = ({ commits }: WholeHistory): string[] => commits.map(({ subject }) => subject);
const known = ({ headCommit, fingerprint }: WholeHistory) => ({
  known: { headCommit, fingerprint, failedHead: null },
});

describe.skipIf(!hasGit)('reading a history', () => {
  test('gives every field of every commit, newest first', async () => {
    using dir = createTempDir();
    const repo = openGitRepo(dir.path, { init: [] });
    repo.commit('first\nline\n\nWhy: #1\n', { 'a.ts': '1', 'odd\n:M\tname': 'x', ' ': 'blank' });
    repo.commit('second', { 'a.ts': '2', 'ü/é.ts': '1' });
    const hash = repo.commit('empty');
    const history = await readAllHistory(dir.path);
    expect(history).toMatchObject({
      kind: 'anew',
      problem: null,
      isLimited: false,
      expectedCount: 3,
    });
    expect(history.headCommit).toBe(hash);
    expect(history.branches).toEqual([{ name: 'main', hash }]);
    expect(history.commits).toEqual([
      expect.objectContaining({ hash, subject: 'empty', files: [], fileCount: 0, isMerge: false }),
      expect.objectContaining({ subject: 'second', files: ['a.ts', 'ü/é.ts'], fileCount: 2 }),
      {
        hash: expect.stringMatching(/^[0-9a-f]{40}$/),
        authorName: 'Ada Test',
        authorMs: Date.parse('2024-01-01T00:01:00Z'),
        committedMs: Date.parse('2024-01-01T00:01:00Z'),
        subject: 'first line',
        body: 'Why: #1',
        isMerge: false,
        files: [' ', 'a.ts', 'odd\n:M\tname'],
        fileCount: 3,
      },
    ]);
    expect(history.times.get('a.ts')).toBe(Date.parse('2024-01-01T00:02:00Z'));
    expect(history.times.get(' ')).toBe(Date.parse('2024-01-01T00:01:00Z'));
  });

  test('reads only what came, and tells what went', async () => {
    using dir = createTempDir();
    const repo = openGitRepo(dir.path, { init: [] });
    for (let index = 0; index < 12; index++) repo.commit(`base ${index}`, { a: String(index) });
    const first = await readAllHistory(dir.path);
    expect(await readAllHistory(dir.path, known(first))).toMatchObject({
      kind: 'unchanged',
      commits: [],
    });
    repo.commit('more', { b: '1' });
    const second = await readAllHistory(dir.path, known(first));
    expect(second).toMatchObject({
      kind: 'added',
      isAnew: false,
      expectedCount: 1,
      removedHashes: [],
    });
    expect(subjects(second)).toEqual(['more']);
    repo.git('reset', '-q', '--hard', 'HEAD~1');
    repo.commit('other', { c: '1' });
    const third = await readAllHistory(dir.path, known(second));
    expect(third).toMatchObject({ kind: 'added', removedHashes: [second.headCommit] });
    expect(subjects(third)).toEqual(['other']);
    const far = { ...known(third), maxCommits: 20 };
    repo.git('reset', '-q', '--hard', 'HEAD~5');
    expect(await readAllHistory(dir.path, far)).toMatchObject({ kind: 'anew', isAnew: true });
    const lost = { known: { ...known(third).known, headCommit: '0'.repeat(40) } };
    expect(await readAllHistory(dir.path, lost)).toMatchObject({ kind: 'anew', isAnew: true });
  });

  test('keeps to the limit and gives unseen files the oldest time it knows', async () => {
    using dir = createTempDir();
    const repo = openGitRepo(dir.path, { init: [] });
    repo.commit('old', { old: '1' });
    for (let index = 0; index < 5; index++) repo.commit(`new ${index}`, { a: String(index) });
    const history = await readAllHistory(dir.path, { maxCommits: 3 });
    expect(history).toMatchObject({ isLimited: true, expectedCount: 3 });
    expect(subjects(history)).toEqual(['new 4', 'new 3', 'new 2']);
    expect(history.times.get('old')).toBe(history.commits[2]?.committedMs);
  });

  test('keeps only the number of files of a very large commit, but their times', async () => {
    using dir = createTempDir();
    const repo = openGitRepo(dir.path, { init: [] });
    const files = Array.from({ length: 201 }, (_, index) => [`f${index}`, 'x'] as const);
    repo.commit('import', Object.fromEntries(files));
    const history = await readAllHistory(dir.path);
    expect(history.commits).toMatchObject([{ files: [], fileCount: 201 }]);
    expect(history.times.size).toBe(201);
  });

  test('names both paths of a moved file', async () => {
    using dir = createTempDir();
    const repo = openGitRepo(dir.path, { init: [] });
    repo.commit('add', { 'a.ts': 'content that stays the same' });
    repo.git('mv', 'a.ts', 'b.ts');
    repo.commit('move');
    const history = await readAllHistory(dir.path);
    expect(history.commits[0]?.files).toEqual(['a.ts', 'b.ts']);
  });

  test('reads merges without files and the branch that they brought', async () => {
    using dir = createTempDir();
    const repo = openGitRepo(dir.path, { init: [] });
    repo.commit('base', { a: '1' });
    repo.git('checkout', '-q', '-b', 'feature/x');
    repo.commit('work', { b: '1' });
    repo.git('checkout', '-q', 'main');
    repo.git('merge', '-q', '--no-ff', '-m', 'Merge pull request #3 from me/x', 'feature/x');
    const history = await readAllHistory(dir.path);
    expect(history.commits[0]).toMatchObject({
      isMerge: true,
      files: [],
      subject: 'Merge pull request #3 from me/x',
    });
    expect(history.branches.map(({ name }) => name).toSorted()).toEqual(['feature/x', 'main']);
  });

  test('of a folder gives the commits that touch it, and the merges that brought them', async () => {
    using dir = createTempDir();
    const repo = openGitRepo(dir.path, { init: [] });
    repo.commit('outside', { 'x.ts': '1' });
    repo.commit('inside', { 'in (1)*/a.ts': '1', 'x.ts': '2' });
    repo.git('checkout', '-q', '-b', 'topic');
    repo.commit('topic', { 'in (1)*/b.ts': '1' });
    repo.git('checkout', '-q', 'main');
    repo.git('merge', '-q', '--no-ff', '-m', 'bring topic', 'topic');
    const history = await readAllHistory(join(dir.path, 'in (1)*'));
    expect(subjects(history)).toEqual(['bring topic', 'topic', 'inside']);
    expect(history.commits.map(({ files }) => files)).toEqual([[], ['b.ts'], ['a.ts']]);
  });

  test('reads a repository whose objects are named by SHA-256', async () => {
    using dir = createTempDir();
    const repo = openGitRepo(dir.path, { init: ['--object-format=sha256'] });
    const hash = repo.commit('one', { a: '1' });
    const history = await readAllHistory(dir.path);
    expect(history.commits).toMatchObject([{ hash, files: ['a'] }]);
  });

  test('cancels git when the reader goes away', async () => {
    using dir = createTempDir();
    const repo = openGitRepo(dir.path, { init: [] });
    repo.commit('one', { a: '1' });
    const stop = new AbortController();
    stop.abort();
    const history = await readAllHistory(dir.path, { signal: stop.signal });
    expect(history).toMatchObject({ kind: 'canceled', commits: [] });
  });

  test('leaves nothing in the repository and nothing in the temporary folder', async () => {
    using dir = createTempDir();
    const repo = openGitRepo(join(dir.path, 'repo'), { init: [] });
    repo.commit('one', { a: '1' });
    const list = () =>
      (readdirSync(join(repo.path, '.git'), { recursive: true }) as string[]).toSorted();
    const before = list();
    await readAllHistory(repo.path);
    expect(list()).toEqual(before);
  });
});

describe.skipIf(!hasGit)('every kind of repository', () => {
  test('none, and one without a commit', async () => {
    using dir = createTempDir();
    expect(listRepositories(dir.path, [''])).toEqual([]);
    openGitRepo(dir.path, { init: [] });
    expect(await readAllHistory(dir.path)).toMatchObject({
      kind: 'anew',
      problem: null,
      commits: [],
      headCommit: null,
    });
  });

  test('a bare one is no work tree', () => {
    using dir = createTempDir();
    openGitRepo(dir.path, { init: ['--bare'] });
    expect(listRepositories(dir.path, [])).toEqual([]);
  });

  test('a shallow clone ends where it was cut, and is read anew when it is deepened', async () => {
    using dir = createTempDir();
    const origin = openGitRepo(join(dir.path, 'origin'), { init: [] });
    for (const name of ['one', 'two', 'three']) origin.commit(name, { [name]: '1' });
    openGitRepo(dir.path).git('clone', '-q', '--depth=2', `file://${origin.path}`, 'clone');
    const clone = openGitRepo(join(dir.path, 'clone'));
    const shallow = await readAllHistory(clone.path);
    expect(shallow).toMatchObject({ isLimited: true, problem: null });
    expect(subjects(shallow)).toEqual(['three', 'two']);
    clone.git('fetch', '-q', '--unshallow');
    const whole = await readAllHistory(clone.path, known(shallow));
    expect(whole).toMatchObject({ kind: 'anew', isLimited: false });
    expect(subjects(whole)).toEqual(['three', 'two', 'one']);
    expect(whole.branches.map(({ name }) => name).toSorted()).toEqual(['main', 'origin/main']);
  });

  test('a linked work tree has its own HEAD', async () => {
    using dir = createTempDir();
    const repo = openGitRepo(join(dir.path, 'main'), { init: [] });
    repo.commit('base', { a: '1' });
    repo.git('worktree', 'add', '-q', '-b', 'topic', '../tree');
    const tree = openGitRepo(join(dir.path, 'tree'));
    tree.commit('in the tree', { b: '1' });
    expect(subjects(await readAllHistory(tree.path))).toEqual(['in the tree', 'base']);
    expect(subjects(await readAllHistory(repo.path))).toEqual(['base']);
  });

  test('a submodule, by itself and below its superproject', async () => {
    using dir = createTempDir();
    const part = openGitRepo(join(dir.path, 'part'), { init: [] });
    part.commit('part', { 'lib/p.ts': '1' });
    const whole = openGitRepo(join(dir.path, 'whole'), { init: [] });
    whole.git('submodule', '--quiet', 'add', part.path, 'ext/part');
    whole.commit('whole', { 'w.ts': '1' });
    const places = listRepositories(whole.path, ['', 'ext', 'ext/part', 'ext/part/lib']);
    expect(places.map(({ folder }) => folder)).toEqual(['', 'ext/part']);
    const [, place] = places;
    if (place === undefined) throw new Error('the submodule was not found');
    const below = await readAllHistory(whole.path, { place });
    expect(below.commits).toMatchObject([{ subject: 'part', files: ['ext/part/lib/p.ts'] }]);
    expect(subjects(await readAllHistory(join(whole.path, 'ext/part')))).toEqual(['part']);
    expect(subjects(await readAllHistory(whole.path))).toEqual(['whole']);
  });

  test('packed refs and a reftable', async () => {
    using dir = createTempDir();
    const repo = openGitRepo(dir.path, { init: [] });
    const hash = repo.commit('one', { a: '1' });
    repo.git('branch', 'x/y');
    repo.git('pack-refs', '--all');
    const repository = findRepository(dir.path) as GitRepository;
    expect(listBranches(repository)).toEqual([
      { name: 'main', hash },
      { name: 'x/y', hash },
    ]);
    repo.write('.git/HEAD', 'ref: refs/heads/.invalid\n');
    expect(await readAllHistory(dir.path)).toMatchObject({
      kind: 'failed',
      problem: 'head_unreadable',
    });
  });

  test.skipIf(process.getuid?.() !== 0)('one that belongs to another user', async () => {
    using dir = createTempDir();
    const repo = openGitRepo(join(dir.path, 'repo'), { init: [] });
    repo.commit('theirs', { a: '1' });
    for (const name of ['', ...(readdirSync(repo.path, { recursive: true }) as string[])]) {
      chownSync(join(repo.path, name), 65_534, 65_534);
    }
    expect(() => repo.git('log')).toThrow(/dubious ownership/);
    expect(subjects(await readAllHistory(repo.path))).toEqual(['theirs']);
  });

  test('a machine without git says so', async () => {
    using dir = createTempDir();
    openGitRepo(dir.path, { init: [] }).commit('one', { a: '1' });
    const history = await readAllHistory(dir.path, { searchPath: dir.path });
    expect(history).toMatchObject({ kind: 'failed', problem: 'git_missing', commits: [] });
  });

  test('a damaged one says what is wrong', async () => {
    using dir = createTempDir();
    const repo = openGitRepo(dir.path, { init: [] });
    repo.commit('one', { a: '1' });
    repo.write('.git/refs/heads/main', `${'1'.repeat(40)}\n`);
    const history = await readAllHistory(dir.path);
    expect(history).toMatchObject({
      kind: 'failed',
      problem: 'git_failed',
      message: expect.stringContaining('1111'),
    });
  });
});
