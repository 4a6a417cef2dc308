#!/usr/bin/env node
/**
 * The command `conexus`. It makes sure of three things and then runs dist/src/main.js in this process:
 * the Node is new enough (else it runs itself again under the pinned one), malloc has settings that suit many
 * threads (else the process starts over, with the same number), and in a checkout dist/ is built and not older
 * than the sources. It knows nothing about commands or configuration.
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { applyMallocSettings, isNode24, runUnderNode24 } from './node24.mjs';

const script = fileURLToPath(import.meta.url);

if (isNode24()) {
  applyMallocSettings();
  const top = join(dirname(script), '..');
  const hasSources =
    existsSync(join(top, 'src', 'main.ts')) && existsSync(join(top, 'bin', 'build.mjs'));
  const isReady = !hasSources || (await buildWhenStale());
  if (isReady) await import(pathToFileURL(join(top, 'dist', 'src', 'main.js')).href);
  else process.exitCode = 1;
} else {
  runUnderNode24(script, process.argv.slice(2));
}

async function buildWhenStale() {
  const { build, isStale } = await import('./build.mjs');
  if (!isStale()) return true;
  process.stderr.write('Building Conexus (once after an install or a change of the sources)…\n');
  return build();
}
