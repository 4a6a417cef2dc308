/**
 * Imports of Python: dots count folders upwards, other names are looked for from every folder above the file (a
 * package root, `src`, the repository), then anywhere by their path. A name taken from a package is its submodule when there
 * is one, else the package itself.
 */
import {
  findBySuffix,
  findFirst,
  findUpwards,
  folderOf,
  type ImportContext,
  type ImportRequest,
  joinPath,
} from './import-lookup.ts';

/** Gives the modules imported from, sorted; several for names that are submodules. */
export function resolvePythonImport(
  request: ImportRequest,
  lookup: ImportContext,
): readonly string[] {
  const { module, names } = request;
  const found = new Set<string>();
  let isWhole = names.length === 0;
  for (const name of names) {
    const inner = module.endsWith('.') ? `${module}${name}` : `${module}.${name}`;
    const submodule = findModule({ ...request, module: inner, names: [] }, lookup);
    for (const path of submodule) found.add(path);
    if (submodule.length === 0) isWhole = true;
  }
  if (isWhole) for (const path of findModule(request, lookup)) found.add(path);
  return [...found].toSorted();
}

function findModule({ fromPath, module }: ImportRequest, lookup: ImportContext): readonly string[] {
  const dots = /^\.*/.exec(module)?.[0].length ?? 0;
  const path = module.slice(dots).replaceAll('.', '/');
  const suffixes =
    path === '' ? ['__init__.py'] : [`${path}.py`, `${path}/__init__.py`, `${path}.pyi`];
  if (dots > 0) {
    const base = joinPath(folderOf(fromPath), '../'.repeat(dots - 1));
    return base === undefined
      ? []
      : findFirst(
          lookup,
          suffixes.map((suffix) => joinPath(base, suffix)),
        );
  }
  const near = findUpwards(lookup, { fromPath, suffixes, folders: ['', 'src', 'lib', 'python'] });
  if (near.length > 0 || !path.includes('/')) return near.filter((found) => found !== fromPath);
  const anywhere = suffixes.map((suffix) => findBySuffix(lookup, fromPath, suffix));
  return anywhere.find((paths) => paths.length > 0) ?? [];
}
