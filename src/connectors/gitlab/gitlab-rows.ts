/** What is read of the rows of GitLab's REST interface (v4). They have many more fields; times are RFC 3339. */

interface UserRow {
  readonly username: string;
}

export interface ProjectRow {
  readonly id: number;
  readonly path_with_namespace: string;
  readonly web_url: string;
  readonly issues_access_level?: string;
  readonly merge_requests_access_level?: string;
  readonly releases_access_level?: string;
}

interface TicketRow {
  readonly id: number;
  /** The number that people write. */
  readonly iid: number;
  readonly title: string;
  readonly description: string | null;
  readonly state: string;
  readonly author: UserRow | null;
  readonly labels: readonly string[];
  readonly created_at: string;
  readonly updated_at: string;
  readonly web_url: string;
  /** `full`: `group/project#3`, `group/project!7`. */
  readonly references: { readonly full: string };
  readonly user_notes_count: number;
}

export interface IssueRow extends TicketRow {
  readonly confidential: boolean;
  readonly moved_to_id: number | null;
}

export interface MergeRequestRow extends TicketRow {
  readonly draft: boolean;
  readonly source_branch: string;
  readonly source_project_id: number | null;
  readonly target_project_id: number;
  readonly sha: string | null;
  readonly merge_commit_sha: string | null;
  readonly squash_commit_sha: string | null;
}

export interface NoteRow {
  readonly id: number;
  readonly body: string;
  readonly author: UserRow | null;
  readonly created_at: string;
  readonly updated_at: string;
  /** True for what GitLab writes itself ("changed the milestone"). */
  readonly system: boolean;
  /** Both say: for members only. The first is the newer name. */
  readonly internal?: boolean;
  readonly confidential?: boolean | null;
  /** Of a note on a line of a change. */
  readonly position?: {
    readonly new_path?: string | null;
    readonly old_path?: string | null;
    readonly head_sha?: string | null;
  } | null;
}

export interface CommitRow {
  readonly id: string;
}

export interface DiffRow {
  readonly old_path: string;
  readonly new_path: string;
}

export interface ReleaseRow {
  readonly tag_name: string;
  readonly name: string | null;
  readonly description: string | null;
  readonly created_at: string;
  readonly released_at: string | null;
  readonly upcoming_release?: boolean;
  readonly author?: UserRow | null;
  readonly commit?: { readonly id: string } | null;
  readonly _links?: { readonly self?: string };
}

export interface StatisticsRow {
  readonly statistics: { readonly counts: { readonly all: number } };
}
