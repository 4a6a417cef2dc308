/**
 * Cost of relations, warm: `npm run bench:related -- DIR [DATABASE] [--samples N]`. Samples files, lines, symbols and folders
 * of the tree evenly and asks for each once, in this process, as a search thread does. Prints percentiles by kind, of the
 * time on the wall and of the thread's own work: on a machine that does other things only the second compares. An
 * existing database of the tree saves indexing it. Fails when an answer has no item or the target is missed.
 */
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { RelatedReply, RelatedRequest } from '../src/model/related.ts';
import type { SearchMode, SearchRequest } from '../src/model/search.ts';
import type { SearchOutcome } from '../src/search/search-engine.ts';
import { createSearchHandlers } from '../src/threads/search-thread.ts';
import { readThreadCpuMs } from '../src/threads/thread-clock.ts';
import { inTemporaryFolder, percentile, printRows, ServerProcess } from './server-process.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { samples: { type: 'string', default: '150' } },
});
const [root, database] = positionals.map((path) => resolve(path));
if (root === undefined)
  throw new Error('usage: npm run bench:related -- DIR [DATABASE] [--samples N]');
const samples = Number(values.samples);
/** Words whose paths and definitions are sampled: names of every kind and frequency. */
const SEEDS = 'init read get set alloc parse probe handle find write open state'.split(' ');
const TARGET_P95_MS = 300;
const CACHE_BYTES = 16 * 1024 * 1024;
const DEADLINE_MS = 8000;

interface Question {
  readonly kind: 'file' | 'line' | 'symbol' | 'folder';
  readonly given: Pick<RelatedRequest, 'file_path' | 'line' | 'symbol'>;
}

interface Timing {
  readonly question: Question;
  readonly wallMs: number;
  readonly workMs: number;
  readonly items: number;
  readonly isCut: boolean;
}

async function indexTree(tree: string, databasePath: string): Promise<void> {
  const server = await ServerProcess.start(tree, databasePath);
  await server.untilIdle();
  await server.stop();
}

/** A search thread's handlers, called directly. */
class Asker {
  readonly #handlers: ReturnType<typeof createSearchHandlers>;

  constructor(databasePath: string) {
    this.#handlers = createSearchHandlers({ databasePath, cacheBytes: CACHE_BYTES });
  }

  async ask(question: Question): Promise<Timing> {
    const request = { relations: [], top_k: 20, max_tokens: 4000, ...question.given };
    const [startMs, startWorkMs] = [performance.now(), readThreadCpuMs()];
    const reply = (await this.#handlers['related']?.(
      request as never,
      DEADLINE_MS as never,
    )) as RelatedReply;
    const timing = {
      question,
      wallMs: performance.now() - startMs,
      workMs: readThreadCpuMs() - startWorkMs,
      items: reply.related_items.length,
      isCut: reply.truncated,
    };
    if (timing.items === 0) throw new Error(`no item for ${JSON.stringify(question.given)}`);
    return timing;
  }

  /** Evenly over the tree: files by path, places in them, definitions by word, folders of the files. */
  listQuestions(): readonly Question[] {
    const files = new Map<string, number>();
    const symbols = new Set<string>();
    for (const seed of SEEDS) {
      for (const offset of [0, 300, 800]) {
        for (const { metadata } of this.#search(seed, 'path', offset)) {
          files.set(metadata.file_path, metadata.end_line);
        }
        for (const { metadata } of this.#search(seed, 'symbol', offset)) {
          files.set(metadata.file_path, metadata.start_line);
          if (metadata.symbol !== undefined) symbols.add(metadata.symbol);
        }
      }
    }
    const paths = pickEvenly([...files], samples);
    const folders = new Set(
      paths.map(([path]) => path.slice(0, Math.max(0, path.lastIndexOf('/')))),
    );
    return [
      ...paths.map(([path]): Question => ({ kind: 'file', given: { file_path: path } })),
      ...paths.map(([path, line]): Question => ({
        kind: 'line',
        given: { file_path: path, line },
      })),
      ...pickEvenly([...symbols], samples).map((symbol): Question => ({
        kind: 'symbol',
        given: { symbol },
      })),
      ...pickEvenly([...folders], samples / 3).map((path): Question => ({
        kind: 'folder',
        given: { file_path: path === '' ? '.' : path },
      })),
    ];
  }

  #search(query: string, mode: SearchMode, offset: number): SearchOutcome['reply']['results'] {
    const request: SearchRequest = {
      query,
      mode,
      offset,
      top_k: 100,
      case: 'sensitive',
      whole_word: false,
      multiline: false,
      context_lines: 0,
      filters: {},
      response_format: 'concise',
      max_tokens: 20_000,
      explain: false,
    };
    const found = this.#handlers['search']?.(request as never, DEADLINE_MS as never);
    return (found as SearchOutcome).reply.results;
  }
}

function pickEvenly<T>(all: readonly T[], count: number): readonly T[] {
  const step = Math.max(1, all.length / count);
  return Array.from(
    { length: Math.min(all.length, Math.floor(count)) },
    (_, index) => all[Math.floor(index * step)] as T,
  );
}

function describe(timings: readonly Timing[] = []): string {
  const wall = timings.map(({ wallMs }) => wallMs);
  const work = timings.map(({ workMs }) => workMs);
  const items = timings.reduce((sum, timing) => sum + timing.items, 0) / timings.length;
  const [slowest] = timings.toSorted((left, right) => right.workMs - left.workMs);
  const at = (share: number): string =>
    `${percentile(work, share).toFixed(0)} (wall ${percentile(wall, share).toFixed(0)})`;
  return `${timings.length} questions, ${items.toFixed(1)} items each; work p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, most ${slowest?.workMs.toFixed(0)} ms ${JSON.stringify(slowest?.question.given)}`;
}

await inTemporaryFolder(async (folder) => {
  const databasePath = database ?? join(folder, 'bench.db');
  if (database === undefined) await indexTree(root, databasePath);
  const asker = new Asker(databasePath);
  const questions = asker.listQuestions();
  for (const question of questions.filter((_, index) => index % 40 === 0))
    await asker.ask(question);
  const timings: Timing[] = [];
  for (const question of questions) timings.push(await asker.ask(question));
  const kinds = Object.entries(Object.groupBy(timings, ({ question }) => question.kind));
  printRows(`relations ${root}`, {
    ...Object.fromEntries(kinds.map(([kind, ofKind]) => [kind, describe(ofKind)])),
    all: describe(timings),
  });
  const work = timings.map(({ workMs }) => workMs);
  if (percentile(work, 0.95) > TARGET_P95_MS) process.exitCode = 1;
});
