/**
 * Rate and exactness of the structure pass on real files:
 *
 *   node bench/structure.ts <language id> <folder> [--suffix .c,.h] [--against ctags:C] [--kinds …] [--show 40] [--max-files 2000]
 *
 * Prints MB/s of the extraction and of the parse alone (CPU time of this thread), the ratio of both, the
 * heap, failures, and with `--against` precision and recall by (file, name, line): what only one side has is
 * sorted into the classes of `references/disagreements.ts`, and of the rest samples are shown. The exit code is 1 when nothing was extracted.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { extname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import {
  createStructureExtractor,
  type ExtractResult,
} from '../src/analysis/structure/extractor.ts';
import { findGrammar } from '../src/languages/grammars/registry.ts';
import type { SymbolDefinition } from '../src/model/symbol.ts';
import { loadGrammar } from '../test/support/load-grammar.ts';
import { sortDisagreements, type SortedDisagreements } from './references/disagreements.ts';
import { runReference, type ReferenceSymbol } from './references/reference.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    suffix: { type: 'string', default: '' },
    against: { type: 'string' },
    kinds: { type: 'string' },
    show: { type: 'string', default: '20' },
    'max-files': { type: 'string', default: '2000' },
  },
});
const [languageId = '', givenFolder = '.'] = positionals;
const folder = resolve(givenFolder);
const suffixes = values.suffix.split(',');
const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => suffixes.includes(extname(name)))
  .sort()
  .slice(0, Number(values['max-files']))
  .map((name) => join(folder, name));
const files = paths.map((path) => ({ path, bytes: readFileSync(path) }));
const totalBytes = files.reduce((sum, { bytes }) => sum + bytes.length, 0);

const extractor = await createStructureExtractor({ loadGrammar, isOutlineOnly: true });
// The first pass is the warm-up: the engine compiles the grammar's hot functions while it runs.
for (const { bytes } of files.slice(0, 100)) extractor.extract(languageId, bytes);

const found = new Map<string, readonly SymbolDefinition[]>();
const failures = new Map<string, number>();
let importCount = 0;
let extractMs = 0;
let parseMs = 0;
const grammar = findGrammar(languageId);
// Both are measured file by file in turns, so that load on the machine meets both alike.
for (const { path, bytes } of files) {
  extractMs += measure(() => keep(path, extractor.extract(languageId, bytes)));
  if (grammar === undefined) continue;
  const compiled = extractor.host.open(grammar);
  parseMs += measure(() => {
    extractor.host.withTree(compiled, bytes.toString('utf8'), () => 0);
  });
}
const symbolCount = [...found.values()].reduce((sum, symbols) => sum + symbols.length, 0);
console.log(
  `${languageId}: ${files.length} files, ${(totalBytes / 1e6).toFixed(1)} MB, ${symbolCount} symbols, ${importCount} imports, ` +
    `failures ${JSON.stringify(Object.fromEntries(failures))}, heap ${(extractor.host.heapBytes() / 1e6).toFixed(0)} MB`,
);
console.log(
  `  extract ${rate(extractMs)}, parse alone ${rate(parseMs)}, ratio ${(extractMs / parseMs).toFixed(2)}`,
);
if (values.against !== undefined) await compare(values.against);
process.exitCode = symbolCount > 0 ? 0 : 1;

function keep(path: string, result: ExtractResult): void {
  if (result.kind === 'structure') {
    found.set(path, result.structure.symbols);
    importCount += result.structure.imports.length;
  } else failures.set(result.reason, (failures.get(result.reason) ?? 0) + 1);
}

function measure(run: () => void): number {
  const start = process.threadCpuUsage();
  run();
  const { user, system } = process.threadCpuUsage(start);
  return (user + system) / 1000;
}

function rate(milliseconds: number): string {
  return `${(totalBytes / 1000 / milliseconds).toFixed(2)} MB/s`;
}

async function compare(reference: string): Promise<void> {
  const all = await runReference(reference, [...found.keys()], values.kinds);
  const tags = all.filter(({ name }) => !/^__anon|^anonymous[0-9a-f_]/i.test(name));
  const theirs = new Map(tags.map((tag) => [toKey(tag), tag.kind]));
  const ours = new Map<string, string>();
  for (const [path, symbols] of found) {
    for (const { name, nameLine, kind } of symbols)
      ours.set(toKey({ path, name, line: nameLine }), kind);
  }
  const both = [...ours.keys()].filter((entry) => theirs.has(entry)).length;
  const readLine = createLineReader();
  const sides = [
    { side: 'ours', only: toEntries(ours, theirs) },
    { side: 'theirs', only: toEntries(theirs, ours) },
  ] as const;
  const [onlyOurs, onlyTheirs] = sides.map(({ side, only }) => {
    const sorted = sortDisagreements({ language: languageId, side, only, readLine, isInFunction });
    printSide(side, sorted);
    return { all: only.length, open: sorted.open.length };
  });
  const share = (alone = 0): string => (both / Math.max(1, both + alone)).toFixed(4);
  console.log(
    `  ${reference} ${theirs.size}, ours ${ours.size}, both ${both}: as counted precision ${share(onlyOurs?.all)}, recall ${share(onlyTheirs?.all)}; ` +
      `without the classes above precision ${share(onlyOurs?.open)}, recall ${share(onlyTheirs?.open)}`,
  );
}

function toKey(symbol: Pick<ReferenceSymbol, 'path' | 'name' | 'line'>): string {
  return `${symbol.path}\t${symbol.name.replace(/operator\s+/, 'operator').trim()}\t${symbol.line}`;
}

/** What only the left side has. */
function toEntries(
  left: ReadonlyMap<string, string>,
  right: ReadonlyMap<string, string>,
): readonly ReferenceSymbol[] {
  return [...left]
    .filter(([entry]) => !right.has(entry))
    .map(([entry, kind]) => {
      const [path = '', name = '', line = '0'] = entry.split('\t');
      return { path, name, line: Number(line), kind };
    });
}

/** True when one of our functions starts above the line and ends at it or below. */
function isInFunction(path: string, line: number): boolean {
  return (found.get(path) ?? []).some(
    ({ kind, nameLine, endLine }) =>
      (kind === 'function' || kind === 'method') && nameLine < line && line <= endLine,
  );
}

function createLineReader(): (path: string, line: number) => string {
  const texts = new Map(files.map(({ path, bytes }) => [path, bytes]));
  let last = { path: '', lines: [''] };
  return (path, line) => {
    if (last.path !== path)
      last = { path, lines: texts.get(path)?.toString('utf8').split('\n') ?? [] };
    return last.lines[line - 1] ?? '';
  };
}

function printSide(side: string, { known, open }: SortedDisagreements): void {
  console.log(`  only ${side}:`);
  for (const [{ reason, verdict }, count] of known) {
    console.log(`    ${count} ${verdict}: ${reason}`);
  }
  const counts = new Map<string, number>();
  for (const { kind } of open) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  console.log(`    ${open.length} others ${JSON.stringify(Object.fromEntries(counts))}`);
  const step = Math.max(1, Math.floor(open.length / Number(values.show)));
  for (let at = 0; at < open.length && Number(values.show) > 0; at += step) {
    const entry = open[at];
    if (entry === undefined) continue;
    const { path, name, line, kind } = entry;
    console.log(
      `      ${kind} ${name} ${path.replace(folder, '')}:${line}: ${createLineReader()(path, line).trim().slice(0, 100)}`,
    );
  }
}
