/**
 * Answers searches inside a search thread: takes the request apart, lets the engine of its mode find the
 * hits in one read transaction, and turns them into the reply. It knows nothing of jobs or HTTP; coverage
 * is added by its caller.
 */
import type { SearchReply, SearchRequest } from '../model/search.ts';
import { searchExact } from './exact-mode.ts';
import { searchPaths } from './path-mode.ts';
import { RankedMode } from './ranked-mode.ts';
import { Deadline } from './deadline.ts';
import type { IndexReader } from './ports.ts';
import { asksForSymbols, searchSymbols } from './symbol-mode.ts';
import { findStale, type StaleFile } from './stale.ts';

export interface SearchEngineOptions {
  readonly reader: IndexReader;
  /** Masks secrets in what is shown; keeps the number of lines. */
  readonly redact: (text: string) => string;
}

/** A reply, and the files in it that have changed on disk since they were indexed. */
export interface SearchOutcome {
  readonly reply: SearchReply;
  readonly stale: readonly StaleFile[];
}

export class SearchEngine {
  readonly #options: SearchEngineOptions;
  readonly #ranked: RankedMode;

  constructor(options: SearchEngineOptions) {
    this.#options = options;
    this.#ranked = new RankedMode(options.redact);
  }

  /** Errors: `INVALID_PATTERN`, `INVALID_ARGUMENT`. */
  search(request: SearchRequest, limits: { readonly deadlineMs: number }): SearchOutcome {
    const startMs = performance.now();
    const deadline = new Deadline(limits.deadlineMs);
    const { redact } = this.#options;
    const reply = this.#options.reader.read((view) => {
      if (asksForSymbols(request)) return searchSymbols(view, request, { deadline, redact });
      switch (request.mode) {
        case 'literal':
        case 'regex':
          return searchExact(view, request, { deadline, redact });
        case 'path':
          return searchPaths(view, request, redact);
        case 'symbol':
        case 'auto':
          return this.#ranked.search(view, request, deadline);
      }
    });
    const stale = this.#options.reader.read((view) => findStale(view.catalog, reply));
    return {
      reply: { ...reply, query_time_ms: Math.round((performance.now() - startMs) * 10) / 10 },
      stale,
    };
  }
}
