/** An import lookup over a written-down set of files: path -> text of configuration, or an empty string. */
import { posix } from 'node:path';
import type { ImportLookup } from '../../src/analysis/imports/import-lookup.ts';

/** Builds the lookup of those files. */
export function createFileLookup(files: Readonly<Record<string, string>>): ImportLookup {
  const paths = Object.keys(files);
  return {
    hasFile: (path) => Object.hasOwn(files, path),
    filesNamed: (name) => paths.filter((path) => posix.basename(path) === name),
    filesIn: (folder) =>
      paths.filter((path) => posix.dirname(path) === (folder === '' ? '.' : folder)),
    readConfig: (path) => files[path],
  };
}
