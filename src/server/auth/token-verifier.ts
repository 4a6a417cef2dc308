/**
 * Access tokens of an issuer: signed JWTs, checked against its published keys, made for our audience and
 * not expired. Only asymmetric algorithms are accepted, so that a public key can never serve as a shared
 * secret. The token is looked at here and nowhere else; it is not kept and not passed on.
 */
import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';

import type { AuthConfig } from '../../config/config.ts';
import { AppError } from '../../errors/app-error.ts';
import { peek } from '../peek.ts';
import { SCOPES, type Principal, type Scope } from '../principal.ts';
import type { ServerLog } from '../server-log.ts';
import type { FindPrincipal } from './authenticate.ts';

/**
 * Creates the verifier. Asks the issuer for its keys with the first token and keeps them; a token signed
 * with an unknown key makes it ask again, at most twice a minute. Throws NOT_READY when the issuer does
 * not answer.
 */
export function createTokenVerifier(auth: AuthConfig, log: ServerLog): FindPrincipal {
  const issuer = auth.issuer ?? '';
  let keys: Promise<JWTVerifyGetKey> | undefined;
  const getKeys = async (): Promise<JWTVerifyGetKey> => {
    keys ??= findKeysUrl(auth).then((url) => createRemoteJWKSet(url));
    try {
      return await keys;
    } catch (error) {
      keys = undefined;
      throw error;
    }
  };
  return async (token) => {
    try {
      const { payload } = await jwtVerify(token, await getKeys(), {
        issuer,
        audience: auth.audience ?? '',
        algorithms: [...ALGORITHMS],
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        requiredClaims: ['exp', 'sub'],
      });
      return toPrincipal(payload);
    } catch (error) {
      if (isRefusal(error)) return undefined;
      log.warn({ err: error }, 'issuer does not answer');
      const message = 'The issuer of tokens does not answer. Try again in a moment.';
      throw new AppError('NOT_READY', message, { cause: error });
    }
  };
}

/** Everything that is the token's fault; the rest is the issuer's or the network's. */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof errors.JOSEError)) return false;
  return !(error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid);
}

/** RFC 8414 and OpenID discovery, in this order, unless the address is configured. */
async function findKeysUrl({ jwksUrl, issuer }: AuthConfig): Promise<URL> {
  if (jwksUrl !== null) return new URL(jwksUrl);
  const base = new URL(issuer ?? '');
  const path = base.pathname.replace(/\/$/, '');
  const candidates = [
    new URL(`/.well-known/oauth-authorization-server${path}`, base),
    new URL(`${path}/.well-known/openid-configuration`, base),
  ];
  for (const candidate of candidates) {
    const found = await findJwksUri(candidate);
    if (found !== undefined) return found;
  }
  throw new Error('the issuer publishes no metadata');
}

async function findJwksUri(address: URL): Promise<URL | undefined> {
  const signal = AbortSignal.timeout(DISCOVERY_LIMIT_MS);
  const response = await fetch(address, { signal, redirect: 'error' });
  if (!response.ok) return undefined;
  const uri = peek(await response.json(), 'jwks_uri');
  return typeof uri === 'string' ? new URL(uri) : undefined;
}

/**
 * Scopes come as `scope` (a text, RFC 9068) or `scp` (a list), each plain or as `conexus:read`;
 * `conexus_connectors` limits what the token sees.
 */
function toPrincipal(payload: JWTPayload): Principal {
  const connectors = payload['conexus_connectors'];
  const isLimited = Array.isArray(connectors);
  return {
    id: String(payload.sub),
    scopes: toScopes(payload['scope'] ?? payload['scp']),
    ...(isLimited ? { allowedConnectors: connectors.map(String) } : {}),
  };
}

function toScopes(value: unknown): readonly Scope[] {
  const names: readonly unknown[] = typeof value === 'string' ? value.split(' ') : toList(value);
  return SCOPES.filter((scope) => names.includes(scope) || names.includes(`conexus:${scope}`));
}

function toList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
] as const;

/** Clocks of two machines; the usual allowance. */
const CLOCK_TOLERANCE_SECONDS = 30;
const DISCOVERY_LIMIT_MS = 5000;
