/** Path filters of a search: a glob when it holds one of `*?[{`, else a path and everything below it. */
import picomatch from 'picomatch';

/** Compiles patterns to one test of root-relative paths; any pattern may fit. */
export function compilePathFilter(patterns: readonly string[]): (path: string) => boolean {
  const tests = patterns.map((pattern) => {
    if (!/[*?[{]/.test(pattern)) {
      const clean = pattern.replace(/^\.?\//, '').replace(/\/$/, '');
      return (path: string) => clean === '' || path === clean || path.startsWith(`${clean}/`);
    }
    return picomatch(pattern, { dot: true, basename: !pattern.includes('/') });
  });
  return (path) => tests.some((test) => test(path));
}
