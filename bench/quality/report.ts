/** Results as tables in Markdown: for each set, each language and each repository, and a run against an earlier one. */
import {
  CUTOFFS,
  type GoldRanks,
  isAccurate,
  isHit,
  toMean,
  toNdcg10,
  toPercentile,
  toReciprocalRank,
  toShare,
} from './metrics.ts';
import type { RowOutcome, RunResults, SystemOutcome } from './results.ts';

/** The whole report. */
export function toReport(title: string, results: RunResults, command: string): string {
  const { rows } = results;
  const missing = Object.entries(results.missing).map(([repo, count]) => `${repo} (${count} rows)`);
  return [
    `# ${title}`,
    '',
    `${results.madeAt}, version ${results.version}, ${results.machine}.`,
    '',
    `    ${command}`,
    '',
    'Shares in percent. Acc@k: all gold files are within the first k different files. Hit@k: at least one is. fn Acc@k: the first k',
    'results show all gold functions. p50 and p95: wall time of a default call over HTTP in ms. Tokens: bytes of its text / 3, median.',
    '',
    `Left out for want of a mirror: ${missing.length === 0 ? 'nothing' : missing.join(', ')}.`,
    '',
    ...toGroups('set', rows, ({ set }) => set),
    ...toGroups('language', rows, ({ set, language }) => `${set}: ${language}`),
    ...toGroups('repository', rows, ({ set, repo }) => `${set}: ${repo}`),
    ...toIndexing(results),
  ].join('\n');
}

const COLUMNS = [
  ...CUTOFFS.map((k) => `Acc@${k}`),
  ...CUTOFFS.map((k) => `Hit@${k}`),
  'MRR',
  'NDCG@10',
  'fn n',
  'fn Acc@5',
  'fn Acc@10',
  'fn NDCG@10',
  'p50',
  'p95',
  'tokens',
];

function toGroups(
  name: string,
  rows: readonly RowOutcome[],
  keyOf: (row: RowOutcome) => string,
): readonly string[] {
  const groups = Object.entries(Object.groupBy(rows, keyOf));
  const systems = [...new Set(rows.flatMap((row) => Object.keys(row.systems)))];
  const lines = groups.flatMap(([key, group = []]) =>
    systems.map((system) => {
      const outcomes = group.flatMap((row) => row.systems[system] ?? []);
      return `| ${[key, system, outcomes.length, ...toCells(outcomes)].join(' | ')} |`;
    }),
  );
  const header = [name, 'system', 'n', ...COLUMNS];
  return [`## By ${name}`, '', ...toTableHead(header), ...lines, ''];
}

function toTableHead(header: readonly string[]): readonly string[] {
  const rule = header.map((_, index) => (index < 2 ? '---' : '---:'));
  return [`| ${header.join(' | ')} |`, `|${rule.join('|')}|`];
}

function toCells(outcomes: readonly SystemOutcome[]): readonly (string | number)[] {
  const labelled = outcomes.flatMap(({ functionRanks }) =>
    functionRanks === null ? [] : [functionRanks],
  );
  const latencies = outcomes.map(({ latencyMs }) => latencyMs);
  const tokens = toPercentile(
    outcomes.map((outcome) => outcome.tokens),
    0.5,
  );
  const toFunctionCell = (k: number): string =>
    labelled.length === 0 ? '' : toPercent(toShare(labelled, (ranks) => isAccurate(ranks, k)));
  return [
    ...CUTOFFS.map((k) => toPercent(toShare(outcomes, (row) => isAccurate(row.fileRanks, k)))),
    ...CUTOFFS.map((k) => toPercent(toShare(outcomes, (row) => isHit(row.fileRanks, k)))),
    toMean(outcomes.map(({ fileRanks }) => toReciprocalRank(fileRanks))).toFixed(3),
    toMean(outcomes.map(({ fileRanks }) => toNdcg10(fileRanks))).toFixed(3),
    labelled.length === 0 ? '' : labelled.length,
    toFunctionCell(5),
    toFunctionCell(10),
    labelled.length === 0 ? '' : toMean(labelled.map(toNdcg10)).toFixed(3),
    Math.round(toPercentile(latencies, 0.5)),
    Math.round(toPercentile(latencies, 0.95)),
    tokens === 0 ? '' : tokens,
  ];
}

function toPercent(share: number): string {
  return (share * 100).toFixed(1);
}

function toSeconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(1);
}

function toIndexing({ indexing }: RunResults): readonly string[] {
  const lines = indexing.map(({ repo, commits, files, firstMs, moveMs }) => {
    const move = moveMs === null ? '' : toSeconds(moveMs);
    return `| ${repo} | | ${[commits, files, toSeconds(firstMs), move].join(' | ')} |`;
  });
  const header = [
    'repository',
    '',
    'commits',
    'files',
    'first commit, s',
    'move to another, median s',
  ];
  return ['## Indexing', '', ...toTableHead(header), ...lines, ''];
}

/**
 * Compares the product of two runs row by row: for each set and k, how many rows only the one and only the other run
 * has right. Rows that are not in both are left out.
 */
export function toComparison(before: RunResults, after: RunResults): string {
  const earlier = new Map(before.rows.map((row) => [toKey(row), row]));
  const pairs = after.rows.flatMap((row) => {
    const old = earlier.get(toKey(row))?.systems['conexus'];
    const young = row.systems['conexus'];
    return old === undefined || young === undefined ? [] : [{ set: row.set, old, young }];
  });
  const lines = Object.entries(Object.groupBy(pairs, ({ set }) => set)).flatMap(
    ([set, group = []]) => [
      `| ${set} | files | ${[group.length, ...compareCells(group.map(({ old, young }) => [old.fileRanks, young.fileRanks]))].join(' | ')} |`,
      `| ${set} | functions | ${compareFunctions(group).join(' | ')} |`,
    ],
  );
  const header = ['set', 'what', 'n', ...CUTOFFS.map((k) => `Acc@${k}`)];
  return [
    `## Against version ${before.version} of ${before.madeAt}`,
    '',
    'Rows that only this run has right, and rows that only the earlier run has right.',
    '',
    ...toTableHead(header),
    ...lines,
    '',
  ].join('\n');
}

type Pair = readonly [GoldRanks, GoldRanks];

function compareFunctions(
  group: readonly { readonly old: SystemOutcome; readonly young: SystemOutcome }[],
): readonly (string | number)[] {
  const pairs = group.flatMap(({ old, young }): readonly Pair[] =>
    old.functionRanks === null || young.functionRanks === null
      ? []
      : [[old.functionRanks, young.functionRanks]],
  );
  return [pairs.length, ...compareCells(pairs)];
}

function compareCells(pairs: readonly Pair[]): readonly string[] {
  return CUTOFFS.map((k) => {
    const won = pairs.filter(([old, young]) => !isAccurate(old, k) && isAccurate(young, k)).length;
    const lost = pairs.filter(([old, young]) => isAccurate(old, k) && !isAccurate(young, k)).length;
    return `+${won} −${lost}`;
  });
}

function toKey({ set, id }: RowOutcome): string {
  return `${set}\t${id}`;
}
