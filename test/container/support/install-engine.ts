/**
 * Finds the programs that the container tests need, and installs Debian's packages of them when the
 * switch `CONEXUS_INSTALL=1` allows it. Nothing is downloaded besides Debian packages.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describeFailure, runProgram } from './run-program.ts';

/** Program -> the Debian package that brings it. */
const PROGRAMS: Readonly<Record<string, string>> = {
  dockerd: 'docker.io',
  docker: 'docker.io',
  'docker-init': 'tini',
  'docker-compose': 'docker-compose',
  mmdebstrap: 'mmdebstrap',
  iptables: 'iptables',
};
const SYSTEM_FOLDERS = ['/usr/bin', '/usr/sbin', '/bin', '/sbin'];

/** Absolute path of a program, or null. The system's own copy wins over others on the PATH. */
export function findProgram(name: string): string | null {
  const folders = [...SYSTEM_FOLDERS, ...(process.env['PATH'] ?? '').split(':')];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? null;
}

/** Gives null when all is there, else one sentence that says what is missing and what helps. */
export async function provideEngine(): Promise<string | null> {
  if (process.platform !== 'linux') return 'the engine of the tests runs on Linux only';
  if (process.getuid?.() !== 0) return 'starting a container engine needs root';
  if (listMissing().length === 0) return null;
  const packages = [...new Set(listMissing().map((name) => PROGRAMS[name]))].join(' ');
  if (process.env['CONEXUS_INSTALL'] !== '1') {
    return `${listMissing().join(', ')} missing; set CONEXUS_INSTALL=1 or run apt-get install ${packages}`;
  }
  const problem = await install(packages.split(' '));
  if (problem !== null) return problem;
  return listMissing().length === 0
    ? null
    : `${listMissing().join(', ')} missing after the install`;
}

function listMissing(): readonly string[] {
  return Object.keys(PROGRAMS).filter((name) => findProgram(name) === null);
}

async function install(packages: readonly string[]): Promise<string | null> {
  if (findProgram('apt-get') === null) return 'no apt-get to install the engine with';
  // RUNLEVEL=1 keeps the packages from starting their services.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const steps = [['update'], ['install', '-y', '--no-install-recommends', ...packages]];
  for (const args of steps) {
    const result = await runProgram('apt-get', args, { env, timeoutMs: 300_000 });
    if (result.exitCode !== 0) return describeFailure(result);
  }
  return null;
}
