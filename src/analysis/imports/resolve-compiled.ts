/**
 * Imports of Go, Rust, C and C++, Java, Kotlin and Scala. A Go import names a folder: all its files that are no
 * tests. A Rust path names a module and perhaps an item in it. Includes are looked for beside the file, in
 * `include` folders above it, then anywhere by their path.
 */
import { posix } from 'node:path';
import {
  findBySuffix,
  findConfig,
  findFirst,
  findUpwards,
  folderOf,
  type ImportContext,
  type ImportRequest,
  joinPath,
  listAncestors,
} from './import-lookup.ts';

/** A folder with more files than this is given by its first ones. */
const MAX_FOLDER_FILES = 40;

/** Gives the files of the package's folder, sorted, tests left out. */
export function resolveGoImport(
  { fromPath, module }: ImportRequest,
  lookup: ImportContext,
): readonly string[] {
  const modules = lookup.listPackages('go.mod', readGoModule);
  const own = findConfig(lookup, fromPath, 'go.mod');
  const ownFolder = own === undefined ? undefined : folderOf(own);
  const folders = [...modules]
    .flatMap(([name, folder]) => ({ folder, inner: findInnerPath(name, module) }))
    .toSorted((a, b) => Number(b.folder === ownFolder) - Number(a.folder === ownFolder))
    .map(({ folder, inner }) => (inner === undefined ? undefined : joinPath(folder, inner)));
  const vendored = listAncestors(fromPath).map((folder) => joinPath(folder, 'vendor', module));
  for (const folder of [...folders, ...vendored]) {
    const files = listSources(lookup, folder, ['.go']).filter((path) => !path.endsWith('_test.go'));
    if (files.length > 0) return files;
  }
  return [];
}

function readGoModule(text: string): string | undefined {
  return /^module\s+"?([^\s"]+)/m.exec(text)?.[1];
}

/** The path of a package inside of a module; the module `std` holds the packages without a domain. */
function findInnerPath(name: string, module: string): string | undefined {
  if (name === 'std') return /^[^/.]+(?:\/|$)/.test(module) ? module : undefined;
  if (module === name) return '';
  return module.startsWith(`${name}/`) ? module.slice(name.length + 1) : undefined;
}

/** Gives the file of the module that a `use` or `mod` names; at most one. */
export function resolveRustImport(
  { fromPath, module }: ImportRequest,
  lookup: ImportContext,
): readonly string[] {
  const [first = '', ...rest] = module.replace(/^::/, '').split('::');
  if (first === 'crate') return findRustModule(lookup, findCrateRoot(lookup, fromPath), rest);
  const own = ownModuleFolder(fromPath);
  if (first === 'self') return findRustModule(lookup, own, rest);
  if (first === 'super') {
    const ups = rest.findIndex((part) => part !== 'super');
    const count = ups < 0 ? rest.length : ups;
    return findRustModule(lookup, joinPath(own, '../'.repeat(count + 1)), rest.slice(count));
  }
  const found = findRustCrate(first, lookup);
  if (found !== undefined) return findRustModule(lookup, joinPath(found, 'src'), rest);
  // Since edition 2018 a path may also start at a module of the same folder; `std::x` is none.
  const isBeside = findFirst(lookup, [
    joinPath(own, `${first}.rs`),
    joinPath(own, first, 'mod.rs'),
  ]);
  return isBeside.length === 0 ? [] : findRustModule(lookup, own, [first, ...rest]);
}

/** Gives the included file, nearest first; several when a path is ambiguous. */
export function resolveInclude(
  { fromPath, module }: ImportRequest,
  lookup: ImportContext,
): readonly string[] {
  const beside = findFirst(lookup, [joinPath(folderOf(fromPath), module)]);
  if (beside.length > 0) return beside;
  const above = findUpwards(lookup, {
    fromPath,
    suffixes: [module],
    folders: ['', 'include', 'src', 'inc'],
  });
  return above.length > 0
    ? above
    : findBySuffix(lookup, fromPath, module.replace(/^(?:\.\.?\/)+/, ''));
}

/** Gives the file of a class, or the files of a package for `a.b.*`. */
export function resolveJvmImport(request: ImportRequest, lookup: ImportContext): readonly string[] {
  const { fromPath, module, names } = request;
  const extensions = ['.java', '.kt', '.scala'];
  if (module.endsWith('.*')) {
    const path = module.slice(0, -2).replaceAll('.', '/');
    for (const ancestor of listAncestors(fromPath)) {
      const files = listSources(lookup, joinPath(ancestor, path), extensions);
      if (files.length > 0) return files.filter((file) => file !== fromPath);
    }
    return [];
  }
  const targets = [...names.map((name) => `${module}.${name}`), module];
  const found = targets.flatMap((target) => findClass(lookup, { fromPath, target, extensions }));
  return [...new Set(found)].toSorted();
}

/** The file of a class; of an inner class or a member that of what holds it. */
function findClass(
  lookup: ImportContext,
  {
    fromPath,
    target,
    extensions,
  }: {
    readonly fromPath: string;
    readonly target: string;
    readonly extensions: readonly string[];
  },
): readonly string[] {
  const parts = target.split('.');
  for (let length = parts.length; length > 1 && length >= parts.length - 2; length--) {
    const path = parts.slice(0, length).join('/');
    for (const extension of extensions) {
      const found = findBySuffix(lookup, fromPath, path + extension);
      if (found.length > 0) return found;
    }
  }
  return [];
}

function listSources(
  lookup: ImportContext,
  folder: string | undefined,
  extensions: readonly string[],
): readonly string[] {
  if (folder === undefined) return [];
  return lookup
    .filesIn(folder)
    .filter((path) => extensions.includes(posix.extname(path)))
    .toSorted()
    .slice(0, MAX_FOLDER_FILES);
}

/** The folder in which the submodules of a file stand. */
function ownModuleFolder(fromPath: string): string {
  if (/(?:^|\/)(?:tests|examples|benches)\/[^/]+$/.test(fromPath)) return folderOf(fromPath);
  const base = posix.basename(fromPath);
  if (['mod.rs', 'lib.rs', 'main.rs'].includes(base)) return folderOf(fromPath);
  return fromPath.replace(/\.rs$/, '');
}

/** The longest prefix of the path that is a file; the folder's own module when no part is one. */
function findRustModule(
  lookup: ImportContext,
  folder: string | undefined,
  parts: readonly string[],
): readonly string[] {
  if (folder === undefined) return [];
  const names = parts.filter((part) => part !== '*');
  for (let length = names.length; length >= 0; length--) {
    const path = names.slice(0, length).join('/');
    const found =
      path === ''
        ? findFirst(lookup, [
            joinPath(folder, 'lib.rs'),
            joinPath(folder, 'main.rs'),
            joinPath(folder, 'mod.rs'),
            `${folder}.rs`,
          ])
        : findFirst(lookup, [joinPath(folder, `${path}.rs`), joinPath(folder, path, 'mod.rs')]);
    if (found.length > 0) return found;
  }
  return [];
}

/**
 * Where the modules of a file's crate start: the nearest folder above with a `lib.rs` or `main.rs`. Files right in
 * the folders of tests, examples and benches are crates of their own and share the modules beside them.
 */
function findCrateRoot(lookup: ImportContext, fromPath: string): string | undefined {
  return listAncestors(fromPath).find(
    (folder) =>
      /(?:^|\/)(?:tests|examples|benches)$/.test(folder) ||
      findFirst(lookup, [joinPath(folder, 'lib.rs'), joinPath(folder, 'main.rs')]).length > 0,
  );
}

/** The folder of a crate of this repository by its name. */
function findRustCrate(name: string, lookup: ImportContext): string | undefined {
  return lookup.listPackages('Cargo.toml', readCrateName).get(name);
}

function readCrateName(text: string): string | undefined {
  const name = /^\[(?:package|lib)\][^[]*?^name\s*=\s*"([^"]+)"/m.exec(text)?.[1];
  return name?.replaceAll('-', '_');
}
