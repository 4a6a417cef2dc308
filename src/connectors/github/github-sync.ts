/**
 * One run over a repository: stream after stream, from where the cursor stands. Steps that bring nothing are not handed
 * out; to repeat them after a restart costs a request.
 */
import type { SyncCursor, SyncPage } from '../connector.ts';
import type { GithubClient } from './github-client.ts';
import {
  advance,
  beginRun,
  readGithubCursor,
  toSyncCursor,
  type GithubCursor,
  type Run,
  type StreamName,
  type StreamStep,
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

/** All folders that documents lie in. */
const FOLDERS = ['issues', 'pulls', 'discussions', 'releases'];

/** Pages until the repository is in step. The last one has a cursor without a run. */
export async function* syncGithub(
  client: GithubClient,
  stored: SyncCursor | null,
): AsyncGenerator<SyncPage> {
  const facts = await client.query<RepositoryFacts>(REPOSITORY_QUERY);
  client.useName(facts.nameWithOwner);
  const known = readGithubCursor(stored);
  let cursor = beginRun(known, facts);
  if (known !== undefined && known.repositoryId !== facts.databaseId) {
    // Another repository under the same name: nothing of the old one is left.
    yield { items: [], removed: FOLDERS, cursor: toSyncCursor(cursor) };
  }
  while (cursor.run !== null) {
    const { stream } = cursor.run;
    for await (const step of openStream({ client, facts, cursor }, cursor.run)) {
      cursor = advance(cursor, stream, step);
      const { items, removed = [] } = step;
      if (items.length > 0 || removed.length > 0) yield toPage(step, cursor);
    }
  }
  yield { items: [], removed: [], cursor: toSyncCursor(cursor) };
}

function toPage({ items, removed = [] }: StreamStep, cursor: GithubCursor): SyncPage {
  const expectedItems = cursor.run?.expectedItems;
  return {
    items,
    removed,
    cursor: toSyncCursor(cursor),
    ...(expectedItems === undefined ? {} : { expectedItems }),
  };
}

interface Opened {
  readonly client: GithubClient;
  readonly facts: RepositoryFacts;
  readonly cursor: GithubCursor;
  readonly run: Run;
  readonly context: StreamContext;
}

/** How each stream is opened. */
const OPENERS: Readonly<Record<StreamName, (opened: Opened) => AsyncIterable<StreamStep>>> = {
  issues: ({ context, facts }) => (facts.hasIssuesEnabled ? streamIssues(context) : pass(context)),
  pulls: ({ context, facts }) =>
    streamPulls({ ...context, latest: facts.pullRequests.nodes[0]?.updatedAt }),
  comments: ({ context }) => streamComments(context),
  review_comments: ({ context }) => streamReviewComments(context),
  discussions: ({ context, facts }) =>
    facts.hasDiscussionsEnabled
      ? streamDiscussions({ ...context, latest: facts.latestDiscussion.nodes[0]?.updatedAt })
      : pass(context),
  releases: ({ context }) => streamReleases(context),
  lost_issues: streamLostIssues,
  lost_discussions: streamLostDiscussions,
};

function openStream(
  { client, facts, cursor }: Pick<Opened, 'client' | 'facts' | 'cursor'>,
  run: Run,
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

/** A stream that the repository has not; its mark stays for the day that it is switched on again. */
async function* pass({ mark }: StreamContext): AsyncGenerator<StreamStep> {
  yield { items: [], mark: mark ?? {} };
}
