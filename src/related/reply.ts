/**
 * From collected items to the reply, inside its token budget. Contents are shortened before an item is dropped; the
 * first item, which is what was asked about, is shortened last.
 */
import type {
  RelatedDiscussion,
  RelatedItem,
  RelatedReply,
  RelatedRequest,
} from '../model/related.ts';
import { toTicketKey } from '../query/ticket-name.ts';
import { fitResults } from '../search/budget.ts';
import type { Draft } from './draft.ts';

/** Lines of an item's content by level of the budget: of the first item, and of the others. */
const CONTENT_LINES: readonly (readonly [first: number, others: number])[] = [
  [Infinity, 40],
  [Infinity, 12],
  [Infinity, 5],
  [Infinity, 2],
  [Infinity, 1],
  [120, 1],
  [60, 1],
  [30, 1],
  [12, 1],
  [3, 1],
  [1, 1],
];

export interface ReplyFacts {
  readonly summary: string;
  /** On the clock of `performance.now()`. */
  readonly startMs: number;
  /** Something stopped early. */
  readonly wasCut: boolean;
}

/** Builds the reply. `request.max_tokens` is the room for all of it. */
export function toReply(
  draft: Draft,
  request: Pick<RelatedRequest, 'top_k' | 'max_tokens'>,
  { summary, startMs, wasCut }: ReplyFacts,
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
    render: shorten,
  });
  return {
    ...frame,
    related_items: fitted.results,
    truncated: wasCut || fitted.dropped > 0 || draft.count > items.length,
  };
}

function shorten(
  item: RelatedItem,
  { level, index }: { readonly level: number; readonly index: number },
): RelatedItem {
  const [first, others] = CONTENT_LINES[level] ?? [1, 1];
  const limit = index === 0 ? first : others;
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
