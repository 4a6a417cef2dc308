/**
 * Reads the address of a repository: https, http, ssh in both spellings, or a folder on this machine. Everything
 * else that git would take (`ext::`, `fd::`, options in disguise, `git:` without encryption) is refused,
 * because some of it runs programs.
 */
import { fileURLToPath } from 'node:url';
import { AppError } from '../../errors/app-error.ts';

export type RemoteAddress =
  | { readonly kind: 'folder'; readonly url: string }
  | {
      readonly kind: 'http' | 'ssh';
      /** As git gets it, without a password. */
      readonly url: string;
      readonly host: string;
      readonly port: number;
      /** Undefined where the address names none. */
      readonly user: string | undefined;
    };

const HOST = /^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?$/;
const USER = /^[A-Za-z0-9_][\w.+-]{0,63}$/;

/** Throws `INVALID_ARGUMENT` naming the field. No input or output. */
export function parseRemoteAddress(text: string): RemoteAddress {
  // A control character could start another line of a configuration or an answer.
  // Two colons name a program that git starts to speak with the other side.
  const namesProgram = /^\w+::/.test(text);
  if (text === '' || text.startsWith('-') || namesProgram || /\p{Cc}/u.test(text)) throw refuse();
  if (text.startsWith('/')) return { kind: 'folder', url: text };
  const short = /^(?:([^@:/\s]+)@)?([^@:/\s]+):(?!\/\/)([^\s-]\S*)$/.exec(text);
  if (short === null) return parseUrl(text, URL.parse(text));
  const [, user, host = ''] = short;
  return assertSound({ kind: 'ssh', url: text, host, port: 22, user });
}

const PORTS: Readonly<Record<string, number>> = { 'https:': 443, 'http:': 80, 'ssh:': 22 };

function parseUrl(text: string, url: URL | null): RemoteAddress {
  if (url === null) throw refuse();
  if (url.protocol === 'file:' && url.host === '') {
    return { kind: 'folder', url: fileURLToPath(url) };
  }
  const usual = PORTS[url.protocol];
  if (usual === undefined) throw refuse();
  return assertSound({
    kind: url.protocol === 'ssh:' ? 'ssh' : 'http',
    url: text,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? usual : Number(url.port),
    user: url.username === '' ? undefined : decodeURIComponent(url.username),
  });
}

function assertSound(address: Extract<RemoteAddress, { host: string }>): RemoteAddress {
  const isHost = HOST.test(address.host) || /^[0-9a-f:.]+$/i.test(address.host);
  if (!isHost || (address.user !== undefined && !USER.test(address.user))) throw refuse();
  return address;
}

function refuse(): AppError {
  return new AppError(
    'INVALID_ARGUMENT',
    'url must be the address of a repository: https://host/path, ssh://user@host/path, user@host:path, or an absolute folder.',
  );
}
