/**
 * Reads the grammar files of the structure pass. A build carries them compressed in `dist/grammars` with a
 * manifest of their hashes (see `bin/copy-grammars.mjs`), and a file that does not match is refused; without a
 * build they are read from the installed development package.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { AppError } from '../errors/app-error.ts';

/** Name of a grammar (`c_sharp`) to the bytes of its WebAssembly module. */
export type GrammarLoader = (name: string) => Uint8Array;

/** What the build wrote: hash of the uncompressed file by name. */
interface GrammarManifest {
  readonly files: Readonly<Record<string, { readonly sha256: string; readonly sizeBytes: number }>>;
}

/** Where a build puts grammars, seen from this file in `dist/src/connectors`. */
const BUILT_FOLDER = join(import.meta.dirname, '..', '..', 'grammars');

/**
 * Gives the loader of the built grammars, or of the installed ones when there is no build. Loading blocks for
 * 1 to 30 ms a file and throws `INTERNAL` for a file that is missing or does not match its hash.
 */
export function createGrammarLoader(folder: string = BUILT_FOLDER): GrammarLoader {
  const manifestPath = join(folder, 'manifest.json');
  if (!existsSync(manifestPath)) return createInstalledLoader();
  const { files } = readManifest(manifestPath);
  return (name) => {
    const expected = files[name];
    if (expected === undefined) throw missing(name, undefined);
    const bytes = unpack(readGrammar(join(folder, `${name}.wasm.zst`), name), {
      name,
      sizeBytes: expected.sizeBytes,
    });
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    if (sha256 !== expected.sha256) throw damaged(name, undefined);
    return bytes;
  };
}

function createInstalledLoader(): GrammarLoader {
  const manifest = createRequire(import.meta.url).resolve('tree-sitter-wasm/manifest.json');
  const out = join(dirname(manifest), 'out');
  return (name) => readGrammar(join(out, name, `tree-sitter-${name}.wasm`), name);
}

function readManifest(path: string): GrammarManifest {
  const manifest: GrammarManifest = JSON.parse(readFileSync(path, 'utf8'));
  return manifest;
}

function readGrammar(path: string, name: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw missing(name, error);
  }
}

function unpack(
  packed: Uint8Array,
  { name, sizeBytes }: { readonly name: string; readonly sizeBytes: number },
): Uint8Array {
  try {
    return zstdDecompressSync(packed, { maxOutputLength: sizeBytes });
  } catch (error) {
    throw damaged(name, error);
  }
}

function damaged(name: string, cause: unknown): AppError {
  const message = `The grammar ${name} does not match its hash. Install again.`;
  return new AppError('INTERNAL', message, { details: { grammar: name }, cause });
}

function missing(name: string, cause: unknown): AppError {
  const message = `The grammar ${name} is not part of this installation. Install again.`;
  return new AppError('INTERNAL', message, { details: { grammar: name }, cause });
}
