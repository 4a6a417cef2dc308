/**
 * Reads files of a commit from the object store, without a work tree: which files a commit has or which differ
 * between two, and the contents by their object ids. Everything runs on a view (git/git-view.ts), so nothing of
 * the repository runs. Links and submodules are not read.
 */
import { AppError } from '../../errors/app-error.ts';
import type { GitView } from '../git/git-view.ts';
import { streamGit } from '../git/run-git.ts';

export interface TreeEntry {
  readonly path: string;
  /** Of the blob; empty for a path that is gone. */
  readonly objectId: string;
  readonly kind: 'file' | 'symlink' | 'gone';
}

export interface TreeRead {
  readonly view: GitView;
  readonly signal: AbortSignal;
}

const TIMEOUT_MS = 30 * 60_000;

/** Lists what differs from `since` (null: everything) to `commit`, sorted by path as git sorts it. */
export async function listTree(
  commit: string,
  since: string | null,
  read: TreeRead,
): Promise<TreeEntry[]> {
  const args =
    since === null
      ? ['ls-tree', '-r', '-z', '--full-tree', commit]
      : [
          'diff-tree',
          '-r',
          '-z',
          '--raw',
          '--no-renames',
          '--no-abbrev',
          '--no-ext-diff',
          since,
          commit,
        ];
  const tokens = await readTokens(args, read);
  return since === null ? parseTree(tokens) : parseDifference(tokens);
}

/** True when the commit is there. */
export async function hasCommit(commit: string, read: TreeRead): Promise<boolean> {
  const output = streamGit(['cat-file', '-e', `${commit}^{tree}`], {
    ...read,
    timeoutMs: TIMEOUT_MS,
  });
  let step = await output.next();
  while (step.done !== true) step = await output.next();
  return step.value.kind === 'done';
}

/** When the commit was made, in milliseconds. */
export async function readCommitMs(commit: string, read: TreeRead): Promise<number> {
  const [line = ''] = await readTokens(['log', '-1', '-z', '--format=%ct', commit, '--'], read);
  return (Number(line) || 0) * 1000;
}

/**
 * Reads blobs, at most `maxBytes` of each: a larger one comes as null with its size. In the order of the
 * ids. Memory: the blobs themselves, so callers ask for some hundred at a time.
 */
export async function readBlobs(
  objectIds: readonly string[],
  maxBytes: number,
  read: TreeRead,
): Promise<{ readonly bytes: Buffer | null; readonly sizeBytes: number }[]> {
  const sizes = await readSizes(objectIds, read);
  const wanted = objectIds.filter((id) => (sizes.get(id) ?? Infinity) <= maxBytes);
  const contents = await readContents([...new Set(wanted)], read);
  return objectIds.map((id) => ({
    bytes: contents.get(id) ?? null,
    sizeBytes: sizes.get(id) ?? 0,
  }));
}

async function readSizes(
  objectIds: readonly string[],
  read: TreeRead,
): Promise<Map<string, number>> {
  const format = '--batch-check=%(objectname) %(objecttype) %(objectsize)';
  const bytes = await collect(['cat-file', format], read, objectIds);
  const sizes = new Map<string, number>();
  for (const line of bytes.toString('latin1').split('\n')) {
    const match = /^([0-9a-f]+) blob (\d+)$/.exec(line);
    if (match !== null) sizes.set(match[1] ?? '', Number(match[2]));
  }
  return sizes;
}

async function readContents(
  objectIds: readonly string[],
  read: TreeRead,
): Promise<Map<string, Buffer>> {
  const contents = new Map<string, Buffer>();
  if (objectIds.length === 0) return contents;
  const bytes = await collect(['cat-file', '--batch'], read, objectIds);
  let position = 0;
  while (position < bytes.length) {
    const end = bytes.indexOf(0x0a, position);
    const header = bytes.toString('latin1', position, end);
    const match = /^([0-9a-f]+) blob (\d+)$/.exec(header);
    const size = Number(match?.[2] ?? 0);
    if (match !== null) contents.set(match[1] ?? '', bytes.subarray(end + 1, end + 1 + size));
    position = match === null ? end + 1 : end + size + 2;
  }
  return contents;
}

async function readTokens(args: readonly string[], read: TreeRead): Promise<string[]> {
  const text = (await collect(args, read)).toString('utf8');
  const tokens = text.split('\0');
  tokens.pop();
  return tokens;
}

async function collect(
  args: readonly string[],
  read: TreeRead,
  lines?: readonly string[],
): Promise<Buffer> {
  const input = lines === undefined ? {} : { input: `${lines.join('\n')}\n` };
  const output = streamGit(args, { ...read, ...input, timeoutMs: TIMEOUT_MS });
  const parts: Buffer[] = [];
  let step = await output.next();
  while (step.done !== true) {
    parts.push(step.value);
    step = await output.next();
  }
  read.signal.throwIfAborted();
  if (step.value.kind !== 'done') {
    throw new AppError(
      'CONNECTOR_BAD_ANSWER',
      `The fetched repository cannot be read: ${step.value.message.slice(0, 200)}`,
    );
  }
  return Buffer.concat(parts);
}

/** `100644 blob <id>\t<path>` */
function parseTree(tokens: readonly string[]): TreeEntry[] {
  return tokens.flatMap((token) => {
    const match = /^(\d{6}) (\w+) ([0-9a-f]+)\t([\s\S]+)$/.exec(token);
    return match === null ? [] : toEntry(match[1] ?? '', match[3] ?? '', match[4] ?? '');
  });
}

/** `:100644 100644 <id> <id> M`, then the path. */
function parseDifference(tokens: readonly string[]): TreeEntry[] {
  const entries: TreeEntry[] = [];
  for (let index = 0; index + 1 < tokens.length; index += 2) {
    const path = tokens[index + 1] as string;
    const match = /^:\d{6} (\d{6}) [0-9a-f]+ ([0-9a-f]+) ([A-Z])/.exec(tokens[index] as string);
    if (match === null) continue;
    const [, mode = '', objectId = '', status = ''] = match;
    if (status === 'D' || mode === SUBMODULE) entries.push({ path, objectId: '', kind: 'gone' });
    else entries.push(...toEntry(mode, objectId, path));
  }
  return entries;
}

const SUBMODULE = '160000';

function toEntry(mode: string, objectId: string, path: string): TreeEntry[] {
  if (mode === SUBMODULE) return [];
  return [{ path, objectId, kind: mode === '120000' ? 'symlink' : 'file' }];
}
