/**
 * Where a GitHub connector stands, as plain data. A run goes through the streams in their order; `run` says in which
 * one and where in it, so a run that was cut off goes on there. What an ended stream leaves for the
 * next run stands in `marks`. `run` is null between runs:
 *
 *     {"version": 1, "repositoryId": 7, "fullName": "o/r", "counts": {…}, "marks": {"issues": {"newest": "…"}},
 *      "run": {"stream": "comments", "position": {"page": 1, "since": "…"}, "counts": {…}, "created": {…}}}
 */
import type { ConnectorItem, SyncCursor } from '../connector.ts';
import type { WalkMark, WalkPosition } from '../walk-since.ts';
import type { RepositoryFacts } from './queries.ts';

/** In the order of a run. The last two look for what was deleted or moved away; most runs pass them over. */
export const STREAMS = [
  'issues',
  'pulls',
  'comments',
  'review_comments',
  'discussions',
  'releases',
  'lost_issues',
  'lost_discussions',
] as const;
export type StreamName = (typeof STREAMS)[number];

/** Which of its keys a stream uses is its own affair. */
export interface StreamPosition extends Partial<WalkPosition> {
  /** Behind this node of a connection. */
  readonly after?: string | undefined;
  /** Numbers up to this one are still to be looked at. */
  readonly number?: number;
}

export interface StreamMark extends WalkMark {
  /** True once a run found nothing newer than the run before it. */
  readonly isSettled?: boolean;
  /** Ids on the first page, to see which are gone. */
  readonly ids?: readonly number[] | undefined;
}

/** How many there were, and the highest number among them, at the start of a run. */
export interface Counts {
  readonly issues: number;
  readonly highestIssue: number;
  readonly discussions: number;
  readonly highestDiscussion: number;
}

export interface Run {
  readonly stream: StreamName;
  readonly position?: StreamPosition | undefined;
  readonly counts: Counts;
  /** Found in this run, with a number above the highest of the last one. */
  readonly created: { readonly issues: number; readonly discussions: number };
  /** Of a run that fetches everything: items to come, as far as known. */
  readonly expectedItems?: number | undefined;
}

export interface GithubCursor {
  readonly version: 1;
  readonly repositoryId: number;
  readonly fullName: string;
  readonly marks: Partial<Record<StreamName, StreamMark>>;
  /** Of the last run that ended; null before. */
  readonly counts: Counts | null;
  readonly run: Run | null;
}

/** What a stream hands out at a time. `mark` ends it. */
export interface StreamStep {
  readonly items: readonly ConnectorItem[];
  readonly removed?: readonly string[];
  readonly position?: StreamPosition;
  readonly mark?: StreamMark;
  /** Items among them that are new since the last run. */
  readonly created?: number;
  /** Comments that the rows say there are. */
  readonly expectedItems?: number;
}

/** Reads a stored cursor; undefined for none, or one of another version. */
export function readGithubCursor(cursor: SyncCursor | null): GithubCursor | undefined {
  return cursor?.['version'] === 1 ? (cursor as unknown as GithubCursor) : undefined;
}

/** The cursor as it is stored: plain data without the keys that hold nothing. */
export function toSyncCursor(cursor: GithubCursor): SyncCursor {
  return JSON.parse(JSON.stringify(cursor)) as SyncCursor;
}

/**
 * The cursor at the start of a run: the stored one where a run was cut off, else one at the first stream. Without
 * marks everything is fetched: when there is no cursor, and when the repository has another name (all
 * tickets are called otherwise then) or is another one under the same name.
 */
export function beginRun(stored: GithubCursor | undefined, facts: RepositoryFacts): GithubCursor {
  const isSame =
    stored?.repositoryId === facts.databaseId && stored.fullName === facts.nameWithOwner;
  if (isSame && stored.run !== null) return stored;
  const totals =
    facts.issues.totalCount +
    facts.pullRequests.totalCount +
    facts.discussions.totalCount +
    facts.releases.totalCount;
  return {
    version: 1,
    repositoryId: facts.databaseId,
    fullName: facts.nameWithOwner,
    marks: isSame ? stored.marks : {},
    counts: isSame ? stored.counts : null,
    run: {
      stream: STREAMS[0],
      counts: toCounts(facts, isSame ? stored.counts : null),
      created: { issues: 0, discussions: 0 },
      expectedItems: isSame ? undefined : totals,
    },
  };
}

/** The cursor behind a step of the stream that the run is in. */
export function advance(cursor: GithubCursor, stream: StreamName, step: StreamStep): GithubCursor {
  const { run } = cursor;
  if (run === null) return cursor;
  const expected = run.expectedItems;
  const next: Run = {
    ...run,
    created: addCreated(run, step.created ?? 0),
    expectedItems: expected === undefined ? undefined : expected + (step.expectedItems ?? 0),
    position: step.mark === undefined ? step.position : undefined,
  };
  if (step.mark === undefined) return { ...cursor, run: next };
  const marks = { ...cursor.marks, [stream]: step.mark };
  const following = STREAMS[STREAMS.indexOf(stream) + 1];
  if (following !== undefined) return { ...cursor, marks, run: { ...next, stream: following } };
  return { ...cursor, marks, counts: run.counts, run: null };
}

function addCreated({ stream, created }: Run, count: number): Run['created'] {
  if (stream === 'issues') return { ...created, issues: created.issues + count };
  if (stream === 'discussions') return { ...created, discussions: created.discussions + count };
  return created;
}

function toCounts(facts: RepositoryFacts, known: Counts | null): Counts {
  return {
    issues: facts.issues.totalCount,
    highestIssue: findHighest(facts.issues.nodes, known?.highestIssue),
    discussions: facts.discussions.totalCount,
    highestDiscussion: findHighest(facts.discussions.nodes, known?.highestDiscussion),
  };
}

function findHighest(
  nodes: readonly ({ readonly number: number } | null)[],
  known: number | undefined,
): number {
  return Math.max(known ?? 0, ...nodes.map((node) => node?.number ?? 0));
}

/** True for a number that came between the start of the run before and the start of this one. */
export function isNewNumber(number: number, known: number | undefined, highest: number): boolean {
  return number > (known ?? 0) && number <= highest;
}
