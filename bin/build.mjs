/**
 * Builds dist/ from src/ and workers/. The compiler writes into a folder of its own which then takes
 * the place of dist/, so that a process that starts meanwhile never sees half of it. A stamp file
 * inside holds the time of the newest source; dist/ is stale when a source is newer.
 * Run it by `npm run build`, or import `build` and `isStale`.
 */
import { spawn } from 'node:child_process';
import {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isNode24, runUnderNode24 } from './node24.mjs';

const script = fileURLToPath(import.meta.url);
const top = join(dirname(script), '..');
const outDir = join(top, 'dist');
const stampFile = join(outDir, '.built');

/** True when dist/ is missing or some source changed after it was built. Stats every source once. */
export function isStale() {
  if (!existsSync(stampFile)) return true;
  return Number(readFileSync(stampFile, 'utf8')) !== newestSourceMs();
}

/** Builds; true when it worked. What is wrong goes to stderr. */
export async function build() {
  const compiler = join(top, 'node_modules', 'typescript', 'bin', 'tsc');
  if (!existsSync(compiler)) {
    process.stderr.write(
      'The compiler is not installed. Run npm ci (with development packages).\n',
    );
    return false;
  }
  const stampMs = newestSourceMs();
  const nextDir = `${outDir}.${process.pid}`;
  try {
    const args = [compiler, '-p', join(top, 'tsconfig.build.json'), '--outDir', nextDir];
    if ((await run(args)) !== 0) return false;
    const grammars = join(top, 'bin', 'copy-grammars.mjs');
    const hasGrammars = existsSync(join(top, 'src', 'languages', 'grammars', 'registry.ts'));
    if (hasGrammars && (await run([grammars, join(nextDir, 'grammars')])) !== 0) return false;
    writeFileSync(join(nextDir, '.built'), String(stampMs));
    rmSync(outDir, { recursive: true, force: true });
    renameSync(nextDir, outDir);
    return true;
  } finally {
    rmSync(nextDir, { recursive: true, force: true });
  }
}

/** Runs a script; its standard output goes to stderr, which keeps stdout free for `conexus stdio`. */
function run(args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: top, stdio: ['ignore', 2, 2] });
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

function newestSourceMs() {
  const files = ['src', 'workers']
    .map((name) => join(top, name))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => !entry.isSymbolicLink())
        .map((entry) => join(entry.parentPath, entry.name)),
    );
  // Folders count too: a removed file changes nothing but its folder's time.
  const times = [...files, join(top, 'tsconfig.build.json'), join(top, 'package.json')].map(
    (file) => statSync(file).mtimeMs,
  );
  return Math.max(...times);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  if (isNode24()) process.exitCode = (await build()) ? 0 : 1;
  else runUnderNode24(script, []);
}
