/**
 * Finds conversations that have lost a comment. Listings tell only of what is there, and the state of an issue does not say
 * that a comment was taken away; its timeline does. Only changed issues and pull requests are asked,
 * all of a page with one query of one point.
 */
import { OVERLAP_MS, toEarlier } from '../walk-since.ts';
import type { GithubClient } from './github-client.ts';
import { buildLostCommentsQuery } from './queries.ts';

interface Timeline {
  readonly timelineItems?: { readonly nodes: readonly unknown[] | null };
}

/** Gives the rows whose conversation has lost a comment since a time (of the service, RFC 3339). */
export async function listLostComments<Row extends { readonly number: number }>(
  client: GithubClient,
  rows: readonly Row[],
  since: string,
): Promise<readonly Row[]> {
  if (rows.length === 0) return [];
  const query = buildLostCommentsQuery(rows.map(({ number }) => number));
  const found = await client.query<Readonly<Record<string, Timeline | null>>>(query, {
    since: toEarlier(since, OVERLAP_MS),
  });
  return rows.filter(({ number }) => (found[`n${number}`]?.timelineItems?.nodes ?? []).length > 0);
}
