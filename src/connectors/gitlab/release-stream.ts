/**
 * Releases. GitLab lists them by their date and not by their last change: the first run reads them all, a later one the newest
 * hundred and looks which of those known are gone. The weekly full sync brings edits of older ones.
 */
import type { StreamMark, StreamPosition, StreamStep } from '../stream-run.ts';
import type { GitlabClient } from './gitlab-client.ts';
import type { ReleaseRow } from './gitlab-rows.ts';
import { toReleaseItem, toReleasePath } from './to-items.ts';

export interface ReleaseContext {
  readonly client: GitlabClient;
  readonly mark: StreamMark | undefined;
  readonly position: StreamPosition | undefined;
}

/** All releases, or the newest ones with the paths of those that are gone. The mark has the tags of the first page. */
export async function* streamReleases(context: ReleaseContext): AsyncGenerator<StreamStep> {
  const { client, mark, position } = context;
  let ids: StreamMark['ids'] = [];
  for (let page = position?.page ?? 1; ; page += 1) {
    const query = { order_by: 'released_at', sort: 'desc', page };
    const { rows, hasMore } = await client.list<ReleaseRow>('releases', query);
    const items = rows.map(toReleaseItem);
    if (page === 1) ids = rows.map(({ tag_name: tag }) => tag);
    if (mark !== undefined) {
      yield { items, removed: listGone(mark.ids ?? [], rows, hasMore), mark: { ids } };
      return;
    }
    if (!hasMore) return yield { items, mark: { ids } };
    yield { items, position: { page: page + 1 } };
  }
}

/** With a full page the last known ones may only have moved to the next page: as many as are new on this one. */
function listGone(
  known: readonly (number | string)[],
  rows: readonly ReleaseRow[],
  isFull: boolean,
): readonly string[] {
  const tags = new Set<number | string>(rows.map(({ tag_name: tag }) => tag));
  const fresh = [...tags].filter((tag) => !known.includes(tag)).length;
  const sure = isFull ? known.slice(0, Math.max(0, known.length - fresh)) : known;
  return sure.filter((tag) => !tags.has(tag)).map((tag) => toReleasePath(String(tag)));
}
