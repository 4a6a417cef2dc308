/**
 * How many imports of a real repository resolve, and how fast:
 *
 *   node bench/imports.ts <language id> <folder> --suffix .c,.h [--show 20] [--max-files 3000]
 *
 * Prints the share that resolves to files of the repository and samples of what does not. Imports of installed packages
 * and of the standard library rightly do not. The exit code is 1 when nothing resolves.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { extname, join, posix } from 'node:path';
import { parseArgs } from 'node:util';
import type { ImportLookup } from '../src/analysis/imports/import-lookup.ts';
import { createImportResolver } from '../src/analysis/imports/resolve-import.ts';
import { createStructureExtractor } from '../src/analysis/structure/extractor.ts';
import { loadGrammar } from '../test/support/load-grammar.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    suffix: { type: 'string', default: '' },
    show: { type: 'string', default: '20' },
    'max-files': { type: 'string', default: '3000' },
  },
});
const [languageId = '', folder = '.'] = positionals;
const suffixes = values.suffix.split(',');
const all = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => posix.relative(folder, join(entry.parentPath, entry.name)));
const files = new Set(all);
const byName = Map.groupBy(all, (path) => posix.basename(path));
const byFolder = Map.groupBy(all, (path) => posix.dirname(path));
const configs = new Map<string, string>();
const lookup: ImportLookup = {
  hasFile: (path) => files.has(path),
  filesNamed: (name) => byName.get(name) ?? [],
  filesIn: (path) => byFolder.get(path === '' ? '.' : path) ?? [],
  readConfig: (path) => {
    const known = configs.get(path);
    if (known !== undefined || !files.has(path)) return known;
    const text = readFileSync(join(folder, path), 'utf8');
    configs.set(path, text);
    return text;
  },
};

const resolver = createImportResolver(lookup);
const extractor = await createStructureExtractor({ loadGrammar });
const missing: string[] = [];
let resolved = 0;
let edges = 0;
let resolveMs = 0;
const step = Math.max(1, Math.floor(all.length / Number(values['max-files'])));
const sources = all.filter((path) => suffixes.includes(extname(path)));
for (const [at, fromPath] of sources.entries()) {
  if (at % step !== 0) continue;
  const result = extractor.extract(languageId, readFileSync(join(folder, fromPath)));
  if (result.kind !== 'structure') continue;
  for (const reference of result.structure.imports) {
    const start = performance.now();
    const found = resolver.resolve({ fromPath, languageId, reference });
    resolveMs += performance.now() - start;
    edges += found.length;
    if (found.length > 0) resolved++;
    else missing.push(`${fromPath}: ${reference.module} ${reference.names.join(',')}`);
  }
}
const total = resolved + missing.length;
console.log(
  `${languageId}: ${total} imports, ${resolved} resolve (${((100 * resolved) / total).toFixed(1)} %) to ${edges} edges, ` +
    `${((1000 * resolveMs) / total).toFixed(1)} us each`,
);
const shown = Math.max(1, Math.floor(missing.length / Number(values.show)));
for (let at = 0; at < missing.length && Number(values.show) > 0; at += shown) {
  console.log(`  ${missing[at]}`);
}
process.exitCode = resolved > 0 ? 0 : 1;
