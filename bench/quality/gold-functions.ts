/**
 * Turns labels of functions into lines at the commit in the work tree. Python's own parser reads the files,
 * so that the labels owe nothing to the parser under test; Python is the one language with such labels.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { LineRange } from './metrics.ts';

/**
 * Gives the lines of the labelled functions; null unless every one is found, since a row that lost a gold
 * would be easier than it is. Errors: python3 is not installed.
 */
export function resolveGoldFunctions(
  folder: string,
  labels: readonly string[],
): readonly LineRange[] | null {
  if (labels.length === 0) return null;
  const script = join(import.meta.dirname, 'python_functions.py');
  const { status, stdout, stderr, error } = spawnSync('python3', [script], {
    cwd: folder,
    encoding: 'utf8',
    input: JSON.stringify(labels),
  });
  if (status !== 0) throw new Error(`python3 failed: ${stderr}`, { cause: error });
  const found = JSON.parse(stdout) as readonly (readonly [string, number, number])[];
  if (found.length !== labels.length) {
    process.stderr.write(`labels not resolved: ${stderr}`);
    return null;
  }
  return found.map(([path, startLine, endLine]) => ({ path, startLine, endLine }));
}
