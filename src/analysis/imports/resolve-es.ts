/**
 * Imports of JavaScript and TypeScript: relative paths with the extensions and index files that bundlers
 * try, `paths` and `baseUrl` of the nearest tsconfig.json or jsconfig.json (with `extends`), `imports` of package.json, and packages
 * of the same repository by their name. Packages that are installed are outside of the index and give nothing.
 */
import {
  findConfig,
  findFirst,
  folderOf,
  getProperty,
  type ImportContext,
  type ImportRequest,
  joinPath,
  listEntries,
  toStrings,
} from './import-lookup.ts';

const EXTENSIONS = [
  '.ts',
  '.tsx',
  '.mts',
  '.cts',
  '.d.ts',
  '.js',
  '.jsx',
  '.mjs',
  '.cjs',
  '.vue',
  '.svelte',
  '.json',
];
/** Sources that stand behind an import of the compiled name. */
const SOURCES: Readonly<Record<string, readonly string[]>> = {
  '.js': ['.ts', '.tsx', '.d.ts', '.jsx'],
  '.mjs': ['.mts', '.d.mts'],
  '.cjs': ['.cts', '.d.cts'],
  '.jsx': ['.tsx'],
  '.ts': ['.d.ts'],
};
const MAX_EXTENDS = 8;

/** Gives at most one path. */
export function resolveEsImport(request: ImportRequest, lookup: ImportContext): readonly string[] {
  const module = request.module.replace(/[?#](?!.*\/).*$|^node:/, (part) =>
    part === 'node:' ? part : '',
  );
  if (module.startsWith('.'))
    return findModule(lookup, joinPath(folderOf(request.fromPath), module));
  if (request.module.startsWith('#')) return resolvePackageImport(request, lookup);
  const mapped = resolveByTsconfig({ ...request, module }, lookup);
  if (mapped.length > 0) return mapped;
  if (module.startsWith('/')) return findModule(lookup, module.slice(1));
  return resolvePackage(module, lookup);
}

/** Tries the path itself, the source of a compiled name, the extensions, and an index file. */
function findModule(lookup: ImportContext, path: string | undefined): readonly string[] {
  if (path === undefined) return [];
  const extension = /\.[a-z]+$/.exec(path)?.[0] ?? '';
  const stem = path.slice(0, path.length - extension.length);
  const index = path === '' ? 'index' : `${path}/index`;
  return findFirst(lookup, [
    path,
    ...(SOURCES[extension] ?? []).map((source) => stem + source),
    ...EXTENSIONS.map((suffix) => path + suffix),
    ...EXTENSIONS.map((suffix) => index + suffix),
  ]);
}

interface PathMapping {
  /** Folder that the targets are relative to. */
  readonly base: string;
  readonly paths: readonly (readonly [pattern: string, targets: readonly string[]])[];
  readonly hasBaseUrl: boolean;
}

function resolveByTsconfig(
  { fromPath, module }: ImportRequest,
  lookup: ImportContext,
): readonly string[] {
  const config =
    findConfig(lookup, fromPath, 'tsconfig.json') ?? findConfig(lookup, fromPath, 'jsconfig.json');
  const mapping = config === undefined ? undefined : readMapping(config, lookup, MAX_EXTENDS);
  if (mapping === undefined) return [];
  for (const [pattern, targets] of mapping.paths) {
    const rest = matchPattern(pattern, module);
    if (rest === undefined) continue;
    for (const target of targets) {
      const found = findModule(lookup, joinPath(mapping.base, target.replace('*', rest)));
      if (found.length > 0) return found;
    }
  }
  return mapping.hasBaseUrl ? findModule(lookup, joinPath(mapping.base, module)) : [];
}

/** The mapping of a configuration, or of the one that it extends. */
function readMapping(path: string, lookup: ImportContext, depth: number): PathMapping | undefined {
  const json = lookup.readJson(path);
  const options = getProperty(json, 'compilerOptions');
  const [baseUrl] = toStrings(getProperty(options, 'baseUrl'));
  const paths = listEntries(getProperty(options, 'paths')).map(
    ([pattern, targets]) => [pattern, toStrings(targets)] as const,
  );
  const base = joinPath(folderOf(path), baseUrl ?? '');
  if (base !== undefined && (paths.length > 0 || baseUrl !== undefined)) {
    const sorted = paths.toSorted(([a], [b]) => b.length - a.length);
    return { base, paths: sorted, hasBaseUrl: baseUrl !== undefined };
  }
  const [parent] = toStrings(getProperty(json, 'extends'));
  if (parent === undefined || !parent.startsWith('.') || depth === 0) return undefined;
  const above = joinPath(folderOf(path), parent.endsWith('.json') ? parent : `${parent}.json`);
  return above === undefined ? undefined : readMapping(above, lookup, depth - 1);
}

/** What `*` stands for; the empty string for a pattern without one. */
function matchPattern(pattern: string, module: string): string | undefined {
  const [head = '', tail] = pattern.split('*');
  if (tail === undefined) return pattern === module ? '' : undefined;
  const fits =
    module.startsWith(head) && module.endsWith(tail) && module.length >= head.length + tail.length;
  return fits ? module.slice(head.length, module.length - tail.length) : undefined;
}

/** `#name` by the `imports` of the nearest package.json. */
function resolvePackageImport(
  { fromPath, module }: ImportRequest,
  lookup: ImportContext,
): readonly string[] {
  const config = findConfig(lookup, fromPath, 'package.json');
  if (config === undefined) return [];
  const map = getProperty(lookup.readJson(config), 'imports');
  return resolveExports({ map, key: module, folder: folderOf(config) }, lookup);
}

/** A package of this repository by the name in its package.json, with an optional path in it. */
function resolvePackage(module: string, lookup: ImportContext): readonly string[] {
  const name = /^(?:@[^/]+\/)?[^/]+/.exec(module)?.[0] ?? module;
  const folder = lookup.listPackages('package.json', readPackageName).get(name);
  if (folder === undefined) return [];
  const json = lookup.readJson(folder === '' ? 'package.json' : `${folder}/package.json`);
  return resolveInPackage(json, { folder, inner: module.slice(name.length + 1) }, lookup);
}

/** The first `name` of the text; packages put it at the top. */
function readPackageName(text: string): string | undefined {
  return /^\s*\{?\s*"name"\s*:\s*"([^"]+)"/m.exec(text)?.[1];
}

function resolveInPackage(
  json: unknown,
  { folder, inner }: { readonly folder: string; readonly inner: string },
  lookup: ImportContext,
): readonly string[] {
  const map = getProperty(json, 'exports');
  const exported = resolveExports({ map, key: inner === '' ? '.' : `./${inner}`, folder }, lookup);
  if (exported.length > 0) return exported;
  if (inner !== '') {
    const found = findModule(lookup, joinPath(folder, inner));
    return found.length > 0 ? found : findModule(lookup, joinPath(folder, 'src', inner));
  }
  const fields = ['source', 'types', 'module', 'main'].flatMap((key) =>
    toStrings(getProperty(json, key)),
  );
  for (const entry of [...fields, 'src/index', 'index', 'src/main', 'lib/index']) {
    const found = findEntry(lookup, joinPath(folder, entry));
    if (found.length > 0) return found;
  }
  return [];
}

/** Follows `exports` or `imports`: plain targets, conditions, patterns. */
function resolveExports(
  { map, key, folder }: { readonly map: unknown; readonly key: string; readonly folder: string },
  lookup: ImportContext,
): readonly string[] {
  if (key === '.' && !listEntries(map).some(([name]) => name.startsWith('.'))) {
    return findTargets(lookup, { folder, targets: flattenTargets(map), rest: '' });
  }
  for (const [pattern, value] of listEntries(map)) {
    const rest = matchPattern(pattern, key);
    if (rest === undefined) continue;
    const found = findTargets(lookup, { folder, targets: flattenTargets(value), rest });
    if (found.length > 0) return found;
  }
  return [];
}

function findTargets(
  lookup: ImportContext,
  {
    folder,
    targets,
    rest,
  }: { readonly folder: string; readonly targets: readonly string[]; readonly rest: string },
): readonly string[] {
  for (const target of targets) {
    const found = findEntry(lookup, joinPath(folder, target.replaceAll('*', rest)));
    if (found.length > 0) return found;
  }
  return [];
}

/** The file, or the source that its built name stands for: `dist/a.js` is `src/a.ts`. */
function findEntry(lookup: ImportContext, path: string | undefined): readonly string[] {
  const found = findModule(lookup, path);
  if (found.length > 0 || path === undefined) return found;
  return findModule(
    lookup,
    path.replace(/(^|\/)(?:dist|build|lib|out|esm|cjs)\//, '$1src/').replace(/\.d\.ts$/, ''),
  );
}

/** All strings below the conditions of a target, in their order. */
function flattenTargets(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(flattenTargets);
  return listEntries(value).flatMap(([, inner]) => flattenTargets(inner));
}
