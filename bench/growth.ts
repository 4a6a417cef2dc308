/**
 * Whether time, memory and size grow in line with the files: `npm run bench:growth -- DIR [MOST]`. Trees of
 * 10,000 files and doubled up to MOST (default 40,000; 500,000 takes some minutes and 2 GB) are made of the
 * first 4 KB of the files of DIR, each with a line of its own, and indexed from nothing. Every file must be
 * indexed, and the last one found by its line.
 */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { inTemporaryFolder, printRows, ServerProcess } from './server-process.ts';

const source = process.argv[2];
if (source === undefined) throw new Error('usage: npm run bench:growth -- DIR [MOST]');
const most = Number(process.argv[3] ?? 40_000);
const FIRST = 10_000;
const FILES_IN_FOLDER = 200;
const MAX_TEXT_BYTES = 4096;
const SAMPLES = 2000;
const SUFFIX = /\.(?:c|h|ts|tsx|js|py|go|java|rs|rb|php|cs|md|rst|txt)$/;

await inTemporaryFolder(async (folder) => {
  const root = join(folder, 'tree');
  const texts = readTexts(source);
  if (texts.length === 0) throw new Error(`${source} holds no source text`);
  let made = 0;
  for (let files = FIRST; files <= most; files *= 2) {
    for (; made < files; made++) writeOne(root, made, texts[made % texts.length] as string);
    printRows(`growth ${files} files`, await measure(root, join(folder, `${files}.db`), files));
  }
});

/** The first pieces of up to 2,000 files, whatever their order on disk. */
function readTexts(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => SUFFIX.test(name))
    .toSorted();
  const step = Math.max(1, Math.floor(names.length / SAMPLES));
  return names
    .filter((_, index) => index % step === 0)
    .map((name) => readFileSync(join(folder, name), 'latin1').slice(0, MAX_TEXT_BYTES));
}

function writeOne(root: string, number: number, text: string): void {
  const folder = join(root, `part${Math.floor(number / FILES_IN_FOLDER)}`);
  if (number % FILES_IN_FOLDER === 0) mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `file${number}.c`), `${text}\n/* ${toMark(number)} */\n`);
}

function toMark(number: number): string {
  return `growth_mark_${number}_end`;
}

async function measure(
  root: string,
  databasePath: string,
  files: number,
): Promise<Record<string, string | number>> {
  const startMs = performance.now();
  const server = await ServerProcess.start(root, databasePath);
  let status = await server.status();
  while (status.coverage.percent !== 100 || status.coverage.discovered < files) {
    await wait(50);
    status = await server.status();
  }
  const seconds = (performance.now() - startMs) / 1000;
  const usage = server.usage();
  const found = await server.search({ query: toMark(files - 1), mode: 'literal' });
  await server.stop();
  if (status.coverage.indexed !== files || found.reply.total_files !== 1)
    throw new Error(`${status.coverage.indexed} of ${files} files are indexed`);
  const per = 10_000 / files;
  const databaseMb = statSync(databasePath).size / 1e6;
  return {
    'text pass, s (for 10,000 files)': `${seconds.toFixed(1)} (${(seconds * per).toFixed(2)})`,
    'CPU, s (for 10,000 files)': `${usage.cpuSeconds.toFixed(1)} (${(usage.cpuSeconds * per).toFixed(2)})`,
    'peak RSS, MB': usage.peakMb,
    'database, MB (for 10,000 files)': `${databaseMb.toFixed(1)} (${(databaseMb * per).toFixed(1)})`,
    'the last file is found in, ms': found.wallMs.toFixed(0),
  };
}
