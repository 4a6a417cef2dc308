/**
 * The `docker` program pointed at one engine. Plain data in, plain data out, so that a test process
 * can make its own from what the set-up hands over. It reads no configuration of the user.
 */
import { join } from 'node:path';
import { findProgram } from './install-engine.ts';
import { mustRun, runProgram, type ProgramOptions, type ProgramResult } from './run-program.ts';

/** All that is needed to talk to the engine of this run. */
export interface EngineAddress {
  /** Temporary folder of the engine; holds its socket and everything else. */
  readonly folder: string;
  /** `bridge` publishes ports; with `host` a container listens on the machine itself. */
  readonly network: 'bridge' | 'host';
}

export interface Docker {
  readonly address: EngineAddress;
  /** Environment in which `docker` and `docker-compose` reach the engine. */
  readonly env: NodeJS.ProcessEnv;
  /** Runs `docker …`; a refusal is a value. */
  try(args: readonly string[], options?: ProgramOptions): Promise<ProgramResult>;
  /** Runs `docker …` and gives trimmed standard output; throws when it fails. */
  run(args: readonly string[], options?: ProgramOptions): Promise<string>;
}

/** Makes the client; costs nothing until it is used. */
export function createDocker(address: EngineAddress): Docker {
  const program = findProgram('docker') ?? 'docker';
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    DOCKER_HOST: `unix://${join(address.folder, 'engine.sock')}`,
    DOCKER_CONFIG: join(address.folder, 'client'),
    DOCKER_BUILDKIT: '0',
    COMPOSE_DOCKER_CLI_BUILD: '0',
  };
  return {
    address,
    env,
    try: (args, options) => runProgram(program, args, { env, ...options }),
    run: async (args, options) => (await mustRun(program, args, { env, ...options })).trim(),
  };
}
