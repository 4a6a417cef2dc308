/** What the image is made of, before anything is served from it. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { writeSmallCodeBase } from './support/code-base.ts';
import { createDocker, type Docker } from './support/docker.ts';
import { measureLayers, PRODUCT_IMAGE } from './support/product-image.ts';
import { HARDENED } from './support/product.ts';
import type { ProgramResult } from './support/run-program.ts';
import { makeTestFolder } from './support/test-folder.ts';

const { engine } = inject('containers');
const MB = 1_000_000;
const manifest: { version: string } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'),
);

describe.skipIf(engine === null)('the image', () => {
  let docker: Docker;
  const folder = makeTestFolder();

  async function runOnce(options: readonly string[], ...command: string[]): Promise<ProgramResult> {
    return docker.try(['run', '--rm', ...HARDENED, ...options, PRODUCT_IMAGE, ...command]);
  }
  /** Runs a program of the image in place of the server. */
  async function runProgramInside(
    program: string,
    ...args: readonly string[]
  ): Promise<ProgramResult> {
    return runOnce(['--entrypoint', program, '-v', `${folder}:/data/codebase:ro`], ...args);
  }

  beforeAll(async () => {
    if (engine === null) return;
    docker = createDocker(engine);
    await writeSmallCodeBase(folder);
  });

  test('names the one version', async () => {
    const label = '{{index .Config.Labels "org.opencontainers.image.version"}}';
    expect(await docker.run(['inspect', '--format', label, PRODUCT_IMAGE])).toBe(manifest.version);
    expect((await runOnce([], '--version')).stdout.trim()).toBe(manifest.version);
  });

  test('runs as user 1000, keeps its data in /data, is probed by its own program', async () => {
    const config: Record<string, unknown> = JSON.parse(
      await docker.run(['inspect', '--format', '{{json .Config}}', PRODUCT_IMAGE]),
    );
    expect(config).toMatchObject({
      User: '1000:1000',
      Volumes: { '/data': {} },
      StopSignal: 'SIGTERM',
      ExposedPorts: { '8080/tcp': {} },
      Healthcheck: {
        Test: ['CMD', 'conexus', 'healthcheck'],
        Interval: 30e9,
        Timeout: 5e9,
        StartPeriod: 5e9,
        Retries: 3,
      },
    });
  });

  test('has two layers and stays within its size', async () => {
    const layers = await measureLayers(docker);
    process.stderr.write(`image layers: ${JSON.stringify(layers)}\n`);
    // Some builders keep the change of a working folder as an empty layer.
    const [base, program, ...others] = layers.filter(({ sizeBytes }) => sizeBytes > 4096);
    expect(others).toEqual([]);
    expect(base?.sizeBytes).toBeLessThan(145 * MB);
    expect(base?.compressedBytes).toBeLessThan(56 * MB);
    expect(program?.compressedBytes).toBeLessThan(25 * MB);
  }, 300_000);

  test('has no shell, package manager or compiler', async () => {
    const list =
      'require("fs").readdirSync("/usr/bin").concat(require("fs").readdirSync("/usr/local/bin"))';
    const { stdout } = await runProgramInside('node', '-p', `${list}.sort().join()`);
    expect(stdout.trim()).toBe('conexus,git,node,tini');
  });

  test('resolves names, zones and its own account', async () => {
    const script = `
      const os = require('os');
      require('dns').lookup('localhost', (error, address) => console.log(JSON.stringify([
        error, address.length > 2, os.userInfo().username,
        new Date(0).toLocaleTimeString('en-GB', { timeZone: 'Asia/Tokyo' }),
      ])));`;
    const result = await runProgramInside('node', '-e', script);
    expect(result).toMatchObject({ stdout: '[null,true,"conexus","09:00:00"]\n', stderr: '' });
  });

  test('reads the history of a read-only repository that another user owns', async () => {
    const result = await runProgramInside('git', '-C', '/data/codebase', 'log', '--format=%s');
    expect(result).toMatchObject({ stdout: 'Count birds (BIRD-7)\n', stderr: '' });
  });

  test('speaks TLS with its own certificates when it clones', async () => {
    const { stderr } = await runProgramInside('git', 'ls-remote', 'https://localhost:1/x.git');
    // The transport is there and tries to connect; without it git names a missing remote helper.
    expect(stderr).toContain('Failed to connect to localhost port 1');
  });

  test('refuses a /data that it cannot write in one sentence with the fix', async () => {
    const locked = join(folder, 'locked');
    mkdirSync(locked, { mode: 0o755 });
    const result = await runOnce(['-v', `${locked}:/data`], 'serve');
    expect(result.exitCode).toBe(1);
    const lines = result.stderr.trim().split('\n');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/\/data\/conexus\.db.*chown -R 1000:1000/);
  });

  test('lists every wrong setting and ends with 2', async () => {
    const wrong = ['-e', 'CONEXUS_PORT=high', '-e', 'CONEXUS_LOG_LEVEL=loud'];
    const result = await runOnce(wrong, 'serve');
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toContain('CONEXUS_PORT');
    expect(result.stderr).toContain('CONEXUS_LOG_LEVEL');
  });
});
