/**
 * Indexes of finished commits, kept between runs, so that a change of the ranking is measured again in a
 * minute or two: `FOLDER/owner+name/COMMIT.db` is a copy of the product's database after all passes, and
 * `COMMIT.json` beside it has the lines of the gold functions, which need the tree to be found.
 *
 * A kept index is asked inside this process, by the handlers that a search thread has; there is no server, so
 * latency lacks HTTP and the first query of each index pays for opening it. A copy made by a program with
 * another database schema does not open: remove the folder.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SearchRequest } from '../../src/model/search.ts';
import { answerCall, type ThreadHandlers } from '../../src/pool/thread-call.ts';
import type { SearchOutcome } from '../../src/search/search-engine.ts';
import { loadStoreTools } from '../../src/store/tools.ts';
import { createSearchHandlers } from '../../src/threads/search-thread.ts';
import type { LineRange } from './metrics.ts';
import { type PageInput, retrieve, type Searcher } from './retrieve.ts';
import type { Retrieved } from './retrieved.ts';

/** Lines of the gold functions by the id of the row; null as in `resolveGoldFunctions`. */
export type GoldRanges = Readonly<Record<string, readonly LineRange[] | null>>;

/** The kept indexes of one repository. */
export class KeptIndexes {
  readonly #folder: string;

  /** `folder` holds those of all repositories; it is made when it is missing. */
  constructor(folder: string, repo: string) {
    this.#folder = join(folder, repo.replace('/', '+'));
    mkdirSync(this.#folder, { recursive: true });
  }

  /** True when the index of a commit is there with the golds of these rows. */
  has(commit: string, rows: readonly string[]): boolean {
    if (!existsSync(this.#toPath(commit, 'json'))) return false;
    const golds = this.readGolds(commit);
    return rows.every((id) => golds[id] !== undefined);
  }

  /** Copies the database of a finished commit. */
  async keep(commit: string, databaseFile: string, golds: GoldRanges): Promise<void> {
    await loadStoreTools().backup(databaseFile, this.#toPath(commit, 'db'));
    const part = this.#toPath(commit, 'json.part');
    writeFileSync(part, JSON.stringify(golds));
    renameSync(part, this.#toPath(commit, 'json'));
  }

  readGolds(commit: string): GoldRanges {
    return JSON.parse(readFileSync(this.#toPath(commit, 'json'), 'utf8')) as GoldRanges;
  }

  open(commit: string): Searcher {
    return new KeptIndex(this.#toPath(commit, 'db'));
  }

  #toPath(commit: string, suffix: string): string {
    return join(this.#folder, `${commit}.${suffix}`);
  }
}

const CACHE_BYTES = 64 * 1024 * 1024;
const DEADLINE_MS = 8000;

/** What a call that names its query alone asks for. */
const DEFAULTS: Omit<SearchRequest, 'query'> = {
  mode: 'auto',
  top_k: 20,
  offset: 0,
  case: 'sensitive',
  whole_word: false,
  multiline: false,
  context_lines: 2,
  filters: {},
  response_format: 'concise',
  max_tokens: 4000,
  explain: false,
};

class KeptIndex implements Searcher {
  readonly #handlers: ThreadHandlers;

  constructor(databasePath: string) {
    this.#handlers = createSearchHandlers({ databasePath, cacheBytes: CACHE_BYTES });
  }

  async search(query: string): Promise<Retrieved> {
    await this.#call('ping', []);
    return retrieve(query, async (input: PageInput) => {
      const request: SearchRequest = { ...DEFAULTS, ...input };
      const { reply } = (await this.#call('search', [request, DEADLINE_MS])) as SearchOutcome;
      return { reply, bytes: Buffer.byteLength(JSON.stringify(reply)) };
    });
  }

  async #call(method: string, args: readonly unknown[]): Promise<unknown> {
    const answer = await answerCall(this.#handlers, { method, args });
    if (answer.kind === 'error') throw new Error(`${method}: ${JSON.stringify(answer.error)}`);
    return answer.value;
  }
}
