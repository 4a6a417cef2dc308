/** Finds issues and merge requests that are not there any more, by asking for all numbers, a hundred at a time. */
import type { StreamStep } from '../stream-run.ts';
import { PAGE_ROWS, type GitlabClient } from './gitlab-client.ts';

export interface LostSearch {
  readonly client: GitlabClient;
  readonly folder: 'issues' | 'merge_requests';
  /** The highest number that is still to be looked at. */
  readonly upTo: number;
}

/** From the highest number down; a run that was cut off goes on below the last stored one. */
export async function* lookThrough(search: LostSearch): AsyncGenerator<StreamStep> {
  const { client, folder } = search;
  let { upTo } = search;
  while (upTo > 0) {
    const from = Math.max(1, upTo - PAGE_ROWS + 1);
    const numbers = Array.from({ length: upTo - from + 1 }, (_, index) => from + index);
    const query = { scope: 'all', state: 'all', iids: numbers };
    const { rows } = await client.list<{ iid: number }>(folder, query);
    const there = new Set(rows.map(({ iid }) => iid));
    const removed = numbers.filter((iid) => !there.has(iid)).map((iid) => `${folder}/${iid}`);
    upTo = from - 1;
    if (upTo > 0) yield { items: [], removed, position: { number: upTo } };
    else yield { items: [], removed, mark: {} };
  }
  if (search.upTo <= 0) yield { items: [], mark: {} };
}
