/**
 * GitLab's rows as documents. The path of a document is made of numbers that GitLab never changes:
 *
 *     issues/3            issues/3/notes/90
 *     merge_requests/7    merge_requests/7/notes/91
 *     releases/v1.0%2Fb   (the tag, escaped)
 */
import type { ConnectorItem } from '../connector.ts';
import { makeItem } from '../make-item.ts';
import { toItemText } from '../markdown-text.ts';
import type {
  CommitRow,
  DiffRow,
  IssueRow,
  MergeRequestRow,
  NoteRow,
  ReleaseRow,
} from './gitlab-rows.ts';

export function toIssueItem(row: IssueRow): ConnectorItem {
  return makeItem({
    path: `issues/${row.iid}`,
    text: toItemText(row.title, row.description),
    updatedAt: row.updated_at,
    item: {
      source_type: 'gitlab',
      kind: 'issue',
      title: row.title,
      url: row.web_url,
      state: row.moved_to_id === null ? toState(row.state) : 'moved',
      author: row.author?.username,
      labels: row.labels,
      created_at: row.created_at,
      ticket: row.references.full,
    },
  });
}

/** What a merge request changes, as far as it was asked for. */
export interface Changes {
  readonly commits: readonly CommitRow[];
  readonly diffs: readonly DiffRow[];
}

export function toMergeRequestItem(row: MergeRequestRow, changes: Changes): ConnectorItem {
  const hashes = [row.merge_commit_sha, row.squash_commit_sha, row.sha];
  const commits = [...hashes, ...changes.commits.map(({ id }) => id)].filter((id) => id !== null);
  const files = changes.diffs.flatMap((diff) => [diff.new_path, diff.old_path]);
  return makeItem({
    path: `merge_requests/${row.iid}`,
    text: toItemText(row.title, row.description),
    updatedAt: row.updated_at,
    item: {
      source_type: 'gitlab',
      kind: 'pull_request',
      title: row.title,
      url: row.web_url,
      state: row.draft && row.state === 'opened' ? 'draft' : toState(row.state),
      author: row.author?.username,
      labels: row.labels,
      created_at: row.created_at,
      ticket: row.references.full,
      links: {
        commits: [...new Set(commits)],
        // The branch of a fork is not one of this project: `main` there would be linked with ours.
        branches: row.source_project_id === row.target_project_id ? [row.source_branch] : [],
        files: [...new Set(files)],
      },
    },
  });
}

/**
 * A note that people wrote for everyone who sees the issue or merge request; undefined for GitLab's own ("changed the milestone")
 * and for internal ones.
 */
export function toNoteItem(
  note: NoteRow,
  above: { readonly path: string; readonly url: string },
): ConnectorItem | undefined {
  if (note.system || note.internal === true || note.confidential === true) return undefined;
  const { position } = note;
  const files = [position?.new_path, position?.old_path].filter((path) => path != null);
  return makeItem({
    path: `${above.path}/notes/${note.id}`,
    text: toItemText(undefined, note.body),
    updatedAt: note.updated_at,
    item: {
      source_type: 'gitlab',
      kind: 'comment',
      url: `${above.url}#note_${note.id}`,
      author: note.author?.username,
      created_at: note.created_at,
      parent: above.path,
      links: {
        files: [...new Set(files)],
        commits: position?.head_sha == null ? [] : [position.head_sha],
      },
    },
  });
}

/** Path of the release of a tag; tags may have slashes. */
export function toReleasePath(tag: string): string {
  return `releases/${encodeURIComponent(tag)}`;
}

export function toReleaseItem(row: ReleaseRow): ConnectorItem {
  const title = row.name === null || row.name === '' ? row.tag_name : row.name;
  return makeItem({
    path: toReleasePath(row.tag_name),
    text: toItemText(
      title.includes(row.tag_name) ? title : `${title} (${row.tag_name})`,
      row.description,
    ),
    updatedAt: row.released_at ?? row.created_at,
    item: {
      source_type: 'gitlab',
      kind: 'release',
      title,
      url: row['_links']?.self,
      state: row.upcoming_release === true ? 'upcoming' : 'released',
      author: row.author?.username,
      created_at: row.released_at ?? row.created_at,
      links: { commits: row.commit == null ? [] : [row.commit.id] },
    },
  });
}

/** One word for the same state, whatever the service. */
function toState(state: string): string {
  return state === 'opened' ? 'open' : state;
}
