/** Writes a run's results and report, and prints the report. */
import { writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { toComparison, toReport } from './report.ts';
import { readResults, type RunResults, writeResults } from './results.ts';

/** Where the results go and what the report says about their making. */
export interface Publication {
  /** A name in `bench/results/`, or a path that ends in `.json`; the report lies beside it as `.md`. */
  readonly out: string;
  readonly title: string;
  readonly command: string;
  /** Results of an earlier run to compare with. */
  readonly against: string | undefined;
}

/** Writes both files. Errors: those of writing, and of reading the earlier run. */
export function publish(results: RunResults, publication: Publication): void {
  const { out, title, command, against } = publication;
  const folder = join(import.meta.dirname, '../results');
  const file = out.endsWith('.json') ? resolve(out) : join(folder, `${out}.json`);
  const comparison = against === undefined ? '' : toComparison(readResults(against), results);
  const report = `${toReport(title, results, command)}\n${comparison}`.trimEnd();
  writeResults(file, results);
  writeFileSync(file.replace(/\.json$/, '.md'), `${report}\n`);
  process.stdout.write(`${report}\n`);
  process.stderr.write(`written to ${relative(process.cwd(), file)}\n`);
}
