/**
 * Who makes a request and what it may do. A principal is made once for each request, by the one
 * authenticator of the process, and handed on; nothing further in reads a header to decide a right.
 * It holds no token and no key.
 */
import type { FastifyRequest } from 'fastify';

import { AppError } from '../errors/app-error.ts';

/** What a request may do: read and search, steer indexing, change connectors. */
export const SCOPES = ['read', 'index', 'connectors'] as const;
export type Scope = (typeof SCOPES)[number];

export interface Principal {
  /** Stable name for limits and logs; never a secret. */
  readonly id: string;
  /** Connector ids it may see; absent means all of them. */
  readonly allowedConnectors?: readonly string[];
  readonly scopes: readonly Scope[];
}

/**
 * Tells who makes a request. Throws AUTH_REQUIRED when the request proves nothing or something
 * wrong; never anything else.
 */
export type Authenticate = (request: FastifyRequest) => Promise<Principal>;

/** Who limits count against: a principal of its own, or the address while everybody is the same one. */
export function getCaller(principal: Principal | undefined, address: string): string {
  return principal === undefined || principal === LOCAL_PRINCIPAL ? address : `id:${principal.id}`;
}

/** Throws INSUFFICIENT_SCOPE unless the principal has the scope. */
export function assertScope(principal: Principal, scope: Scope): void {
  if (principal.scopes.includes(scope)) return;
  const message = `This needs the scope "${scope}". Ask for a token or key that has it.`;
  throw new AppError('INSUFFICIENT_SCOPE', message, { details: { scope } });
}

/** The principal of every request while authentication is off, and of a local stdio client. */
export const LOCAL_PRINCIPAL: Principal = { id: 'local', scopes: SCOPES };
