/** `config.example.yml` is the table of options in words, and says nothing but the defaults. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { formatExample } from '../../../src/config/format-example.ts';
import { loadConfig } from '../../../src/config/load-config.ts';
import { OPTIONS } from '../../../src/config/options.ts';
import { createTempDir } from '../../support/temp-dir.ts';

const file = join(import.meta.dirname, '../../../config.example.yml');
const text = readFileSync(file, 'utf8');

test('the checked-in file is what the table gives (bin/write-example.mjs writes it)', () => {
  expect(text).toBe(formatExample());
});

test('it loads to the defaults and to nothing else', async () => {
  using folder = createTempDir();
  const options = { env: {}, cwd: folder.path, listens: true };
  const loaded = await loadConfig({ ...options, flags: { config: file } });
  const bare = await loadConfig({ ...options, flags: {} });
  expect(loaded.config).toEqual(bare.config);
  expect(loaded.origins).toEqual([]);
  expect(loaded.warnings).toEqual([]);
});

test('it lists every option once, with its name in the environment and its default', () => {
  const tree: unknown = parse(text);
  for (const row of OPTIONS) {
    const value = row.key
      .split('.')
      .reduce<unknown>((part, name) => (part as Record<string, unknown>)[name], tree);
    expect({ key: row.key, value }).toEqual({ key: row.key, value: row.default });
    expect(text).toContain(row.env ?? 'in this file only');
  }
});

test('keys, variables and flags of the table are unique', () => {
  for (const names of [
    OPTIONS.map((row) => row.key),
    OPTIONS.flatMap((row) => row.env ?? []),
    OPTIONS.flatMap((row) => row.flag ?? []),
  ]) {
    expect(new Set(names).size).toBe(names.length);
  }
});
