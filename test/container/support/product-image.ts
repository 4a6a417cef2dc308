/** Builds the image of this checkout, as a user would, and says how large it came out. */
import { join } from 'node:path';
import type { Docker } from './docker.ts';
import { describeFailure, mustRun } from './run-program.ts';

/** Name of the built image in the private engine; compose files use it too. */
export const PRODUCT_IMAGE = 'conexus:latest';

const TOP = join(import.meta.dirname, '../../..');
const PROXY_VARIABLES = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'];

/**
 * Runs `docker build` on the checkout with BuildKit, as today's engines do by themselves;
 * `CONEXUS_BUILDER=classic` takes the old builder, which takes a third longer. Throws with its last lines.
 */
export async function buildProduct(docker: Docker): Promise<void> {
  const isClassic = process.env['CONEXUS_BUILDER'] === 'classic';
  const proxies = PROXY_VARIABLES.filter((name) => process.env[name] !== undefined);
  // BuildKit has no name for the bridge, which is its default.
  const network = docker.address.network === 'host' ? ['--network', 'host'] : [];
  const args = ['build', '--tag', PRODUCT_IMAGE, ...network];
  for (const name of proxies) args.push('--build-arg', name);
  const result = await docker.try([...args, '--build-arg', 'REVISION=tested', TOP], {
    timeoutMs: 900_000,
    env: { ...docker.env, DOCKER_BUILDKIT: isClassic ? '0' : '1' },
  });
  if (result.exitCode !== 0) throw new Error(describeFailure(result));
}

export interface LayerSize {
  readonly sizeBytes: number;
  readonly compressedBytes: number;
}

/** Sizes of the layers, lowest first, each alone and through gzip as it would be pushed. */
export async function measureLayers(docker: Docker): Promise<readonly LayerSize[]> {
  const folder = join(docker.address.folder, 'layers');
  const program = `
    set -eu; rm -rf "$1"; mkdir -p "$1"; cd "$1"
    docker save "$2" | tar -xf - manifest.json --wildcards '*.tar'
    for layer in $(grep -o '[0-9a-f]*/layer.tar' manifest.json); do
      echo "$(stat -Lc %s "$layer") $(gzip -6 <"$layer" | wc -c)"
    done; rm -rf "$1"`;
  const args = ['-c', program, 'sh', folder, PRODUCT_IMAGE];
  const output = await mustRun('sh', args, { env: docker.env, timeoutMs: 120_000 });
  return output
    .trim()
    .split('\n')
    .map((line) => line.split(' ').map(Number))
    .map(([sizeBytes, compressedBytes]) => ({
      sizeBytes: sizeBytes ?? 0,
      compressedBytes: compressedBytes ?? 0,
    }));
}
