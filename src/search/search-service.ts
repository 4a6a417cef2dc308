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
import { countTokens } from './budget.ts';

/** A search stops by itself after this time and gives what it has. */
const DEADLINE_MS = 8000;
/** A thread that has not answered by then is stuck in one pattern; it is replaced. */
const KILL_MS = 9500;
/** An answer waits at most this long for changed files to be read again. */
const REFRESH_MS = 1000;
/** Calls that may wait for a thread; more would only wait longer than their callers do. */
const MAX_WAITING = 256;
/** Of the budget; a longer coverage is told without its reasons. */
const MAX_COVERAGE_SHARE = 0.25;
/** Connectors that are named when nothing was found. */
const MAX_NAMED = 5;

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
    const status = this.#options.readStatus(request.allowed_connectors);
    const coverage = toCoverage(status, {
      passes: asksForSymbols(request) ? ['structure'] : [],
      maxTokens: request.max_tokens,
    });
    const room = { ...request, max_tokens: request.max_tokens - coverage.tokens };
    const reply = await this.#searchFresh(room, signal).catch((error: unknown) => {
      if (!isAppError(error) || error.code !== 'DEADLINE_EXCEEDED') throw error;
      throw new AppError(
        'DEADLINE_EXCEEDED',
        'The search took too long and was stopped. Send a more specific pattern, or narrow filters.paths.',
        { cause: error },
      );
    });
    if (reply.results.length > 0 || coverage.fields.coverage === undefined) {
      return { ...reply, ...coverage.fields };
    }
    return { ...reply, ...coverage.fields, zero_reason: toNotIndexed(status) };
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
    const coverage = toCoverage(status, {
      passes: ['structure', 'history'],
      maxTokens: request.max_tokens,
    });
    const room = { ...request, max_tokens: request.max_tokens - coverage.tokens };
    const reply = await this.#call<RelatedReply>('related', [room, DEADLINE_MS], signal);
    return { ...reply, ...coverage.fields };
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

/** What the answer says of the index, and the part of the budget that it takes. */
interface CoverageNote {
  /** Empty once the index is complete. */
  readonly fields: { readonly coverage?: SearchCoverage };
  readonly tokens: number;
}

/**
 * The coverage while the index is not complete, while one of the passes is unfinished, or while a connector is fetched
 * for the first time. It is made before the answer, so that the answer fits beside it; with a small budget it is its
 * numbers only.
 */
function toCoverage(
  status: IndexStatus,
  options: { readonly passes: readonly (keyof PassProgress)[]; readonly maxTokens: number },
): CoverageNote {
  const isDone = options.passes.every(
    (pass) => status.passes[pass].done >= status.passes[pass].total,
  );
  const syncing = listSyncing(status);
  if (isDone && status.coverage.percent === 100 && syncing.length === 0)
    return { fields: {}, tokens: 0 };
  const passes = options.passes.length > 0 ? { passes: status.passes } : {};
  const first = syncing.length > 0 ? { syncing } : {};
  const whole = { coverage: { ...status.coverage, examples: {}, ...passes, ...first } };
  const tokens = countTokens(JSON.stringify(whole));
  if (tokens <= options.maxTokens * MAX_COVERAGE_SHARE) return { fields: whole, tokens };
  const { discovered, indexed, pending, percent } = status.coverage;
  const bare = { discovered, indexed, skipped: {}, failed: {}, examples: {}, pending, percent };
  return { fields: { coverage: bare }, tokens: countTokens(JSON.stringify({ coverage: bare })) };
}

/** Connectors whose first sync waits or runs. One whose service refuses it is not on its way, and is not told of. */
function listSyncing({ connectors, jobs }: IndexStatus): readonly string[] {
  const active = new Set(
    jobs.filter(({ ended_at }) => ended_at === null).flatMap((job) => job.connectors),
  );
  return connectors
    .filter(({ connector_id: id, coverage }) => coverage.percent < 100 && active.has(id))
    .map(({ connector_id: id }) => id);
}

function toNotIndexed(status: IndexStatus): ZeroReason {
  const { coverage, passes } = status;
  const syncing = listSyncing(status);
  if (coverage.percent === 100 && syncing.length > 0) {
    return {
      code: 'not_indexed',
      message: `Connectors are being fetched for the first time: ${syncing.slice(0, MAX_NAMED).join(', ')}. Ask again when context.index_control status says 100 for them.`,
    };
  }
  if (coverage.percent === 100) {
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
