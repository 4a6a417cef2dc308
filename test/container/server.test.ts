/**
 * The server in its container, hardened and with the memory of a small machine, from the outside: its
 * port, its log, its processes, what it writes.
 */
import { appendFileSync, chownSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { makeOlder, NEWEST_SCHEMA } from '../support/older-database.ts';
import { readHeldBytes, readPeakBytes } from './support/control-group.ts';
import { RARE_WORD, writeLargeCodeBase, writeSmallCodeBase } from './support/code-base.ts';
import { waitForAnswer, type Container } from './support/containers.ts';
import { createDocker, type Docker } from './support/docker.ts';
import { PRODUCT_IMAGE } from './support/product-image.ts';
import {
  callTool,
  findLiteral,
  HARDENED,
  readStatus,
  startProduct,
  waitForIndex,
} from './support/product.ts';
import type { ProgramResult } from './support/run-program.ts';
import { until } from './support/until.ts';
import { makeTestFolder } from './support/test-folder.ts';

const { engine } = inject('containers');
const LARGE_FILES = 10_000;
const MIB = 1_048_576;

describe.skipIf(engine === null)('the server in its container', () => {
  let docker: Docker;
  const folder = makeTestFolder();
  const small = join(folder, 'small');
  const large = process.env['CONEXUS_CORPUS'] ?? join(folder, 'large');
  const smallMount = ['-v', `${small}:/data/codebase:ro`];

  /** Runs one command of the product on a volume to its end. */
  async function runOnVolume(
    options: readonly string[],
    ...command: readonly string[]
  ): Promise<ProgramResult> {
    return docker.try(['run', '--rm', ...HARDENED, ...options, PRODUCT_IMAGE, ...command]);
  }

  beforeAll(async () => {
    if (engine === null) return;
    docker = createDocker(engine);
    mkdirSync(small);
    await writeSmallCodeBase(small);
    if (process.env['CONEXUS_CORPUS'] === undefined) writeLargeCodeBase(large, LARGE_FILES);
  });

  test('is healthy at once, unprivileged, and finds the mounted code', async () => {
    // The first probe comes after one interval.
    const beginMs = performance.now();
    await using server = await startProduct(docker, [...smallMount, '--health-interval', '5s']);
    await waitForAnswer(server, '/health', 10_000);
    const healthMs = performance.now() - beginMs;
    expect(healthMs).toBeLessThan(10_000);
    await untilFound(server);
    const foundMs = performance.now() - beginMs;
    await untilHealthy(server);
    expect(await server.inspect('{{(index .State.Health.Log 0).ExitCode}}')).toBe('0');

    const { passes, head_commit: head } = await waitForIndex(server, 30_000);
    // The code belongs to the superuser and is mounted read-only.
    expect(passes.history).toEqual({ done: 1, total: 1 });
    expect(head).toMatch(/^[0-9a-f]{40}$/);
    process.stderr.write(
      `start: /health ${Math.round(healthMs)} ms and the first hit ${Math.round(foundMs)} ms after docker run, ` +
        `${toMiB(readHeldBytes(server.id))} MiB idle\n`,
    );
    const results = await findLiteral(server, RARE_WORD);
    expect(results.map(({ metadata }) => metadata.file_path)).toEqual(['src/counter.ts']);

    const processes = await docker.run(['top', server.id, '-o', 'pid']);
    const pids = processes.split('\n').slice(1).map(Number);
    expect(pids.length).toBeGreaterThanOrEqual(2);
    for (const pid of pids) {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      expect(status).toMatch(/^Uid:\t1000\t1000\t1000\t1000$/m);
      expect(status).toMatch(/^CapEff:\t0+$/m);
      expect(status).toMatch(/^NoNewPrivs:\t1$/m);
    }
    const write = await server.exec(['node', '-e', "require('fs').writeFileSync('/app/x', '')"]);
    expect(write.stderr).toContain('EROFS');
  });

  test('logs JSON lines and writes nothing outside /data', async () => {
    // Without --read-only, because that would hide an attempt.
    await using server = await startProduct(docker, [...smallMount, '--read-only=false']);
    await waitForIndex(server, 30_000);
    await findLiteral(server, RARE_WORD);
    await docker.run(['kill', '--signal', 'USR2', server.id]);
    await until(async () => (await server.logs()).stdout.includes('"logLevel":"debug"'), {
      timeoutMs: 10_000,
      what: 'the level of the log to change',
    });
    const { stdout, stderr } = await server.logs();
    const lines = `${stdout}${stderr}`.trim().split('\n');
    expect(lines.length).toBeGreaterThan(3);
    for (const line of lines) expect(JSON.parse(line)).toHaveProperty('msg');
    expect(await docker.run(['diff', server.id])).toBe('');
  });

  test('indexes a large code base within 512 MB and ends cleanly in the middle of it', async () => {
    const limits = ['--memory', '512m', '--memory-swap', '512m'];
    // The image's own interval: a probe is a second process in the same memory.
    const mount = ['-v', `${large}:/data/codebase:ro`, '--health-interval', '30s'];
    const options = [...limits, ...mount];
    await using first = await startProduct(docker, options);
    await waitForAnswer(first, '/ready', 60_000);
    await until(async () => (await readStatus(first)).coverage.indexed > 0, {
      timeoutMs: 60_000,
      what: 'the first indexed files',
    });
    const ended = await first.stop(10);
    // Soft, so that the memory is measured even when the end was not clean.
    expect.soft(ended.exitCode).toBe(0);
    expect.soft(ended.tookMs).toBeLessThan(10_000);

    await first.start();
    const begin = performance.now();
    const status = await waitForIndex(first, 1_500_000);
    expect(status.coverage.discovered).toBeGreaterThanOrEqual(LARGE_FILES);
    expect(await first.inspect('{{.State.OOMKilled}} {{.RestartCount}}')).toBe('false 0');
    const peakBytes = readPeakBytes(first.id);
    const seconds = ((performance.now() - begin) / 1000).toFixed(1);
    process.stderr.write(
      `large code base: ${status.coverage.discovered} files, ${seconds} s after the restart, ` +
        `peak ${toMiB(peakBytes)} MiB with page cache, ${toMiB(readHeldBytes(first.id))} MiB idle\n`,
    );
    expect(peakBytes).toBeLessThanOrEqual(512 * MIB);
  }, 1_800_000);

  test('keeps its index over a restart, a backup and an upgrade, and refuses a newer one', async () => {
    const volume = await docker.run(['volume', 'create']);
    const place = await docker.run(['volume', 'inspect', '--format', '{{.Mountpoint}}', volume]);
    const database = join(place, 'conexus.db');
    const options = ['-v', `${volume}:/data`, ...smallMount];
    {
      await using first = await startProduct(docker, options);
      const { jobs } = await waitForIndex(first, 30_000);
      const backup = await first.exec(['conexus', 'backup', '/data/backup.db']);
      expect(backup).toMatchObject({ exitCode: 0, stderr: '' });
      const refused = await first.exec(['conexus', 'restore', '/data/backup.db']);
      expect(refused).toMatchObject({ exitCode: 1 });
      expect(refused.stderr).toContain('WRITER_ELSEWHERE');
      expect((await first.stop(10)).exitCode).toBe(0);
      await first.start();
      await waitForAnswer(first, '/ready', 60_000);
      expect(await findLiteral(first, RARE_WORD)).toHaveLength(1);
      expect((await readStatus(first)).jobs.at(-1)?.created_at).toBe(jobs.at(-1)?.created_at);
      expect((await first.stop(10)).exitCode).toBe(0);
    }
    const restored = await runOnVolume(options, 'restore', '/data/backup.db');
    expect(restored).toMatchObject({ exitCode: 0, stderr: '' });

    makeOlder(database, 1);
    chownSync(database, 1000, 1000);
    {
      await using second = await startProduct(docker, options);
      await waitForAnswer(second, '/ready', 60_000);
      expect(await findLiteral(second, RARE_WORD)).toHaveLength(1);
      const { passes } = await waitForIndex(second, 30_000);
      expect(passes.structure.done).toBe(passes.structure.total);
      expect((await second.stop(10)).exitCode).toBe(0);
    }
    const connection = new Database(database);
    connection.pragma(`user_version = ${NEWEST_SCHEMA + 1}`);
    connection.close();
    const tooNew = await runOnVolume(options, 'serve');
    expect(tooNew.exitCode).toBe(3);
    expect(tooNew.stderr).toContain('STORE_SCHEMA_TOO_NEW');
    await docker.run(['volume', 'rm', volume]);
  });

  test('is configured by a file, and by the environment before it', async () => {
    const file = join(folder, 'config.yml');
    appendFileSync(file, 'logging:\n  level: warn\ntool_names: underscore\n');
    const mount = ['-v', `${file}:/app/config.yml:ro`, '-e', 'CONEXUS_LOG_LEVEL=debug'];
    await using server = await startProduct(docker, [...smallMount, ...mount]);
    await waitForAnswer(server, '/ready', 60_000);
    const response = await fetch(`${server.url}/mcp`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{}}',
    });
    expect(await response.text()).toContain('"context_search"');
    const { stdout } = await server.logs();
    expect(stdout).toContain('"CONEXUS_LOG_LEVEL"');
    expect(stdout).toContain('/app/config.yml');
  });

  test('finds what is edited from outside, under the path of the client', async () => {
    const alias = ['-e', 'CONEXUS_PATH_ALIASES=C:\\birds=/data/codebase'];
    await using server = await startProduct(docker, [...smallMount, ...alias]);
    await waitForIndex(server, 30_000);
    appendFileSync(join(small, 'src/counter.ts'), '// heronSpotted\n');
    const [result] = await until(
      async () => {
        const results = await findLiteral(server, 'heronSpotted');
        return results.length > 0 && results;
      },
      { timeoutMs: 60_000, what: 'the edit to be found', intervalMs: 250 },
    );
    const clientPath = 'C:\\birds\\src\\counter.ts';
    expect(result?.metadata.client_path).toBe(clientPath);
    // The edited file is parsed a moment after it is found.
    await until(
      async () => {
        const related = await callTool<{ related_items: readonly { relation_type: string }[] }>(
          server,
          'context.get_related_info',
          { file_path: clientPath },
        );
        const kinds = related.related_items.map((item) => item.relation_type);
        return kinds.includes('outline') && kinds.includes('commit');
      },
      { timeoutMs: 60_000, what: 'its outline and commits', intervalMs: 250 },
    );
  });
});

async function untilFound(server: Container): Promise<void> {
  await waitForAnswer(server, '/ready', 60_000);
  await until(async () => (await findLiteral(server, RARE_WORD)).length > 0, {
    timeoutMs: 30_000,
    what: 'the first hit',
    intervalMs: 20,
  });
}

function toMiB(bytes: number): number {
  return Math.round(bytes / MIB);
}

async function untilHealthy(container: Container): Promise<void> {
  await until(async () => (await container.inspect('{{.State.Health.Status}}')) === 'healthy', {
    timeoutMs: 15_000,
    what: 'the container to be healthy',
  });
}
