/**
 * Translation between how a client sees a folder and where it is here, for servers in containers and
 * clients on other machines. Pure text: nothing is looked up on disk, and whether the outcome lies in
 * a root is for the engine. A client prefix is Windows-like when it starts with a drive or holds a
 * backslash; then separators are exchangeable, the drive letter's case does not matter, and output
 * uses the separator of the prefix as the operator wrote it.
 */

export interface AliasPair {
  readonly client: string;
  readonly server: string;
}

export interface PathAliases {
  /** True when there is nothing to translate; callers may skip the work. */
  readonly isEmpty: boolean;
  /** Gives the server's form of a client's path or glob; a path under no alias comes back as it is. */
  toServer(path: string): string;
  /** Gives the client's form of an absolute server path, or undefined under no alias. */
  toClient(path: string): string | undefined;
}

/** Prepares the pairs. The longest matching prefix wins; prefixes match at folder borders only. */
export function createPathAliases(pairs: readonly AliasPair[]): PathAliases {
  const aliases = pairs.map(toAlias);
  const byClient = aliases.toSorted((a, b) => b.clientKey.length - a.clientKey.length);
  const byServer = aliases.toSorted((a, b) => b.server.length - a.server.length);
  const hasWindows = aliases.some((alias) => alias.isWindows);
  return {
    isEmpty: aliases.length === 0,
    toServer: (path) => {
      for (const alias of byClient) {
        const rest = cutPrefix(alias.isWindows ? toKey(path) : path, alias.clientKey);
        if (rest !== undefined) return joinPath(alias.server, rest);
      }
      return hasWindows && isWindowsRelative(path) ? path.replaceAll('\\', '/') : path;
    },
    toClient: (path) => {
      for (const alias of byServer) {
        const rest = cutPrefix(path, alias.server);
        if (rest !== undefined) return joinClient(alias, rest);
      }
      return undefined;
    },
  };
}

interface Alias {
  readonly client: string;
  /** The client prefix in the form that is compared. */
  readonly clientKey: string;
  readonly server: string;
  readonly isWindows: boolean;
}

function toAlias(pair: AliasPair): Alias {
  const isWindows = /^[a-z]:/i.test(pair.client) || pair.client.includes('\\');
  const client = trimEnd(pair.client);
  const clientKey = isWindows ? trimEnd(toKey(pair.client)) : client;
  return { client, clientKey, server: trimEnd(pair.server), isWindows };
}

/** The comparable form of a Windows path: forward slashes, drive letter in lower case. */
function toKey(path: string): string {
  const slashed = path.replaceAll('\\', '/');
  return /^[a-z]:/i.test(slashed) ? slashed.charAt(0).toLowerCase() + slashed.slice(1) : slashed;
}

/** What follows the prefix: empty, or starting with a slash; undefined when the path is not below it. */
function cutPrefix(path: string, prefix: string): string | undefined {
  if (!path.startsWith(prefix)) return undefined;
  const rest = path.slice(prefix.length);
  return rest === '' || rest.startsWith('/') ? rest : undefined;
}

function joinPath(prefix: string, rest: string): string {
  const joined = `${prefix}${rest}`;
  return joined === '' ? '/' : joined;
}

function joinClient(alias: Alias, rest: string): string {
  if (!alias.isWindows) return joinPath(alias.client, rest);
  if (alias.client.includes('\\') || !alias.client.includes('/')) {
    return `${alias.client}${rest.replaceAll('/', '\\')}`;
  }
  return `${alias.client}${rest}`;
}

/** A relative path as a Windows client writes it: backslashes and no slash. */
function isWindowsRelative(path: string): boolean {
  return path.includes('\\') && !path.includes('/');
}

function trimEnd(path: string): string {
  return path.replace(/[/\\]+$/, '');
}
