/**
 * Containers of a test: started, asked, stopped and removed. Each has a name of its own, and a port on
 * the machine by which its server is reached on either kind of network.
 */
import { createServer } from 'node:net';
import type { Docker } from './docker.ts';
import type { ProgramResult } from './run-program.ts';
import { until } from './until.ts';

export interface ContainerOptions {
  readonly image: string;
  /** Options of `docker run` besides name, network and port. */
  readonly options?: readonly string[];
  /** Replaces the image's command. */
  readonly command?: readonly string[];
  /** Port on which the server inside listens. Default 8080. */
  readonly innerPort?: number;
  /** Name of the environment variable that sets that port, needed on the host network. */
  readonly portVariable?: string;
}

export interface Container extends AsyncDisposable {
  readonly id: string;
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** One field of `docker inspect`, by Go template. */
  inspect(template: string): Promise<string>;
  exec(command: readonly string[]): Promise<ProgramResult>;
  /** Standard output and standard error so far. */
  logs(): Promise<{ readonly stdout: string; readonly stderr: string }>;
  /** Sends SIGTERM, after `graceSeconds` SIGKILL; gives the exit code and how long it took. */
  stop(graceSeconds: number): Promise<{ readonly exitCode: number; readonly tookMs: number }>;
  start(): Promise<void>;
}

/** Starts a container; it is running, but perhaps not listening yet, when this resolves. */
export async function startContainer(
  docker: Docker,
  options: ContainerOptions,
): Promise<Container> {
  const port = await findFreePort();
  const id = await docker.run([
    'run',
    '--detach',
    ...toNetworkOptions(docker, options, port),
    ...(options.options ?? []),
    options.image,
    ...(options.command ?? []),
  ]);
  return toContainer(docker, id, port);
}

/** Gives a container that something else has started. */
export function toContainer(docker: Docker, id: string, port: number): Container {
  const inspect = async (template: string): Promise<string> =>
    docker.run(['inspect', '--format', template, id]);
  return {
    id,
    url: `http://127.0.0.1:${port}`,
    inspect,
    exec: async (command) => docker.try(['exec', id, ...command]),
    logs: async () => docker.try(['logs', id]),
    start: async () => void (await docker.run(['start', id])),
    stop: async (graceSeconds) => {
      const begin = performance.now();
      await docker.run(['stop', '--time', String(graceSeconds), id]);
      const tookMs = performance.now() - begin;
      return { exitCode: Number(await inspect('{{.State.ExitCode}}')), tookMs };
    },
    [Symbol.asyncDispose]: async () => {
      await docker.run(['rm', '--force', '--volumes', id]);
    },
  };
}

/** Waits until the server answers 200 on a path; gives how long it took. Fails with the logs. */
export async function waitForAnswer(
  container: Container,
  path: string,
  timeoutMs: number,
): Promise<number> {
  const begin = performance.now();
  const answers = async (): Promise<boolean> => {
    const reply = await fetch(container.url + path).catch(() => null);
    await reply?.body?.cancel();
    return reply?.ok === true;
  };
  await until(answers, { timeoutMs, what: path }).catch(async (error: unknown) => {
    const { stdout, stderr } = await container.logs();
    throw new Error(`${String(error)}\n${stdout}\n${stderr}`, { cause: error });
  });
  return performance.now() - begin;
}

function toNetworkOptions(
  docker: Docker,
  options: ContainerOptions,
  port: number,
): readonly string[] {
  const innerPort = options.innerPort ?? 8080;
  if (docker.address.network === 'bridge') return ['--publish', `127.0.0.1:${port}:${innerPort}`];
  const variable = options.portVariable ?? 'CONEXUS_PORT';
  return ['--network', 'host', '--env', `${variable}=${port}`];
}

/** A TCP port of the loopback address that nothing listens on at this moment. */
export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== 'object' || address === null) throw new Error('no free port');
  return address.port;
}
