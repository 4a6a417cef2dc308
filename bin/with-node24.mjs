/**
 * Runs the command of an installed package, or a script of ours, under Node 24:
 * `node bin/with-node24.mjs vitest run`, `node bin/with-node24.mjs src/main.ts serve`. The package's own
 * `bin` field says which script its command is. Signals and the exit code are passed on.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runUnderNode24 } from './node24.mjs';

const top = join(dirname(fileURLToPath(import.meta.url)), '..');
const [name, ...args] = process.argv.slice(2);
const script = name === undefined ? undefined : findScript(name);

if (script === undefined) {
  process.stderr.write(`${name ?? 'Nothing'} is no script and no installed package. Run npm ci.\n`);
  process.exitCode = 2;
} else {
  runUnderNode24(script, args);
}

function findScript(name) {
  if (/\.[mc]?[jt]s$/.test(name)) return join(top, name);
  const folder = join(top, 'node_modules', name);
  const manifest = join(folder, 'package.json');
  if (!existsSync(manifest)) return undefined;
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8'));
  return join(folder, typeof bin === 'string' ? bin : bin[name]);
}
