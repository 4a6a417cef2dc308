/**
 * What resolving an import may ask about the files of one root, and the searches that several languages share.
 * Paths are relative to the root with `/`; the root itself is the empty string. Nothing here reads
 * a file: configuration comes as text through the lookup.
 */
import { posix } from 'node:path';

/** The files of one root as an index knows them. Answers should be cheap: they are asked for each import. */
export interface ImportLookup {
  hasFile(path: string): boolean;
  /** Paths of all files of that base name (`slab.h`), in any order. */
  filesNamed(baseName: string): readonly string[];
  /** Paths of the files directly in a folder, in any order. */
  filesIn(folder: string): readonly string[];
  /** Text of a configuration file (tsconfig.json, go.mod, Cargo.toml …); undefined when there is none. */
  readConfig(path: string): string | undefined;
}

/** A lookup that remembers what it parsed; lives as long as one run over unchanged files. */
export interface ImportContext extends ImportLookup {
  /** A configuration file as JSON with comments; undefined when there is none or it cannot be read. */
  readJson(path: string): unknown;
  /** Name -> folder of the packages that such files (`Cargo.toml`) describe; the first of a name counts. */
  listPackages(
    fileName: string,
    readName: (text: string) => string | undefined,
  ): ReadonlyMap<string, string>;
}

/** One import to resolve. */
export interface ImportRequest {
  /** The file that holds the import. */
  readonly fromPath: string;
  readonly module: string;
  readonly names: readonly string[];
}

/** More targets than this say that the name is ambiguous: then none is given. */
const MAX_AMBIGUOUS = 4;

/** Adds the memory; it grows with the number of configuration files. */
export function createImportContext(lookup: ImportLookup): ImportContext {
  const jsonByPath = new Map<string, unknown>();
  const packagesByFile = new Map<string, ReadonlyMap<string, string>>();

  function readJson(path: string): unknown {
    if (!jsonByPath.has(path)) {
      const text = lookup.readConfig(path);
      jsonByPath.set(path, text === undefined ? undefined : parseLooseJson(text));
    }
    return jsonByPath.get(path);
  }
  function listPackages(
    fileName: string,
    readName: (text: string) => string | undefined,
  ): ReadonlyMap<string, string> {
    const known = packagesByFile.get(fileName);
    if (known !== undefined) return known;
    const packages = new Map<string, string>();
    for (const path of lookup.filesNamed(fileName).toSorted((a, b) => a.length - b.length)) {
      const name = readName(lookup.readConfig(path) ?? '');
      if (name !== undefined && !packages.has(name)) packages.set(name, folderOf(path));
    }
    packagesByFile.set(fileName, packages);
    return packages;
  }
  return {
    hasFile: (path) => lookup.hasFile(path),
    filesNamed: (baseName) => lookup.filesNamed(baseName),
    filesIn: (folder) => lookup.filesIn(folder),
    readConfig: (path) => lookup.readConfig(path),
    readJson,
    listPackages,
  };
}

/** Joins and normalises; undefined when the result lies outside of the root. */
export function joinPath(...parts: readonly string[]): string | undefined {
  const path = posix.normalize(posix.join(...parts));
  if (path === '..' || path.startsWith('../') || path.startsWith('/')) return undefined;
  return path === '.' ? '' : path.replace(/\/$/, '');
}

/** The folder of a path; empty for the root. */
export function folderOf(path: string): string {
  const folder = posix.dirname(path);
  return folder === '.' ? '' : folder;
}

/** The folder of the file and all above it, nearest first, the root last. */
export function listAncestors(path: string): readonly string[] {
  const folders: string[] = [];
  for (let folder = folderOf(path); folder !== ''; folder = folderOf(folder)) folders.push(folder);
  return [...folders, ''];
}

/** The first of the paths that is a file. */
export function findFirst(
  lookup: ImportLookup,
  paths: readonly (string | undefined)[],
): readonly string[] {
  const found = paths.find((path) => path !== undefined && path !== '' && lookup.hasFile(path));
  return found === undefined ? [] : [found];
}

/** Looks for `suffix` below each ancestor of the importing file, in each of the folders, nearest first. */
export function findUpwards(
  lookup: ImportLookup,
  {
    fromPath,
    suffixes,
    folders = [''],
  }: {
    readonly fromPath: string;
    readonly suffixes: readonly string[];
    readonly folders?: readonly string[];
  },
): readonly string[] {
  for (const ancestor of listAncestors(fromPath)) {
    const paths = folders.flatMap((folder) =>
      suffixes.map((suffix) => joinPath(ancestor, folder, suffix)),
    );
    const found = findFirst(lookup, paths);
    if (found.length > 0) return found;
  }
  return [];
}

/**
 * The files whose path ends with the suffix, those that share most folders with the importing file; none when too many are
 * equally near.
 */
export function findBySuffix(
  lookup: ImportLookup,
  fromPath: string,
  suffix: string,
): readonly string[] {
  const all = lookup
    .filesNamed(posix.basename(suffix))
    .filter((path) => path === suffix || path.endsWith(`/${suffix}`));
  const nearness = all.map((path) => countShared(path, fromPath));
  const best = Math.max(...nearness);
  const nearest = all.filter((_, at) => nearness[at] === best);
  return nearest.length > MAX_AMBIGUOUS ? [] : nearest.toSorted();
}

/** The path of the nearest file of that name in the folder of a file or above it. */
export function findConfig(
  lookup: ImportLookup,
  fromPath: string,
  name: string,
): string | undefined {
  return listAncestors(fromPath)
    .map((folder) => (folder === '' ? name : `${folder}/${name}`))
    .find((path) => lookup.hasFile(path));
}

/** Reads JSON with comments and trailing commas; undefined when it is none. */
function parseLooseJson(text: string): unknown {
  const plain = text.replace(
    /("(?:[^"\\]|\\.)*")|\/\/[^\n]*|\/\*[^]*?\*\//g,
    (_, quoted: string | undefined) => quoted ?? '',
  );
  try {
    return JSON.parse(
      plain.replace(/("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])/g, (_, quoted?: string) => quoted ?? ''),
    );
  } catch {
    // A configuration that cannot be read resolves nothing; the import stays unresolved.
    return undefined;
  }
}

/** A property of a value that may be anything. */
export function getProperty(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return Object.entries(value).find(([name]) => name === key)?.[1];
}

/** The entries of a value that should be an object. */
export function listEntries(value: unknown): readonly (readonly [string, unknown])[] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}

/** The strings in a value that should be a string or a list of them. */
export function toStrings(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function countShared(left: string, right: string): number {
  const [leftParts, rightParts] = [left.split('/'), right.split('/')];
  let shared = 0;
  while (shared < leftParts.length - 1 && leftParts[shared] === rightParts[shared]) shared++;
  return shared;
}
