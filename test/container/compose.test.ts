/** The compose files as they stand: what a user with an engine and nothing prepared gets. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { RARE_WORD, writeSmallCodeBase } from './support/code-base.ts';
import { findFreePort, toContainer, waitForAnswer } from './support/containers.ts';
import { createDocker, type Docker } from './support/docker.ts';
import { findProgram } from './support/install-engine.ts';
import { findLiteral, waitForIndex } from './support/product.ts';
import { mustRun } from './support/run-program.ts';
import { until } from './support/until.ts';
import { makeTestFolder } from './support/test-folder.ts';

const { engine } = inject('containers');
const top = join(import.meta.dirname, '../..');

// Published ports need a bridge.
describe.skipIf(engine?.network !== 'bridge')('compose', () => {
  let docker: Docker;
  let port: number;
  const folder = makeTestFolder();

  async function compose(...args: readonly string[]): Promise<string> {
    const env = {
      ...docker.env,
      COMPOSE_PROJECT_NAME: 'conexus-test',
      CODEBASE: folder,
      // Not there yet, so that compose builds it; all steps of the build are cached.
      CONEXUS_TAG: 'composed',
      DOCKER_BUILDKIT: '1',
      COMPOSE_DOCKER_CLI_BUILD: '1',
      // The client of the engine's own packages.
      PATH: `/usr/bin:${process.env['PATH'] ?? ''}`,
      CONEXUS_PUBLISHED_PORT: String(port),
    };
    const program = findProgram('docker-compose') ?? 'docker-compose';
    return mustRun(program, args, { env, cwd: top, timeoutMs: 300_000 });
  }

  beforeAll(async () => {
    if (engine === null) return;
    docker = createDocker(engine);
    port = await findFreePort();
    await writeSmallCodeBase(folder);
  });
  afterAll(async () => {
    if (engine !== null) await compose('down', '--volumes');
  });

  test('starts a healthy server that finds the mounted code, and stops it cleanly', async () => {
    const quick = join(folder, 'quick.yml');
    writeFileSync(quick, 'services: { conexus: { healthcheck: { interval: 2s } } }\n');
    await compose('-f', 'compose.yml', '-f', quick, 'up', '--detach');
    const id = (await compose('ps', '--quiet', 'conexus')).trim();
    const server = toContainer(docker, id, port);
    await waitForAnswer(server, '/health', 10_000);
    await until(async () => (await server.inspect('{{.State.Health.Status}}')) === 'healthy', {
      timeoutMs: 30_000,
      what: 'the first probe',
    });
    await waitForIndex(server, 30_000);
    expect(await findLiteral(server, RARE_WORD)).toHaveLength(1);
    expect((await server.exec(['conexus', 'doctor'])).exitCode).toBe(0);
    await compose('stop');
    expect(await server.inspect('{{.State.ExitCode}}')).toBe('0');
  }, 400_000);

  test.each(['compose.dev.yml', 'compose.observability.yml'])('joins %s', async (file) => {
    const merged = await compose('-f', 'compose.yml', '-f', file, 'config');
    expect(merged).toContain('/data/codebase');
  });
});
