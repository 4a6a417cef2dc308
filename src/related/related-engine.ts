/**
 * Answers `context.get_related_info` inside a search thread: finds the file, symbol or ticket that is asked
 * about, collects its relations in one read transaction, and keeps the token budget.
 */
import { AppError } from '../errors/app-error.ts';
import type {
  RelatedDiscussion,
  RelatedItem,
  RelatedReply,
  RelatedRequest,
} from '../model/related.ts';
import { createPathScorer } from '../query/score-path.ts';
import { toTicketKey } from '../query/ticket-name.ts';
import { fitResults } from '../search/budget.ts';
import { Deadline } from '../search/deadline.ts';
import { listNearNames } from '../search/symbol-mode.ts';
import { TopList } from '../search/top-list.ts';
import { VisibleCatalog } from '../search/visible-catalog.ts';
import { addCallers } from './callers.ts';
import { Draft } from './draft.ts';
import { addItemsOfFile } from './file-items.ts';
import { addFileRelations } from './file-relations.ts';
import type { PlacedSymbol, RelatedView, StoredView } from './ports.ts';
import { addTicketRelations } from './ticket-relations.ts';

export interface RelatedEngineOptions {
  readonly reader: { read<T>(work: (view: StoredView) => T): T };
  readonly redact: (text: string) => string;
}

/** Lines of an item's content by level of the budget. */
const CONTENT_LINES: readonly number[] = [200, 40, 12, 5, 2, 1];
const MAX_DEFINITIONS = 20;
const MAX_IMPORTERS = 200;

export class RelatedEngine {
  readonly #options: RelatedEngineOptions;

  constructor(options: RelatedEngineOptions) {
    this.#options = options;
  }

  /** Errors: `FILE_NOT_FOUND`, `SYMBOL_NOT_FOUND`, `AMBIGUOUS_PATH`, `INVALID_ARGUMENT`. */
  find(request: RelatedRequest, limits: { readonly deadlineMs: number }): RelatedReply {
    const startMs = performance.now();
    const deadline = new Deadline(limits.deadlineMs);
    const { redact } = this.#options;
    return this.#options.reader.read((stored) => {
      const view = toVisible(stored, request.allowed_connectors);
      const draft = new Draft(view, { relations: request.relations, redact });
      const summary = collect(view, draft, { request, deadline });
      return toReply(draft, request, { summary, startMs, wasCut: deadline.wasHit });
    });
  }
}

/** Leaves out what the caller must not see; everything behind reads through it. */
function toVisible(stored: StoredView, allowed: readonly string[] | undefined): RelatedView {
  return {
    catalog: new VisibleCatalog(stored.catalog, allowed),
    segments: stored.segments,
    history: stored.history,
    symbols: stored.symbols,
    links: stored.links,
    readContent: (blobId) => stored.readContent(blobId),
  };
}

interface Query {
  readonly request: RelatedRequest;
  readonly deadline: Deadline;
}

function collect(view: RelatedView, draft: Draft, query: Query): string {
  const { file_path: path, symbol, ticket_id: ticket } = query.request;
  if (path !== undefined) return collectFile(view, draft, { ...query, path });
  if (symbol !== undefined) return collectSymbol(view, draft, { ...query, symbol });
  return addTicketRelations(view, draft, ticket ?? '');
}

function collectFile(
  view: RelatedView,
  draft: Draft,
  query: Query & { readonly path: string },
): string {
  const slot = findFile(view, query.path);
  const { line } = query.request;
  const { count } = draft.text(slot);
  if (line !== undefined && line > count) {
    throw new AppError(
      'INVALID_ARGUMENT',
      `line is beyond the end of the file, which has ${count} lines. Send a smaller one.`,
    );
  }
  addFileRelations(view, draft, { slot, line, deadline: query.deadline });
  addItemsOfFile(view, draft, slot);
  return `${view.catalog.paths[slot]}: ${draft.count} related items.`;
}

function collectSymbol(
  view: RelatedView,
  draft: Draft,
  query: Query & { readonly symbol: string },
): string {
  const { catalog, symbols } = view;
  const parts = query.symbol.split(/\.|::|#/);
  const name = parts.at(-1) ?? '';
  const container = parts.slice(0, -1).join('.');
  const found = symbols
    .findDefinitions(name, {
      limit: 200,
      accepts: ({ blobId }) => catalog.slotsOfBlob(blobId).length > 0,
    })
    .flatMap((definition) =>
      catalog.slotsOfBlob(definition.blobId).map((slot) => ({ ...definition, slot })),
    )
    .filter((definition) => container === '' || definition.container.endsWith(container));
  if (found.length === 0) throw noSuchSymbol(view, query.symbol, name);
  const ranked = found.toSorted(
    (left, right) => (catalog.role[left.slot] as number) - (catalog.role[right.slot] as number),
  );
  addDefinitions(draft, ranked);
  const own = ranked[0];
  if (own === undefined) return '';
  addCallers(view, draft, {
    query: {
      name,
      importers: listImporterSlots(view, own.slot),
      definitions: found.length,
      ownSlot: own.slot,
    },
    deadline: query.deadline,
  });
  if (draft.wants('file'))
    draft.addFile({
      relation: 'file',
      slot: own.slot,
      score: 0.5,
      reason: `the file that defines ${name}`,
    });
  return `${query.symbol}: ${found.length} ${found.length === 1 ? 'definition' : 'definitions'}, ${draft.count} related items.`;
}

function addDefinitions(draft: Draft, ranked: readonly PlacedSymbol[]): void {
  for (const [place, definition] of ranked.slice(0, MAX_DEFINITIONS).entries()) {
    const { kind, name, container, slot, startLine, endLine } = definition;
    draft.addFile({
      relation: 'definition',
      slot,
      score: 1 - place * 0.01,
      reason: `${kind} ${container === '' ? '' : `${container}.`}${name} (${ranked.length} ${ranked.length === 1 ? 'definition' : 'definitions'})`,
      startLine,
      endLine,
      symbol: name,
      kind,
    });
  }
}

function listImporterSlots({ catalog, symbols }: RelatedView, slot: number): ReadonlySet<number> {
  const importers = symbols.listImporters(catalog.documentId[slot] as number, MAX_IMPORTERS);
  return new Set(
    importers.map(({ documentId }) => catalog.slotOf(documentId)).filter((found) => found >= 0),
  );
}

/** Accepts `id:relative`, absolute paths below a root, and relative paths that one root has. */
function findFile(view: RelatedView, path: string): number {
  const { catalog } = view;
  const slots = catalog
    .listSources()
    .map((source) => {
      const prefix = `${source.connectorId}:`;
      const root = `${source.path ?? ''}/`;
      const isAbsolute = source.path !== null && path.startsWith(root);
      const own = isAbsolute ? path.slice(root.length) : path;
      const relative = own.startsWith(prefix) ? own.slice(prefix.length) : own;
      return { source, slot: catalog.findSlot(source.connectorId, relative.replace(/^\.\//, '')) };
    })
    .filter(({ slot }) => slot >= 0);
  const [only] = slots;
  if (slots.length === 1 && only !== undefined) return only.slot;
  if (slots.length > 1) {
    const choices = slots.map(({ source }) => `${source.connectorId}:${path}`).join(', ');
    throw new AppError(
      'AMBIGUOUS_PATH',
      `${path} stands below several roots. Send one of ${choices}.`,
    );
  }
  const near = listNearPaths(view, path);
  const hint =
    near.length === 0
      ? 'Search with mode "path" to find its name.'
      : `Near names: ${near.join(', ')}.`;
  throw new AppError('FILE_NOT_FOUND', `No indexed file has the path ${path}. ${hint}`);
}

function listNearPaths({ catalog }: RelatedView, path: string): string[] {
  const score = createPathScorer(path.slice(path.lastIndexOf('/') + 1));
  const top = new TopList<string>(5);
  for (const slot of catalog.listSlots()) {
    const own = catalog.paths[slot] as string;
    const value = score(own);
    if (value > 0) top.add(value, own);
  }
  return top.list();
}

function noSuchSymbol(view: RelatedView, symbol: string, name: string): AppError {
  const near = listNearNames(
    view.symbols,
    name,
    (blobId) => view.catalog.slotsOfBlob(blobId).length > 0,
  );
  const hint =
    near.length === 0
      ? 'Search with mode "symbol" for part of its name.'
      : `Near names: ${near.join(', ')}.`;
  return new AppError('SYMBOL_NOT_FOUND', `Nothing in the index defines ${symbol}. ${hint}`);
}

function toReply(
  draft: Draft,
  request: RelatedRequest,
  {
    summary,
    startMs,
    wasCut,
  }: { readonly summary: string; readonly startMs: number; readonly wasCut: boolean },
): RelatedReply {
  const items = draft.list(request.top_k);
  const frame = {
    summary,
    related_prs: listNames(items, 'pull_request'),
    related_issues: [...new Set([...listNames(items, 'issue'), ...listNames(items, 'ticket')])],
    discussions: listDiscussions(items),
    query_time_ms: Math.round((performance.now() - startMs) * 10) / 10,
  };
  const fitted = fitResults(items, {
    maxTokens: request.max_tokens,
    frameBytes: Buffer.byteLength(JSON.stringify(frame)) + 64,
    levels: CONTENT_LINES.length,
    render: (item, { level, index }) => shorten(item, index === 0 ? Math.max(0, level - 2) : level),
  });
  return {
    ...frame,
    related_items: fitted.results,
    truncated: wasCut || fitted.dropped > 0 || draft.count > items.length,
  };
}

function shorten(item: RelatedItem, level: number): RelatedItem {
  const limit = CONTENT_LINES[level] ?? 1;
  const lines = item.content.split('\n');
  if (lines.length <= limit) return item;
  const endLine = item.start_line === null ? null : item.start_line + limit - 1;
  return { ...item, content: lines.slice(0, limit).join('\n'), end_line: endLine };
}

/** Ids as people write them, each once: of items theirs, of bare names the name. */
function listNames(
  items: readonly RelatedItem[],
  relation: RelatedItem['relation_type'],
): string[] {
  const names = new Map<string, string>();
  for (const item of items) {
    if (item.relation_type !== relation) continue;
    const { ticket } = item.metadata;
    const isName = item.file_path === null;
    const name = typeof ticket === 'string' ? ticket : isName ? item.content : '';
    if (name !== '' && !names.has(toTicketKey(name))) names.set(toTicketKey(name), name);
  }
  return [...names.values()];
}

function listDiscussions(items: readonly RelatedItem[]): RelatedDiscussion[] {
  return items
    .filter((item) => item.relation_type === 'discussion')
    .map(({ metadata, content }) => {
      const { channel, connector_id: connectorId, updated_at: updatedAt, title, url } = metadata;
      const firstLine = content.split('\n', 1)[0]?.replace(/^#+\s*/, '') ?? '';
      return {
        channel: toText(channel) || toText(connectorId),
        timestamp: toText(updatedAt),
        summary: (toText(title) || firstLine).slice(0, MAX_SUMMARY_CHARACTERS),
        url: toText(url),
      };
    });
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

const MAX_SUMMARY_CHARACTERS = 200;
