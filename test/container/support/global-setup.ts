/**
 * Once for all container tests: engine, base image, the product's image. Hands plain data to the test
 * files by `inject('containers')`, and takes everything down at the end.
 *
 * They take minutes and change the network of the machine for that time, so they run only when asked:
 * `CONEXUS_INSTALL=1` runs them and may install what is missing with apt-get, and where no engine can
 * run they are skipped and one line says why; `CONEXUS_REQUIRE_CONTAINER=1` makes that a failure.
 */
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { provideBaseImage, readBaseName } from './base-image.ts';
import type { EngineAddress } from './docker.ts';
import { startEngine, type Engine } from './engine.ts';
import { provideEngine } from './install-engine.ts';
import { buildProduct } from './product-image.ts';

/** What the test files get. */
export interface ContainerSetup {
  /** Null when the tests are skipped. */
  readonly engine: EngineAddress | null;
  /** The base image as the Dockerfile names it. */
  readonly baseImage: string;
}

declare module 'vitest' {
  export interface ProvidedContext {
    containers: ContainerSetup;
  }
}

const DOCKERFILE = join(import.meta.dirname, '../../../Dockerfile');

/** Called by vitest before the first file of the project; gives back the teardown. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const base = readBaseName(DOCKERFILE);
  const engine = await tryEngine();
  if (typeof engine === 'string') {
    if (isOn('CONEXUS_REQUIRE_CONTAINER')) throw new Error(engine);
    process.stderr.write(`container tests skipped: ${engine}\n`);
    project.provide('containers', { engine: null, baseImage: base.image });
    return async () => undefined;
  }
  try {
    const kind = await provideBaseImage(engine.docker, base);
    const remark = kind === 'stand-in' ? ' (a stand-in, not the official image)' : '';
    process.stderr.write(`container tests: ${engine.rung}, base ${base.image}${remark}\n`);
    const beginMs = performance.now();
    await buildProduct(engine.docker);
    const seconds = Math.round((performance.now() - beginMs) / 1000);
    process.stderr.write(`container tests: image built in ${seconds} s\n`);
  } catch (error) {
    await engine[Symbol.asyncDispose]();
    throw error;
  }
  project.provide('containers', { engine: engine.docker.address, baseImage: base.image });
  return async () => engine[Symbol.asyncDispose]();
}

async function tryEngine(): Promise<Engine | string> {
  const isAsked = ['CONEXUS_INSTALL', 'CONEXUS_REQUIRE_CONTAINER'].some((name) => isOn(name));
  if (!isAsked) return 'set CONEXUS_INSTALL=1 to run them';
  const missing = await provideEngine();
  if (missing !== null) return missing;
  return startEngine().catch((error: unknown) => String(error));
}

function isOn(name: string): boolean {
  return process.env[name] === '1';
}
