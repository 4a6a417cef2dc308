/**
 * One run over a GitLab project: issues, merge requests, releases, and a look for what was deleted when there are fewer issues
 * or merge requests than there should be. No listing tells of deletions; their number does.
 */
import type { SyncCursor, SyncPage } from '../connector.ts';
import {
  passStream,
  runStreams,
  type Run,
  type RunCursor,
  type StreamStep,
} from '../stream-run.ts';
import type { GitlabClient } from './gitlab-client.ts';
import type { ProjectRow, StatisticsRow } from './gitlab-rows.ts';
import { lookThrough } from './lost-items.ts';
import { streamReleases } from './release-stream.ts';
import { streamIssues, streamMergeRequests, type TicketContext } from './ticket-streams.ts';

const STREAMS = [
  'issues',
  'merge_requests',
  'releases',
  'lost_issues',
  'lost_merge_requests',
] as const;
type StreamName = (typeof STREAMS)[number];
type Folder = 'issues' | 'merge_requests';

/** How many there are, -1 where GitLab does not say (above 10,000 merge requests), and the highest number. */
type GitlabCounts = Readonly<Record<Folder | `highest_${Folder}`, number>>;

/** Pages until the project is in step. */
export async function* syncGitlab(
  client: GitlabClient,
  stored: SyncCursor | null,
): AsyncGenerator<SyncPage> {
  const project = await client.getProject();
  const issues = await count(client, project, 'issues');
  const requests = await count(client, project, 'merge_requests');
  yield* runStreams<StreamName, GitlabCounts>(
    {
      streams: STREAMS,
      repositoryId: project.id,
      fullName: project.path_with_namespace,
      count: (known) => ({
        issues: issues.total,
        highest_issues: Math.max(issues.highest, known?.highest_issues ?? 0),
        merge_requests: requests.total,
        highest_merge_requests: Math.max(requests.highest, known?.highest_merge_requests ?? 0),
      }),
      totalItems: issues.total + Math.max(0, requests.total),
      folders: ['issues', 'merge_requests', 'releases'],
      open: (cursor, run) => OPENERS[run.stream]({ client, project, cursor, run }),
    },
    stored,
  );
}

/** True for what is switched off in the project; asking for it would be answered 403 or 404. */
function isOff(project: ProjectRow, sort: Folder | 'releases'): boolean {
  return project[`${sort}_access_level`] === 'disabled';
}

async function count(
  client: GitlabClient,
  project: ProjectRow,
  folder: Folder,
): Promise<{ total: number; highest: number }> {
  if (isOff(project, folder)) return { total: 0, highest: 0 };
  const newest = { scope: 'all', state: 'all', order_by: 'created_at', sort: 'desc', per_page: 1 };
  const { rows, total } = await client.list<{ iid: number }>(folder, newest);
  const highest = rows[0]?.iid ?? 0;
  if (total !== undefined || folder !== 'issues') return { total: total ?? -1, highest };
  const { statistics } = await client.get<StatisticsRow>('issues_statistics', { scope: 'all' });
  return { total: statistics.counts.all, highest };
}

interface Opened {
  readonly client: GitlabClient;
  readonly project: ProjectRow;
  readonly cursor: RunCursor<StreamName, GitlabCounts>;
  readonly run: Run<StreamName, GitlabCounts>;
}

/** How each stream is opened. */
const OPENERS: Readonly<Record<StreamName, (opened: Opened) => AsyncIterable<StreamStep>>> = {
  issues: (opened) => openTickets(opened, 'issues', streamIssues),
  merge_requests: (opened) => openTickets(opened, 'merge_requests', streamMergeRequests),
  releases: ({ client, project, cursor, run }) => {
    const mark = cursor.marks.releases;
    const { position } = run;
    return isOff(project, 'releases')
      ? passStream(mark)
      : streamReleases({ client, mark, position });
  },
  lost_issues: (opened) => openLost(opened, 'issues'),
  lost_merge_requests: (opened) => openLost(opened, 'merge_requests'),
};

function openTickets(
  { client, project, cursor, run }: Opened,
  folder: Folder,
  stream: (context: TicketContext) => AsyncIterable<StreamStep>,
): AsyncIterable<StreamStep> {
  const mark = cursor.marks[folder];
  if (isOff(project, folder)) return passStream(mark);
  return stream({
    client,
    mark,
    position: run.position,
    knownHighest: cursor.counts?.[`highest_${folder}`],
    highest: run.counts[`highest_${folder}`],
  });
}

function openLost({ client, cursor, run }: Opened, folder: Folder): AsyncIterable<StreamStep> {
  const before = cursor.counts?.[folder] ?? -1;
  const now = run.counts[folder];
  const isLess = before >= 0 && now >= 0 && now < before + (run.created[folder] ?? 0);
  if (!isLess) return passStream({});
  const upTo = run.position?.number ?? run.counts[`highest_${folder}`];
  return lookThrough({ client, folder, upTo });
}
