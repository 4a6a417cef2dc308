/**
 * What a refused client is told: the challenge header of RFC 6750, and the document of RFC 9728 that says
 * where tokens come from. Addresses are made from the configured audience, never from a request's Host.
 */
import type { AuthConfig } from '../../config/config.ts';
import { toAppError } from '../../errors/app-error.ts';
import { SCOPES } from '../principal.ts';

const METADATA_PATH = '/.well-known/oauth-protected-resource';

/** Gives the value of `WWW-Authenticate` for an error that calls for one, else undefined. */
export function formatChallenge(thrown: unknown, auth: AuthConfig): string | undefined {
  const { code, details } = toAppError(thrown);
  if (code !== 'AUTH_REQUIRED' && code !== 'INSUFFICIENT_SCOPE') return undefined;
  const parts: string[] = [];
  if (code === 'INSUFFICIENT_SCOPE') {
    parts.push('error="insufficient_scope"', `scope="${String(details['scope'])}"`);
  } else if (details['isMissing'] === false) {
    parts.push('error="invalid_token"');
  }
  const metadata = findMetadataUrl(auth);
  if (metadata !== undefined) parts.push(`resource_metadata="${metadata.href}"`);
  return parts.length === 0 ? 'Bearer realm="conexus"' : `Bearer ${parts.join(', ')}`;
}

/** Gives the document, or undefined when no issuer is configured. */
export function createResourceMetadata(auth: AuthConfig): object | undefined {
  if (auth.mode !== 'oauth') return undefined;
  return {
    resource: auth.audience,
    authorization_servers: [auth.issuer],
    scopes_supported: SCOPES,
    bearer_methods_supported: ['header'],
  };
}

/** The routes of the document: for the host and for the endpoint (RFC 9728, section 3.1). */
export const METADATA_ROUTES = [METADATA_PATH, `${METADATA_PATH}/mcp`] as const;

function findMetadataUrl({ mode, audience }: AuthConfig): URL | undefined {
  if (mode !== 'oauth' || audience === null || !URL.canParse(audience)) return undefined;
  const resource = new URL(audience);
  const path = resource.pathname === '/' ? '' : resource.pathname.replace(/\/$/, '');
  return new URL(`${METADATA_PATH}${path}`, resource.origin);
}
