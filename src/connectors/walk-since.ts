/**
 * Walks a listing that is ordered by the time of the last change, oldest first, and can be asked for what changed
 * since a time. It does not count pages: behind a full page it asks again from that page's last time. An item
 * that changes meanwhile moves to the end, shifts all pages behind its old place by one, and a walk by
 * page numbers would miss an item; this one meets it again instead. Only where a whole page
 * has one and the same time are pages counted.
 *
 * All times are the service's own; our clock plays no part. A run begins `OVERLAP_MS` before the newest
 * time that the last one saw, for services whose copies lag behind each other.
 */

/** How far a run looks back behind the newest time seen, in milliseconds. */
export const OVERLAP_MS = 2 * 60 * 1000;

/** Where a walk stands inside a run. Plain data: it is part of a connector's cursor. */
export interface WalkPosition {
  readonly since?: string | undefined;
  readonly page: number;
  readonly newest?: string | undefined;
}

/** What a walk that ended leaves for the next one. */
export interface WalkMark {
  /** Newest time of change seen, RFC 3339; absent while there was no item. */
  readonly newest?: string | undefined;
  /** Entity tag of the one page that the next run will ask for first, where that is known. */
  readonly etag?: string | undefined;
}

export type ListAnswer<Row> =
  | { readonly kind: 'unchanged' }
  | {
      readonly kind: 'page';
      readonly rows: readonly Row[];
      readonly hasMore: boolean;
      readonly etag?: string | undefined;
    };

export interface SinceListing<Row> {
  /** One page; with `etag` the service may answer `unchanged`. */
  fetchPage(request: {
    readonly since: string | undefined;
    readonly page: number;
    readonly etag: string | undefined;
  }): Promise<ListAnswer<Row>>;
  /** Time of the last change, RFC 3339. */
  updatedAt(row: Row): string;
  /** What tells a row from every other one. */
  id(row: Row): number | string;
}

export interface WalkStep<Row> {
  readonly rows: readonly Row[];
  readonly position: WalkPosition;
  /** Set on the last step. */
  readonly mark?: WalkMark;
}

/** Gives page after page from where the run stands, or from the mark of the last one. Throws what the listing throws. */
export async function* walkSince<Row>(
  listing: SinceListing<Row>,
  mark: WalkMark | undefined,
  resumed: WalkPosition | undefined,
): AsyncGenerator<WalkStep<Row>> {
  let position = resumed ?? beginAt(mark);
  let etag = resumed === undefined ? mark?.etag : undefined;
  let handedOut = new Set<string>();
  for (let isFirst = resumed === undefined; ; isFirst = false) {
    const { since, page } = position;
    const answer = await listing.fetchPage({ since, page, etag });
    etag = undefined;
    if (answer.kind === 'unchanged') {
      yield { rows: [], position, mark: mark ?? {} };
      return;
    }
    const keyOf = (row: Row): string => `${listing.id(row)} ${listing.updatedAt(row)}`;
    const fresh = answer.rows.filter((row) => !handedOut.has(keyOf(row)));
    const times = answer.rows.map((row) => listing.updatedAt(row));
    const next = moveOn(position, times);
    if (!answer.hasMore || answer.rows.length === 0) {
      yield { rows: fresh, position, mark: toMark(next, isFirst, { mark, etag: answer.etag }) };
      return;
    }
    handedOut = new Set(answer.rows.map(keyOf));
    position = next;
    yield { rows: fresh, position };
  }
}

/** RFC 3339 of some milliseconds before a time, in the precision of the service. */
export function toEarlier(time: string, byMs: number): string {
  const earlier = new Date(Date.parse(time) - byMs).toISOString();
  return /\.\d/.test(time) ? earlier : earlier.replace(/\.\d+Z$/, 'Z');
}

/** The later one of two times; they may be written in different time zones. */
export function laterOf(left: string | undefined, right: string | undefined): string | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return Date.parse(right) > Date.parse(left) ? right : left;
}

function beginAt(mark: WalkMark | undefined): WalkPosition {
  if (mark?.newest === undefined) return { page: 1 };
  return { since: toEarlier(mark.newest, OVERLAP_MS), page: 1, newest: mark.newest };
}

/** One second back, because a service may leave out what changed at the very time asked for. */
const STEP_BACK_MS = 1000;

function moveOn(position: WalkPosition, times: readonly string[]): WalkPosition {
  const newest = times.reduce<string | undefined>(laterOf, position.newest);
  const last = times.at(-1);
  const since = last === undefined ? undefined : toEarlier(last, STEP_BACK_MS);
  const stays =
    since === undefined ||
    (position.since !== undefined && Date.parse(since) <= Date.parse(position.since));
  return stays ? { ...position, newest, page: position.page + 1 } : { since, newest, page: 1 };
}

/** The tag is kept only when the next run will ask the same question: one page, and nothing newer on it. */
function toMark(
  { newest }: WalkPosition,
  isFirst: boolean,
  known: { readonly mark: WalkMark | undefined; readonly etag: string | undefined },
): WalkMark {
  const isSame = isFirst && newest === known.mark?.newest;
  return { newest, etag: isSame ? known.etag : undefined };
}
