/**
 * The packed npm package on a machine that has Node 24 with npm, and a shell for npx, and nothing else:
 * installed in an empty folder, run by npx.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { globSync, mkdirSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTempDir, type TempDir } from '../support/temp-dir.ts';

const top = join(import.meta.dirname, '../..');

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function readManifest(folder: string): Readonly<Record<string, unknown>> {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

describe('the npm package', () => {
  let dir: TempDir;
  let installed: string;
  const version = readManifest(top)['version'];

  /** Runs a program by npm's rules with a PATH of five programs. */
  async function run(command: string, args: readonly string[], cwd: string): Promise<Ended> {
    const env = { PATH: join(dir.path, 'bin'), HOME: dir.path, ...passRegistry() };
    const child = spawn(join(dir.path, 'bin', command), args, { cwd, env });
    const output = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()));
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    });
    return { code, ...output };
  }

  beforeAll(async () => {
    dir = createTempDir();
    mkdirSync(join(dir.path, 'bin'));
    symlinkSync(process.execPath, join(dir.path, 'bin/node'));
    for (const name of ['npm', 'npx', 'sh']) {
      symlinkSync(findOnPath(name), join(dir.path, 'bin', name));
    }
    const packed = await run('node', [join(top, 'tools/pack.mjs'), dir.path], top);
    assert.equal(packed.code, 0, packed.stderr);
    dir.write('empty/package.json', '{}');
    const folder = join(dir.path, 'empty');
    const result = await run('npm', ['install', packed.stdout.trim()], folder);
    assert.equal(result.code, 0, result.stderr);
    installed = join(folder, 'node_modules/conexus');
  }, 300_000);
  afterAll(() => dir[Symbol.dispose]());

  test('answers its version by npx', async () => {
    const result = await run('npx', ['conexus', '--version'], join(dir.path, 'empty'));
    expect(result).toMatchObject({ code: 0, stdout: `${String(version)}\n` });
  });

  test('says by its exit code that no server answers', async () => {
    const args = ['conexus', 'healthcheck', '--port', '1'];
    const result = await run('npx', args, join(dir.path, 'empty'));
    expect(result.code).toBe(1);
    expect(result.stderr).toContain('http://127.0.0.1:1/health');
  });

  test('indexes and finds a definition: threads, database and grammars are there', async () => {
    dir.write('code/bird.ts', 'export function kingfisher(): number {\n  return 1;\n}\n');
    const folder = join(dir.path, 'empty');
    const flags = ['--root', join(dir.path, 'code'), '--db', join(dir.path, 'bird.db')];
    expect(await run('npx', ['conexus', 'index', ...flags], folder)).toMatchObject({ code: 0 });
    const query = ['search', 'sym:kingfisher', '--json', ...flags];
    const { stdout } = await run('npx', ['conexus', ...query], folder);
    expect(JSON.parse(stdout)).toMatchObject({
      total_count: 1,
      results: [
        { metadata: { file_path: 'bird.ts', symbol: 'kingfisher', chunk_type: 'function' } },
      ],
    });
  });

  test('brings few packages and is small', () => {
    const packages = globSync(['*/package.json', '@*/*/package.json'], {
      cwd: join(installed, '..'),
    });
    expect(packages.length).toBeLessThanOrEqual(16);
    const files = globSync('**/*', { cwd: installed, withFileTypes: true });
    const sizes = files
      .filter((file) => file.isFile())
      .map((file) => statSync(join(file.parentPath, file.name)).size);
    const sizeBytes = sizes.reduce((sum, size) => sum + size, 0);
    process.stderr.write(`npm package: ${packages.length} packages, ${sizeBytes} bytes\n`);
    expect(sizeBytes).toBeLessThan(9_000_000);
  });

  test('carries no tools of development and no Node of its own', () => {
    const fields = Object.keys(readManifest(installed)).filter((name) => !name.startsWith('_'));
    expect(fields).not.toEqual(expect.arrayContaining(['scripts']));
    expect(fields).not.toEqual(expect.arrayContaining(['devDependencies']));
    expect(fields).not.toEqual(expect.arrayContaining(['optionalDependencies']));
    expect(readdirSync(join(installed, 'bin')).sort()).toEqual(['conexus.mjs', 'node24.mjs']);
    const others = readdirSync(join(installed, '..')).filter((name) =>
      name.startsWith('node-linux'),
    );
    expect(others).toEqual([]);
  });
});

/** First program of that name, with symbolic links resolved: npm finds its library beside itself. */
function findOnPath(name: string): string {
  for (const folder of (process.env['PATH'] ?? '').split(':')) {
    if (readdirSafely(folder).includes(name)) return realpathSync(join(folder, name));
  }
  throw new Error(`${name} is not installed`);
}

function readdirSafely(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // A PATH may name folders that do not exist.
  }
}

/** Where npm downloads from and whom it trusts, as far as this process was told. */
function passRegistry(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) =>
      /^(npm_config_registry|npm_config_cafile|NODE_EXTRA_CA_CERTS|https?_proxy|no_proxy)$/i.test(
        name,
      ),
    ),
  );
}
