/**
 * Brings the index in step with the projects of a Jira, in two parts: issues in order of their last change, then,
 * when the numbers differ or a day has passed, a comparison of keys that finds what was deleted or moved away.
 *
 * An issue is handed out whole, with all of its comments; in a later run everything below it is removed first, since
 * Jira does not tell of a comment that was deleted. A move is seen when an old issue turns up under a key that is
 * not known: its changelog then names the former key.
 */
import type { ConnectorItem, SyncPage } from '../connector.ts';
import type { JiraCursor } from './jira-cursor.ts';
import type { JiraSession } from './jira-client.ts';
import { isConfidential, toIssuePath, toItems, type JiraIssue } from './jira-items.ts';
import { KeySet, splitKey } from './jira-keys.ts';
import type { JiraSearch, SearchPosition } from './jira-search.ts';
import { parseJiraTime } from './jira-time.ts';

/** Keys are compared at least this often. */
const RECONCILE_EVERY_MS = 24 * 3_600_000;
/** … and not more often than this when the numbers differ: Cloud's are rough. */
const RECONCILE_PAUSE_MS = 3_600_000;
/** So many paths at most are removed with one page. */
const REMOVED_PER_PAGE = 500;

/** One run. */
export interface JiraSync {
  readonly search: JiraSearch;
  readonly session: JiraSession;
  readonly cursor: JiraCursor;
  /** Keys of those that can be read; not empty. */
  readonly projects: readonly string[];
  readonly epicField?: string;
  readonly nowMs: number;
}

/** Gives the pages of a run; the last one's cursor is closed. Errors: those of `JiraClient`. */
export async function* syncJira(sync: JiraSync): AsyncIterable<SyncPage> {
  const { cursor } = sync;
  yield* toRemovedPages(cursor.dropOtherProjects(), cursor);
  yield* syncIssues(sync);
  if (await isReconcileDue(sync)) {
    for (const project of sync.projects) yield* reconcile(sync, project);
    cursor.reconciledMs = sync.nowMs;
  }
  cursor.close();
  yield { items: [], removed: [], cursor: cursor.toJson() };
}

async function* syncIssues(sync: JiraSync): AsyncIterable<SyncPage> {
  const { cursor, search } = sync;
  const total = cursor.isFull ? await search.count() : 0;
  const handed = { issues: 0, items: 0 };
  let queryMs = cursor.boundMs;
  let position: SearchPosition | undefined;
  for (;;) {
    const { issues, next } = await search.listChanged(queryMs, position);
    const page = await toPage(sync, issues);
    handed.issues += issues.length;
    handed.items += page.items.length;
    // Jira counts issues only; their comments are expected as they came so far.
    const share = handed.items / Math.max(1, handed.issues);
    const expected = cursor.isFull ? { expectedItems: Math.round(total * share) } : {};
    yield { ...page, cursor: cursor.toJson(), ...expected };
    if (next === undefined) return;
    const reachedMs = cursor.boundMs;
    if (reachedMs !== null && toMinute(reachedMs) > toMinute(queryMs ?? 0)) {
      queryMs = reachedMs;
      position = undefined;
    } else {
      position = next;
    }
  }
}

function toMinute(momentMs: number): number {
  return Math.floor(momentMs / 60_000);
}

interface Change {
  readonly items: readonly ConnectorItem[];
  readonly removed: readonly string[];
}

async function toPage(sync: JiraSync, issues: readonly JiraIssue[]): Promise<Change> {
  const items: ConnectorItem[] = [];
  const removed: string[] = [];
  for (const issue of issues) {
    const updatedMs = parseJiraTime(issue.fields.updated);
    if (sync.cursor.hasSeen(issue.id, updatedMs)) continue;
    const change = await readIssue(sync, issue);
    items.push(...change.items);
    removed.push(...change.removed);
    if (!Number.isNaN(updatedMs)) sync.cursor.note(issue.id, updatedMs);
  }
  return { items, removed };
}

/** One issue with its comments, and what of it was stored before and goes. */
async function readIssue(sync: JiraSync, issue: JiraIssue): Promise<Change> {
  const { cursor, search, session, epicField } = sync;
  const removed = cursor.isFull ? [] : await listGone(sync, issue);
  cursor.addKey(issue.key);
  const items = isConfidential(issue)
    ? []
    : toItems(issue, {
        session,
        comments: await search.listComments(issue),
        formerKeys: cursor.formerKeysOf(issue.key),
        ...(epicField === undefined ? {} : { epicField }),
      });
  return { items, removed };
}

/** Paths that an issue that changed leaves behind. */
async function listGone(sync: JiraSync, issue: JiraIssue): Promise<string[]> {
  const { cursor, search } = sync;
  const path = toIssuePath(issue.key);
  if (cursor.hasKey(issue.key)) return [isConfidential(issue) ? path : `${path}/comments`];
  const createdMs = parseJiraTime(issue.fields.created);
  if (cursor.startedAfterMs === null || !(createdMs < cursor.startedAfterMs)) return [];
  const removed: string[] = [];
  for (const former of await search.listFormerKeys(issue.key)) {
    cursor.addFormerKey(issue.key, former);
    if (cursor.hasKey(former)) removed.push(toIssuePath(former));
    cursor.deleteKey(former);
  }
  return removed;
}

async function isReconcileDue({ cursor, search, nowMs }: JiraSync): Promise<boolean> {
  if (cursor.reconciledMs === null) {
    cursor.reconciledMs = nowMs;
    return false;
  }
  const ageMs = nowMs - cursor.reconciledMs;
  if (ageMs >= RECONCILE_EVERY_MS || ageMs < 0) return true;
  return ageMs >= RECONCILE_PAUSE_MS && (await search.count()) !== cursor.countKeys();
}

/**
 * Compares the keys of a project. A key that is not listed is asked for by itself, since a listing of which something
 * was deleted meanwhile can skip an issue.
 */
async function* reconcile(sync: JiraSync, project: string): AsyncIterable<SyncPage> {
  const { cursor, search } = sync;
  const listed = new KeySet('');
  for await (const keys of search.listKeys(project)) {
    for (const key of keys) listed.add(splitKey(key)?.number ?? 0);
  }
  let items: ConnectorItem[] = [];
  let removed: string[] = [];
  for (const number of cursor.keysOf(project).listMissingFrom(listed)) {
    const change = await followKey(sync, `${project}-${number}`);
    items.push(...change.items);
    removed.push(...change.removed);
    if (removed.length < REMOVED_PER_PAGE && items.length < REMOVED_PER_PAGE) continue;
    yield { items, removed, cursor: cursor.toJson() };
    items = [];
    removed = [];
  }
  if (removed.length > 0 || items.length > 0) yield { items, removed, cursor: cursor.toJson() };
}

/** Finds out what became of a key that is not listed: deleted, hidden, moved, or only skipped. */
async function followKey(sync: JiraSync, key: string): Promise<Change> {
  const { cursor, search, projects } = sync;
  const issue = await search.findIssue(key);
  if (issue?.key === key) return { items: [], removed: [] };
  cursor.deleteKey(key);
  if (issue === undefined || !projects.includes(splitKey(issue.key)?.project ?? '')) {
    return { items: [], removed: [toIssuePath(key)] };
  }
  cursor.addFormerKey(issue.key, key);
  const change = await readIssue(sync, issue);
  return { items: change.items, removed: [toIssuePath(key), ...change.removed] };
}

function* toRemovedPages(keys: readonly string[], cursor: JiraCursor): Iterable<SyncPage> {
  for (let start = 0; start < keys.length; start += REMOVED_PER_PAGE) {
    const removed = keys.slice(start, start + REMOVED_PER_PAGE).map(toIssuePath);
    yield { items: [], removed, cursor: cursor.toJson() };
  }
}
