/**
 * Releases. GitHub lists them by their age and not by their last change: the first run reads them all, a later one the
 * newest hundred, and nothing when its entity tag says that these are as they were. The weekly full
 * sync brings edits of older ones.
 */
import type { ConnectorItem } from '../connector.ts';
import type { StreamMark, StreamStep } from '../stream-run.ts';
import type { GithubClient } from './github-client.ts';
import type { StreamContext } from './rest-streams.ts';
import { toReleaseItem, type ReleaseRow } from './to-items.ts';

const ROUTE = 'GET /repos/{owner}/{repo}/releases';

/** All releases, or the newest ones with the paths of those that are gone. */
export function streamReleases(context: StreamContext): AsyncGenerator<StreamStep> {
  const { client, mark, position } = context;
  return mark === undefined ? listReleases(client, position?.page ?? 1) : reread(client, mark);
}

async function* listReleases(client: GithubClient, from: number): AsyncGenerator<StreamStep> {
  let mark: StreamMark = {};
  for (let page = from; ; page += 1) {
    const answer = await client.list(ROUTE, { parameters: { page } });
    if (answer.kind === 'unchanged') return yield { items: [], mark };
    const { rows, hasMore, etag } = answer;
    if (page === 1) mark = { ids: rows.map(({ id }) => id), etag };
    const items = toItems(rows);
    if (!hasMore) return yield { items, mark };
    yield { items, position: { page: page + 1 } };
  }
}

async function* reread(client: GithubClient, mark: StreamMark): AsyncGenerator<StreamStep> {
  const answer = await client.list(ROUTE, { parameters: { page: 1 }, etag: mark.etag });
  if (answer.kind === 'unchanged') return yield { items: [], mark };
  const { rows, hasMore, etag } = answer;
  const removed = listGone(mark.ids ?? [], rows, hasMore);
  yield { items: toItems(rows), removed, mark: { ids: rows.map(({ id }) => id), etag } };
}

function toItems(rows: readonly ReleaseRow[]): ConnectorItem[] {
  return rows.map(toReleaseItem).filter((item) => item !== undefined);
}

/** With a full page older releases may only have moved to the next one; their ids are lower. */
function listGone(
  known: readonly (number | string)[],
  rows: readonly ReleaseRow[],
  isFull: boolean,
): readonly string[] {
  const ids = rows.map(({ id }) => id);
  const oldest = Math.min(...ids);
  return known
    .filter((id) => !ids.includes(Number(id)) && (!isFull || Number(id) > oldest))
    .map((id) => `releases/${id}`);
}
