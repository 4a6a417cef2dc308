/**
 * The one version, read from package.json: two folders up in a checkout (`src/`), three in a build
 * (`dist/src/`), beside the program in a bundle.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Gives the version of this program. Reads one small file; `0.0.0` when there is none. */
export function getVersion(): string {
  for (const up of ['..', '../..', '.']) {
    const manifest = readManifest(join(import.meta.dirname, up, 'package.json'));
    if (manifest?.name === 'conexus') return manifest.version;
  }
  return '0.0.0';
}

function readManifest(file: string): { name: string; version: string } | undefined {
  try {
    const manifest: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof manifest !== 'object' || manifest === null) return undefined;
    const { name, version } = manifest as { name?: unknown; version?: unknown };
    return typeof name === 'string' && typeof version === 'string' ? { name, version } : undefined;
  } catch {
    return undefined; // No manifest there: the next place is looked at.
  }
}
