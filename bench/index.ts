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
  firstResultSeconds: number | undefined;
  textSeconds: number | undefined;
  maxWalBytes: number;
  failures: number;
}

await inTemporaryFolder(async (folder) => {
  const peer = runPeer('cindex', [root], { CSEARCHINDEX: join(folder, 'csearch') });
  const startMs = performance.now();
  const server = await ServerProcess.start(root, join(folder, 'bench.db'));
  const seconds = (): number => (performance.now() - startMs) / 1000;
  const watch: Watch = {
    searchMs: [],
    healthMs: [],
    firstResultSeconds: undefined,
    textSeconds: undefined,
    maxWalBytes: 0,
    failures: 0,
  };
  for (let round = 0; ; round++) {
    const status = await server.status();
    watch.maxWalBytes = Math.max(watch.maxWalBytes, status.wal_bytes);
    if (status.coverage.indexed > 0) watch.firstResultSeconds ??= seconds();
    if (status.coverage.percent === 100) watch.textSeconds ??= seconds();
    if (!status.is_indexing && status.jobs.length > 0) break;
    watch.healthMs.push((await server.get('/health')).wallMs);
    await server.search({ query: QUERIES[round % QUERIES.length] }).then(
      ({ wallMs }) => watch.searchMs.push(wallMs),
      () => (watch.failures += 1),
    );
    await wait(200);
  }
  const allSeconds = seconds();
  const { coverage, db_bytes: dbBytes, jobs } = await server.status();
  const sum = (counts: Readonly<Record<string, number>>): number =>
    Object.values(counts).reduce((total, count) => total + count, 0);
  const adds =
    coverage.discovered === coverage.indexed + sum(coverage.skipped) + sum(coverage.failed) &&
    coverage.pending === 0;
  if (!adds) throw new Error(`coverage does not add up: ${JSON.stringify(coverage)}`);
  const after: number[] = [];
  for (let round = 0; round < 40; round++) {
    after.push((await server.search({ query: QUERIES[round % QUERIES.length] })).wallMs);
  }
  const delay = /conexus_event_loop_delay_seconds\{[^}]*quantile="0.99"[^}]*\} ([\d.e+-]+)/.exec(
    (await server.get('/metrics')).text,
  )?.[1];
  const usage = server.usage();
  printRows(`index ${root}`, {
    'job state': jobs[0]?.state ?? '',
    'files (discovered = indexed + skipped + failed)': `${coverage.discovered} = ${coverage.indexed} + ${sum(coverage.skipped)} + ${sum(coverage.failed)}`,
    'start to first result, s': watch.firstResultSeconds?.toFixed(1) ?? '',
    'start to end of the text pass, s': watch.textSeconds?.toFixed(1) ?? '',
    'start to end of all passes, s': allSeconds.toFixed(1),
    'cindex, s': peer?.seconds.toFixed(1) ?? 'not installed',
    'text pass / cindex':
      peer === undefined ? '' : ((watch.textSeconds ?? 0) / peer.seconds).toFixed(2),
    'CPU, s': usage.cpuSeconds.toFixed(1),
    'peak RSS, MB': usage.peakMb,
    'database, MB': Math.round(dbBytes / 1e6),
    'largest WAL, MB': Math.round(watch.maxWalBytes / 1e6),
    'searches meanwhile (failed)': `${watch.searchMs.length} (${watch.failures})`,
    'search meanwhile p50 / p95, ms': `${percentile(watch.searchMs, 0.5).toFixed(0)} / ${percentile(watch.searchMs, 0.95).toFixed(0)}`,
    'health meanwhile p50 / p99, ms': `${percentile(watch.healthMs, 0.5).toFixed(1)} / ${percentile(watch.healthMs, 0.99).toFixed(1)}`,
    'search after p50 / p95, ms': `${percentile(after, 0.5).toFixed(0)} / ${percentile(after, 0.95).toFixed(0)}`,
    'event loop delay p99 since start, ms':
      delay === undefined ? '' : (Number(delay) * 1000).toFixed(1),
  });
  await server.stop();
});
