/**
 * The product in a container, hardened as compose.yml does it, and what its clients do with it: call a
 * tool, wait for the index, search.
 */
import type { IndexStatus } from '../../../src/model/status.ts';
import {
  startContainer,
  waitForAnswer,
  type Container,
  type ContainerOptions,
} from './containers.ts';
import type { Docker } from './docker.ts';
import { PRODUCT_IMAGE } from './product-image.ts';
import { until } from './until.ts';

/** Options of `docker run` under which the image must work. */
export const HARDENED =
  '--read-only --cap-drop ALL --security-opt no-new-privileges --pids-limit 256'.split(' ');

/** Starts the product with a probe each second, so that health is known early. */
export async function startProduct(
  docker: Docker,
  options: readonly string[],
  command?: ContainerOptions['command'],
): Promise<Container> {
  return startContainer(docker, {
    image: PRODUCT_IMAGE,
    options: [...HARDENED, '--health-interval', '1s', ...options],
    ...(command === undefined ? {} : { command }),
  });
}

/** Calls a tool with plain JSON, as curl would; gives its structured content. Throws what it answers else. */
export async function callTool<T>(
  container: Container,
  name: string,
  input: Readonly<Record<string, unknown>>,
): Promise<T> {
  const response = await fetch(`${container.url}/mcp`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name, arguments: input },
    }),
  });
  const text = await response.text();
  const reply: { result?: { structuredContent?: T } } = JSON.parse(text);
  const content = reply.result?.structuredContent;
  if (content === undefined) throw new Error(`${name} answered ${response.status}: ${text}`);
  return content;
}

/** Reads `/status`; fails with the container's state and its last log lines when nothing answers. */
export async function readStatus(container: Container): Promise<IndexStatus> {
  const response = await fetch(`${container.url}/status`).catch(async (error: unknown) => {
    const { stdout, stderr } = await container.logs();
    const state = await container.inspect('{{json .State}}');
    const tail = `${stdout}${stderr}`.slice(-2000);
    throw new Error(`/status does not answer: ${state}\n${tail}`, { cause: error });
  });
  const status: IndexStatus = JSON.parse(await response.text());
  return status;
}

/** Waits until the server is ready, no job runs and every discovered file is settled. */
export async function waitForIndex(container: Container, timeoutMs: number): Promise<IndexStatus> {
  await waitForAnswer(container, '/ready', 60_000);
  return until(
    async () => {
      const status = await readStatus(container);
      return !status.is_indexing && status.coverage.percent === 100 && status;
    },
    { timeoutMs, what: 'the index to be complete', intervalMs: 200 },
  );
}

export interface FoundResult {
  readonly content: string;
  readonly metadata: { readonly file_path: string; readonly client_path?: string };
}

/** Searches for a text as it stands; gives the results of the first page. */
export async function findLiteral(
  container: Container,
  query: string,
): Promise<readonly FoundResult[]> {
  const reply = await callTool<{ results: readonly FoundResult[] }>(container, 'context.search', {
    query,
    mode: 'literal',
  });
  return reply.results;
}
