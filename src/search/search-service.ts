/**
 * Search as the front doors call it, on the main thread: hands requests to the search threads, replaces a
 * thread that overruns, and adds what only the main thread knows (how complete the index is).
 */
import { AppError, isAppError } from '../errors/app-error.ts';
import type { ResourceContent, ResourcePage } from '../model/engine.ts';
import type { RelatedReply, RelatedRequest } from '../model/related.ts';
import type { SearchCoverage, SearchReply, SearchRequest, ZeroReason } from '../model/search.ts';
import type { IndexStatus, PassProgress } from '../model/status.ts';
import type { SearchOutcome } from './search-engine.ts';
import type { StaleFile } from './stale.ts';
import { asksForSymbols } from './symbol-mode.ts';

/** A search stops by itself after this time and gives what it has. */
const DEADLINE_MS = 8000;
/** A thread that has not answered by then is stuck in one pattern; it is replaced. */
const KILL_MS = 9500;
/** An answer waits at most this long for changed files to be read again. */
const REFRESH_MS = 1000;
/** Calls that may wait for a thread; more would only wait longer than their callers do. */
const MAX_WAITING = 256;

/** The search threads. */
export interface SearchThreads {
  readonly queued: number;
  call<T>(
    method: string,
    args: readonly unknown[],
    options?: { readonly signal?: AbortSignal; readonly timeoutMs?: number },
  ): Promise<T>;
}

export interface SearchServiceOptions {
  readonly threads: SearchThreads;
  readStatus(allowed: readonly string[] | undefined): IndexStatus;
  /** Brings files in step; gives false when that took longer than the limit (it goes on). */
  refresh(files: readonly StaleFile[], limitMs: number): Promise<boolean>;
}

export class SearchService {
  readonly #options: SearchServiceOptions;

  constructor(options: SearchServiceOptions) {
    this.#options = options;
  }

  /** Errors: `INVALID_PATTERN`, `INVALID_ARGUMENT`, `DEADLINE_EXCEEDED`, `RATE_LIMITED`, `CANCELED`. */
  async search(request: SearchRequest, signal?: AbortSignal): Promise<SearchReply> {
    const reply = await this.#searchFresh(request, signal).catch((error: unknown) => {
      if (!isAppError(error) || error.code !== 'DEADLINE_EXCEEDED') throw error;
      throw new AppError(
        'DEADLINE_EXCEEDED',
        'The search took too long and was stopped. Send a more specific pattern, or narrow filters.paths.',
        { cause: error },
      );
    });
    const status = this.#options.readStatus(request.allowed_connectors);
    const coverage = asksForSymbols(request)
      ? toCoverageOfPasses(status, ['structure'])
      : toSearchCoverage(status);
    if (coverage === undefined) return reply;
    if (reply.results.length > 0) return { ...reply, coverage };
    return { ...reply, coverage, zero_reason: toNotIndexed(coverage) };
  }

  /** Searches; when files in the answer have changed meanwhile, has them read again and searches once more. */
  async #searchFresh(request: SearchRequest, signal?: AbortSignal): Promise<SearchReply> {
    const first = await this.#call<SearchOutcome>('search', [request, DEADLINE_MS], signal);
    if (first.stale.length === 0) return first.reply;
    const isFresh = await this.#options.refresh(first.stale, REFRESH_MS);
    if (!isFresh) return first.reply;
    return (await this.#call<SearchOutcome>('search', [request, DEADLINE_MS], signal)).reply;
  }

  /** Errors: `FILE_NOT_FOUND`, `SYMBOL_NOT_FOUND`, `AMBIGUOUS_PATH`, `INVALID_ARGUMENT`, `CANCELED`. */
  async related(request: RelatedRequest, signal?: AbortSignal): Promise<RelatedReply> {
    const status = this.#options.readStatus(request.allowed_connectors);
    const coverage = toCoverageOfPasses(status, ['structure', 'history']);
    const reply = await this.#call<RelatedReply>('related', [request, DEADLINE_MS], signal);
    return coverage === undefined ? reply : { ...reply, coverage };
  }

  async listResources(
    cursor: string | undefined,
    allowed?: readonly string[],
  ): Promise<ResourcePage> {
    return this.#call<ResourcePage>('listFiles', [cursor, allowed]);
  }

  async readResource(uri: string, allowed?: readonly string[]): Promise<ResourceContent> {
    return this.#call<ResourceContent>('readFile', [uri, allowed]);
  }

  async #call<T>(method: string, args: readonly unknown[], signal?: AbortSignal): Promise<T> {
    if (this.#options.threads.queued >= MAX_WAITING) {
      throw new AppError('RATE_LIMITED', 'Too many searches are waiting. Try again in a second.');
    }
    return this.#options.threads.call<T>(method, args, {
      timeoutMs: KILL_MS,
      ...(signal === undefined ? {} : { signal }),
    });
  }
}

/** Gives the coverage while the index is not complete; undefined once it is. */
function toSearchCoverage(status: IndexStatus): SearchCoverage | undefined {
  if (status.coverage.percent === 100) return undefined;
  return { ...status.coverage, examples: {} };
}

/** The same with the passes, also while one of the named passes is unfinished. */
function toCoverageOfPasses(
  status: IndexStatus,
  needed: readonly (keyof PassProgress)[],
): SearchCoverage | undefined {
  const isDone = needed.every((pass) => status.passes[pass].done >= status.passes[pass].total);
  if (isDone && status.coverage.percent === 100) return undefined;
  return { ...status.coverage, examples: {}, passes: status.passes };
}

function toNotIndexed(coverage: SearchCoverage): ZeroReason {
  const { passes } = coverage;
  if (coverage.percent === 100 && passes !== undefined) {
    return {
      code: 'not_indexed',
      message: `Definitions of ${passes.structure.done} of ${passes.structure.total} contents are known so far. Ask again later, or search for the text in mode literal.`,
    };
  }
  return {
    code: 'not_indexed',
    message: `The index holds ${coverage.percent} % of the files so far. Ask again when context.index_control status says 100.`,
  };
}
