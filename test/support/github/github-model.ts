/**
 * A repository as GitHub keeps it, as far as the connector can see: what happens to it moves its times as GitHub does, by
 * a clock of its own that stands until something happens.
 */

export interface CommentModel {
  readonly id: number;
  body: string;
  readonly author: string;
  readonly createdAt: string;
  updatedAt: string;
}

export interface ReviewCommentModel extends CommentModel {
  readonly path: string;
  readonly commit: string;
}

export interface ReviewModel extends CommentModel {
  readonly state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED';
}

export interface PullModel {
  readonly headRefName: string;
  readonly isCrossRepository: boolean;
  isDraft: boolean;
  mergeCommit: string | null;
  readonly commits: readonly string[];
  readonly files: readonly string[];
  readonly closes: readonly number[];
  readonly reviews: ReviewModel[];
  readonly reviewComments: ReviewCommentModel[];
}

export interface IssueModel {
  readonly id: number;
  readonly number: number;
  title: string;
  body: string | null;
  state: 'open' | 'closed';
  author: string | null;
  labels: string[];
  readonly createdAt: string;
  updatedAt: string;
  comments: CommentModel[];
  /** Times at which a comment was taken away. */
  readonly lostComments: string[];
  readonly pull?: PullModel;
}

export interface DiscussionCommentModel extends CommentModel {
  readonly replies: CommentModel[];
  isAnswer: boolean;
}

export interface DiscussionModel {
  readonly number: number;
  title: string;
  body: string;
  readonly category: string;
  readonly createdAt: string;
  updatedAt: string;
  readonly comments: DiscussionCommentModel[];
}

export interface ReleaseModel {
  readonly id: number;
  readonly tag: string;
  readonly name: string | null;
  readonly body: string;
  readonly isDraft: boolean;
  readonly createdAt: string;
}

export class GithubModel {
  id = 7001;
  fullName = 'octo/engine';
  hasIssues = true;
  hasDiscussions = true;
  /** Names that lead here by a redirect. */
  readonly oldNames = new Set<string>();
  readonly issues = new Map<number, IssueModel>();
  readonly discussions = new Map<number, DiscussionModel>();
  releases: ReleaseModel[] = [];
  #nowMs = Date.parse('2026-02-01T08:00:00Z');
  #lastNumber = 0;
  #lastId = 100;

  /** Time of the service, in whole seconds as GitHub gives it. */
  get now(): string {
    return new Date(this.#nowMs).toISOString().replace('.000Z', 'Z');
  }

  /** Lets time pass. */
  pass(seconds: number): void {
    this.#nowMs += seconds * 1000;
  }

  addIssue(title: string, body: string | null = `About ${title}.`): IssueModel {
    return this.#add(title, body, undefined);
  }

  addPull(title: string, pull: Partial<PullModel> = {}): IssueModel & { pull: PullModel } {
    const full: PullModel = {
      headRefName: 'topic',
      isCrossRepository: false,
      isDraft: false,
      mergeCommit: null,
      commits: [],
      files: [],
      closes: [],
      reviews: [],
      reviewComments: [],
      ...pull,
    };
    return { ...this.#add(title, `Changes for ${title}.`, full), pull: full };
  }

  edit(number: number, change: Partial<Pick<IssueModel, 'title' | 'body' | 'state'>>): void {
    Object.assign(this.get(number), change);
    this.touch(number);
  }

  comment(number: number, body: string): CommentModel {
    this.touch(number);
    const comment = this.#write(body);
    this.get(number).comments.push(comment);
    return comment;
  }

  editComment(comment: CommentModel, body: string): void {
    this.pass(60);
    comment.body = body;
    comment.updatedAt = this.now;
  }

  deleteComment(number: number, id: number): void {
    this.touch(number);
    const issue = this.get(number);
    issue.comments = issue.comments.filter((comment) => comment.id !== id);
    issue.lostComments.push(this.now);
  }

  review(number: number, state: ReviewModel['state'], body: string): void {
    this.touch(number);
    this.get(number).pull?.reviews.push({ ...this.#write(body), state });
  }

  reviewLine(number: number, path: string, body: string): void {
    this.touch(number);
    const comment = { ...this.#write(body), path, commit: 'c'.repeat(40) };
    this.get(number).pull?.reviewComments.push(comment);
  }

  discuss(title: string, category = 'Ideas'): DiscussionModel {
    this.pass(60);
    const number = ++this.#lastNumber;
    const discussion: DiscussionModel = {
      number,
      title,
      body: `Let us talk about ${title}.`,
      category,
      createdAt: this.now,
      updatedAt: this.now,
      comments: [],
    };
    this.discussions.set(number, discussion);
    return discussion;
  }

  answer(discussion: DiscussionModel, body: string): DiscussionCommentModel {
    this.pass(60);
    discussion.updatedAt = this.now;
    const comment = { ...this.#write(body), replies: [], isAnswer: false };
    discussion.comments.push(comment);
    return comment;
  }

  reply(discussion: DiscussionModel, to: DiscussionCommentModel, body: string): void {
    this.pass(60);
    discussion.updatedAt = this.now;
    to.replies.push(this.#write(body));
  }

  release(tag: string, body = `What is new in ${tag}.`, isDraft = false): ReleaseModel {
    this.pass(60);
    const id = ++this.#lastId;
    const release = { id, tag, name: null, body, isDraft, createdAt: this.now };
    this.releases.unshift(release);
    return release;
  }

  /** As deleted and as moved to another repository: it is not here any more. */
  take(number: number): void {
    this.pass(60);
    this.issues.delete(number);
    this.discussions.delete(number);
  }

  rename(fullName: string): void {
    this.oldNames.add(this.fullName);
    this.fullName = fullName;
  }

  get(number: number): IssueModel {
    const issue = this.issues.get(number);
    if (issue === undefined) throw new Error(`no issue ${number}`);
    return issue;
  }

  touch(number: number): void {
    this.pass(60);
    this.get(number).updatedAt = this.now;
  }

  #add(title: string, body: string | null, pull: PullModel | undefined): IssueModel {
    this.pass(60);
    const number = ++this.#lastNumber;
    const issue: IssueModel = {
      id: ++this.#lastId,
      number,
      title,
      body,
      state: 'open',
      author: 'ada',
      labels: [],
      createdAt: this.now,
      updatedAt: this.now,
      comments: [],
      lostComments: [],
      ...(pull === undefined ? {} : { pull }),
    };
    this.issues.set(number, issue);
    return issue;
  }

  #write(body: string): CommentModel {
    const at = this.now;
    return { id: ++this.#lastId, body, author: 'grace', createdAt: at, updatedAt: at };
  }
}
