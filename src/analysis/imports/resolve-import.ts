/**
 * From an import as written to the files of the same root that it means. Nothing is guessed across
 * languages, and what lies outside of the root (installed packages, the standard library) gives nothing. The other
 * direction, who imports a file, comes from keeping the edges. A resolver remembers the configuration it read, so one is made
 * for each run over unchanged files.
 */
import type { ImportReference } from '../../model/symbol.ts';
import {
  createImportContext,
  type ImportContext,
  type ImportLookup,
  type ImportRequest,
} from './import-lookup.ts';
import {
  resolveGoImport,
  resolveInclude,
  resolveJvmImport,
  resolveRustImport,
} from './resolve-compiled.ts';
import { resolveEsImport } from './resolve-es.ts';
import { resolvePythonImport } from './resolve-python.ts';
import {
  resolveByPath,
  resolveDartImport,
  resolveElixirImport,
  resolveHaskellImport,
  resolveLuaImport,
  resolveOcamlImport,
  resolvePhpImport,
  resolveRubyImport,
} from './resolve-scripted.ts';

type Resolver = (request: ImportRequest, lookup: ImportContext) => readonly string[];

const RESOLVERS: Readonly<Record<string, Resolver>> = {
  bash: resolveByPath,
  c: resolveInclude,
  cpp: resolveInclude,
  dart: resolveDartImport,
  elixir: resolveElixirImport,
  go: resolveGoImport,
  haskell: resolveHaskellImport,
  java: resolveJvmImport,
  javascript: resolveEsImport,
  kotlin: resolveJvmImport,
  lua: resolveLuaImport,
  ocaml: resolveOcamlImport,
  php: resolvePhpImport,
  python: resolvePythonImport,
  ruby: resolveRubyImport,
  rust: resolveRustImport,
  scala: resolveJvmImport,
  tsx: resolveEsImport,
  typescript: resolveEsImport,
  zig: resolveByPath,
};

/** The import to resolve and where it stands. */
export interface ResolveRequest {
  /** Path of the importing file, relative to its root. */
  readonly fromPath: string;
  readonly languageId: string;
  readonly reference: ImportReference;
}

export interface ImportResolver {
  /**
   * Gives the files meant by an import: none when it lies outside of the root or is ambiguous, several for a
   * package folder or names that are modules of their own; never the importing file. Throws only what the lookup throws.
   */
  resolve(request: ResolveRequest): readonly string[];
}

/** Makes a resolver over the files of one root. */
export function createImportResolver(lookup: ImportLookup): ImportResolver {
  const context = createImportContext(lookup);
  return {
    resolve({ fromPath, languageId, reference }) {
      const resolver = Object.hasOwn(RESOLVERS, languageId) ? RESOLVERS[languageId] : undefined;
      if (resolver === undefined) return [];
      const { module, names } = reference;
      return resolver({ fromPath, module, names }, context).filter((path) => path !== fromPath);
    },
  };
}
