/**
 * The checks of `doctor`, one function each: look at one thing, give findings, throw nothing for what
 * they find. Limits are stated where they are used.
 */
import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync, readFileSync, statfsSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import type { Config, ConnectorEntry, RootConfig } from '../config/config.ts';
import { isAppError } from '../errors/app-error.ts';
import { findHealthFault, toLocalAddress } from './healthcheck.ts';
import { formatBytes, formatCount } from './terminal.ts';

export interface Finding {
  /** What was looked at, in one word. */
  readonly check: string;
  readonly level: 'OK' | 'WARN' | 'FAIL';
  /** What was found, and for WARN and FAIL how to put it right. */
  readonly message: string;
}

/** Node runs TypeScript's output and the database's binding from 24 on. */
export function checkNode(): Finding {
  const isNew = Number(process.versions.node.split('.')[0]) >= 24;
  const message = isNew
    ? process.version
    : `${process.version} is too old. Install Node 24 or newer.`;
  return { check: 'node', level: isNew ? 'OK' : 'FAIL', message };
}

/** The folder can be written and the file, when there is one, is sound. Reads the whole file. */
export async function checkDatabase(path: string): Promise<Finding[]> {
  const check = 'database';
  const folder = findExistingFolder(path);
  const fault = findAccessFault(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  if (fault !== null) {
    const message = `${folder} cannot be written (${fault}). Give it to the user that runs Conexus, or set database.path.`;
    return [{ check, level: 'FAIL', message }];
  }
  if (!existsSync(path)) {
    return [{ check, level: 'OK', message: `${path} does not exist yet; it will be created.` }];
  }
  try {
    const { loadStoreTools } = await import('../app.ts');
    const found = await (await loadStoreTools()).check(path);
    if (found.problems.length === 0) {
      const message = `${path} is sound: schema ${found.schemaVersion ?? 'none'}, ${formatCount(found.documents)} documents, ${formatBytes(found.sizeBytes)}.`;
      return [{ check, level: 'OK', message }];
    }
    const advice = 'Restore a backup, or delete the file: it is built again from the roots.';
    return found.problems.map((problem) => ({
      check,
      level: 'FAIL',
      message: `${problem} ${advice}`,
    }));
  } catch (error) {
    const message = isAppError(error) ? `${error.code}: ${error.message}` : String(error);
    return [{ check, level: 'FAIL', message }];
  }
}

/** Room for the index and for a merge beside it. */
export function checkDisk(databasePath: string): Finding {
  const folder = findExistingFolder(databasePath);
  const { bavail, bsize } = statfsSync(folder);
  const freeBytes = bavail * bsize;
  const message = `${formatBytes(freeBytes)} free below ${folder}`;
  const advice = `${message}. Free some, or set database.path to a larger disk.`;
  if (freeBytes < 100_000_000) return { check: 'disk', level: 'FAIL', message: advice };
  if (freeBytes < 1_000_000_000) return { check: 'disk', level: 'WARN', message: advice };
  return { check: 'disk', level: 'OK', message };
}

/** Each root is there, can be listed and holds something. */
export function checkRoots(roots: readonly RootConfig[]): Finding[] {
  return roots.map(({ id, path }) => {
    const fault = findAccessFault(path, constants.R_OK | constants.X_OK);
    if (fault !== null) {
      const message = `${id}: ${path} cannot be read (${fault}). Create or mount it, or set indexer.root_path.`;
      return { check: 'root', level: 'FAIL', message };
    }
    const isEmpty = readdirSync(path).length === 0;
    const message = `${id}: ${path}${isEmpty ? ' is empty. Is it mounted?' : ''}`;
    return { check: 'root', level: isEmpty ? 'WARN' : 'OK', message };
  });
}

/** Linux watches one folder with each of a limited number of watches; beyond it changes are found by polling. */
export function checkWatchLimit(file: string = INOTIFY_LIMIT_FILE): Finding {
  const check = 'watcher';
  if (!existsSync(file)) return { check, level: 'OK', message: 'no limit on this system' };
  const watches = Number(readFileSync(file, 'utf8').trim());
  const message = `${formatCount(watches)} inotify watches for each user`;
  if (watches >= WATCHES_MIN) return { check, level: 'OK', message };
  const advice = `${message}. For large trees raise it: sysctl fs.inotify.max_user_watches=524288`;
  return { check, level: 'WARN', message: advice };
}

/** History and the git connector need the program `git`. */
export async function checkGit(
  env: Readonly<Record<string, string | undefined>>,
): Promise<Finding> {
  try {
    const { stdout } = await promisify(execFile)('git', ['--version'], { env, timeout: 5_000 });
    return { check: 'git', level: 'OK', message: stdout.trim() };
  } catch {
    const message = 'not found. Without it there is no history and no git connector. Install git.';
    return { check: 'git', level: 'WARN', message };
  }
}

/** What a connector names as its secret is there. No connection is made. */
export function checkConnectors(
  entries: readonly ConnectorEntry[],
  env: Readonly<Record<string, string | undefined>>,
): Finding[] {
  return entries.map((entry) => {
    const { token_env: tokenEnv, token_file: tokenFile } = entry;
    const label = `${entry.name} (${entry.type})`;
    if (typeof tokenEnv === 'string' && (env[tokenEnv] ?? '') === '') {
      const message = `${label}: the variable ${tokenEnv} is not set. Set it to the token.`;
      return { check: 'connector', level: 'FAIL', message };
    }
    const fault = typeof tokenFile === 'string' ? findAccessFault(tokenFile, constants.R_OK) : null;
    if (fault !== null) {
      const message = `${label}: ${String(tokenFile)} cannot be read (${fault}).`;
      return { check: 'connector', level: 'FAIL', message };
    }
    return { check: 'connector', level: 'OK', message: label };
  });
}

/** The port is free, or a Conexus answers on it. */
export async function checkPort(server: Config['server']): Promise<Finding> {
  const check = 'port';
  const address = toLocalAddress(server);
  if (await answersHealth(`${address}/health`)) {
    return { check, level: 'OK', message: `${address} is answered by a running server.` };
  }
  const code = await findListenFault(server);
  if (code === null)
    return { check, level: 'OK', message: `${server.host}:${server.port} is free.` };
  const advice = 'Stop the program that holds it, or set server.port.';
  return { check, level: 'FAIL', message: `${server.host}:${server.port}: ${code}. ${advice}` };
}

async function answersHealth(url: string): Promise<boolean> {
  if (url.startsWith('https:')) return (await findHealthFault(url)) === null;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    const body: unknown = await response.json();
    return typeof body === 'object' && body !== null && 'status' in body && 'version' in body;
  } catch {
    return false;
  }
}

function findListenFault({ host, port }: Config['server']): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve('code' in error ? String(error.code) : error.message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(null)));
  });
}

/** Gives the system's code (`ENOENT`, `EACCES`), or null when the access is allowed. */
function findAccessFault(path: string, mode: number): string | null {
  try {
    accessSync(path, mode);
    return null;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}

function findExistingFolder(path: string): string {
  let folder = dirname(path);
  while (!existsSync(folder) && folder !== dirname(folder)) folder = dirname(folder);
  return folder;
}

const INOTIFY_LIMIT_FILE = '/proc/sys/fs/inotify/max_user_watches';

/** The Linux kernel's own sources have about 5,000 folders, large monorepos ten times that. */
const WATCHES_MIN = 65_536;
