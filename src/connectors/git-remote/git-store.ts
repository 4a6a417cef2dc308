/**
 * The folder in which one remote repository is kept, and git run on it to fetch. The folder is ours: `.git` in it
 * is a bare repository with a configuration that we wrote, so nothing of the remote's configuration, hooks,
 * attributes or filters exists here, and there is no work tree that a filter could run for. `.git` is its name so
 * that whatever reads the history of a folder finds it there.
 *
 * Fetching goes to the address that was checked (`http.curloptResolve`, ssh's `HostName`), follows no redirects,
 * and gets credentials through `GIT_ASKPASS` or a key file that exists while git runs. The environment is built
 * from nothing. Objects are only ever added, so a sync that was cut off finds the commit that it read.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../errors/app-error.ts';
import type { GitView } from '../git/git-view.ts';
import { collectGit, type GitEnd } from '../git/run-git.ts';
import { inFolderLane } from './folder-lane.ts';
import type { RemoteAddress } from './remote-address.ts';

export interface GitStoreOptions {
  /** Folder for all repositories; made when missing, private. */
  readonly folder: string;
  /** Folders in which git and ssh are looked for, as in PATH. */
  readonly searchPath: string;
  /** Gives the address to connect to; throws for one that is not allowed. */
  resolve(host: string, port: number): Promise<string>;
}

export interface GitCall {
  readonly address: RemoteAddress;
  /** A token or password for http, a private key for ssh. */
  readonly secret: string | undefined;
  readonly signal: AbortSignal;
}

/** A branch or tag of the remote. */
export interface RemoteRef {
  /** `refs/heads/main`, `refs/tags/v1`. */
  readonly ref: string;
  /** Of the commit; for an annotated tag of what it points to. */
  readonly hash: string;
}

export interface RemoteRefs {
  readonly refs: readonly RemoteRef[];
  /** The ref that HEAD points to, where the remote says so. */
  readonly head: string | undefined;
}

const LIST_TIMEOUT_MS = 60_000;
const FETCH_TIMEOUT_MS = 6 * 60 * 60_000;
/** More packs than this are put into one. */
const MAX_PACKS = 50;

const CONFIG = `[core]
\trepositoryformatversion = 0
\tbare = true
\thooksPath = /dev/null
[gc]
\tauto = 0
[maintenance]
\tauto = false
`;

export class GitStore {
  readonly #options: GitStoreOptions;
  readonly #home: string;

  /** `key` tells repositories apart; the same key is the same folder. */
  constructor(options: GitStoreOptions, key: string) {
    this.#options = options;
    const name = createHash('sha256').update(key).digest('hex').slice(0, 24);
    this.#home = join(options.folder, name);
  }

  /** The folder that looks like a work tree without files. */
  get folder(): string {
    return this.#home;
  }

  /** The bare repository in it. */
  get gitFolder(): string {
    return join(this.#home, '.git');
  }

  /** Asks the remote for its branches and tags. Errors: `CONNECTOR_…`. */
  async listRemote(call: GitCall): Promise<RemoteRefs> {
    const args = ['ls-remote', '--symref', call.address.url, 'HEAD', 'refs/heads/*', 'refs/tags/*'];
    return inFolderLane(this.#home, call.signal, async () =>
      parseRefs(await this.#runRemote(args, call, LIST_TIMEOUT_MS)),
    );
  }

  /** Brings the refs here under their names, and lets HEAD point to the first. Errors: `CONNECTOR_…`. */
  async fetch(refs: readonly RemoteRef[], depth: number | undefined, call: GitCall): Promise<void> {
    const specs = refs.map(({ ref }) => `+${ref}:${ref}`);
    const depthArgs = depth === undefined ? [] : [`--depth=${depth}`];
    const args = [...FETCH_ARGUMENTS, ...depthArgs, call.address.url, ...specs];
    await inFolderLane(this.#home, call.signal, async () => {
      await this.#runRemote(args, call, FETCH_TIMEOUT_MS);
      await this.#settle(refs, call);
    });
  }

  async #settle([first]: readonly RemoteRef[], call: GitCall): Promise<void> {
    if (first === undefined) return;
    const head = first.ref.startsWith('refs/heads/') ? `ref: ${first.ref}` : first.hash;
    writeFileSync(join(this.gitFolder, 'HEAD'), `${head}\n`);
    if (this.#countPacks() > MAX_PACKS) {
      const limits = { signal: call.signal, timeoutMs: FETCH_TIMEOUT_MS };
      await this.#run(['repack', '-a', '-d', '-q'], limits);
    }
  }

  /** Deletes everything. */
  remove(): void {
    rmSync(this.#home, { recursive: true, force: true });
  }

  /** Makes the folder when it is not there. */
  prepare(): void {
    mkdirSync(this.#options.folder, { recursive: true, mode: 0o700 });
    for (const name of ['objects', 'refs/heads', 'refs/tags']) {
      mkdirSync(join(this.gitFolder, name), { recursive: true, mode: 0o700 });
    }
    writeFileSync(join(this.gitFolder, 'config'), CONFIG);
    const head = join(this.gitFolder, 'HEAD');
    if (!existsSync(head)) writeFileSync(head, 'ref: refs/heads/none\n');
  }

  async #runRemote(args: readonly string[], call: GitCall, timeoutMs: number): Promise<string> {
    this.prepare();
    const { address, secret } = call;
    const settings =
      address.kind === 'folder'
        ? { args: [], env: this.#reachFolder() }
        : await this.#reach(address);
    const secrets = writeSecret(this.#home, address, secret);
    try {
      const env = { ...settings.env, ...secrets.env(settings.env['GIT_SSH_COMMAND']) };
      return await this.#run([...settings.args, ...args], { signal: call.signal, timeoutMs }, env);
    } catch (error) {
      call.signal.throwIfAborted();
      if (error instanceof GitFailure) throw toConnectorError(error.end, address, secret);
      throw error;
    } finally {
      secrets.remove();
    }
  }

  /** A folder may belong to another user; reading objects from it runs nothing of it. */
  #reachFolder(): Readonly<Record<string, string>> {
    const file = join(this.#options.folder, 'folder-config');
    writeFileSync(file, '[safe]\n\tdirectory = *\n');
    return { GIT_CONFIG_GLOBAL: file };
  }

  /** Settings that let git connect to the checked address and nowhere else. */
  async #reach(
    address: Extract<RemoteAddress, { host: string }>,
  ): Promise<{ readonly args: readonly string[]; readonly env: Readonly<Record<string, string>> }> {
    const { host, port } = address;
    const ip = await this.#options.resolve(host, port);
    if (address.kind === 'http') {
      const pinned = ip.includes(':') ? `[${ip}]` : ip;
      return {
        args: [
          '-c',
          'http.followRedirects=false',
          '-c',
          `http.curloptResolve=${host}:${port}:${pinned}`,
        ],
        env: { GIT_ALLOW_PROTOCOL: 'https:http' },
      };
    }
    const known = join(this.#options.folder, 'known_hosts');
    const options = [
      'BatchMode=yes',
      'ConnectTimeout=15',
      'StrictHostKeyChecking=accept-new',
      `UserKnownHostsFile=${known}`,
      `HostKeyAlias=${host}`,
      `HostName=${ip}`,
      'PermitLocalCommand=no',
      'IdentitiesOnly=yes',
    ];
    const command = ['ssh', '-F', '/dev/null', ...options.flatMap((one) => ['-o', one])];
    return {
      args: [],
      env: {
        GIT_ALLOW_PROTOCOL: 'ssh',
        GIT_SSH_VARIANT: 'ssh',
        GIT_SSH_COMMAND: command.map(quote).join(' '),
      },
    };
  }

  async #run(
    args: readonly string[],
    limits: { readonly signal: AbortSignal; readonly timeoutMs: number },
    env: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    const view: GitView = {
      folder: this.#home,
      environment: { ...this.#environment(), ...env },
      [Symbol.dispose]: () => undefined,
    };
    const end = await collectGit(args, { view, ...limits });
    if (end.kind !== 'done') throw new GitFailure(end);
    return end.text;
  }

  #environment(): Readonly<Record<string, string>> {
    return {
      PATH: this.#options.searchPath,
      HOME: this.#home,
      LC_ALL: 'C',
      GIT_DIR: this.gitFolder,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_TERMINAL_PROMPT: '0',
      GIT_ALLOW_PROTOCOL: 'file',
      GIT_NO_LAZY_FETCH: '1',
    };
  }

  #countPacks(): number {
    const packs = join(this.gitFolder, 'objects', 'pack');
    return existsSync(packs)
      ? readdirSync(packs).filter((name) => name.endsWith('.pack')).length
      : 0;
  }
}

const FETCH_ARGUMENTS: readonly string[] = [
  'fetch',
  '--quiet',
  '--force',
  '--no-tags',
  '--no-write-fetch-head',
  '--no-recurse-submodules',
  '--no-auto-maintenance',
  '--update-head-ok',
];

class GitFailure extends Error {
  readonly end: GitEnd;

  constructor(end: GitEnd) {
    super(end.message);
    this.end = end;
  }
}

interface WrittenSecret {
  env(sshCommand: string | undefined): Readonly<Record<string, string>>;
  remove(): void;
}

/** Puts the secret where git or ssh asks for it; nothing of it is in an argument, which other users could read. */
function writeSecret(
  home: string,
  address: RemoteAddress,
  secret: string | undefined,
): WrittenSecret {
  if (secret === undefined || address.kind === 'folder') {
    return { env: () => ({}), remove: () => undefined };
  }
  if (address.kind === 'ssh') {
    const file = join(home, 'key');
    rmSync(file, { force: true });
    writeFileSync(file, `${secret}\n`, { mode: 0o600 });
    return {
      env: (command) => ({ GIT_SSH_COMMAND: `${command ?? 'ssh'} -i ${quote(file)}` }),
      remove: () => rmSync(file, { force: true }),
    };
  }
  const script = join(home, 'askpass');
  writeFileSync(script, ASKPASS, { mode: 0o700 });
  return {
    env: () => ({
      GIT_ASKPASS: script,
      CONEXUS_GIT_USER: address.user ?? 'git',
      CONEXUS_GIT_SECRET: secret,
    }),
    remove: () => rmSync(script, { force: true }),
  };
}

const ASKPASS = `#!/bin/sh
case "$1" in
  Username*) printf '%s\\n' "$CONEXUS_GIT_USER" ;;
  *) printf '%s\\n' "$CONEXUS_GIT_SECRET" ;;
esac
`;

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function parseRefs(text: string): RemoteRefs {
  const refs = new Map<string, string>();
  let head: string | undefined;
  for (const line of text.split('\n')) {
    const [left = '', name = ''] = line.split('\t');
    const target = /^ref: (refs\/heads\/.+)$/.exec(left)?.[1];
    if (target !== undefined && name === 'HEAD') head = target;
    else if (/^[0-9a-f]{40,64}$/.test(left) && /^refs\/(?:heads|tags)\//.test(name)) {
      // `^{}` behind a tag: what it points to, which comes after the tag itself.
      refs.set(name.replace(/\^\{\}$/, ''), left);
    }
  }
  return { refs: Array.from(refs, ([ref, hash]) => ({ ref, hash })), head };
}

const FAILURES: readonly (readonly [
  pattern: RegExp,
  code: 'CONNECTOR_AUTH' | 'CONNECTOR_FORBIDDEN' | 'CONNECTOR_MISSING',
  says: string,
])[] = [
  [
    /Authentication failed|could not read (?:Username|Password)|terminal prompts disabled|error: 401/i,
    'CONNECTOR_AUTH',
    'does not accept the credentials; check token_env or token_file',
  ],
  [
    /Permission denied \(|Host key verification failed/i,
    'CONNECTOR_AUTH',
    'does not accept the key, or shows another host key than before; check token_file',
  ],
  [/error: 403|access denied/i, 'CONNECTOR_FORBIDDEN', 'refuses to show this repository'],
  [
    /not found|does not appear to be a git repository|does not exist|error: 404|no such file/i,
    'CONNECTOR_MISSING',
    'has no such repository, or does not show it to this account; check url',
  ],
];

/** Git's own words are kept for what is not known; a secret is never in them, and is masked all the same. */
function toConnectorError(
  end: GitEnd,
  address: RemoteAddress,
  secret: string | undefined,
): AppError {
  const place = address.kind === 'folder' ? address.url : address.host;
  if (end.kind === 'missing') {
    return new AppError('CONNECTOR_UNREACHABLE', 'The program git is not installed on the server.');
  }
  const known = FAILURES.find(([pattern]) => pattern.test(end.message));
  if (known !== undefined) return new AppError(known[1], `${place} ${known[2]}.`);
  const words = secret === undefined ? end.message : end.message.replaceAll(secret, '[secret]');
  const why = end.kind === 'stopped' ? 'it took too long' : words.slice(0, 300);
  return new AppError('CONNECTOR_UNREACHABLE', `${place} cannot be fetched from: ${why}`);
}
