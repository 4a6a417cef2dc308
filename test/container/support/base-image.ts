/**
 * A stand-in for the official Node image, for machines that reach no image registry: the same Debian
 * release, the same Node version from the npm registry, npm, and a user `node` with uid 1000, tagged
 * exactly as the Dockerfile names its base. It is not the official image. Nothing of it but Node and
 * shared libraries can reach the product's image, which starts from nothing.
 *
 * The root file system is kept as `<cache>/base-<what>.tar.gz` outside the repository.
 */
import { appendFileSync, copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync } from 'node:fs';
import { readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Docker } from './docker.ts';
import { mustRun } from './run-program.ts';

/** What the Dockerfile says about its base. */
export interface BaseName {
  /** For example `node:24.1.0-bookworm-slim`. */
  readonly image: string;
  readonly nodeVersion: string;
  /** Debian's release name. */
  readonly suite: string;
}

const NPM_MAJOR = '11';
const CA_BUNDLE = '/etc/ssl/certs/ca-certificates.crt';
/** Where the machine's certificates lie in the stand-in; Debian's own bundle has another place. */
const CA_BUNDLE_INSIDE = '/usr/local/share/host-certificates.crt';

/** Reads `ARG NODE_IMAGE=` of a Dockerfile. Throws when it is not pinned as `node:x.y.z-suite-slim`. */
export function readBaseName(dockerfile: string): BaseName {
  const text = readFileSync(dockerfile, 'utf8');
  const match = /^ARG NODE_IMAGE=(node:(\d+\.\d+\.\d+)-([a-z]+)-slim)$/m.exec(text);
  if (match === null) throw new Error(`${dockerfile} pins no node:x.y.z-suite-slim image`);
  return { image: match[1] ?? '', nodeVersion: match[2] ?? '', suite: match[3] ?? '' };
}

/**
 * Gives the engine the image of that name: `CONEXUS_BASE_IMAGE=official` pulls it, else the stand-in
 * is imported. The first time costs about 35 s, later ones 5 s. Answers which of the two it is.
 */
export async function provideBaseImage(
  docker: Docker,
  name: BaseName,
): Promise<'official' | 'stand-in'> {
  if (process.env['CONEXUS_BASE_IMAGE'] === 'official') {
    await docker.run(['pull', name.image], { timeoutMs: 300_000 });
    return 'official';
  }
  const archive = await provideArchive(name);
  const registry = (await mustRun('npm', ['config', 'get', 'registry'])).trim();
  const environment = [
    `NODE_VERSION=${name.nodeVersion}`,
    `NODE_EXTRA_CA_CERTS=${CA_BUNDLE_INSIDE}`,
    `npm_config_registry=${registry}`,
  ];
  const changes = environment.flatMap((entry) => ['--change', `ENV ${entry}`]);
  await docker.run(['import', ...changes, archive, name.image], { timeoutMs: 120_000 });
  return 'stand-in';
}

async function provideArchive(name: BaseName): Promise<string> {
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const folder = join(cache, 'conexus-container-test');
  const what = `${name.suite}-node${name.nodeVersion}-npm${NPM_MAJOR}-${process.arch}`;
  const archive = join(folder, `base-${what}.tar.gz`);
  if (existsSync(archive)) return archive;
  mkdirSync(folder, { recursive: true });
  const work = mkdtempSync(join(tmpdir(), 'cxb-'));
  const root = join(work, 'root');
  await mustRun('mmdebstrap', ['--variant=apt', '--include=ca-certificates', name.suite, root], {
    timeoutMs: 300_000,
  });
  await addNode(name, work, root);
  addUser(root);
  // Level 1: the archive is read again on each run, and its size matters to nobody.
  const packed = `${archive}.${process.pid}`;
  await mustRun('tar', ['-C', root, '-I', 'gzip -1', '-cf', packed, '.'], { timeoutMs: 120_000 });
  renameSync(packed, archive);
  rmSync(work, { recursive: true, force: true });
  return archive;
}

async function addNode(name: BaseName, work: string, root: string): Promise<void> {
  const nodePackage = `node-linux-${process.arch}`;
  const wanted = [`${nodePackage}@${name.nodeVersion}`, `npm@${NPM_MAJOR}`];
  await mustRun('npm', ['install', '--prefix', work, '--ignore-scripts', ...wanted], {
    timeoutMs: 180_000,
  });
  const local = join(root, 'usr/local');
  mkdirSync(join(local, 'lib/node_modules'), { recursive: true });
  copyFileSync(join(work, 'node_modules', nodePackage, 'bin/node'), join(local, 'bin/node'));
  cpSync(join(work, 'node_modules/npm'), join(local, 'lib/node_modules/npm'), { recursive: true });
  for (const program of ['npm', 'npx']) {
    symlinkSync(`../lib/node_modules/npm/bin/${program}-cli.js`, join(local, 'bin', program));
  }
  if (existsSync(CA_BUNDLE)) copyFileSync(CA_BUNDLE, join(root, CA_BUNDLE_INSIDE));
}

/** The official image has a user `node` in the way of uid 1000; so has this one. */
function addUser(root: string): void {
  appendFileSync(join(root, 'etc/passwd'), 'node:x:1000:1000::/home/node:/bin/bash\n');
  appendFileSync(join(root, 'etc/group'), 'node:x:1000:\n');
}
