/**
 * Search latency over HTTP, warm: `npm run bench:search -- DIR`. Ranked queries, literals and regular
 * expressions; the exact ones must count what ripgrep counts over the same files, and csearch and ripgrep
 * are timed on the same patterns (where they are installed).
 */
import { join } from 'node:path';
import {
  inTemporaryFolder,
  percentile,
  printRows,
  runPeer,
  ServerProcess,
} from './server-process.ts';

const root = process.argv[2];
if (root === undefined) throw new Error('usage: npm run bench:search -- DIR');

const RANKED = [
  'page fault handler',
  'tcp congestion control window',
  'spin lock irqsave restore',
  'how does the scheduler pick the next task',
  'usb device descriptor read error',
  'journal commit transaction',
  'memory cgroup charge limit',
  'slab cache allocation node',
  'interrupt handler registration',
  'network driver transmit queue timeout',
  'device tree parse property',
  'read copy update grace period',
];
const EXACT: readonly { readonly mode: 'literal' | 'regex'; readonly query: string }[] = [
  { mode: 'literal', query: 'kmem_cache_alloc_node' },
  { mode: 'literal', query: 'rcu_read_lock_bh_held' },
  { mode: 'literal', query: 'zz_not_there_at_all' },
  { mode: 'regex', query: 'schedule_(timeout|work)_[a-z]+\\(' },
  { mode: 'regex', query: 'EXPORT_SYMBOL_GPL\\(tcp_\\w+\\)' },
];
const ROUNDS = 5;

await inTemporaryFolder(async (folder) => {
  const index = join(folder, 'csearch');
  runPeer('cindex', [root], { CSEARCHINDEX: index });
  const server = await ServerProcess.start(root, join(folder, 'bench.db'));
  await server.untilIdle();
  const ranked: number[] = [];
  for (let round = 0; round < ROUNDS + 1; round++) {
    for (const query of RANKED) {
      const { wallMs } = await server.search({ query });
      if (round > 0) ranked.push(wallMs);
    }
  }
  const rows: Record<string, string> = {
    'ranked p50 / p95, ms': `${percentile(ranked, 0.5).toFixed(0)} / ${percentile(ranked, 0.95).toFixed(0)}`,
  };
  for (const { mode, query } of EXACT) {
    const times: number[] = [];
    let counted = '';
    for (let round = 0; round < ROUNDS; round++) {
      const { reply, wallMs } = await server.search({ query, mode, top_k: 5 });
      times.push(wallMs);
      counted = `${reply.total_count} lines in ${reply.total_files} files`;
    }
    const flag = mode === 'literal' ? ['-F'] : [];
    const ripgrep = runPeer('rg', ['-c', '--hidden', '--no-messages', ...flag, '-e', query, root]);
    const peer = runPeer(
      'csearch',
      ['-c', mode === 'literal' ? query.replace(/[^\w]/g, '\\$&') : query],
      { CSEARCHINDEX: index },
    );
    const lines = (ripgrep?.output ?? '').split('\n').filter((line) => line !== '');
    const ripgrepCount = `${lines.reduce((total, line) => total + Number(line.slice(line.lastIndexOf(':') + 1)), 0)} lines in ${lines.length} files`;
    rows[`${mode} ${query.replaceAll('|', '\\|')}`] =
      `p50 ${percentile(times, 0.5).toFixed(0)} ms (csearch ${format(peer)}, ripgrep ${format(ripgrep)}); ${counted} (ripgrep: ${ripgrepCount})`;
  }
  printRows(`search ${root}`, rows);
  await server.stop();
});

function format(run: { readonly seconds: number } | undefined): string {
  return run === undefined ? 'not installed' : `${(run.seconds * 1000).toFixed(0)} ms`;
}
