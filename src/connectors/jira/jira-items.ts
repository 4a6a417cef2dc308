/**
 * Makes documents of an issue: one for the issue itself and one for each comment below it. What only some people
 * of the service may see (an issue with a security level, a comment for a role or group, an internal note of a
 * service desk) is left out: whoever asks Conexus may not be one of them.
 *
 * Paths: `issues/ABC-12`, `issues/ABC-12/comments/10042`.
 */
import type { ConnectorItem } from '../connector.ts';
import { renderAdf } from './adf.ts';
import type { JiraSession } from './jira-client.ts';
import { parseJiraTime } from './jira-time.ts';

interface Named {
  readonly name?: string;
}

interface Person {
  readonly displayName?: string;
  readonly name?: string;
}

/** A linked issue as it stands in another one. */
interface LinkedIssue {
  readonly key?: string;
  readonly fields?: { readonly summary?: string; readonly status?: Named };
}

/** Text is a document on Cloud, wiki markup on Data Center. */
export interface JiraComment {
  readonly id: string;
  readonly author?: Person;
  readonly body?: unknown;
  readonly created?: string;
  readonly updated?: string;
  readonly visibility?: unknown;
  readonly jsdPublic?: boolean;
}

interface IssueLink {
  readonly type?: { readonly inward?: string; readonly outward?: string };
  readonly inwardIssue?: LinkedIssue;
  readonly outwardIssue?: LinkedIssue;
}

/** An issue as searches give it; fields that a project does not show are absent or null. */
export interface JiraIssue {
  readonly id: string;
  readonly key: string;
  readonly fields: {
    readonly summary?: string | null;
    readonly description?: unknown;
    readonly status?: Named | null;
    readonly issuetype?: Named | null;
    readonly priority?: Named | null;
    readonly resolution?: Named | null;
    readonly labels?: readonly string[] | null;
    readonly components?: readonly Named[] | null;
    readonly fixVersions?: readonly Named[] | null;
    readonly reporter?: Person | null;
    readonly assignee?: Person | null;
    readonly created?: string;
    readonly updated?: string;
    readonly security?: unknown;
    readonly parent?: LinkedIssue | null;
    readonly subtasks?: readonly LinkedIssue[] | null;
    readonly issuelinks?: readonly IssueLink[] | null;
    readonly attachment?: readonly { readonly filename?: string }[] | null;
    readonly comment?: {
      readonly comments?: readonly JiraComment[];
      readonly total?: number;
    } | null;
    /** The epic of Data Center stands in a custom field whose number differs from site to site. */
    readonly [customField: string]: unknown;
  };
}

/** What to ask of each issue. */
export const ISSUE_FIELDS: readonly string[] = [
  'summary',
  'description',
  'status',
  'issuetype',
  'priority',
  'resolution',
  'labels',
  'components',
  'fixVersions',
  'reporter',
  'assignee',
  'created',
  'updated',
  'security',
  'parent',
  'subtasks',
  'issuelinks',
  'attachment',
  'comment',
];

/** What is not in the issue itself. */
export interface IssueSurroundings {
  readonly session: JiraSession;
  /** All of them, oldest first. */
  readonly comments: readonly JiraComment[];
  /** Keys that it had before it was moved to another project. */
  readonly formerKeys: readonly string[];
  /** Name of the custom field that holds the key of the epic. */
  readonly epicField?: string;
}

/** True for an issue that not everyone who sees its project may see. */
export function isConfidential(issue: JiraIssue): boolean {
  return issue.fields.security !== undefined && issue.fields.security !== null;
}

/** Gives the path of an issue; its comments lie below. */
export function toIssuePath(key: string): string {
  return `issues/${key}`;
}

/** Makes the documents of an issue, the issue first. Nothing for a confidential one. */
export function toItems(issue: JiraIssue, around: IssueSurroundings): ConnectorItem[] {
  if (isConfidential(issue)) return [];
  const open = around.comments.filter(
    (comment) => comment.visibility === undefined && comment.jsdPublic !== false,
  );
  return [
    toIssueItem(issue, around),
    ...open.map((comment) => toCommentItem(issue, comment, around)),
  ];
}

function toIssueItem(issue: JiraIssue, around: IssueSurroundings): ConnectorItem {
  const { fields, key } = issue;
  const title = `${key}: ${toLine(fields.summary)}`;
  const links = listLinks(issue, around);
  const lines = [describeFacts(issue), ...links.map(({ text }) => text)].filter(
    (line) => line !== '',
  );
  const blocks = [
    `# ${title}`,
    lines.join('  \n'),
    toMarkdown(fields.description),
    listFiles(issue),
  ];
  const state = fields.status?.name;
  const author = toName(fields.reporter);
  return {
    path: toIssuePath(key),
    text: joinBlocks(blocks),
    updatedMs: toMoment(fields.updated ?? fields.created),
    item: {
      source_type: 'jira',
      kind: 'issue',
      title,
      url: `${around.session.siteUrl}/browse/${key}`,
      ticket: key,
      ...((fields.labels ?? []).length === 0 ? {} : { labels: fields.labels ?? [] }),
      ...(state === undefined ? {} : { state }),
      ...(author === '' ? {} : { author }),
      ...toCreated(fields.created),
      ...(links.length === 0
        ? {}
        : { links: { tickets: [...new Set(links.map((link) => link.key))] } }),
    },
  };
}

function toCommentItem(
  issue: JiraIssue,
  comment: JiraComment,
  around: IssueSurroundings,
): ConnectorItem {
  const author = toName(comment.author);
  const title = `${author === '' ? 'Comment' : author} on ${issue.key}: ${toLine(issue.fields.summary)}`;
  return {
    path: `${toIssuePath(issue.key)}/comments/${comment.id}`,
    text: joinBlocks([`# ${title}`, toMarkdown(comment.body)]),
    updatedMs: toMoment(comment.updated ?? comment.created),
    item: {
      source_type: 'jira',
      kind: 'comment',
      title,
      url: `${around.session.siteUrl}/browse/${issue.key}?focusedCommentId=${comment.id}`,
      parent: toIssuePath(issue.key),
      links: { tickets: [issue.key] },
      ...(author === '' ? {} : { author }),
      ...toCreated(comment.created),
    },
  };
}

/** One line: `Bug, In Progress, High. Assignee: Ann. Components: api, web.` */
function describeFacts({ fields }: JiraIssue): string {
  const kinds = [fields.issuetype, fields.status, fields.priority, fields.resolution]
    .map((named) => named?.name ?? '')
    .filter((name) => name !== '');
  const lists = [
    ['Assignee', toName(fields.assignee)],
    ['Components', joinNames(fields.components)],
    ['Fix versions', joinNames(fields.fixVersions)],
    ['Labels', (fields.labels ?? []).join(', ')],
  ];
  const facts = lists
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}: ${value}.`);
  return [kinds.length === 0 ? '' : `${kinds.join(', ')}.`, ...facts].join(' ').trim();
}

interface NamedLink {
  readonly key: string;
  readonly text: string;
}

/** Parent, epic, sub-tasks, issue links and former keys, each with how it is joined. */
function listLinks({ fields }: JiraIssue, around: IssueSurroundings): NamedLink[] {
  const links: NamedLink[] = [];
  const add = (relation: string, linked: LinkedIssue | null | undefined): void => {
    if (typeof linked?.key !== 'string') return;
    const summary = toLine(linked.fields?.summary);
    const status = linked.fields?.status?.name;
    const tail = `${summary === '' ? '' : ` ${summary}`}${status === undefined ? '' : ` (${status})`}`;
    links.push({ key: linked.key, text: `${relation} ${linked.key}${tail}` });
  };
  add('Parent:', fields.parent);
  const epic = around.epicField === undefined ? undefined : fields[around.epicField];
  if (typeof epic === 'string') add('Epic:', { key: epic });
  for (const subtask of fields.subtasks ?? []) add('Sub-task:', subtask);
  for (const link of fields.issuelinks ?? []) {
    add(`This ${link.type?.outward ?? 'relates to'}`, link.outwardIssue);
    add(`This ${link.type?.inward ?? 'relates to'}`, link.inwardIssue);
  }
  for (const key of around.formerKeys) add('Moved from', { key });
  return links;
}

function listFiles({ fields }: JiraIssue): string {
  const names = (fields.attachment ?? []).map((file) => file.filename ?? '').filter(Boolean);
  return names.length === 0 ? '' : `Attachments: ${names.join(', ')}`;
}

/** Wiki markup of Data Center is left as it is: it reads well, and no converter keeps all of it. */
function toMarkdown(text: unknown): string {
  return typeof text === 'string' ? text.replaceAll('\r\n', '\n').trim() : renderAdf(text);
}

function joinBlocks(blocks: readonly string[]): string {
  return blocks.filter((block) => block !== '').join('\n\n');
}

function joinNames(list: readonly Named[] | null | undefined): string {
  return (list ?? []).map(({ name }) => name ?? '').join(', ');
}

function toName(person: Person | null | undefined): string {
  return person?.displayName ?? person?.name ?? '';
}

function toLine(text: string | null | undefined): string {
  return (text ?? '').replace(/\s+/g, ' ').trim();
}

function toMoment(text: string | undefined): number {
  const moment = parseJiraTime(text);
  return Number.isNaN(moment) ? 0 : moment;
}

function toCreated(text: string | undefined): { created_at?: string } {
  const moment = parseJiraTime(text);
  return Number.isNaN(moment) ? {} : { created_at: new Date(moment).toISOString() };
}
