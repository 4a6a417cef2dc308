import { spawnSync } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdirSync, renameSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readDocument } from '../../../../src/connectors/filesystem/read-document.ts';
import { createTempDir, type TempDir } from '../../../support/temp-dir.ts';

const LIMIT = { maxBytes: 1_000_000 };

function readBytes(dir: TempDir, bytes: Uint8Array | string) {
  const file = join(dir.path, 'file');
  writeFileSync(file, bytes);
  const result = readDocument(file, LIMIT);
  if (result.kind !== 'text') return result;
  return { encoding: result.encoding, text: Buffer.from(result.bytes).toString('utf8') };
}

describe('encodings', () => {
  const rows: readonly [string, readonly number[] | string, object][] = [
    ['plain UTF-8', 'grüße 日本 🎉', { encoding: 'utf-8', text: 'grüße 日本 🎉' }],
    ['an empty file', '', { encoding: 'utf-8', text: '' }],
    ['UTF-8 with mark', '\uFEFFabc', { encoding: 'utf-8', text: 'abc' }],
    ['UTF-16LE with mark', [0xff, 0xfe, 0x61, 0, 0xe9, 0], { encoding: 'utf-16le', text: 'aé' }],
    [
      'UTF-16BE with mark',
      [0xfe, 0xff, 0, 0x61, 0x65, 0xe5],
      { encoding: 'utf-16be', text: 'a日' },
    ],
    ['Latin-1', [0x67, 0x72, 0xfc, 0xdf, 0x65], { encoding: 'latin-1', text: 'grüße' }],
    ['terminal colours', '\x1b[31mred\x1b[0m', { encoding: 'utf-8', text: '\x1b[31mred\x1b[0m' }],
    ['a NUL', 'text\0text', { kind: 'skipped', reason: 'binary' }],
    ['UTF-32 with mark', [0xff, 0xfe, 0, 0, 0x61, 0, 0, 0], { kind: 'skipped', reason: 'binary' }],
    ['control bytes', '\x01\x02\x03\x04abc', { kind: 'skipped', reason: 'binary' }],
  ];
  test.each(rows)('%s', (_, content, expected) => {
    using dir = createTempDir();
    const bytes = typeof content === 'string' ? content : Buffer.from(content);
    expect(readBytes(dir, bytes)).toEqual(expected);
  });

  test('random bytes without a NUL are binary', () => {
    using dir = createTempDir();
    const bytes = randomBytes(20_000).map((byte) => (byte === 0 ? 1 : byte));
    expect(readBytes(dir, bytes)).toEqual({ kind: 'skipped', reason: 'binary' });
  });
});

describe('what is not read', () => {
  test('links, pipes, folders, missing and large files come as values', () => {
    using dir = createTempDir();
    dir.write('target', 'x');
    symlinkSync('target', join(dir.path, 'link'));
    spawnSync('mkfifo', [join(dir.path, 'pipe')]);
    mkdirSync(join(dir.path, 'folder'));
    dir.write('large', 'x'.repeat(1_000_001));
    const read = (name: string) => readDocument(join(dir.path, name), LIMIT);
    expect(read('link')).toEqual({ kind: 'skipped', reason: 'symlink' });
    expect(read('pipe')).toEqual({ kind: 'skipped', reason: 'special_file' });
    expect(read('folder')).toEqual({ kind: 'skipped', reason: 'special_file' });
    expect(read('large')).toEqual({ kind: 'skipped', reason: 'too_large' });
    expect(read('missing')).toMatchObject({ kind: 'failed', reason: 'vanished' });
    expect(read('target/below')).toMatchObject({ kind: 'failed', reason: 'vanished' });
  });

  test('a folder swapped for a link does not lead out of the root', () => {
    using dir = createTempDir();
    dir.write('outside/secret.txt', 'x');
    dir.write('root/sub/secret.txt', 'fine');
    const root = join(dir.path, 'root');
    const file = join(root, 'sub/secret.txt');
    expect(readDocument(file, { ...LIMIT, root })).toMatchObject({ kind: 'text' });
    renameSync(join(root, 'sub'), join(root, 'old'));
    symlinkSync('../outside', join(root, 'sub'));
    expect(readDocument(file, { ...LIMIT, root })).toEqual({ kind: 'skipped', reason: 'symlink' });
  });

  test('a file without permission fails', () => {
    using dir = createTempDir();
    const file = dir.write('closed', 'x');
    spawnSync('chmod', ['000', file]);
    spawnSync('chmod', ['755', dir.path]);
    // The superuser reads everything, so the reading process gives up its rights first, if it has any.
    const module = join(
      import.meta.dirname,
      '../../../../src/connectors/filesystem/read-document.ts',
    );
    const script = `const { readDocument } = await import(${JSON.stringify(module)});
      if (process.getuid() === 0) { process.setgid(65534); process.setuid(65534); }
      process.stdout.write(JSON.stringify(readDocument(${JSON.stringify(file)}, { maxBytes: 9 })));`;
    const child = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
    });
    expect(JSON.parse(child.stdout)).toMatchObject({ kind: 'failed', reason: 'permission_denied' });
  });
});

describe('what is read', () => {
  test('size and time are those of the file', () => {
    using dir = createTempDir();
    const file = dir.write('a', '\uFEFFabc');
    const result = readDocument(file, LIMIT);
    expect(result).toMatchObject({ sizeBytes: 6, mtimeMs: Math.floor(statSync(file).mtimeMs) });
  });

  test('a file longer than its size says is read to its end', () => {
    expect(readDocument('/proc/self/status', LIMIT)).toMatchObject({ kind: 'text', sizeBytes: 0 });
  });

  test('one line of 50 MB is text', () => {
    using dir = createTempDir();
    const file = dir.write('line', 'x'.repeat(50_000_000));
    const result = readDocument(file, { maxBytes: 60_000_000 });
    expect(result.kind === 'text' && result.bytes.length).toBe(50_000_000);
  });
});

describe('secrets', () => {
  test('a private key is skipped unless it is allowed', () => {
    using dir = createTempDir();
    const { privateKey } = generateKeyPairSync('ed25519');
    const { privateKey: long } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const file = dir.write('deploy.pem', long.export({ type: 'pkcs8', format: 'pem' }).toString());
    expect(readDocument(file, LIMIT)).toEqual({ kind: 'skipped', reason: 'secret' });
    expect(readDocument(file, { ...LIMIT, isSecretAllowed: true })).toMatchObject({ kind: 'text' });
    const manual = `Use it:\n${privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()}`;
    expect(readDocument(dir.write('manual.md', manual), LIMIT)).toMatchObject({ kind: 'text' });
  });
});
