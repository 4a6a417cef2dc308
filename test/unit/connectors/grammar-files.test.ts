/** Grammar files from a real build step and from the development package. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createGrammarLoader } from '../../../src/connectors/grammar-files.ts';
import { listGrammars } from '../../../src/languages/grammars/registry.ts';

const script = join(import.meta.dirname, '..', '..', '..', 'bin', 'copy-grammars.mjs');
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'grammars-'));
  execFileSync(process.execPath, [script, folder, '--only', 'go,lua,c']);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('createGrammarLoader', () => {
  test('gives the same bytes from a build as from the development package', () => {
    const installed = createGrammarLoader(join(folder, 'nothing-here'));
    for (const name of ['c', 'go', 'lua']) {
      expect(Buffer.compare(createGrammarLoader(folder)(name), installed(name))).toBe(0);
    }
  });

  test('has a file for every language that is parsed', () => {
    const installed = createGrammarLoader(join(folder, 'nothing-here'));
    for (const { file } of listGrammars()) {
      expect([...installed(file).subarray(0, 4)]).toEqual([0, 0x61, 0x73, 0x6d]);
    }
  });

  test('refuses a file that does not match its hash', () => {
    const path = join(folder, 'go.wasm.zst');
    const own = readFileSync(path);
    const others = [
      readFileSync(join(folder, 'lua.wasm.zst')),
      readFileSync(join(folder, 'c.wasm.zst')),
    ];
    for (const bytes of [...others, own.subarray(0, 1_000)]) {
      writeFileSync(path, bytes);
      expect(() => createGrammarLoader(folder)('go')).toThrow(/does not match its hash/);
    }
    writeFileSync(path, own);
  });

  test('says which grammar is missing', () => {
    expect(() => createGrammarLoader(folder)('cobol')).toThrow(/grammar cobol is not part/);
    expect(() => createGrammarLoader(join(folder, 'none'))('cobol')).toThrow(
      /grammar cobol is not part/,
    );
  });
});
