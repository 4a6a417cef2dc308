/**
 * A sync as a run through streams, one after the other, for services that list each sort of item on its own. The cursor says in
 * which stream a run is and where in it, so a run that was cut off goes on there; what an ended stream leaves
 * for the next run stands in `marks`; `run` is null between runs:
 *
 *     {"version": 1, "repositoryId": 7, "fullName": "o/r", "counts": {…}, "marks": {"issues": {"newest": "…"}},
 *      "run": {"stream": "comments", "position": {"page": 1, "since": "…"}, "counts": {…}, "created": {…}}}
 *
 * Without marks a stream fetches everything: in the first run, and when the repository has another name (all
 * tickets are called otherwise then) or is another one under the same name.
 */
import type { ConnectorItem, SyncCursor, SyncPage } from './connector.ts';
import type { WalkMark, WalkPosition } from './walk-since.ts';

/** Where a stream stands inside a run. Which of the keys a stream uses is its own affair. */
export interface StreamPosition extends Partial<WalkPosition> {
  /** Behind this node of a connection. */
  readonly after?: string | undefined;
  /** Numbers up to this one are still to be looked at. */
  readonly number?: number | undefined;
}

/** What a stream that ended leaves for the next run. */
export interface StreamMark extends WalkMark {
  /** True once a run found nothing newer than the run before it. */
  readonly isSettled?: boolean;
  /** Ids on the first page, to see which are gone. */
  readonly ids?: readonly (number | string)[] | undefined;
}

/** What a stream hands out at a time. `mark` ends it. */
export interface StreamStep {
  readonly items: readonly ConnectorItem[];
  readonly removed?: readonly string[];
  readonly position?: StreamPosition;
  readonly mark?: StreamMark;
  /** Items among them that are new since the last run. */
  readonly created?: number;
  /** Further items that the rows say there are. */
  readonly expectedItems?: number;
}

/** How many of each sort there are, and the highest numbers, as a run found them at its start. */
export type Counts = Readonly<Record<string, number>>;

export interface Run<Name extends string, Found extends Counts> {
  readonly stream: Name;
  readonly position?: StreamPosition | undefined;
  readonly counts: Found;
  /** By stream: found in this run, with a number above the highest of the last one. */
  readonly created: Readonly<Partial<Record<Name, number>>>;
  /** Of a run that fetches everything: items to come, as far as known. */
  readonly expectedItems?: number | undefined;
}

export interface RunCursor<Name extends string, Found extends Counts> {
  readonly version: 1;
  readonly repositoryId: number;
  readonly fullName: string;
  readonly marks: Readonly<Partial<Record<Name, StreamMark>>>;
  /** Of the last run that ended; null before. */
  readonly counts: Found | null;
  readonly run: Run<Name, Found> | null;
}

/** The repository as the service tells of it at the start of a run. */
export interface RunStart<Name extends string, Found extends Counts> {
  /** In the order of a run. */
  readonly streams: readonly [Name, ...Name[]];
  readonly repositoryId: number;
  readonly fullName: string;
  /** Counts of now; given those of the last run, because a highest number never gets lower. */
  readonly count: (known: Found | null) => Found;
  /** Items of which the service tells the number. */
  readonly totalItems: number;
  /** All folders that documents lie in. */
  readonly folders: readonly string[];
  readonly open: (
    cursor: RunCursor<Name, Found>,
    run: Run<Name, Found>,
  ) => AsyncIterable<StreamStep>;
}

/**
 * Pages until the repository is in step. Steps that bring nothing are not handed out; to repeat them after a restart
 * costs a request. The last page has a cursor without a run.
 */
export async function* runStreams<Name extends string, Found extends Counts>(
  start: RunStart<Name, Found>,
  stored: SyncCursor | null,
): AsyncGenerator<SyncPage> {
  const known =
    stored?.['version'] === 1 ? (stored as unknown as RunCursor<Name, Found>) : undefined;
  let cursor = beginRun(start, known);
  if (known !== undefined && known.repositoryId !== start.repositoryId) {
    // Another repository under the same name: nothing of the old one is left.
    yield { items: [], removed: start.folders, cursor: toSyncCursor(cursor) };
  }
  while (cursor.run !== null) {
    const { stream } = cursor.run;
    for await (const step of start.open(cursor, cursor.run)) {
      cursor = advance(start.streams, cursor, { stream, step });
      const { items, removed = [] } = step;
      const expectedItems = cursor.run?.expectedItems;
      if (items.length === 0 && removed.length === 0) continue;
      const page = { items, removed, cursor: toSyncCursor(cursor) };
      yield expectedItems === undefined ? page : { ...page, expectedItems };
    }
  }
  yield { items: [], removed: [], cursor: toSyncCursor(cursor) };
}

/** A stream that there is nothing of, now; its mark stays. */
export async function* passStream(mark: StreamMark | undefined): AsyncGenerator<StreamStep> {
  yield { items: [], mark: mark ?? {} };
}

/** True for a number that came between the start of the run before and the start of this one. */
export function isNewNumber(number: number, known: number | undefined, highest: number): boolean {
  return number > (known ?? 0) && number <= highest;
}

function beginRun<Name extends string, Found extends Counts>(
  start: RunStart<Name, Found>,
  stored: RunCursor<Name, Found> | undefined,
): RunCursor<Name, Found> {
  const { repositoryId, fullName, streams, totalItems, count } = start;
  const isSame = stored?.repositoryId === repositoryId && stored.fullName === fullName;
  if (isSame && stored.run !== null) return stored;
  const counts = isSame ? stored.counts : null;
  return {
    version: 1,
    repositoryId,
    fullName,
    marks: isSame ? stored.marks : ({} as RunCursor<Name, Found>['marks']),
    counts,
    run: {
      stream: streams[0],
      counts: count(counts),
      created: {} as Run<Name, Found>['created'],
      expectedItems: isSame ? undefined : totalItems,
    },
  };
}

/** The cursor behind a step of the stream that the run is in. */
function advance<Name extends string, Found extends Counts>(
  streams: readonly Name[],
  cursor: RunCursor<Name, Found>,
  { stream, step }: { readonly stream: Name; readonly step: StreamStep },
): RunCursor<Name, Found> {
  const { run } = cursor;
  if (run === null) return cursor;
  const expected = run.expectedItems;
  const created = (run.created[stream] ?? 0) + (step.created ?? 0);
  const next: Run<Name, Found> = {
    ...run,
    created: { ...run.created, [stream]: created },
    expectedItems: expected === undefined ? undefined : expected + (step.expectedItems ?? 0),
    position: step.mark === undefined ? step.position : undefined,
  };
  if (step.mark === undefined) return { ...cursor, run: next };
  const marks = { ...cursor.marks, [stream]: step.mark };
  const following = streams[streams.indexOf(stream) + 1];
  if (following !== undefined) return { ...cursor, marks, run: { ...next, stream: following } };
  return { ...cursor, marks, counts: run.counts, run: null };
}

/** The cursor as it is stored: plain data without the keys that hold nothing. */
function toSyncCursor<Name extends string, Found extends Counts>(
  cursor: RunCursor<Name, Found>,
): SyncCursor {
  return JSON.parse(JSON.stringify(cursor)) as SyncCursor;
}
