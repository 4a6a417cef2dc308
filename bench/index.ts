/**
 * How fast a tree is indexed, and how searches fare meanwhile: `npm run bench:index -- DIR`. In the same run
 * codesearch's cindex (where it is installed) indexes the same tree. Searches go on all the while; each
 * must answer. Afterwards the counts must add up.
 */
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import {
  inTemporaryFolder,
  percentile,
  printRows,
  runPeer,
  ServerProcess,
} from './server-process.ts';

const root = process.argv[2];
if (root === undefined) throw new Error('usage: npm run bench:index -- DIR');

const QUERIES = [
  'page fault handler',
  'timeout retry connection',
  'parse header field',
  'allocate buffer size',
  'read config option',
];

interface Watch {
  readonly searchMs: number[];
  readonly healthMs: number[];
  firstResultSeconds: number;
  textSeconds: number;
  allSeconds: number;
  maxWalBytes: number;
  failures: number;
}

await inTemporaryFolder(async (folder) => {
  const peer = runPeer('cindex', [root], { CSEARCHINDEX: join(folder, 'csearch') });
  const startMs = performance.now();
  const server = await ServerProcess.start(root, join(folder, 'bench.db'));
  const watch = await watchJob(server, () => (performance.now() - startMs) / 1000);
  const { coverage, db_bytes: dbBytes, jobs } = await server.status();
  const skipped = sumOf(coverage.skipped);
  const failed = sumOf(coverage.failed);
  if (coverage.discovered !== coverage.indexed + skipped + failed || coverage.pending !== 0) {
    throw new Error(`coverage does not add up: ${JSON.stringify(coverage)}`);
  }
  const after = await searchRounds(server, 40);
  const usage = server.usage();
  printRows(`index ${root}`, {
    'job state': jobs[0]?.state ?? '',
    'files (discovered = indexed + skipped + failed)': `${coverage.discovered} = ${coverage.indexed} + ${skipped} + ${failed}`,
    'start to first result, s': watch.firstResultSeconds.toFixed(1),
    'start to end of the text pass, s': watch.textSeconds.toFixed(1),
    'start to end of all passes, s': watch.allSeconds.toFixed(1),
    'cindex, s': peer?.seconds.toFixed(1) ?? 'not installed',
    'text pass / cindex': peer === undefined ? '' : (watch.textSeconds / peer.seconds).toFixed(2),
    'CPU, s': usage.cpuSeconds.toFixed(1),
    'peak RSS, MB': usage.peakMb,
    'database, MB': Math.round(dbBytes / 1e6),
    'largest WAL, MB': Math.round(watch.maxWalBytes / 1e6),
    'searches meanwhile (failed)': `${watch.searchMs.length} (${watch.failures})`,
    'search meanwhile p50 / p95, ms': formatPair(watch.searchMs, 0.95),
    'health meanwhile p50 / p99, ms': formatPair(watch.healthMs, 0.99),
    'search after p50 / p95, ms': formatPair(after, 0.95),
    'event loop delay p99 since the last scrape, ms': await readLoopDelayMs(server),
  });
  await server.stop();
});

/** Asks for status, health and a search in turn until the job has ended. */
async function watchJob(server: ServerProcess, seconds: () => number): Promise<Watch> {
  const watch: Watch = {
    searchMs: [],
    healthMs: [],
    firstResultSeconds: 0,
    textSeconds: 0,
    allSeconds: 0,
    maxWalBytes: 0,
    failures: 0,
  };
  for (let round = 0; ; round++) {
    const status = await server.status();
    watch.maxWalBytes = Math.max(watch.maxWalBytes, status.wal_bytes);
    if (status.coverage.indexed > 0) watch.firstResultSeconds ||= seconds();
    if (status.coverage.percent === 100) watch.textSeconds ||= seconds();
    if (!status.is_indexing && status.jobs.length > 0) break;
    watch.healthMs.push((await server.get('/health')).wallMs);
    await server.search({ query: QUERIES[round % QUERIES.length] }).then(
      ({ wallMs }) => watch.searchMs.push(wallMs),
      () => (watch.failures += 1),
    );
    await wait(200);
  }
  watch.allSeconds = seconds();
  return watch;
}

async function searchRounds(server: ServerProcess, rounds: number): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    times.push((await server.search({ query: QUERIES[round % QUERIES.length] })).wallMs);
  }
  return times;
}

async function readLoopDelayMs(server: ServerProcess): Promise<string> {
  const { text } = await server.get('/metrics');
  const seconds = /conexus_event_loop_delay_seconds\{[^}]*statistic="p99"[^}]*\} ([\d.e+-]+)/.exec(
    text,
  );
  return seconds?.[1] === undefined ? '' : (Number(seconds[1]) * 1000).toFixed(1);
}

function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

function formatPair(values: readonly number[], high: number): string {
  return `${percentile(values, 0.5).toFixed(1)} / ${percentile(values, high).toFixed(1)}`;
}
