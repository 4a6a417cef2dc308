/**
 * Runs the command of an installed package under Node 24: `node bin/with-node24.mjs vitest run`. The
 * package's own `bin` field says which script that is. Signals and the exit code are passed on.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runUnderNode24 } from './node24.mjs';

const [name, ...args] = process.argv.slice(2);
const folder = join(dirname(fileURLToPath(import.meta.url)), '..', 'node_modules', name ?? '');
const manifest = join(folder, 'package.json');

if (name === undefined || !existsSync(manifest)) {
  process.stderr.write(
    `${name ?? 'No package'} is not installed. Run npm ci, then: with-node24.mjs <package> [arguments].\n`,
  );
  process.exitCode = 2;
} else {
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8'));
  runUnderNode24(join(folder, typeof bin === 'string' ? bin : bin[name]), args);
}
