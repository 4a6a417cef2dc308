/**
 * How the index keeps up: `npm run bench:freshness -- DIR`. DIR is copied first. Measures a restart on the
 * unchanged tree beside `find` with stats, one edited file until it is found, a switch of 1,000 files, and a
 * second copy of the tree as a further root.
 */
import { appendFileSync, cpSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { inTemporaryFolder, printRows, runPeer, ServerProcess } from './server-process.ts';

const source = process.argv[2];
if (source === undefined) throw new Error('usage: npm run bench:freshness -- DIR');
const SWITCHED = 1000;

await inTemporaryFolder(async (folder) => {
  const root = join(folder, 'tree');
  cpSync(source, root, { recursive: true, preserveTimestamps: true });
  const database = join(folder, 'bench.db');
  let server = await ServerProcess.start(root, database);
  const startMs = performance.now();
  const first = await server.untilIdle();
  const firstSeconds = (performance.now() - startMs) / 1000;
  await server.stop();

  const restartMs = performance.now();
  server = await ServerProcess.start(root, database);
  const readyMs = performance.now() - restartMs;
  await server.untilIdle();
  const reconciledMs = performance.now() - restartMs - readyMs;
  const find = runPeer('find', [root, '-type', 'f', '-printf', '%s %T@ %p\\n']);
  const files = (find?.output ?? '')
    .split('\n')
    .filter((line) => /\.(?:c|h|ts|js|py|go|java|rs)$/.test(line));

  const names = files.slice(0, SWITCHED).map((line) => line.split(' ').slice(2).join(' '));
  const edited = names[0] as string;
  appendFileSync(edited, '\n/* conexus_bench_marker_one */\n');
  const editMs = performance.now();
  while (
    (await server.search({ query: 'conexus_bench_marker_one', mode: 'literal' })).reply
      .total_count === 0
  )
    await wait(5);
  const editedMs = performance.now() - editMs;

  for (const name of names) appendFileSync(name, '\n/* conexus_bench_marker_many */\n');
  const switchMs = performance.now();
  for (;;) {
    const { reply } = await server.search({ query: 'conexus_bench_marker_many', mode: 'literal' });
    if (reply.total_files === names.length) break;
    await wait(50);
  }
  const switchedMs = performance.now() - switchMs;
  const before = await server.status();
  await server.stop();

  const second = join(folder, 'second');
  cpSync(root, second, { recursive: true, preserveTimestamps: true });
  server = await ServerProcess.start(root, database, [second]);
  const secondMs = performance.now();
  const both = await server.untilIdle();
  printRows(`freshness ${source}`, {
    files: first.coverage.discovered,
    'first index, s': firstSeconds.toFixed(1),
    'restart to ready, ms': readyMs.toFixed(0),
    'ready to reconciled, ms (find with stats)': `${reconciledMs.toFixed(0)} (${((find?.seconds ?? 0) * 1000).toFixed(0)})`,
    'one edit to found, ms': editedMs.toFixed(0),
    [`${names.length} edits to found, ms`]: switchedMs.toFixed(0),
    'second copy, s (share of the first index)': `${((performance.now() - secondMs) / 1000).toFixed(1)} (${((performance.now() - secondMs) / 10 / firstSeconds).toFixed(0)} %)`,
    'second copy, MB (share of the database)': `${((both.db_bytes - before.db_bytes) / 1e6).toFixed(1)} (${(((both.db_bytes - before.db_bytes) / before.db_bytes) * 100).toFixed(1)} %)`,
    'files of both': both.coverage.discovered,
  });
  await server.stop();
});
