/**
 * A private container engine for one test run: Debian's dockerd with its own socket, data, state and
 * pid file in one short temporary folder, stopped and swept away afterwards.
 *
 * Poorer machines are met by a ladder of options; a rung counts once it has run a container. The
 * engine gets SIGTERM when the process that started it dies, and a later run sweeps what a killed
 * run has left behind.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync } from 'node:fs';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDocker, type Docker, type EngineAddress } from './docker.ts';
import {
  hasBridge,
  readHostNetwork,
  restoreHostNetwork,
  type HostNetwork,
} from './host-network.ts';
import { findProgram } from './install-engine.ts';
import { mustRun } from './run-program.ts';
import { until } from './until.ts';

export interface Engine extends AsyncDisposable {
  readonly docker: Docker;
  /** Which rung of the ladder holds, and why the ones above it did not; for the report. */
  readonly rung: string;
}

interface Rung {
  readonly name: string;
  readonly network: 'bridge' | 'host';
  readonly options: readonly string[];
}

const WITHOUT_BRIDGE = ['--iptables=false', '--ip6tables=false', '--bridge=none'];
const LADDER: readonly Rung[] = [
  { name: 'default options', network: 'bridge', options: [] },
  { name: 'host network', network: 'host', options: WITHOUT_BRIDGE },
  {
    name: 'host network, vfs',
    network: 'host',
    options: [...WITHOUT_BRIDGE, '--storage-driver=vfs'],
  },
];
/** Unix socket paths end at 107 bytes, so the folder's name is short. */
const FOLDER_PREFIX = 'cxe-';
/** What the network was before, so that a later run can take back what a killed one has changed. */
const NETWORK_FILE = 'network.json';
const PROBE_IMAGE = 'conexus-engine-probe';

/** Starts the engine on the first rung that holds. Throws with the reason of each rung when none does. */
export async function startEngine(): Promise<Engine> {
  await sweepLeftovers();
  const reasons: string[] = [];
  for (const rung of LADDER) {
    if (rung.network === 'bridge' && hasBridge()) {
      reasons.push(`${rung.name}: another engine owns docker0`);
      continue;
    }
    const attempt = await tryRung(rung);
    if (typeof attempt === 'string') {
      reasons.push(`${rung.name}: ${attempt}`);
      continue;
    }
    const why = reasons.length === 0 ? '' : ` (${reasons.join('; ')})`;
    return { ...attempt, rung: `${rung.name}${why}` };
  }
  throw new Error(`no container engine runs here (${reasons.join('; ')})`);
}

async function tryRung(rung: Rung): Promise<Engine | string> {
  const folder = mkdtempSync(join(tmpdir(), FOLDER_PREFIX));
  writeFileSync(join(folder, 'owner'), String(process.pid));
  const address: EngineAddress = { folder, network: rung.network };
  const before = await readHostNetwork();
  writeFileSync(join(folder, NETWORK_FILE), JSON.stringify(before));
  const docker = createDocker(address);
  const daemon = startDaemon(folder, rung);
  const release = async (): Promise<void> => {
    await stopDaemon(daemon, folder);
    await restoreHostNetwork(before);
    await removeFolder(folder);
  };
  const problem = await probe(docker, daemon);
  if (problem === null) return { docker, rung: rung.name, [Symbol.asyncDispose]: release };
  await release();
  return problem;
}

function startDaemon(folder: string, rung: Rung): ChildProcess {
  const log = openSync(join(folder, 'engine.log'), 'a');
  const paths = {
    host: `unix://${join(folder, 'engine.sock')}`,
    pidfile: join(folder, 'pid'),
    'data-root': join(folder, 'data'),
    'exec-root': join(folder, 'exec'),
    'config-file': join(folder, 'engine.json'),
  };
  const options = Object.entries(paths).map(([name, value]) => `--${name}=${value}`);
  writeFileSync(join(folder, 'engine.json'), '{}');
  const program = findProgram('dockerd') ?? 'dockerd';
  return spawn('setpriv', ['--pdeathsig', 'SIGTERM', program, ...options, ...rung.options], {
    stdio: ['ignore', log, log],
  });
}

/** Waits for the engine, then runs the smallest container there is. Null when it said its version. */
async function probe(docker: Docker, daemon: ChildProcess): Promise<string | null> {
  const isUp = await until(
    async () => daemon.exitCode !== null || (await docker.try(['version'])).exitCode === 0,
    { timeoutMs: 30_000, what: 'the engine to answer' },
  ).catch((error: unknown) => String(error));
  if (typeof isUp === 'string') return isUp;
  if (daemon.exitCode !== null) return lastLogLine(docker.address.folder);
  const archive = await makeProbeArchive(docker.address.folder);
  const imported = await docker.try(['import', archive, PROBE_IMAGE]);
  if (imported.exitCode !== 0) return imported.stderr.trim();
  const network = ['--network', docker.address.network];
  const result = await docker.try(['run', '--rm', ...network, PROBE_IMAGE, '/init', '--version']);
  return result.stdout.includes('version') ? null : result.stderr.trim();
}

async function makeProbeArchive(folder: string): Promise<string> {
  const root = join(folder, 'probe');
  mkdirSync(root);
  copyFileSync(findProgram('docker-init') ?? '', join(root, 'init'));
  const archive = join(folder, 'probe.tar');
  await mustRun('tar', ['-C', root, '-cf', archive, '.']);
  return archive;
}

async function stopDaemon(daemon: ChildProcess, folder: string): Promise<void> {
  if (daemon.exitCode !== null || daemon.signalCode !== null) return;
  const ended = once(daemon, 'exit');
  process.kill(readPid(join(folder, 'pid')) ?? daemon.pid ?? 0, 'SIGTERM');
  await ended;
}

/** Unmounts whatever is still mounted below the folder, deepest first, and deletes it. */
async function removeFolder(folder: string): Promise<void> {
  const mounts = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter((path) => path.startsWith(`${folder}/`));
  for (const path of mounts.toReversed()) await mustRun('umount', [path]);
  rmSync(folder, { recursive: true, force: true });
}

/** Ends engines whose run was killed, takes back their changes of the network, deletes their folders. */
async function sweepLeftovers(): Promise<void> {
  for (const name of readdirSync(tmpdir())) {
    const folder = join(tmpdir(), name);
    const owner = readPid(join(folder, 'owner'));
    if (!name.startsWith(FOLDER_PREFIX) || owner === null || isAlive(owner)) continue;
    const engine = readPid(join(folder, 'pid'));
    if (engine !== null && isEngine(engine, folder)) process.kill(engine, 'SIGTERM');
    await until(() => engine === null || !isEngine(engine, folder), {
      timeoutMs: 20_000,
      what: 'a leftover engine to end',
    });
    await restoreLeftNetwork(join(folder, NETWORK_FILE));
    await removeFolder(folder);
  }
}

async function restoreLeftNetwork(file: string): Promise<void> {
  if (!existsSync(file)) return;
  const before: HostNetwork = JSON.parse(readFileSync(file, 'utf8'));
  await restoreHostNetwork(before);
}

function isAlive(pid: number): boolean {
  return existsSync(`/proc/${pid}`);
}

/** True when the process is the engine of that folder, and not another one under a re-used number. */
function isEngine(pid: number, folder: string): boolean {
  return isAlive(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(folder);
}

function readPid(file: string): number | null {
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) : null;
}

function lastLogLine(folder: string): string {
  return readFileSync(join(folder, 'engine.log'), 'utf8').trim().split('\n').at(-1) ?? 'no reason';
}
