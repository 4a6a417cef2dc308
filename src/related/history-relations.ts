/** What history tells of a file: its newest commits, what changes together with it, the tickets that its commits name. */
import type { CommitFacts } from './ports.ts';
import type { RelationContext } from './relation-context.ts';

/** Commits that are read; those that name the symbol come first. */
const MAX_COMMITS = 30;
const MAX_COMMITS_SHOWN = 8;
const MAX_CO_CHANGED = 10;
const MIN_SUPPORT = 2;
const MAX_TICKETS = 8;

export interface HistoryQuery {
  readonly slot: number;
  /** The symbol that is asked about; history knows files only. */
  readonly symbol?: string;
}

/** Adds `co_changed`, `commit` and `ticket` items of a file. */
export function addHistory(context: RelationContext, query: HistoryQuery): void {
  const { catalog } = context.view;
  const file = {
    connectorId: catalog.connectorOf(query.slot),
    path: catalog.paths[query.slot] as string,
  };
  addCoChanges(context, file);
  addCommits(context, file, query.symbol);
  addTickets(context, file);
}

interface HistoryFile {
  readonly connectorId: string;
  readonly path: string;
}

function addCoChanges({ view, draft }: RelationContext, { connectorId, path }: HistoryFile): void {
  if (!draft.wants('co_changed')) return;
  const options = { limit: MAX_CO_CHANGED, minSupport: MIN_SUPPORT };
  for (const change of view.history.listCoChanges(connectorId, path, options)) {
    const slot = view.catalog.findSlot(connectorId, change.path);
    if (slot < 0) continue;
    const percent = Math.round(change.confidence * 100);
    draft.addFile({
      relation: 'co_changed',
      slot,
      score: 0.4 + 0.3 * change.confidence,
      reason: `changed together in ${change.support} commits (${percent} % of the file's)`,
    });
  }
}

function addCommits(
  { view, draft }: RelationContext,
  { connectorId, path }: HistoryFile,
  symbol: string | undefined,
): void {
  if (!draft.wants('commit')) return;
  const commits = view.history.listCommits(connectorId, path, MAX_COMMITS);
  const ages = new Map(commits.map((commit, age) => [commit, age]));
  const namesSymbol = (commit: CommitFacts): boolean =>
    symbol !== undefined && hasWord(`${commit.subject}\n${commit.body}`, symbol);
  const chosen = [
    ...commits.filter(namesSymbol),
    ...commits.filter((commit) => !namesSymbol(commit)),
  ].slice(0, MAX_COMMITS_SHOWN);
  for (const commit of chosen) {
    const age = ages.get(commit) ?? 0;
    const isNamed = namesSymbol(commit);
    const touched = age === 0 ? 'the newest commit of' : `commit ${age + 1} from the newest of`;
    const file = symbol === undefined ? 'the file' : 'its file';
    draft.addCommit(
      commit,
      (isNamed ? 0.72 : 0.6) - age * 0.01,
      `${touched} ${file}${isNamed ? `, and names ${symbol}` : ''}`,
    );
  }
}

function addTickets({ view, draft }: RelationContext, { connectorId, path }: HistoryFile): void {
  if (!draft.wants('ticket') && !draft.wants('pull_request')) return;
  for (const ticket of view.history.listTicketsOfFile(connectorId, path, MAX_TICKETS)) {
    const commits = ticket.commits === 1 ? 'commit' : 'commits';
    draft.addName(ticket.kind === 'pull_request' ? 'pull_request' : 'ticket', ticket.id, {
      score: 0.45 + Math.min(0.1, ticket.commits / 100),
      reason: `named by ${ticket.commits} ${commits} of the file`,
    });
  }
}

/** True when the name stands in the text as a whole word. */
function hasWord(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    const around = `${text[at - 1] ?? ' '}${text[at + name.length] ?? ' '}`;
    if (!/[\p{L}\p{N}_]/u.test(around)) return true;
  }
  return false;
}
