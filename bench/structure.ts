/**
 * Rate and exactness of the structure pass on real files:
 *
 *   node bench/structure.ts <language id> <folder> [--suffix .c,.h] [--ctags C] [--kinds …] [--show 40] [--max-files 2000]
 *
 * Prints MB/s of the extraction and of the parse alone (CPU time of this thread), the ratio of both, the
 * heap, failures, and with `--ctags` precision and recall by (file, name, line), with samples of what only one side
 * has. The exit code is 1 when nothing was extracted.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { extname, join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  createStructureExtractor,
  type ExtractResult,
} from '../src/analysis/structure/extractor.ts';
import { findGrammar } from '../src/languages/grammars/registry.ts';
import type { SymbolDefinition } from '../src/model/symbol.ts';
import { runCtags } from '../test/support/ctags.ts';
import { loadGrammar } from '../test/support/load-grammar.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    suffix: { type: 'string', default: '' },
    ctags: { type: 'string' },
    kinds: { type: 'string' },
    show: { type: 'string', default: '20' },
    'max-files': { type: 'string', default: '2000' },
  },
});
const [languageId = '', folder = '.'] = positionals;
const suffixes = values.suffix.split(',');
const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => suffixes.includes(extname(name)))
  .sort()
  .slice(0, Number(values['max-files']))
  .map((name) => join(folder, name));
const files = paths.map((path) => ({ path, bytes: readFileSync(path) }));
const totalBytes = files.reduce((sum, { bytes }) => sum + bytes.length, 0);

const extractor = await createStructureExtractor({ loadGrammar });
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
if (values.ctags !== undefined) compare(values.ctags);
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

function compare(language: string): void {
  const options = values.kinds === undefined ? [] : [`--kinds-${language}=${values.kinds}`];
  const tags = runCtags([...found.keys()], { language, options }).filter(
    ({ name }) => !name.startsWith('__anon') && !/^Anonymous|^anonymous/i.test(name),
  );
  const theirs = new Map(
    tags.map((tag) => [
      `${tag.path}\t${tag.name.replace(/operator\s+/, 'operator').trim()}\t${tag.line}`,
      tag.kind,
    ]),
  );
  const ours = new Map<string, string>();
  for (const [path, symbols] of found) {
    for (const { name, nameLine, kind } of symbols)
      ours.set(`${path}\t${name.replace(/operator\s+/, 'operator')}\t${nameLine}`, kind);
  }
  // Where both define something on a line under different names, the names are counted apart.
  const [theirLines, ourLines] = [linesOf(theirs), linesOf(ours)];
  const both = [...ours.keys()].filter((entry) => theirs.has(entry)).length;
  const onlyOurs = [...ours.keys()].filter((entry) => isAlone(theirLines, entry)).length;
  const onlyTheirs = [...theirs.keys()].filter((entry) => isAlone(ourLines, entry)).length;
  console.log(
    `  ctags ${theirs.size}, ours ${ours.size}, both ${both}: precision ${(both / ours.size).toFixed(4)}, recall ${(both / theirs.size).toFixed(4)}; ` +
      `by line alone ${(1 - onlyOurs / ours.size).toFixed(4)}, ${(1 - onlyTheirs / theirs.size).toFixed(4)}`,
  );
  list('only ctags', theirs, ours);
  list('only ours', ours, theirs);
}

function linesOf(symbols: ReadonlyMap<string, string>): ReadonlySet<string> {
  return new Set([...symbols.keys()].map(toLine));
}

function isAlone(lines: ReadonlySet<string>, entry: string): boolean {
  return !lines.has(toLine(entry));
}

/** File and line of an entry, without the name. */
function toLine(entry: string): string {
  return entry.replace(/\t.*\t/, '\t');
}

function list(
  title: string,
  left: ReadonlyMap<string, string>,
  right: ReadonlyMap<string, string>,
): void {
  const only = [...left].filter(([entry]) => !right.has(entry));
  const counts = new Map<string, number>();
  for (const [, kind] of only) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  console.log(`  ${title}: ${JSON.stringify(Object.fromEntries(counts))}`);
  const step = Math.max(1, Math.floor(only.length / Number(values.show)));
  for (let at = 0; at < only.length && Number(values.show) > 0; at += step) {
    console.log(`    ${only[at]?.[1]} ${only[at]?.[0].replace(folder, '').split('\t').join(' ')}`);
  }
}
