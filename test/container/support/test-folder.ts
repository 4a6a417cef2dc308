/** The folder of a test file, which exists only while its tests run, not when they are skipped. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, inject } from 'vitest';

/** Makes a folder that every user may read; it is removed after the tests. Empty text when skipped. */
export function makeTestFolder(): string {
  if (inject('containers').engine === null) return '';
  const folder = mkdtempSync(join(tmpdir(), 'cxt-'));
  chmodSync(folder, 0o755);
  afterAll(() => rmSync(folder, { recursive: true }));
  return folder;
}
