/**
 * Issues and merge requests, by the time of the last change. GitLab lists the notes of one issue or merge request only; those
 * of a changed one take the place of those known, so deleted and newly internal ones go. A few are asked for
 * at the same time.
 */
import type { ConnectorItem } from '../connector.ts';
import {
  isNewNumber,
  type StreamMark,
  type StreamPosition,
  type StreamStep,
} from '../stream-run.ts';
import { walkSince, type SinceListing } from '../walk-since.ts';
import type { GitlabClient } from './gitlab-client.ts';
import type { CommitRow, DiffRow, IssueRow, MergeRequestRow, NoteRow } from './gitlab-rows.ts';
import { toIssueItem, toMergeRequestItem, toNoteItem } from './to-items.ts';

/** What a stream of issues or merge requests works with. */
export interface TicketContext {
  readonly client: GitlabClient;
  readonly mark: StreamMark | undefined;
  readonly position: StreamPosition | undefined;
  /** Highest number at the start of the run before, and of this one. */
  readonly knownHighest: number | undefined;
  readonly highest: number;
}

/** Items whose notes, commits and files are asked for at the same time. */
const AT_ONCE = 4;
/** Of notes; more than 5,000 of one item are left out. */
const MOST_NOTE_PAGES = 50;

/** Issues that everyone in the project may see; one that became confidential goes. */
export function streamIssues(context: TicketContext): AsyncGenerator<StreamStep> {
  return streamTickets<IssueRow>(context, {
    folder: 'issues',
    // A page is the least that is repeated after a restart: it has one further request for each row.
    pageRows: 50,
    fetchItems: async (row) => {
      if (row.confidential) return [];
      return [toIssueItem(row), ...(await fetchNotes(context.client, row, 'issues'))];
    },
  });
}

/** Merge requests with their commits and changed files: the first hundred of each. */
export function streamMergeRequests(context: TicketContext): AsyncGenerator<StreamStep> {
  const { client } = context;
  return streamTickets<MergeRequestRow>(context, {
    folder: 'merge_requests',
    pageRows: 20,
    fetchItems: async (row) => {
      const path = `merge_requests/${row.iid}`;
      const commits = await client.listAll<CommitRow>(`${path}/commits`, {}, 1);
      const diffs = await client.listAll<DiffRow>(`${path}/diffs`, {}, 1);
      const item = toMergeRequestItem(row, { commits, diffs });
      return [item, ...(await fetchNotes(client, row, 'merge_requests'))];
    },
  });
}

interface Tickets<Row> {
  readonly folder: 'issues' | 'merge_requests';
  readonly pageRows: number;
  readonly fetchItems: (row: Row) => Promise<ConnectorItem[]>;
}

async function* streamTickets<Row extends IssueRow | MergeRequestRow>(
  { client, mark, position, knownHighest, highest }: TicketContext,
  { folder, pageRows, fetchItems }: Tickets<Row>,
): AsyncGenerator<StreamStep> {
  const listing: SinceListing<Row> = {
    fetchPage: async ({ since, page }) => {
      const order = { scope: 'all', state: 'all', order_by: 'updated_at', sort: 'asc' };
      const query = { ...order, per_page: pageRows, page };
      const listed = await client.list<Row>(
        folder,
        since === undefined ? query : { ...query, updated_after: since },
      );
      return { kind: 'page', ...listed };
    },
    updatedAt: (row) => row.updated_at,
    id: (row) => row.iid,
  };
  const resumed = position?.page === undefined ? undefined : { ...position, page: position.page };
  for await (const { rows, ...step } of walkSince(listing, mark, resumed)) {
    yield {
      ...step,
      items: await fetchAll(rows, fetchItems),
      // Notes first, then the item again: what is stored of it must not outlive what it says now.
      removed: mark === undefined ? [] : rows.map((row) => toReplaced(row, folder)),
      created: rows.filter(({ iid }) => isNewNumber(iid, knownHighest, highest)).length,
      expectedItems: rows.reduce((sum, row) => sum + row.user_notes_count, 0),
    };
  }
}

function toReplaced(row: IssueRow | MergeRequestRow, folder: string): string {
  const isHidden = 'confidential' in row && row.confidential;
  return `${folder}/${row.iid}${isHidden ? '' : '/notes'}`;
}

async function fetchAll<Row>(
  rows: readonly Row[],
  fetchItems: (row: Row) => Promise<ConnectorItem[]>,
): Promise<ConnectorItem[]> {
  const items: ConnectorItem[] = [];
  for (let from = 0; from < rows.length; from += AT_ONCE) {
    const fetched = await Promise.all(rows.slice(from, from + AT_ONCE).map(fetchItems));
    items.push(...fetched.flat());
  }
  return items;
}

async function fetchNotes(
  client: GitlabClient,
  row: IssueRow | MergeRequestRow,
  folder: string,
): Promise<ConnectorItem[]> {
  if (row.user_notes_count === 0) return [];
  const path = `${folder}/${row.iid}`;
  const query = { sort: 'asc', order_by: 'created_at' };
  const notes = await client.listAll<NoteRow>(`${path}/notes`, query, MOST_NOTE_PAGES);
  return notes
    .map((note) => toNoteItem(note, { path, url: row.web_url }))
    .filter((item) => item !== undefined);
}
