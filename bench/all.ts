/**
 * The engine's benchmarks one after another: `npm run bench:all -- DIR [SMALL]`. Indexing and search run on DIR,
 * freshness and growth on SMALL (default DIR). Each has its share of 20 minutes and is ended behind it; that
 * one failed is said in its place. What they print goes to `bench/results/engine.md` with machine, date and load.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';

const [, , root, small = root] = process.argv;
if (root === undefined || small === undefined)
  throw new Error('usage: npm run bench:all -- DIR [SMALL]');

const BENCHES = [
  { name: 'index', folder: root, limitMinutes: 8 },
  { name: 'search', folder: root, limitMinutes: 7 },
  { name: 'freshness', folder: small, limitMinutes: 3 },
  { name: 'growth', folder: small, limitMinutes: 2 },
];

const started = new Date().toISOString();
const machine = `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}, Linux load at the start ${loadavg()[0]?.toFixed(1)}`;
const outputs = BENCHES.map(({ name, folder, limitMinutes }) => {
  const script = join(import.meta.dirname, `${name}.ts`);
  const run = spawnSync(process.execPath, [script, folder], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: limitMinutes * 60_000,
  });
  process.stdout.write(run.stdout);
  if (run.status === 0) return run.stdout;
  const why = run.status === null ? `ended after ${limitMinutes} minutes` : 'failed';
  process.exitCode = 1;
  process.stdout.write(`\n## ${name}: ${why}\n`);
  return `${run.stdout}\n## ${name}: ${why}\n`;
});
writeFileSync(
  join(import.meta.dirname, 'results', 'engine.md'),
  `# Engine benchmarks\n\n${started}. ${machine}.\n${outputs.join('')}`,
);
