import { describe, expect, test } from 'vitest';
import type { HistorySummary } from '../../../src/model/history.ts';
import { packTerms } from '../../../src/store/commit-codec.ts';
import type { PreparedCommit } from '../../../src/store/history-table.ts';
import { openStore, type TestStore } from '../../support/open-store.ts';

const MINUTE_MS = 60_000;

function toHash(number: number): string {
  return number.toString(16).padStart(40, '0');
}

/** A commit whose number is its hash and its time in minutes. */
function makeCommit(
  number: number,
  files: readonly string[],
  more: Partial<PreparedCommit> = {},
): PreparedCommit {
  return {
    hash: toHash(number),
    authorName: 'Ada',
    authorMs: number * MINUTE_MS,
    committedMs: number * MINUTE_MS,
    subject: `commit ${number}`,
    body: '',
    isMerge: false,
    files,
    fileCount: files.length,
    tickets: [],
    terms: packTerms([number]),
    ...more,
  };
}

const SUMMARY: HistorySummary = {
  kind: 'anew',
  problem: null,
  message: '',
  headCommit: toHash(9),
  fingerprint: 'f',
  removedHashes: [],
  isLimited: false,
  branches: [],
};

interface Written {
  readonly commits: readonly PreparedCommit[];
  readonly times?: Readonly<Record<string, number>>;
  readonly isAnew?: boolean;
  readonly maxCommits?: number;
  readonly folder?: string;
  readonly summary?: Partial<HistorySummary>;
}

/** Writes a repository from begin to finish. Times default to those of the commits. */
function writeHistory(store: TestStore, sourceId: number, written: Written): void {
  const { commits, isAnew = true, folder = '' } = written;
  const repositoryId = store.writer.writeHistory({
    kind: 'begin',
    sourceId,
    folder,
    isAnew,
    expectedCount: commits.length,
  });
  store.writer.writeHistory({ kind: 'commits', repositoryId, commits });
  const last: Record<string, number> = {};
  for (const { files, committedMs } of commits) {
    for (const file of files) last[file] = Math.max(last[file] ?? 0, committedMs);
  }
  const times = written.times ?? last;
  store.writer.writeHistory({
    kind: 'times',
    repositoryId,
    times: { paths: Object.keys(times), lastMs: Float64Array.from(Object.values(times)) },
  });
  const summary = { ...SUMMARY, ...written.summary };
  store.writer.writeHistory({
    kind: 'finish',
    repositoryId,
    summary,
    maxCommits: written.maxCommits ?? 100,
  });
}

function subjectsOf(store: TestStore, path: string): string[] {
  return store.reader.history.listCommits('root', path, 10).map(({ subject }) => subject);
}

describe('history in the database', () => {
  test('gives the commits of a file, its authors and its tickets', () => {
    using store = openStore();
    const { id } = store.addSource('root');
    writeHistory(store, id, {
      commits: [
        makeCommit(3, ['a.ts', 'b.ts'], {
          authorName: 'Bo',
          tickets: [{ id: '#7', kind: 'pull_request' }],
          body: 'why',
        }),
        makeCommit(2, ['b.ts'], { isMerge: true }),
        makeCommit(1, ['a.ts'], {
          tickets: [
            { id: '#7', kind: 'unknown' },
            { id: 'ABC-1', kind: 'issue' },
          ],
        }),
      ],
    });
    const { history } = store.reader;
    expect(history.listCommits('root', 'a.ts', 10)).toEqual([
      {
        id: 1,
        connectorId: 'root',
        hash: toHash(3),
        authorName: 'Bo',
        authorMs: 3 * MINUTE_MS,
        committedMs: 3 * MINUTE_MS,
        subject: 'commit 3',
        body: 'why',
        isMerge: false,
        fileCount: 2,
      },
      expect.objectContaining({ subject: 'commit 1', authorName: 'Ada' }),
    ]);
    expect(history.listCommits('root', 'a.ts', 1)).toHaveLength(1);
    expect(history.listCommits('other', 'a.ts', 10)).toEqual([]);
    expect(history.listFiles(1)).toEqual(['a.ts', 'b.ts']);
    expect(history.listAuthors('root', 'a.ts', 10)).toEqual([
      { name: 'Bo', commits: 1, lastMs: 3 * MINUTE_MS },
      { name: 'Ada', commits: 1, lastMs: MINUTE_MS },
    ]);
    expect(history.listTicketsOfFile('root', 'a.ts', 10)).toEqual([
      { id: '#7', kind: 'pull_request', commits: 2, lastMs: 3 * MINUTE_MS },
      { id: 'ABC-1', kind: 'issue', commits: 1, lastMs: MINUTE_MS },
    ]);
    expect(history.listTicketCommits('#7', 10).map(({ subject }) => subject)).toEqual([
      'commit 3',
      'commit 1',
    ]);
    expect(history.listTickets(3)).toEqual([
      { id: '#7', kind: 'unknown' },
      { id: 'ABC-1', kind: 'issue' },
    ]);
    expect(history.listCommitsByHash(toHash(2).slice(0, 40), 5)).toMatchObject([{ isMerge: true }]);
    expect(history.listCommitsByHash("0' OR 1", 5)).toEqual([]);
  });

  test('tells what changes together, and leaves out commits that say nothing', () => {
    using store = openStore();
    const { id } = store.addSource('root');
    const many = Array.from({ length: 30 }, (_, index) => `m${index}`);
    writeHistory(store, id, {
      commits: [
        makeCommit(5, ['a', 'b']),
        makeCommit(4, ['a', 'b', 'c']),
        makeCommit(3, ['a', ...many]),
        makeCommit(2, ['a']),
        makeCommit(1, ['a', 'c', 'd']),
      ],
    });
    const list = (minSupport: number) =>
      store.reader.history.listCoChanges('root', 'a', { limit: 9, minSupport });
    expect(list(2)).toEqual([
      { path: 'b', support: 2, confidence: 0.5, lastMs: 5 * MINUTE_MS },
      { path: 'c', support: 2, confidence: 0.5, lastMs: 4 * MINUTE_MS },
    ]);
    expect(list(1).map(({ path }) => path)).toEqual(['b', 'c', 'd']);
    expect(list(3)).toEqual([]);
  });

  test('takes what came and removes what went', () => {
    using store = openStore();
    const { id } = store.addSource('root');
    writeHistory(store, id, {
      commits: [
        makeCommit(2, ['a', 'b'], { tickets: [{ id: '#1', kind: 'issue' }] }),
        makeCommit(1, ['a']),
      ],
    });
    writeHistory(store, id, {
      commits: [makeCommit(3, ['a'])],
      isAnew: false,
      summary: { removedHashes: [toHash(2)] },
    });
    expect(subjectsOf(store, 'a')).toEqual(['commit 3', 'commit 1']);
    expect(subjectsOf(store, 'b')).toEqual([]);
    expect(store.reader.history.listTicketCommits('#1', 9)).toEqual([]);
    expect(countHistory(store)).toEqual({ done: 2, total: 2, problems: [] });
    writeHistory(store, id, { commits: [makeCommit(4, ['a']), makeCommit(3, ['c'])] });
    expect(subjectsOf(store, 'a')).toEqual(['commit 4']);
    expect(subjectsOf(store, 'c')).toEqual(['commit 3']);
  });

  test('keeps the newest commits when there are more than the limit', () => {
    using store = openStore();
    const { id } = store.addSource('root');
    writeHistory(store, id, {
      commits: [makeCommit(2, ['a']), makeCommit(1, ['a'])],
      maxCommits: 2,
    });
    writeHistory(store, id, { commits: [makeCommit(3, ['a'])], isAnew: false, maxCommits: 2 });
    expect(subjectsOf(store, 'a')).toEqual(['commit 3', 'commit 2']);
  });

  test('goes on answering while it is read anew, and is read anew after a crash', () => {
    using store = openStore();
    const { id } = store.addSource('root');
    writeHistory(store, id, { commits: [makeCommit(1, ['a'])] });
    expect(store.writer.listHistory(id)).toMatchObject([
      { folder: '', headCommit: toHash(9), fingerprint: 'f', commitCount: 1 },
    ]);
    const repositoryId = store.writer.writeHistory({
      kind: 'begin',
      sourceId: id,
      folder: '',
      isAnew: true,
      expectedCount: 5,
    });
    store.writer.writeHistory({ kind: 'commits', repositoryId, commits: [makeCommit(2, ['a'])] });
    expect(subjectsOf(store, 'a')).toEqual(['commit 2', 'commit 1']);
    expect(countHistory(store)).toMatchObject({ done: 2, total: 5 });
    expect(store.reopen().listHistory(id)).toMatchObject([{ headCommit: null, commitCount: 2 }]);
  });

  test('goes with its source and with its repository', () => {
    using store = openStore();
    const { id } = store.addSource('root');
    writeHistory(store, id, { commits: [makeCommit(1, ['a'])] });
    writeHistory(store, id, { commits: [makeCommit(1, ['sub/x'])], folder: 'sub' });
    expect(store.writer.writeHistory({ kind: 'keep', sourceId: id, folders: [''] })).toBe(1);
    expect(subjectsOf(store, 'sub/x')).toEqual([]);
    expect(subjectsOf(store, 'a')).toEqual(['commit 1']);
    store.writer.removeSource('root');
    const left = [
      'history_repository',
      'history_path',
      'commit_log',
      'commit_file',
      'ticket_ref',
      'history_branch',
    ].map((table) =>
      store.reader.connection.prepare(`SELECT count(*) FROM ${table}`).pluck().get(),
    );
    expect(left).toEqual([0, 0, 0, 0, 0, 0]);
  });

  test('keeps branches and finds them by name', () => {
    using store = openStore();
    const { id } = store.addSource('root');
    const branches = [
      { name: 'main', hash: toHash(1) },
      { name: 'fix/abc-1', hash: toHash(2) },
    ];
    writeHistory(store, id, { commits: [], summary: { branches } });
    const list = () => store.reader.history.listBranches((name) => name.startsWith('fix/'));
    expect(list()).toEqual([{ name: 'fix/abc-1', hash: toHash(2), connectorId: 'root' }]);
    store.writer.writeHistory({
      kind: 'note',
      sourceId: id,
      folder: '',
      summary: { ...SUMMARY, kind: 'unchanged' },
    });
    expect(list()).toEqual([]);
  });

  test('shows a problem, and that a new HEAD is still to be looked at', () => {
    using store = openStore();
    const { id } = store.addSource('root');
    store.writer.setSourceFacts(id, { headCommit: toHash(9) });
    expect(countHistory(store)).toEqual({ done: 0, total: 1, problems: [] });
    const failed: HistorySummary = {
      ...SUMMARY,
      kind: 'failed',
      problem: 'git_missing',
      message: 'ENOENT',
    };
    store.writer.writeHistory({ kind: 'note', sourceId: id, folder: '', summary: failed });
    expect(countHistory(store)).toEqual({
      done: 0,
      total: 0,
      problems: [{ connectorId: 'root', folder: '', problem: 'git_missing', message: 'ENOENT' }],
    });
    writeHistory(store, id, { commits: [makeCommit(1, ['a'])] });
    expect(countHistory(store)).toEqual({ done: 1, total: 1, problems: [] });
    store.writer.setSourceFacts(id, { headCommit: toHash(10) });
    expect(countHistory(store)).toMatchObject({ done: 1, total: 2 });
  });
});

/** What status says of the pass, over all repositories. */
function countHistory(store: TestStore): { done: number; total: number; problems: unknown } {
  const { repositories, problems } = store.writer.state().history;
  const sum = (key: 'done' | 'total'): number =>
    repositories.reduce((all, repository) => all + repository[key], 0);
  return { done: sum('done'), total: sum('total'), problems };
}

/** Puts files without content into the tree; gives their ids by path. */
function addFiles(store: TestStore, treeId: number, paths: readonly string[]): Map<string, number> {
  store.writer.compare(
    treeId,
    {
      paths,
      sizeBytes: new Float64Array(paths.length),
      mtimeMs: new Float64Array(paths.length).fill(77),
      reasons: new Uint8Array(paths.length),
    },
    false,
  );
  const rows = store.reader.connection.prepare('SELECT path, id FROM document').all() as {
    path: string;
    id: number;
  }[];
  return new Map(rows.map(({ path, id }) => [path, id]));
}

function readTimes(store: TestStore): Record<string, number | null> {
  const rows = store.reader.connection.prepare('SELECT path, updated_ms FROM document').raw().all();
  return Object.fromEntries(rows as [string, number | null][]);
}

const countChanges = (store: TestStore) =>
  store.reader.connection.prepare('SELECT count(*) FROM change').pluck().get();
const readEpoch = (store: TestStore) =>
  store.reader.connection.prepare("SELECT value FROM meta WHERE key = 'times_epoch'").pluck().get();

describe('times of documents', () => {
  test('are those of the last commit; a file that no commit names has none', () => {
    using store = openStore();
    const { id, activeTree } = store.addSource('root');
    addFiles(store, activeTree, ['a', 'b', 'untracked']);
    writeHistory(store, id, { commits: [makeCommit(2, ['a']), makeCommit(1, ['a', 'b'])] });
    expect(store.writer.writeHistory({ kind: 'apply', sourceId: id })).toBe(2);
    expect(readTimes(store)).toEqual({ a: 2 * MINUTE_MS, b: MINUTE_MS, untracked: null });
    expect(countChanges(store)).toBe(2);
    expect(store.writer.writeHistory({ kind: 'apply', sourceId: id })).toBe(0);
    writeHistory(store, id, {
      commits: [],
      isAnew: false,
      summary: { removedHashes: [toHash(2)] },
    });
    store.writer.writeHistory({ kind: 'apply', sourceId: id });
    expect(readTimes(store)).toMatchObject({ a: MINUTE_MS });
    writeHistory(store, id, { commits: [makeCommit(5, ['b'])] });
    store.writer.writeHistory({ kind: 'apply', sourceId: id });
    expect(readTimes(store)).toEqual({ a: null, b: 5 * MINUTE_MS, untracked: null });
  });

  test('of many documents are told to readers at once', () => {
    using store = openStore();
    const { id, activeTree } = store.addSource('root');
    const paths = Array.from({ length: 1_200 }, (_, index) => `f${index}`);
    addFiles(store, activeTree, paths);
    writeHistory(store, id, {
      commits: [makeCommit(1, [], { fileCount: 1_200 })],
      times: Object.fromEntries(paths.map((path) => [path, 5])),
    });
    expect(store.writer.writeHistory({ kind: 'apply', sourceId: id })).toBe(1_200);
    expect(countChanges(store)).toBe(0);
    expect(readEpoch(store)).toBe(1);
  });
});

describe('the commit index', () => {
  test('holds the newest commits but merges, with files and terms, and follows history', () => {
    using store = openStore();
    const { id } = store.addSource('root');
    writeHistory(store, id, {
      commits: [
        makeCommit(3, ['a', 'b'], { terms: packTerms([11, 12, 11]) }),
        makeCommit(2, ['a'], { isMerge: true }),
        makeCommit(1, ['c'], { terms: packTerms([12]), fileCount: 900, files: [] }),
      ],
    });
    const { history } = store.reader;
    const index = history.loadCommitIndex();
    expect(index.count).toBe(2);
    expect(index.connectorIds[index.repository[0] ?? 0]).toBe('root');
    expect(Array.from(index.committedMs)).toEqual([3 * MINUTE_MS, MINUTE_MS]);
    expect(Array.from(index.fileCount)).toEqual([2, 900]);
    expect(Array.from(index.termCount)).toEqual([3, 1]);
    expect(index.totalTerms).toBe(4);
    expect(Array.from(index.listPathIds(0), (pathId) => history.getPath(pathId))).toEqual([
      'a',
      'b',
    ]);
    expect(Array.from(index.listPathIds(1))).toEqual([]);
    expect(index.findTerm(11)).toEqual({
      commits: Uint32Array.of(0),
      frequencies: Uint8Array.of(2),
    });
    expect(index.findTerm(12)).toEqual({
      commits: Uint32Array.of(0, 1),
      frequencies: Uint8Array.of(1, 1),
    });
    expect(index.findTerm(13)).toBeUndefined();
    expect(
      history
        .getCommits(Array.from(index.commitId))
        .map(({ subject }) => subject)
        .toSorted(),
    ).toEqual(['commit 1', 'commit 3']);
    expect(history.loadCommitIndex()).toBe(index);
    writeHistory(store, id, { commits: [makeCommit(4, ['a'])], isAnew: false });
    expect(history.loadCommitIndex().count).toBe(3);
  });
});
