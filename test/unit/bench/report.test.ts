/** Reports and comparisons of two runs. */
import { expect, test } from 'vitest';
import { toComparison, toReport } from '../../../bench/quality/report.ts';
import type { RowOutcome, RunResults, SystemOutcome } from '../../../bench/quality/results.ts';

function toOutcome(rank: number | null, functionRank?: number | null): SystemOutcome {
  return {
    fileRanks: [rank],
    functionRanks: functionRank === undefined ? null : [functionRank],
    latencyMs: 12,
    tokens: 900,
  };
}

function toRow(id: string, outcome: SystemOutcome): RowOutcome {
  return { set: 'small', id, repo: 'o/n', language: 'Go', systems: { conexus: outcome } };
}

function toResults(version: string, rows: readonly RowOutcome[]): RunResults {
  return {
    madeAt: '2026-01-02T03:04:05Z',
    version,
    machine: 'one core',
    missing: {},
    indexing: [],
    rows,
  };
}

test('a report has the shares of each set', () => {
  const rows = [toRow('1', toOutcome(1, 2)), toRow('2', toOutcome(4)), toRow('3', toOutcome(null))];
  const lines = toReport('Title', toResults('abc', rows), 'command').split('\n');
  // MRR (1 + 1/4) / 3; NDCG (1 + 1/log2(5)) / 3; the one row with functions: 1/log2(3).
  expect(lines).toContain(
    '| small | conexus | 3 | 33.3 | 33.3 | 66.7 | 66.7 | 33.3 | 33.3 | 66.7 | 66.7 | 0.417 | 0.477 | 1 | 100.0 | 100.0 | 0.631 | 12 | 12 | 900 |',
  );
  expect(lines).toContain('Left out for want of a mirror: nothing.');
});

test('a comparison counts the rows that only one of two runs has right', () => {
  const before = toResults('old', [
    toRow('1', toOutcome(2, 1)),
    toRow('2', toOutcome(1)),
    toRow('only before', toOutcome(1)),
  ]);
  const after = toResults('new', [
    toRow('1', toOutcome(1, 9)),
    toRow('2', toOutcome(6)),
    toRow('only after', toOutcome(1)),
  ]);
  const lines = toComparison(before, after).split('\n');
  expect(lines).toContain('| small | files | 2 | +1 −1 | +0 −1 | +0 −1 | +0 −0 |');
  expect(lines).toContain('| small | functions | 1 | +0 −1 | +0 −1 | +0 −1 | +0 −0 |');
});
