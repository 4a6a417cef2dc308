/**
 * Reads the history of one repository: everything up to a limit, or only what came and went since the
 * commit that is known. `git log` runs on a view (git-view.ts), so that nothing of the repository runs.
 *
 * Renames are not followed: telling them takes the contents of files, which a partial clone may not have. A moved
 * file stands in the commit that moved it under both names.
 * A folder of a repository gives the commits that touch it, and merges that brought such commits.
 */
import { createHash } from 'node:crypto';
import { readGitHead, type GitHead } from '../git-head.ts';
import { openRepository, type GitRepository } from '../git-repository.ts';
import type {
  HistoryProblem,
  HistorySummary,
  KnownHistory,
  LoggedCommit,
  PathTimes,
  RepositoryPlace,
} from '../../model/history.ts';
import { createGitView, type GitView, readShallow } from './git-view.ts';
import { LOG_FORMAT, LogParser } from './log-parser.ts';
import { listBranches, mapPaths, type PathMapping } from './repository-places.ts';
import { collectGit, type GitEnd, streamGit } from './run-git.ts';

export interface HistoryOptions {
  readonly root: string;
  readonly place: RepositoryPlace;
  readonly known: KnownHistory;
  /** Newest commits to read; older ones are left out. */
  readonly maxCommits: number;
  /** Folders in which git is looked for, as in PATH. */
  readonly searchPath: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** What comes while reading: first `begin`, then commits (newest first), then the times of paths. */
export type HistoryEvent =
  | { readonly kind: 'begin'; readonly isAnew: boolean; readonly expectedCount: number }
  | { readonly kind: 'commits'; readonly commits: readonly LoggedCommit[] }
  | { readonly kind: 'times'; readonly times: PathTimes };

/** Part of the fingerprint: a change of what is read or derived makes every history be read anew. */
const FORMAT_VERSION = 1;
const COMMITS_PER_EVENT = 200;
const PATHS_PER_EVENT = 4_000;
/** When this share of the limit is no longer reached by HEAD, all is read anew. */
const REMOVED_SHARE = 0.1;

/** Reads; the generator's result says how it ended. Throws only what the temporary folder throws. */
export async function* readHistory(
  options: HistoryOptions,
): AsyncGenerator<HistoryEvent, HistorySummary> {
  const repository = openRepository(options.place.workTree);
  const head = repository === null ? null : readGitHead(options.place.workTree);
  if (repository === null || head === null) return toFailure('head_unreadable', 'no repository');
  const mapping = mapPaths(options.root, options.place);
  const facts = {
    headCommit: head.commit,
    fingerprint: toFingerprint(repository, mapping),
    branches: listBranches(repository),
  };
  if (head.commit === null) return yield* endWithoutCommit(head, facts);
  const { known } = options;
  const isComparable = known.fingerprint === facts.fingerprint;
  const hasFailed = known.failedHead === head.commit;
  if (hasFailed || (isComparable && known.headCommit === head.commit)) {
    return { ...UNCHANGED, ...facts };
  }
  using view = createGitView(repository, {
    hashLength: head.commit.length,
    searchPath: options.searchPath,
  });
  const reading = { options, view, mapping, head: head.commit, repository };
  return { ...(yield* readDifference(reading, isComparable ? known.headCommit : null)), ...facts };
}

/** Where HEAD is and what is on the way; not read by `readDifference`. */
type HeadFacts = Pick<HistorySummary, 'headCommit' | 'fingerprint' | 'branches'>;

async function* readDifference(
  reading: Reading,
  since: string | null,
): AsyncGenerator<HistoryEvent, Omit<HistorySummary, keyof HeadFacts>> {
  const removedHashes = since === null ? null : await listRemoved(reading, since);
  const end = yield* readLog(reading, removedHashes === null ? null : since);
  if (reading.options.signal?.aborted === true) return { ...UNCHANGED, kind: 'canceled' };
  if (end.kind === 'missing') return toFailure('git_missing', end.message);
  if (end.kind === 'failed') return toFailure('git_failed', end.message);
  const kind = removedHashes === null ? 'anew' : 'added';
  const { isLimited, message } = end;
  return { kind, problem: null, message, removedHashes: removedHashes ?? [], isLimited };
}

const UNCHANGED = {
  kind: 'unchanged',
  problem: null,
  message: '',
  removedHashes: [],
  isLimited: false,
} as const;

interface Reading {
  readonly options: HistoryOptions;
  readonly view: GitView;
  readonly mapping: PathMapping;
  readonly head: string;
  readonly repository: GitRepository;
}

function toFailure(problem: HistoryProblem, message: string): HistorySummary {
  const none = { headCommit: null, fingerprint: null, removedHashes: [], branches: [] };
  return { ...none, kind: 'failed', problem, message, isLimited: false };
}

/** A repository before its first commit has an empty history; refs that are not files cannot be followed. */
async function* endWithoutCommit(
  head: GitHead,
  facts: HeadFacts,
): AsyncGenerator<HistoryEvent, HistorySummary> {
  if (head.branch === null) {
    return { ...toFailure('head_unreadable', 'HEAD names no commit that could be read'), ...facts };
  }
  yield { kind: 'begin', isAnew: true, expectedCount: 0 };
  return { ...UNCHANGED, kind: 'anew', ...facts };
}

function toFingerprint(repository: GitRepository, mapping: PathMapping): string {
  const parts = JSON.stringify([FORMAT_VERSION, mapping.gitFolder, readShallow(repository)]);
  return createHash('sha256').update(parts).digest('hex').slice(0, 16);
}

/** Commits that were reachable before and are no longer; null when the difference is too large or not known. */
async function listRemoved(
  { options, view, head }: Reading,
  since: string,
): Promise<readonly string[] | null> {
  const most = Math.ceil(options.maxCommits * REMOVED_SHARE);
  const args = ['rev-list', `--max-count=${most + 1}`, since, `^${head}`, '--'];
  const { kind, text } = await collectGit(args, { ...options, view });
  const hashes = text.split('\n').filter((line) => line !== '');
  return kind === 'done' && hashes.length <= most ? hashes : null;
}

interface Times {
  /** Of the last commit of each path. */
  readonly lastMs: Map<string, number>;
  oldestMs: number;
}

async function* readLog(
  reading: Reading,
  since: string | null,
): AsyncGenerator<HistoryEvent, GitEnd & { readonly isLimited: boolean }> {
  const { options, view, head } = reading;
  const range = since === null ? [head] : [head, `^${since}`];
  const most = options.maxCommits + 1;
  const counting = ['rev-list', '--count', `--max-count=${most}`, ...range, '--'];
  const counted = await collectGit(counting, { ...options, view });
  if (counted.kind !== 'done') {
    const kind = counted.kind === 'missing' ? 'missing' : 'failed';
    return {
      kind,
      message: counted.message || 'counting the commits took too long',
      isLimited: false,
    };
  }
  const count = Number(counted.text);
  const expectedCount = Math.min(count, options.maxCommits);
  yield { kind: 'begin', isAnew: since === null, expectedCount };
  const times: Times = { lastMs: new Map(), oldestMs: Infinity };
  const end = yield* readCommits(reading, range, times);
  if (end.kind !== 'done' && end.kind !== 'stopped') return { ...end, isLimited: false };
  const isLimited =
    since === null &&
    (count > options.maxCommits ||
      end.kind === 'stopped' ||
      readShallow(reading.repository) !== '');
  if (isLimited) await addTrackedPaths(reading, times);
  yield* toTimeEvents(times.lastMs);
  return { ...end, isLimited };
}

async function* readCommits(
  { options, view, mapping }: Reading,
  range: readonly string[],
  times: Times,
): AsyncGenerator<HistoryEvent, GitEnd> {
  const parser = new LogParser(
    (path) => mapping.toRootPath(path),
    (path, committedMs) => {
      times.lastMs.set(path, Math.max(times.lastMs.get(path) ?? 0, committedMs));
      times.oldestMs = Math.min(times.oldestMs, committedMs);
    },
  );
  const folder = mapping.gitFolder === '' ? [] : [mapping.gitFolder];
  const history = folder.length === 0 ? [] : ['--full-history'];
  const limit = `--max-count=${options.maxCommits}`;
  const args = ['log', ...LOG_ARGUMENTS, limit, ...history, ...range, '--', ...folder];
  const output = streamGit(args, { ...options, view });
  let waiting: LoggedCommit[] = [];
  for (;;) {
    const step = await output.next();
    if (step.done === true) {
      waiting.push(...parser.finish(step.value.kind === 'done'));
      if (waiting.length > 0) yield { kind: 'commits', commits: waiting };
      return step.value;
    }
    waiting.push(...parser.push(step.value));
    if (waiting.length >= COMMITS_PER_EVENT) {
      yield { kind: 'commits', commits: waiting };
      waiting = [];
    }
  }
}

/** What a view cannot switch on anyway is switched off once more; the rest fixes what is printed. */
const LOG_ARGUMENTS: readonly string[] = [
  '-z',
  '--name-status',
  '--no-renames',
  '--no-ext-diff',
  '--no-textconv',
  '--no-color',
  '--no-decorate',
  '--no-notes',
  '--no-mailmap',
  '--no-show-signature',
  '--encoding=UTF-8',
  `--format=${LOG_FORMAT}`,
];

/** Files that no commit that was read has touched changed before the oldest of them: that time is the nearest known. */
async function addTrackedPaths(reading: Reading, { lastMs, oldestMs }: Times): Promise<void> {
  const { options, view, mapping, head } = reading;
  if (oldestMs === Infinity) return;
  const folder = mapping.gitFolder === '' ? [] : [mapping.gitFolder];
  const args = ['ls-tree', '-r', '-z', '--name-only', '--full-tree', head, '--', ...folder];
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of streamGit(args, { ...options, view })) {
    const names = (rest + decoder.decode(chunk, { stream: true })).split('\0');
    rest = names.pop() ?? '';
    for (const name of names) {
      const path = mapping.toRootPath(name);
      if (path !== null && !path.includes('\uFFFD') && !lastMs.has(path))
        lastMs.set(path, oldestMs);
    }
  }
}

function* toTimeEvents(times: ReadonlyMap<string, number>): Generator<HistoryEvent> {
  const paths = [...times.keys()];
  for (let start = 0; start < paths.length; start += PATHS_PER_EVENT) {
    const slice = paths.slice(start, start + PATHS_PER_EVENT);
    const lastMs = Float64Array.from(slice, (path) => times.get(path) ?? 0);
    yield { kind: 'times', times: { paths: slice, lastMs } };
  }
}
