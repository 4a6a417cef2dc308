/**
 * The connector kind `git`: the files of branches and tags of a repository elsewhere. A sync asks for the refs,
 * fetches what is new, and hands out the files that differ from the commit that it handed out last; only their
 * blobs are read. With one branch a document has the path of its file; with several, or with a pattern, the branch
 * stands in front of it (`main/src/a.ts`, `tags/v1.0/src/a.ts`).
 *
 * Cursor: the commit that was handed out whole for each ref, and for one of them the commit that is being handed
 * out with the number of entries that are stored. Entries come in git's order, so the number is enough to go on.
 */
import { existsSync } from 'node:fs';
import picomatch from 'picomatch';
import { AppError } from '../../errors/app-error.ts';
import type { SkipReason } from '../../model/document.ts';
import type {
  Connector,
  ConnectorContext,
  ConnectorItem,
  ConnectorKind,
  SyncPage,
} from '../connector.ts';
import { hasSecretContent, isSecretPath } from '../filesystem/secrets.ts';
import { decodeText } from '../filesystem/text-encoding.ts';
import { createGitView } from '../git/git-view.ts';
import {
  GitStore,
  type GitCall,
  type GitStoreOptions,
  type RemoteRef,
  type RemoteRefs,
} from './git-store.ts';
import {
  hasCommit,
  listTree,
  readBlobs,
  readCommitMs,
  type TreeEntry,
  type TreeRead,
} from './read-tree.ts';
import { parseRemoteAddress } from './remote-address.ts';

export interface GitKindOptions extends GitStoreOptions {
  /** Larger files are skipped. */
  readonly maxFileBytes: number;
}

/** Entries of a page; with `PAGE_BYTES` it bounds what a sync holds. */
const PAGE_ENTRIES = 400;
const PAGE_BYTES = 8 * 1024 * 1024;

/** Makes the kind; nothing is touched before a connector is used. */
export function createGitKind(options: GitKindOptions): ConnectorKind & {
  /** The folder that history is read from; documents of one branch have its paths. Undefined for several. */
  historyFolder(config: Readonly<Record<string, unknown>>): string | undefined;
} {
  return {
    type: 'git',
    create: (context) => new GitConnector(context, options),
    forget: async (config) => {
      toStore(config, options).remove();
    },
    historyFolder: (config) => {
      const { folder, gitFolder } = toStore(config, options);
      // A folder that is not there lies in whatever repository is around it.
      return hasPrefixes(readBranches(config)) || !existsSync(gitFolder) ? undefined : folder;
    },
  };
}

function readBranches(config: Readonly<Record<string, unknown>>): readonly string[] {
  const { branches } = config;
  return Array.isArray(branches) ? branches.map(String) : [];
}

function toStore(config: Readonly<Record<string, unknown>>, options: GitStoreOptions): GitStore {
  const key = JSON.stringify([config['url'], readBranches(config), config['depth'] ?? null]);
  return new GitStore(options, key);
}

/** Decided by the configuration alone, so that a branch that comes or goes moves no document. */
function hasPrefixes(branches: readonly string[]): boolean {
  return branches.length > 1 || branches.some((name) => /[*?[{!]/.test(name));
}

interface Cursor {
  /** Commit by ref, of what was handed out whole. */
  readonly done: Readonly<Record<string, string>>;
  readonly open: OpenRef | null;
}

interface OpenRef {
  readonly ref: string;
  readonly commit: string;
  /** What its entries differ from; null: everything. */
  readonly since: string | null;
  readonly stored: number;
}

class GitConnector implements Connector {
  readonly #context: ConnectorContext;
  readonly #options: GitKindOptions;
  readonly #store: GitStore;
  readonly #branches: readonly string[];
  readonly #address: ReturnType<typeof parseRemoteAddress>;

  constructor(context: ConnectorContext, options: GitKindOptions) {
    this.#context = context;
    this.#options = options;
    this.#address = parseRemoteAddress(String(context.config['url']));
    this.#branches = readBranches(context.config);
    this.#store = toStore(context.config, options);
  }

  async test(signal: AbortSignal): Promise<string> {
    const chosen = this.#choose(await this.#store.listRemote(this.#toCall(signal)));
    const names = chosen.map(({ ref }) => toName(ref));
    const shown = names.slice(0, 5).join(', ');
    return `The repository has ${names.length === 1 ? 'the branch' : `${names.length} of the branches and tags:`} ${shown}${names.length > 5 ? ', …' : ''}.`;
  }

  async *sync(request: Parameters<Connector['sync']>[0]): AsyncGenerator<SyncPage> {
    const { signal } = request;
    const call = this.#toCall(signal);
    const chosen = this.#choose(await this.#store.listRemote(call));
    let cursor = (request.cursor as Cursor | null) ?? { done: {}, open: null };
    const isCurrent = chosen.every(({ ref, hash }) => cursor.done[ref] === hash);
    if (isCurrent && cursor.open === null && this.#listGone(cursor, chosen).length === 0) return;
    const { depth } = this.#context.config;
    await this.#store.fetch(chosen, typeof depth === 'number' ? depth : undefined, call);
    const gone = this.#listGone(cursor, chosen);
    if (gone.length > 0) {
      cursor = { ...cursor, done: withoutKeys(cursor.done, gone) };
      yield { items: [], removed: gone.map((ref) => toName(ref)), cursor: { ...cursor } };
    }
    using view = this.#openView(chosen[0]?.hash ?? '');
    const read = { view, signal };
    for (const target of chosen) cursor = yield* this.#syncRef(target, cursor, read);
  }

  async *#syncRef(
    target: RemoteRef,
    before: Cursor,
    read: TreeRead,
  ): AsyncGenerator<SyncPage, Cursor> {
    let cursor = before;
    // One that was cut off is brought to its end first: what it stored is known only in full.
    if (cursor.open?.ref === target.ref && (await hasCommit(cursor.open.commit, read))) {
      cursor = yield* this.#handOut(cursor.open, cursor, read);
    }
    const known = cursor.done[target.ref] ?? this.#findRenamed(cursor);
    if (known === target.hash && cursor.done[target.ref] !== undefined) return cursor;
    const since = known !== undefined && (await hasCommit(known, read)) ? known : null;
    const open = { ref: target.ref, commit: target.hash, since, stored: 0 };
    return yield* this.#handOut(open, cursor, read);
  }

  /** With one branch and no prefix: the commit of the default branch, whatever it was called. */
  #findRenamed(cursor: Cursor): string | undefined {
    return hasPrefixes(this.#branches) ? undefined : Object.values(cursor.done)[0];
  }

  async *#handOut(open: OpenRef, before: Cursor, read: TreeRead): AsyncGenerator<SyncPage, Cursor> {
    const entries = await listTree(open.commit, open.since, read);
    const updatedMs = await readCommitMs(open.commit, read);
    const others = hasPrefixes(this.#branches) ? before.done : {};
    const done = { ...others, [open.ref]: open.commit };
    let stored = open.stored;
    let cursor: Cursor = { ...before, open: { ...open, stored } };
    while (stored < entries.length) {
      const slice = entries.slice(stored, stored + PAGE_ENTRIES);
      const page = await this.#toPage(slice, { ref: open.ref, updatedMs, read });
      stored += page.entries;
      const isLast = stored >= entries.length;
      cursor = isLast ? { done, open: null } : { ...before, open: { ...open, stored } };
      yield {
        items: page.items,
        removed: page.removed,
        cursor: { ...cursor },
        expectedItems: entries.length,
      };
    }
    if (cursor.open === null) return cursor;
    cursor = { done, open: null };
    yield { items: [], removed: [], cursor: { ...cursor } };
    return cursor;
  }

  /** Reads entries until there are enough bytes; says how many it took. */
  async #toPage(
    slice: readonly TreeEntry[],
    place: { readonly ref: string; readonly updatedMs: number; readonly read: TreeRead },
  ): Promise<{ items: ConnectorItem[]; removed: string[]; entries: number }> {
    const files = slice.filter((entry) => toSkip(entry) === undefined && entry.kind === 'file');
    const ids = files.map(({ objectId }) => objectId);
    const blobs = await readBlobs(ids, this.#options.maxFileBytes, place.read);
    const blobOf = new Map(files.map((entry, index) => [entry.path, blobs[index]]));
    const prefix = hasPrefixes(this.#branches) ? `${toName(place.ref)}/` : '';
    const page = { items: [] as ConnectorItem[], removed: [] as string[], entries: 0 };
    let bytes = 0;
    for (const entry of slice) {
      const blob = blobOf.get(entry.path);
      bytes += blob?.bytes?.length ?? 0;
      if (page.entries > 0 && bytes > PAGE_BYTES) break;
      page.entries += 1;
      const path = `${prefix}${entry.path}`;
      if (entry.kind === 'gone') page.removed.push(path);
      else page.items.push(toItem(path, place.updatedMs, toText(entry, blob)));
    }
    return page;
  }

  #openView(hash: string): ReturnType<typeof createGitView> {
    const { folder, gitFolder } = this.#store;
    return createGitView(
      { workTree: folder, gitFolder, commonFolder: gitFolder },
      { hashLength: hash.length, searchPath: this.#options.searchPath },
    );
  }

  /** Refs that were handed out before and are not chosen any more; only where they have folders of their own. */
  #listGone(cursor: Cursor, chosen: readonly RemoteRef[]): string[] {
    if (!hasPrefixes(this.#branches)) return [];
    const names = new Set(chosen.map(({ ref }) => ref));
    return Object.keys(cursor.done).filter((ref) => !names.has(ref));
  }

  #choose({ refs, head }: RemoteRefs): readonly RemoteRef[] {
    const wanted = this.#branches;
    const chosen =
      wanted.length === 0
        ? refs.filter(({ ref }) => ref === (head ?? refs[0]?.ref))
        : refs.filter(({ ref }) => wanted.some((name) => fitsName(ref, name)));
    if (chosen.length > 0) return chosen;
    const known = refs.map(({ ref }) => toName(ref)).slice(0, 8);
    const what = wanted.length === 0 ? 'a default branch' : wanted.join(', ');
    throw new AppError(
      'CONNECTOR_MISSING',
      `The repository has no branch or tag ${what}. It has ${known.length === 0 ? 'none at all' : known.join(', ')}. Correct branches.`,
    );
  }

  #toCall(signal: AbortSignal): GitCall {
    return { address: this.#address, secret: this.#context.readSecret(), signal };
  }
}

/** `main` of `refs/heads/main`, `tags/v1` of `refs/tags/v1`. */
function toName(ref: string): string {
  return ref.replace(/^refs\/(?:heads\/)?/, '');
}

function fitsName(ref: string, wanted: string): boolean {
  const name = toName(ref);
  const pattern = toName(wanted);
  return name === pattern || picomatch.isMatch(name, pattern, { dot: true, bash: true });
}

function withoutKeys(
  record: Readonly<Record<string, string>>,
  keys: readonly string[],
): Record<string, string> {
  return Object.fromEntries(Object.entries(record).filter(([key]) => !keys.includes(key)));
}

function toSkip({ path, kind }: TreeEntry): SkipReason | undefined {
  if (kind === 'symlink') return 'symlink';
  if (path.includes('\uFFFD')) return 'name_not_utf8';
  return isSecretPath(path) ? 'secret' : undefined;
}

type Text = { readonly text: string } | { readonly skip: SkipReason };

function toText(entry: TreeEntry, blob: { readonly bytes: Buffer | null } | undefined): Text {
  const skip = toSkip(entry);
  if (skip !== undefined) return { skip };
  if (blob?.bytes == null) return { skip: 'too_large' };
  const decoded = decodeText(blob.bytes);
  if (decoded === null) return { skip: 'binary' };
  if (hasSecretContent(entry.path, decoded.bytes)) return { skip: 'secret' };
  return { text: Buffer.from(decoded.bytes).toString('utf8') };
}

function toItem(path: string, updatedMs: number, text: Text): ConnectorItem {
  const item = { source_type: 'git' } as const;
  return 'skip' in text
    ? { path, text: '', updatedMs, item, skip: text.skip }
    : { path, text: text.text, updatedMs, item };
}
