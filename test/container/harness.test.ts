/**
 * The test harness itself, on a toy service: if one of these fails, the other container tests say
 * nothing about the product.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { startContainer, waitForAnswer } from './support/containers.ts';
import { createDocker, type Docker } from './support/docker.ts';
import { until } from './support/until.ts';
import { makeTestFolder } from './support/test-folder.ts';

const { engine, baseImage } = inject('containers');

const TOY_SERVER = `
const { createServer } = require('node:http');
const server = createServer((request, reply) => {
  if (request.url === '/allocate') globalThis.kept = Buffer.alloc(400e6, 1);
  reply.end(String(process.getuid()));
}).listen(Number(process.env.PORT ?? 8080));
process.on('SIGTERM', () => server.close(() => process.exit(0)));
`;
const TOY_DOCKERFILE = `
ARG NODE_IMAGE
FROM \${NODE_IMAGE}
COPY server.cjs /server.cjs
USER node
HEALTHCHECK --interval=1s --retries=1 CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.PORT ?? 8080))"]
CMD ["node", "/server.cjs"]
`;

describe.skipIf(engine === null)('the container harness', () => {
  let docker: Docker;
  const folder = makeTestFolder();

  beforeAll(async () => {
    if (engine === null) return;
    docker = createDocker(engine);
    writeFileSync(join(folder, 'server.cjs'), TOY_SERVER);
    writeFileSync(join(folder, 'Dockerfile'), TOY_DOCKERFILE);
    await docker.run(['build', '--tag', 'toy', '--build-arg', `NODE_IMAGE=${baseImage}`, folder]);
  });

  test('runs an image as its user, reaches it by its port, sees it healthy', async () => {
    await using toy = await startContainer(docker, { image: 'toy', portVariable: 'PORT' });
    await waitForAnswer(toy, '/', 10_000);
    expect(await (await fetch(toy.url)).text()).toBe('1000');
    await until(async () => (await toy.inspect('{{.State.Health.Status}}')) === 'healthy', {
      timeoutMs: 10_000,
      what: 'the first probe',
    });
  });

  test('tells a clean end from a killed one', async () => {
    await using good = await startContainer(docker, { image: 'toy', portVariable: 'PORT' });
    await waitForAnswer(good, '/', 10_000);
    expect((await good.stop(10)).exitCode).toBe(0);

    const deaf = { image: 'toy', command: ['node', '-e', 'setInterval(() => {}, 1000)'] };
    await using bad = await startContainer(docker, deaf);
    expect((await bad.stop(1)).exitCode).toBe(137);
  });

  test('enforces a memory limit', async () => {
    const options = ['--memory', '128m', '--memory-swap', '128m'];
    const toyOptions = { image: 'toy', options, portVariable: 'PORT' };
    await using toy = await startContainer(docker, toyOptions);
    await waitForAnswer(toy, '/', 10_000);
    await fetch(`${toy.url}/allocate`).catch(() => null);
    await until(async () => (await toy.inspect('{{.State.Running}}')) === 'false', {
      timeoutMs: 10_000,
      what: 'the container to be killed',
    });
    expect(await toy.inspect('{{.State.ExitCode}}')).toBe('137');
  });
});
