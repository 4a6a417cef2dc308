/**
 * Follows a search over its pages until enough different files are known. How a page is got (over HTTP from a
 * server, or from an engine in this process) is the caller's; latency, tokens and lines are those of the first
 * page, which is the answer to a default call.
 */
import type { SearchReply } from '../../src/model/search.ts';
import type { Retrieved } from './retrieved.ts';

/** Different files that a query is followed up to. */
const WANTED_FILES = 20;
/** Pages that are asked for at most. */
const MAX_PAGES = 12;

/** Where a page starts and how large it is; empty for a default call. */
export interface PageInput {
  readonly query: string;
  readonly offset?: number;
  readonly top_k?: number;
  readonly max_tokens?: number;
}

/** One page, and its size as the caller receives it. */
export interface Page {
  readonly reply: SearchReply;
  readonly bytes: number;
}

/** Whatever answers queries. */
export interface Searcher {
  search(query: string): Promise<Retrieved>;
}

/** Asks one query: the default call first, then larger pages. */
export async function retrieve(
  query: string,
  ask: (input: PageInput) => Promise<Page>,
): Promise<Retrieved> {
  const files = new Set<string>();
  const started = performance.now();
  let page = await ask({ query });
  const latencyMs = performance.now() - started;
  const tokens = Math.ceil(page.bytes / 3);
  const ranges = page.reply.results.map(({ metadata }) => ({
    path: metadata.file_path,
    startLine: metadata.start_line,
    endLine: metadata.end_line,
  }));
  for (let count = 1; ; count++) {
    for (const { metadata } of page.reply.results) files.add(metadata.file_path);
    const isEnough = files.size >= WANTED_FILES || count === MAX_PAGES;
    if (isEnough || !page.reply.has_more || page.reply.results.length === 0) break;
    const offset = page.reply.offset + page.reply.results.length;
    page = await ask({ query, offset, top_k: 100, max_tokens: 20_000 });
  }
  return { files: [...files].slice(0, WANTED_FILES), ranges, latencyMs, tokens };
}
