/** Imports of Ruby, PHP, Lua, shell scripts, Elixir, Zig, Dart, Haskell and OCaml. */
import {
  findBySuffix,
  findConfig,
  findFirst,
  findUpwards,
  folderOf,
  getProperty,
  type ImportContext,
  type ImportRequest,
  joinPath,
  listEntries,
  toStrings,
} from './import-lookup.ts';

/** `./a` beside the file; `a/b` in a load path (`lib`, `app`) above it or anywhere. */
export function resolveRubyImport(
  { fromPath, module }: ImportRequest,
  lookup: ImportContext,
): readonly string[] {
  const file = module.endsWith('.rb') ? module : `${module}.rb`;
  if (module.startsWith('.')) return findFirst(lookup, [joinPath(folderOf(fromPath), file)]);
  const found = findUpwards(lookup, {
    fromPath,
    suffixes: [file],
    folders: ['lib', '', 'app', 'test', 'spec'],
  });
  return found.length > 0 ? found : findBySuffix(lookup, fromPath, `lib/${file}`);
}

/** A class by the PSR-4 map of composer.json, else by the end of its path; an included file by its path. */
export function resolvePhpImport(
  { fromPath, module }: ImportRequest,
  lookup: ImportContext,
): readonly string[] {
  if (module.endsWith('.php')) {
    const beside = findFirst(lookup, [joinPath(folderOf(fromPath), module)]);
    return beside.length > 0
      ? beside
      : findUpwards(lookup, { fromPath, suffixes: [module.replace(/^\.?\//, '')] });
  }
  const config = findConfig(lookup, fromPath, 'composer.json');
  for (const [prefix, folders] of config === undefined ? [] : listPsr4(lookup.readJson(config))) {
    if (!module.startsWith(prefix)) continue;
    const path = `${module.slice(prefix.length).replaceAll('\\', '/')}.php`;
    const found = findFirst(
      lookup,
      folders.map((folder) => joinPath(folderOf(config ?? ''), folder, path)),
    );
    if (found.length > 0) return found;
  }
  const parts = module.split('\\');
  return parts.length < 2 ? [] : findBySuffix(lookup, fromPath, `${parts.slice(-2).join('/')}.php`);
}

/** `a.b` is `a/b.lua` or `a/b/init.lua` above the file, also in `lua` and `src`. */
export function resolveLuaImport(
  { fromPath, module }: ImportRequest,
  lookup: ImportContext,
): readonly string[] {
  const path = module.replaceAll('.', '/');
  const suffixes = [`${path}.lua`, `${path}/init.lua`];
  const found = findUpwards(lookup, { fromPath, suffixes, folders: ['', 'lua', 'src', 'lib'] });
  return found.length > 0 ? found : findBySuffix(lookup, fromPath, `${path}.lua`);
}

/** A path beside the file or below a folder above it: shell scripts, Zig. */
export function resolveByPath(
  { fromPath, module }: ImportRequest,
  lookup: ImportContext,
): readonly string[] {
  const path = module.replace(/^\.\//, '');
  const beside = findFirst(lookup, [joinPath(folderOf(fromPath), path)]);
  if (beside.length > 0 || module.startsWith('../') || path.startsWith('/')) return beside;
  return findUpwards(lookup, { fromPath, suffixes: [path] });
}

/** `Foo.BarBaz` is `foo/bar_baz.ex` below `lib`. */
export function resolveElixirImport(
  { fromPath, module }: ImportRequest,
  lookup: ImportContext,
): readonly string[] {
  const path = module
    .split('.')
    .map((part) => part.replace(/([a-z\d])([A-Z])/g, '$1_$2').toLowerCase())
    .join('/');
  const suffixes = [`${path}.ex`, `${path}.exs`];
  return findUpwards(lookup, { fromPath, suffixes, folders: ['lib', 'test', ''] });
}

/** A relative path, or `package:name/x.dart` in `lib` of the package of that name. */
export function resolveDartImport(
  { fromPath, module }: ImportRequest,
  lookup: ImportContext,
): readonly string[] {
  const match = /^package:([^/]+)\/(.+)$/.exec(module);
  if (match === null) {
    return module.includes(':') ? [] : findFirst(lookup, [joinPath(folderOf(fromPath), module)]);
  }
  const [, name = '', path = ''] = match;
  const folder = lookup
    .listPackages('pubspec.yaml', (text) => /^name:\s*["']?(\w+)/m.exec(text)?.[1])
    .get(name);
  return folder === undefined ? [] : findFirst(lookup, [joinPath(folder, 'lib', path)]);
}

/** `A.B` is `A/B.hs` below a source folder. */
export function resolveHaskellImport(
  { fromPath, module }: ImportRequest,
  lookup: ImportContext,
): readonly string[] {
  const path = module.replaceAll('.', '/');
  const suffixes = [`${path}.hs`, `${path}.lhs`];
  const found = findUpwards(lookup, { fromPath, suffixes, folders: ['', 'src', 'lib', 'app'] });
  return found.length > 0 ? found : findBySuffix(lookup, fromPath, `${path}.hs`);
}

/** `Foo.Bar` is `bar.ml`, or `foo.ml` that holds it. */
export function resolveOcamlImport(
  { fromPath, module }: ImportRequest,
  lookup: ImportContext,
): readonly string[] {
  for (const part of module.split('.').toReversed()) {
    const found = findBySuffix(
      lookup,
      fromPath,
      `${part.slice(0, 1).toLowerCase()}${part.slice(1)}.ml`,
    );
    if (found.length > 0) return found.filter((path) => path !== fromPath);
  }
  return [];
}

/** Prefixes of the autoload maps with their folders, longest prefix first. */
function listPsr4(json: unknown): readonly (readonly [string, readonly string[]])[] {
  return ['autoload', 'autoload-dev']
    .flatMap((key) => listEntries(getProperty(getProperty(json, key), 'psr-4')))
    .map(([prefix, folders]) => [prefix, toStrings(folders)] as const)
    .toSorted(([a], [b]) => b.length - a.length);
}
