/**
 * Build step: puts the grammar files that the language table uses into `dist/grammars`, compressed, with a
 * manifest of their hashes. Grammars come from a development dependency, so that the shipped product carries the files it uses
 * and no more. The loader checks each file against the manifest.
 *
 *   node bin/copy-grammars.mjs [target folder] [--only c,go]
 *
 * Manifest: {"files": {"<name>": {"sha256": "<hex of the uncompressed file>", "sizeBytes": n}}}.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { constants, zstdCompressSync } from 'node:zlib';
import { listGrammars } from '../src/languages/grammars/registry.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { only: { type: 'string' } },
});
const target = positionals[0] ?? join(import.meta.dirname, '..', 'dist', 'grammars');
const only = values.only?.split(',');
const source = join(
  dirname(createRequire(import.meta.url).resolve('tree-sitter-wasm/manifest.json')),
  'out',
);

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
const names = [...new Set(listGrammars().map(({ file }) => file))]
  .filter((name) => only === undefined || only.includes(name))
  .sort();
const files = {};
let packedBytes = 0;
for (const name of names) {
  const bytes = readFileSync(join(source, name, `tree-sitter-${name}.wasm`));
  const packed = zstdCompressSync(bytes, {
    params: { [constants.ZSTD_c_compressionLevel]: 19, [constants.ZSTD_c_checksumFlag]: 1 },
  });
  writeFileSync(join(target, `${name}.wasm.zst`), packed);
  files[name] = {
    sha256: createHash('sha256').update(bytes).digest('hex'),
    sizeBytes: bytes.length,
  };
  packedBytes += packed.length;
}
writeFileSync(join(target, 'manifest.json'), `${JSON.stringify({ files }, null, 2)}\n`);
const sizeBytes = Object.values(files).reduce((sum, file) => sum + file.sizeBytes, 0);
process.stdout.write(
  `copied ${names.length} grammars, ${(sizeBytes / 1e6).toFixed(1)} MB as ${(packedBytes / 1e6).toFixed(1)} MB\n`,
);
