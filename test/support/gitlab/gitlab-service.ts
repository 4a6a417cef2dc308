/**
 * A self-managed GitLab on loopback, its interface below `/api/v4`, over a project that a test changes. The rows have the shapes
 * of GitLab's published documentation, with fields that nobody reads among them; tokens, scopes, pages, filters
 * and the redirect of a moved project are as there.
 */
import { onTestFinished } from 'vitest';
import type { Connector } from '../../../src/connectors/connector.ts';
import { GITLAB } from '../../../src/connectors/gitlab/gitlab.ts';
import { createGuardedFetch } from '../../../src/connectors/guarded-fetch.ts';
import {
  startFaultLine,
  type FaultLine,
  type ServiceAnswer,
  type ServiceRequest,
} from '../fault-line.ts';

export const GITLAB_TOKEN = 'glpat-right';

interface NoteModel {
  readonly id: number;
  body: string;
  readonly system: boolean;
  readonly internal: boolean;
  readonly position?: { readonly new_path: string; readonly old_path: string };
  readonly at: string;
}

export interface TicketModel {
  readonly iid: number;
  title: string;
  description: string | null;
  state: string;
  confidential: boolean;
  moved_to_id: number | null;
  readonly createdAt: string;
  updatedAt: string;
  notes: NoteModel[];
  readonly commits: string[];
  readonly files: string[];
  isFork: boolean;
}

type Folder = 'issues' | 'merge_requests';

/** The project; what happens to it moves its clock. */
export class GitlabModel {
  id = 31;
  path = 'group/sub/project';
  readonly oldPaths = new Set<string>();
  issuesLevel = 'enabled';
  /** GitLab does not count above 10,000. */
  countsTotals = true;
  readonly issues = new Map<number, TicketModel>();
  readonly merge_requests = new Map<number, TicketModel>();
  releases: { tag: string; text: string; at: string }[] = [];
  #nowMs = Date.parse('2026-03-01T08:00:00.000Z');
  #lastId = 900;
  readonly #last = { issues: 0, merge_requests: 0 };

  get now(): string {
    return new Date(this.#nowMs).toISOString();
  }

  pass(seconds: number): void {
    this.#nowMs += seconds * 1000;
  }

  add(folder: Folder, title: string, fields: Partial<TicketModel> = {}): TicketModel {
    this.pass(60);
    const iid = (this.#last[folder] += 1);
    const ticket: TicketModel = {
      iid,
      title,
      description: `About ${title}.`,
      state: 'opened',
      confidential: false,
      moved_to_id: null,
      createdAt: this.now,
      updatedAt: this.now,
      notes: [],
      commits: [],
      files: [],
      isFork: false,
      ...fields,
    };
    this[folder].set(iid, ticket);
    return ticket;
  }

  touch(ticket: TicketModel): void {
    this.pass(60);
    ticket.updatedAt = this.now;
  }

  note(ticket: TicketModel, body: string, fields: Partial<NoteModel> = {}): NoteModel {
    this.touch(ticket);
    const id = ++this.#lastId;
    const note = { id, body, system: false, internal: false, at: this.now, ...fields };
    ticket.notes.push(note);
    return note;
  }

  release(tag: string, text: string): void {
    this.pass(60);
    this.releases.unshift({ tag, text, at: this.now });
  }
}

export interface GitlabService extends FaultLine {
  readonly model: GitlabModel;
}

/** Starts the service with an empty project; it ends with the test. */
export async function openGitlab(): Promise<GitlabService> {
  const model = new GitlabModel();
  let base = '';
  const line = await startFaultLine((request) => answer(model, base, request));
  base = line.url;
  onTestFinished(async () => line[Symbol.asyncDispose]());
  return { ...line, model };
}

export interface ConnectOptions {
  readonly token?: string | undefined;
  readonly repository?: string;
  readonly timeoutMs?: number;
}

/** A connector on the service, through the guarded fetch; it ends with the test. */
export function connectGitlab(
  service: { readonly url: string },
  options: ConnectOptions = {},
): Connector {
  const { repository = 'group/sub/project', timeoutMs = 20_000 } = options;
  const token = 'token' in options ? options.token : GITLAB_TOKEN;
  const allowedHosts = ['127.0.0.0/8'];
  const guarded = createGuardedFetch({ allowedHosts, backoffMs: 1, attempts: 3, timeoutMs });
  onTestFinished(async () => guarded[Symbol.asyncDispose]());
  return GITLAB.create({
    config: { type: 'gitlab', repository, base_url: service.url, token_env: 'GITLAB_TOKEN' },
    readSecret: () => token,
    fetch: guarded.fetch,
    now: () => 0,
  });
}

function answer(model: GitlabModel, base: string, request: ServiceRequest): ServiceAnswer {
  if (request.headers.authorization !== `Bearer ${GITLAB_TOKEN}`) {
    return { status: 401, body: { message: '401 Unauthorized' } };
  }
  const [, id = '', rest = ''] = /^\/api\/v4\/projects\/([^/]+)\/?(.*)$/.exec(request.path) ?? [];
  const name = decodeURIComponent(id);
  if (model.oldPaths.has(name)) {
    const location = `${base}/api/v4/projects/${model.id}${rest === '' ? '' : `/${rest}`}`;
    return { status: 301, headers: { location }, body: { message: 'Moved' } };
  }
  if (name !== model.path && name !== String(model.id)) {
    return { status: 404, body: { message: '404 Project Not Found' } };
  }
  return answerProject(model, base, { ...request, path: rest });
}

function answerProject(model: GitlabModel, base: string, request: ServiceRequest): ServiceAnswer {
  const [folder = '', iid, part] = request.path.split('/');
  if (folder === '') {
    const body = {
      id: model.id,
      path_with_namespace: model.path,
      web_url: `${base}/${model.path}`,
      issues_access_level: model.issuesLevel,
      merge_requests_access_level: 'enabled',
      releases_access_level: 'enabled',
    };
    return { status: 200, body };
  }
  if (folder === 'issues_statistics') {
    const counts = { all: model.issues.size, closed: 0, opened: model.issues.size };
    return { status: 200, body: { statistics: { counts } } };
  }
  if (folder === 'releases') {
    const rows = model.releases.map(({ tag, text, at }) => ({
      tag_name: tag,
      name: null,
      description: text,
      created_at: at,
      released_at: at,
      upcoming_release: false,
      author: { id: 1, username: 'rel', name: 'Rel' },
      commit: { id: 'd'.repeat(40), short_id: 'dddddddd' },
      _links: { self: `${base}/${model.path}/-/releases/${tag}` },
    }));
    return toPage(model, rows, request);
  }
  if (folder !== 'issues' && folder !== 'merge_requests') return { status: 404, body: {} };
  if (folder === 'issues' && model.issuesLevel === 'disabled') {
    return { status: 403, body: { message: '403 Forbidden' } };
  }
  if (iid === undefined) return listTickets(model, base, { folder, request });
  const ticket = model[folder].get(Number(iid));
  if (ticket === undefined) return { status: 404, body: { message: '404 Not found' } };
  return toPage(model, toParts(ticket, part), request);
}

function toParts(ticket: TicketModel, part: string | undefined): unknown[] {
  if (part === 'commits') return ticket.commits.map((id) => ({ id, short_id: id.slice(0, 8) }));
  if (part === 'diffs') {
    return ticket.files.map((path) => ({ old_path: path, new_path: path, diff: '@@' }));
  }
  return ticket.notes.map(({ id, body, system, internal, position, at }) => ({
    id,
    type: position === undefined ? null : 'DiffNote',
    body,
    author: { id: 2, username: 'grace', name: 'Grace' },
    created_at: at,
    updated_at: at,
    system,
    internal,
    confidential: internal,
    ...(position === undefined ? {} : { position: { ...position, head_sha: 'e'.repeat(40) } }),
  }));
}

function listTickets(
  model: GitlabModel,
  base: string,
  { folder, request }: { folder: Folder; request: ServiceRequest },
): ServiceAnswer {
  const { query } = request;
  const after = query.get('updated_after');
  const iids = query.getAll('iids[]').map(Number);
  const key = query.get('order_by') === 'updated_at' ? 'updatedAt' : 'createdAt';
  const sign = query.get('sort') === 'asc' ? 1 : -1;
  const rows = [...model[folder].values()]
    .filter(({ updatedAt }) => after === null || Date.parse(updatedAt) >= Date.parse(after))
    .filter(({ iid }) => iids.length === 0 || iids.includes(iid))
    .toSorted((left, right) => sign * left[key].localeCompare(right[key]))
    .map((ticket) => toRow(model, base, { folder, ticket }));
  return toPage(model, rows, request);
}

function toRow(
  model: GitlabModel,
  base: string,
  { folder, ticket }: { folder: Folder; ticket: TicketModel },
): unknown {
  const { iid, notes } = ticket;
  const shared = {
    id: 5000 + iid,
    iid,
    project_id: model.id,
    title: ticket.title,
    description: ticket.description,
    state: ticket.state,
    created_at: ticket.createdAt,
    updated_at: ticket.updatedAt,
    author: { id: 1, username: 'ada', name: 'Ada' },
    labels: ['backend'],
    upvotes: 0,
    web_url: `${base}/${model.path}/-/${folder}/${iid}`,
    user_notes_count: notes.filter(({ system }) => !system).length,
    references: { full: `${model.path}${folder === 'issues' ? '#' : '!'}${iid}` },
  };
  if (folder === 'issues') {
    const { confidential, moved_to_id } = ticket;
    return { ...shared, confidential, moved_to_id, issue_type: 'issue' };
  }
  return {
    ...shared,
    draft: false,
    source_branch: 'fix/line',
    target_branch: 'main',
    source_project_id: ticket.isFork ? 77 : model.id,
    target_project_id: model.id,
    sha: ticket.commits[0] ?? null,
    merge_commit_sha: ticket.state === 'merged' ? 'f'.repeat(40) : null,
    squash_commit_sha: null,
  };
}

function toPage(model: GitlabModel, rows: unknown[], { query }: ServiceRequest): ServiceAnswer {
  const size = Number(query.get('per_page') ?? 20);
  const page = Number(query.get('page') ?? 1);
  const hasMore = rows.length > page * size;
  const totals: Record<string, string> = model.countsTotals
    ? { 'x-total': String(rows.length) }
    : {};
  const headers = { 'x-next-page': hasMore ? String(page + 1) : '', ...totals };
  return { status: 200, headers, body: rows.slice((page - 1) * size, page * size) };
}
