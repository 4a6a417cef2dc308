/**
 * Prints "passed failed skipped" from the JSON report of the test runner. A file that failed without
 * one failed test (it did not load) counts as one failure. Ends with 1 when there is no report.
 */
import { readFileSync } from 'node:fs';

const report = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const brokenFiles = report.testResults.filter(
  (file) =>
    file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
);
const failed = report.numFailedTests + brokenFiles.length;
const skipped = report.numPendingTests + (report.numTodoTests ?? 0);
process.stdout.write(`${report.numPassedTests} ${failed} ${skipped}\n`);
