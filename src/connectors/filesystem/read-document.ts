/**
 * Reads one file of a root as text. Never throws: whatever the disk says becomes a value. Synchronous, for
 * worker threads.
 *
 * The last segment is opened without following a link and without waiting on a pipe; with `root`, the
 * opened file must also lie below the root after all links are resolved, so that a folder that was
 * swapped for a link between listing and reading leads nowhere. Size and time are those at opening, so
 * that a change while reading is found by the next comparison.
 */
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readlinkSync,
  readSync,
  realpathSync,
  type Stats,
} from 'node:fs';
import type { FailReason, ReadResult, SkipReason } from '../../model/document.ts';
import { hasSecretContent } from './secrets.ts';
import { decodeText } from './text-encoding.ts';

/** Limits of one read. */
export interface ReadOptions {
  /** Larger files are skipped as `too_large`; they are not read. */
  readonly maxBytes: number;
  /** Real path (links resolved) of the folder that the file must lie in. */
  readonly root?: string;
  /** True for a file that the operator wants although it looks like a secret. */
  readonly isSecretAllowed?: boolean;
  /** Where the file is read into; default: memory of its own. */
  readonly buffer?: ReadBuffer;
}

/**
 * Memory that one file after another is read into: what a thread reads and uses up at once need not be
 * allocated and given back file by file. It keeps the size of the largest file so far.
 */
export class ReadBuffer {
  #bytes = Buffer.allocUnsafeSlow(FIRST_READ_BYTES);

  /** At least so many bytes, not cleared. What was taken before is overwritten. */
  take(sizeBytes: number): Buffer {
    if (sizeBytes > this.#bytes.length)
      this.#bytes = Buffer.allocUnsafeSlow(Math.max(sizeBytes, this.#bytes.length * 2));
    return this.#bytes.subarray(0, sizeBytes);
  }
}

/** What is asked for first of a file that does not know its size. */
const FIRST_READ_BYTES = 64 * 1024;
/** How often a file that changes while it is read is read again before it is taken as it came. */
const MAX_READS = 3;

/** Reads a file. The bytes are the caller's own, unless it gives a buffer: then they hold until its next use. */
export function readDocument(absolutePath: string, options: ReadOptions): ReadResult {
  let descriptor: number;
  try {
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    descriptor = openSync(absolutePath, flags);
  } catch (error) {
    return toReadFailure(error);
  }
  try {
    if (options.root !== undefined && !isBelow(descriptor, absolutePath, options.root))
      return { kind: 'skipped', reason: 'symlink' };
    return readOpened(descriptor, absolutePath, options);
  } catch (error) {
    return toReadFailure(error);
  } finally {
    closeSync(descriptor);
  }
}

function readOpened(descriptor: number, path: string, options: ReadOptions): ReadResult {
  let stats = fstatSync(descriptor);
  for (let reads = 1; ; reads++) {
    if (!stats.isFile()) return { kind: 'skipped', reason: 'special_file' };
    if (stats.size > options.maxBytes) return { kind: 'skipped', reason: 'too_large' };
    const bytes = readAll(descriptor, stats.size, options);
    if (bytes === null) return { kind: 'skipped', reason: 'too_large' };
    const after = fstatSync(descriptor);
    if (isUnchanged(stats, after) || reads === MAX_READS)
      return toResult({ path, bytes, stats }, options);
    stats = after;
  }
}

function isUnchanged(before: Stats, after: Stats): boolean {
  return before.size === after.size && before.mtimeMs === after.mtimeMs;
}

/**
 * Reads as much as the size says, or to the end of a file that says 0 (as in /proc); null over the limit. A
 * file that grows meanwhile shows in the second fstat.
 */
function readAll(
  descriptor: number,
  sizeBytes: number,
  options: Pick<ReadOptions, 'maxBytes' | 'buffer'>,
): Uint8Array | null {
  const firstBytes = sizeBytes || FIRST_READ_BYTES;
  let buffer = options.buffer?.take(firstBytes) ?? Buffer.allocUnsafeSlow(firstBytes);
  let length = 0;
  for (;;) {
    const count = readSync(descriptor, buffer, length, buffer.length - length, length);
    length += count;
    if (length > options.maxBytes) return null;
    if (count === 0 || length === sizeBytes) return buffer.subarray(0, length);
    if (length === buffer.length) {
      const larger = Buffer.allocUnsafeSlow(buffer.length * 2);
      buffer.copy(larger, 0, 0, length);
      buffer = larger;
    }
  }
}

interface FileRead {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly stats: Stats;
}

function toResult({ path, bytes, stats }: FileRead, options: ReadOptions): ReadResult {
  const text = decodeText(bytes);
  if (text === null) return { kind: 'skipped', reason: 'binary' };
  if (options.isSecretAllowed !== true && hasSecretContent(path, text.bytes))
    return { kind: 'skipped', reason: 'secret' };
  return { kind: 'text', ...text, sizeBytes: stats.size, mtimeMs: Math.floor(stats.mtimeMs) };
}

/** Where the opened file really is, asked of the system by its descriptor where that is possible. */
function isBelow(descriptor: number, absolutePath: string, root: string): boolean {
  const folder = root.endsWith('/') ? root : `${root}/`;
  let realPath: string;
  try {
    realPath = readlinkSync(`/proc/self/fd/${descriptor}`);
  } catch {
    realPath = realpathSync(absolutePath);
  }
  return realPath.startsWith(folder);
}

const SKIPPED_BY_ERROR: Readonly<Record<string, SkipReason>> = {
  ELOOP: 'symlink',
  EMLINK: 'symlink',
  ENXIO: 'special_file',
  EISDIR: 'special_file',
  ENODEV: 'special_file',
};

const FAILED_BY_ERROR: Readonly<Record<string, FailReason>> = {
  EACCES: 'permission_denied',
  EPERM: 'permission_denied',
  ENOENT: 'vanished',
  ENOTDIR: 'vanished',
  ESTALE: 'vanished',
  ETIMEDOUT: 'timeout',
};

function toReadFailure(error: unknown): ReadResult {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const reason = SKIPPED_BY_ERROR[code];
  if (reason !== undefined) return { kind: 'skipped', reason };
  const failure = FAILED_BY_ERROR[code] ?? 'read_error';
  return {
    kind: 'failed',
    reason: failure,
    message: `${FAILURE_TEXT[failure]}${code && ` (${code})`}`,
  };
}

const FAILURE_TEXT: Readonly<Record<FailReason, string>> = {
  permission_denied: 'The server may not read this file.',
  read_error: 'The file could not be read.',
  vanished: 'The file was removed before it was read.',
  timeout: 'Reading the file took too long.',
  crashed: 'Reading the file ended the reader.',
};
