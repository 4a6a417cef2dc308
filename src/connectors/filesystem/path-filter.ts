/**
 * Which paths of a root are asked for: the operator's include and exclude globs and, for a listing of a
 * part, the paths below which to list. These are globs of the shell kind (`**`, `{a,b}`), not the rules
 * of ignore files; an entry without wildcards means the path and all below it.
 */
import picomatch from 'picomatch';

/** Every list may be absent or empty, which means no limit. Paths and globs are relative to the root. */
export interface PathFilterOptions {
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  /** Plain paths, never globs. */
  readonly subPaths?: readonly string[];
}

/** A compiled filter. */
export interface PathFilter {
  /** False when nothing below the folder can be asked for, so that it need not be read. */
  acceptsFolder(path: string): boolean;
  acceptsFile(path: string): boolean;
}

/** Compiles the filter. Never throws: any text is a glob. */
export function createPathFilter(options: PathFilterOptions): PathFilter {
  const include = toGlobs(options.include);
  const exclude = toGlobs(options.exclude);
  const subPaths = (options.subPaths ?? []).map(trimSlashes);
  const isListed = (path: string): boolean =>
    subPaths.length === 0 || subPaths.some((sub) => isWithin(path, sub));
  const isIncluded = include.length === 0 ? () => true : matchAny(include);
  const isExcluded = exclude.length === 0 ? () => false : matchAny(exclude);
  const bases = include.map((glob) => picomatch.scan(glob).base);
  return {
    acceptsFile: (path) => isListed(path) && isIncluded(path) && !isExcluded(path),
    acceptsFolder: (path) =>
      !isExcluded(path) &&
      (isListed(path) || subPaths.some((sub) => isWithin(sub, path))) &&
      (bases.length === 0 || bases.some((base) => isWithin(path, base) || isWithin(base, path))),
  };
}

/** Compiles globs to one test. Dot files match like others. */
export function matchAny(globs: readonly string[]): (path: string) => boolean {
  return picomatch(toGlobs(globs), { dot: true });
}

/** A plain path stands for itself and for all below it. */
function toGlobs(patterns: readonly string[] | undefined): string[] {
  return (patterns ?? []).map(trimSlashes).flatMap((pattern) => {
    if (/[*?[{]/.test(pattern)) return [pattern];
    const literal = pattern.replace(/[\\()!+@|\]}]/g, '\\$&');
    return [literal, `${literal}/**`];
  });
}

function trimSlashes(path: string): string {
  return path.replace(/^(?:\.?\/)+/, '').replace(/\/+$/, '');
}

/** True when `path` is `folder` or lies below it; the empty folder is the root. */
function isWithin(path: string, folder: string): boolean {
  return folder === '' || folder === '.' || path === folder || path.startsWith(`${folder}/`);
}
