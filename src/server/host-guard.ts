/**
 * The guard against web pages: a page in a browser may send requests to a loopback address (by DNS
 * rebinding, or plainly across origins), so names that a request claims are checked before its body
 * is read. IP literals pass as Host, because rebinding needs a name. A request without Origin passes:
 * only browsers send one. This is not authentication; any local program can say what it likes.
 */
import { isIP } from 'node:net';

import { AppError } from '../errors/app-error.ts';

export interface HostRules {
  /** Names accepted as Host besides loopback names and IP literals; compared in lower case, without port. */
  readonly allowedHosts: readonly string[];
  /** Origins accepted besides loopback ones and the request's own host, as `scheme://host[:port]`, or `*`. */
  readonly allowedOrigins: readonly string[];
}

/** What of a request is judged. */
export interface ClaimedNames {
  readonly host?: string | undefined;
  readonly origin?: string | undefined;
}

/** Throws HOST_REJECTED or ORIGIN_REJECTED when the names that a request claims are not ours. */
export function assertHostAllowed(claimed: ClaimedNames, rules: HostRules): void {
  if (!isHostAllowed(claimed.host, rules)) {
    throw new AppError(
      'HOST_REJECTED',
      'This host name is not served here. Use localhost or an IP address, or add the name to server.allowed_hosts.',
    );
  }
  if (!isOriginAllowed(claimed, rules)) {
    throw new AppError(
      'ORIGIN_REJECTED',
      'Requests from this web origin are not accepted. Add it to cors.allowed_origins if it is yours.',
    );
  }
}

function isHostAllowed(host: string | undefined, rules: HostRules): boolean {
  const name = parseHostName(host ?? '');
  if (name === undefined) return false;
  return isLoopbackName(name) || isIP(name) !== 0 || isListed(name, rules.allowedHosts);
}

/**
 * A Host header is a name or literal with an optional port and nothing else. The pattern is stricter
 * than a URL parser on purpose: that would read `evil@localhost` as localhost.
 */
function parseHostName(host: string): string | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/i.exec(host);
  return (match?.[1] ?? match?.[2])?.toLowerCase();
}

function isLoopbackName(name: string): boolean {
  return name === 'localhost' || name === 'localhost.';
}

function isListed(name: string, allowed: readonly string[]): boolean {
  return allowed.some((entry) => entry.toLowerCase() === name);
}

function isOriginAllowed({ origin, host }: ClaimedNames, rules: HostRules): boolean {
  if (origin === undefined || rules.allowedOrigins.includes('*')) return true;
  const match = /^(https?):\/\/([^/?#@\\]+)$/i.exec(origin);
  const authority = match?.[2]?.toLowerCase();
  if (authority === undefined) return rules.allowedOrigins.includes(origin);
  const name = parseHostName(authority);
  if (name === undefined) return false;
  if (isLoopbackName(name) || isLoopbackAddress(name)) return true;
  // The dashboard's own origin; the Host was found good just before.
  if (authority === host?.toLowerCase()) return true;
  return isListed(origin.toLowerCase(), rules.allowedOrigins);
}

function isLoopbackAddress(name: string): boolean {
  return name === '::1' || (isIP(name) === 4 && name.startsWith('127.'));
}
