/** One run over a GitHub repository: which streams there are and how each is opened. */
import type { SyncCursor, SyncPage } from '../connector.ts';
import { passStream, runStreams, type StreamStep } from '../stream-run.ts';
import type { GithubClient } from './github-client.ts';
import {
  countGithub,
  STREAMS,
  type GithubCounts,
  type GithubCursor,
  type GithubRun,
  type StreamName,
} from './github-cursor.ts';
import { streamDiscussions, streamPulls } from './graphql-streams.ts';
import { streamLostDiscussions, streamLostIssues } from './lost-items.ts';
import { REPOSITORY_QUERY, type RepositoryFacts } from './queries.ts';
import { streamReleases } from './release-stream.ts';
import {
  streamComments,
  streamIssues,
  streamReviewComments,
  type StreamContext,
} from './rest-streams.ts';

/** Pages until the repository is in step. */
export async function* syncGithub(
  client: GithubClient,
  stored: SyncCursor | null,
): AsyncGenerator<SyncPage> {
  const facts = await client.query<RepositoryFacts>(REPOSITORY_QUERY);
  client.useName(facts.nameWithOwner);
  const { issues, pullRequests, discussions, releases } = facts;
  yield* runStreams<StreamName, GithubCounts>(
    {
      streams: STREAMS,
      repositoryId: facts.databaseId,
      fullName: facts.nameWithOwner,
      count: (known) => countGithub(facts, known),
      totalItems:
        issues.totalCount + pullRequests.totalCount + discussions.totalCount + releases.totalCount,
      folders: ['issues', 'pulls', 'discussions', 'releases'],
      open: (cursor, run) => openStream({ client, facts, cursor }, run),
    },
    stored,
  );
}

interface Opened {
  readonly client: GithubClient;
  readonly facts: RepositoryFacts;
  readonly cursor: GithubCursor;
  readonly run: GithubRun;
  readonly context: StreamContext;
}

/** How each stream is opened. */
const OPENERS: Readonly<Record<StreamName, (opened: Opened) => AsyncIterable<StreamStep>>> = {
  issues: ({ context, facts }) =>
    facts.hasIssuesEnabled ? streamIssues(context) : passStream(context.mark),
  pulls: ({ context, facts }) =>
    streamPulls({ ...context, latest: facts.pullRequests.nodes[0]?.updatedAt }),
  comments: ({ context }) => streamComments(context),
  review_comments: ({ context }) => streamReviewComments(context),
  discussions: ({ context, facts }) =>
    facts.hasDiscussionsEnabled
      ? streamDiscussions({ ...context, latest: facts.latestDiscussion.nodes[0]?.updatedAt })
      : passStream(context.mark),
  releases: ({ context }) => streamReleases(context),
  lost_issues: streamLostIssues,
  lost_discussions: streamLostDiscussions,
};

function openStream(
  { client, facts, cursor }: Pick<Opened, 'client' | 'facts' | 'cursor'>,
  run: GithubRun,
): AsyncIterable<StreamStep> {
  const context: StreamContext = {
    client,
    fullName: cursor.fullName,
    mark: cursor.marks[run.stream],
    position: run.position,
    before: cursor.counts,
    counts: run.counts,
  };
  return OPENERS[run.stream]({ client, facts, cursor, run, context });
}
