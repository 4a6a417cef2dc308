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
  if (text === '' || text.startsWith('-') || /\p{Cc}/u.test(text)) throw refuse();
  if (text.startsWith('/')) return { kind: 'folder', url: text };
  const short = /^(?:([^@:/\s]+)@)?([^@:/\s]+):(?!\/\/)([^\s-]\S*)$/.exec(text);
  if (short !== null) {
    const [, user, host = ''] = short;
    return assertSound({ kind: 'ssh', url: text, host, port: 22, user });
  }
  const url = URL.parse(text);
  if (url === null) throw refuse();
  const user = url.username === '' ? undefined : decodeURIComponent(url.username);
  switch (url.protocol) {
    case 'file:':
      if (url.host !== '') throw refuse();
      return { kind: 'folder', url: fileURLToPath(url) };
    case 'https:':
    case 'http:': {
      const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
      const host = url.hostname.replace(/^\[|\]$/g, '');
      return assertSound({ kind: 'http', url: text, host, port, user });
    }
    case 'ssh:':
      return assertSound({
        kind: 'ssh',
        url: text,
        host: url.hostname.replace(/^\[|\]$/g, ''),
        port: Number(url.port) || 22,
        user,
      });
    default:
      throw refuse();
  }
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
