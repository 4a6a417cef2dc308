/**
 * Build step: puts the grammar files that the language table uses into `dist/grammars`, compressed, with a
 * manifest of their hashes. Grammars come from a development dependency, so that the shipped product carries the files it uses
 * and no more. The loader checks each file against the manifest.
 *
 *   node bin/copy-grammars.mjs [target folder] [--only c,go] [--level 1..19]
 *
 * Level 3 takes half a second and gives 4 MB; 19, for what is published, takes 20 s of processor time and
 * gives 2.6 MB.
 *
 * Manifest: {"files": {"<name>": {"sha256": "<hex of the uncompressed file>", "sizeBytes": n}}}.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { constants, zstdCompress } from 'node:zlib';
import { listGrammars } from '../src/languages/grammars/registry.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { only: { type: 'string' }, level: { type: 'string', default: '3' } },
});
const target = positionals[0] ?? join(import.meta.dirname, '..', 'dist', 'grammars');
const level = Number(values.level);
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
const compress = promisify(zstdCompress);
let packedBytes = 0;
// All at once: the work is done by Node's threads.
const entries = await Promise.all(
  names.map(async (name) => {
    const bytes = readFileSync(join(source, name, `tree-sitter-${name}.wasm`));
    const packed = await compress(bytes, {
      params: { [constants.ZSTD_c_compressionLevel]: level, [constants.ZSTD_c_checksumFlag]: 1 },
    });
    writeFileSync(join(target, `${name}.wasm.zst`), packed);
    packedBytes += packed.length;
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return [name, { sha256, sizeBytes: bytes.length }];
  }),
);
const files = Object.fromEntries(entries);
writeFileSync(join(target, 'manifest.json'), `${JSON.stringify({ files }, null, 2)}\n`);
const sizeBytes = Object.values(files).reduce((sum, file) => sum + file.sizeBytes, 0);
process.stdout.write(
  `copied ${names.length} grammars, ${(sizeBytes / 1e6).toFixed(1)} MB as ${(packedBytes / 1e6).toFixed(1)} MB\n`,
);
