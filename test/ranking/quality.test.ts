/**
 * The ranking as a number: forty labelled queries on a tree of our own, asked of the whole engine. The
 * committed `stats.json` holds what was reached; the test fails when a figure falls below it, and names the
 * queries that lost places.
 *
 * A change that ranks better, or worse for a reason, writes the file anew with `CONEXUS_WRITE_QUALITY=1` and is
 * reviewed with its difference. Each query has one gold file, and an anchor: the line that a good answer shows.
 * The tree is copied first, so that neither the folder's name nor this repository's history plays a part.
 */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import {
  type GoldRanks,
  isAccurate,
  rankFiles,
  toMean,
  toReciprocalRank,
  toShare,
} from '../../bench/quality/metrics.ts';
import { startApp } from '../../src/app.ts';
import type { Engine } from '../../src/model/engine.ts';
import type { SearchResult } from '../../src/model/search.ts';
import { makeConfig } from '../support/make-config.ts';
import { createTempDir } from '../support/temp-dir.ts';

const FOLDER = join(import.meta.dirname, '../fixtures/quality');
const STATS_FILE = join(FOLDER, 'stats.json');

interface LabelledQuery {
  readonly id: string;
  readonly query: string;
  readonly gold_file: string;
  /** Part of one line of the gold file. */
  readonly anchor: string;
}

interface Stats {
  readonly recallAt1: number;
  readonly recallAt5: number;
  /** Mean reciprocal rank of the gold file. */
  readonly mrr: number;
  /** Share of queries whose anchor is among the lines that the first three results show. */
  readonly linesAt3: number;
  /** Rank of the gold file by query; null beyond the first 20 results. */
  readonly ranks: Readonly<Record<string, number | null>>;
}

const FIGURES = ['recallAt1', 'recallAt5', 'mrr', 'linesAt3'] as const;

test('the labelled queries are answered at least as well as stats.json says', async () => {
  const queries = readLabels();
  expect(queries).toHaveLength(40);
  const measured = await measure(queries);
  if (process.env['CONEXUS_WRITE_QUALITY'] === '1') {
    writeFileSync(STATS_FILE, `${JSON.stringify(measured, null, 2)}\n`);
  }
  const committed = JSON.parse(readFileSync(STATS_FILE, 'utf8')) as Stats;
  expect(listFalls(queries, committed, measured)).toEqual([]);
});

test('every label stands in the tree, once', () => {
  const counts = readLabels().map(({ id, gold_file, anchor }) => {
    const text = readFileSync(join(FOLDER, 'tree', gold_file), 'utf8');
    return `${id} ${text.split(anchor).length - 1}`;
  });
  expect(counts.filter((count) => !count.endsWith(' 1'))).toEqual([]);
});

test('a fall is told with the queries that caused it', () => {
  const [first, second] = readLabels();
  const queries = [first, second].filter((query) => query !== undefined);
  const ranks = { q01: 1, q02: 2 };
  const committed = { recallAt1: 0.5, recallAt5: 1, mrr: 0.75, linesAt3: 1, ranks };
  const better = { ...committed, recallAt1: 1, mrr: 1, ranks: { q01: 1, q02: 1 } };
  const worse = { ...committed, recallAt5: 0.5, mrr: 0.5, ranks: { q01: 1, q02: null } };
  expect(listFalls(queries, committed, better)).toEqual([]);
  expect(listFalls(queries, committed, worse)).toEqual([
    'recallAt5 1 -> 0.5',
    'mrr 0.75 -> 0.5',
    'q02 2 -> none: evictOldest',
  ]);
});

function readLabels(): readonly LabelledQuery[] {
  return readFileSync(join(FOLDER, 'queries.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as LabelledQuery);
}

/** Figures that fell, and then the queries that lost places; nothing while no figure fell. */
function listFalls(
  queries: readonly LabelledQuery[],
  committed: Stats,
  measured: Stats,
): readonly string[] {
  const fallen = FIGURES.filter((name) => measured[name] < committed[name]).map(
    (name) => `${name} ${committed[name]} -> ${measured[name]}`,
  );
  if (fallen.length === 0) return [];
  const lost = queries.flatMap(({ id, query }) => {
    const before = committed.ranks[id] ?? null;
    const after = measured.ranks[id] ?? null;
    if ((after ?? Infinity) <= (before ?? Infinity)) return [];
    return [`${id} ${before} -> ${after ?? 'none'}: ${query.split('\n', 1)[0]}`];
  });
  return [...fallen, ...lost];
}

async function measure(queries: readonly LabelledQuery[]): Promise<Stats> {
  using folder = createTempDir();
  const root = join(folder.path, 'depot');
  cpSync(join(FOLDER, 'tree'), root, { recursive: true });
  const base = makeConfig({ database: { path: join(folder.path, 'index.db') } });
  const roots = [{ id: 'depot', path: root, include: [], exclude: [] }];
  const config = { ...base, indexer: { ...base.indexer, workers: 1, roots } };
  await using app = await startApp(config, {
    mode: 'oneshot',
    logger: pino({ level: 'silent' }),
  });
  await app.engine.control({ action: 'start', connectors: [], wait_ms: 0 });
  await app.idle();
  const { coverage } = await app.engine.status({ waitMs: 0 });
  expect(coverage).toMatchObject({ indexed: 49, discovered: 49 });
  const answers: Answer[] = [];
  for (const query of queries) answers.push(await ask(app.engine, query));
  return {
    recallAt1: roundShare(toShare(answers, ({ ranks }) => isAccurate(ranks, 1))),
    recallAt5: roundShare(toShare(answers, ({ ranks }) => isAccurate(ranks, 5))),
    mrr: roundShare(toMean(answers.map(({ ranks }) => toReciprocalRank(ranks)))),
    linesAt3: roundShare(toShare(answers, ({ showsAnchor }) => showsAnchor)),
    ranks: Object.fromEntries(answers.map(({ id, ranks }) => [id, ranks[0] ?? null])),
  };
}

interface Answer {
  readonly id: string;
  readonly ranks: GoldRanks;
  readonly showsAnchor: boolean;
}

async function ask(engine: Engine, labelled: LabelledQuery): Promise<Answer> {
  const { results } = await engine.search({
    query: labelled.query,
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
  });
  const files = [...new Set(results.map(({ metadata }) => metadata.file_path))];
  return {
    id: labelled.id,
    ranks: rankFiles(files, [labelled.gold_file]),
    showsAnchor: results.slice(0, 3).some((result) => shows(result, labelled)),
  };
}

function shows({ metadata, content }: SearchResult, { gold_file, anchor }: LabelledQuery): boolean {
  return metadata.file_path === gold_file && content.includes(anchor);
}

function roundShare(share: number): number {
  return Math.round(share * 10_000) / 10_000;
}
