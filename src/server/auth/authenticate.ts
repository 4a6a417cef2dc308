/**
 * Picks the one way in which this process tells who calls: nobody is asked (`off`), keys of a file
 * (`keys`), or access tokens of an issuer (`oauth`). Whoever fails gets AUTH_REQUIRED and nothing about
 * why beyond "missing" and "not accepted".
 */
import type { AuthConfig } from '../../config/config.ts';
import { AppError } from '../../errors/app-error.ts';
import { LOCAL_PRINCIPAL, type Authenticate } from '../principal.ts';
import type { ServerLog } from '../server-log.ts';
import { createKeyring } from './keyring.ts';
import { createTokenVerifier } from './token-verifier.ts';

/** Finds the principal of a bearer credential; undefined when it is not accepted. */
export type FindPrincipal = (
  credential: string,
) => Promise<Awaited<ReturnType<Authenticate>> | undefined>;

/**
 * Creates the authenticator of the configuration. Reads the file of keys at once: throws CONFIG_INVALID
 * when it is missing or malformed.
 */
export async function createAuthenticate(auth: AuthConfig, log: ServerLog): Promise<Authenticate> {
  if (auth.mode === 'off') return async () => LOCAL_PRINCIPAL;
  const find =
    auth.mode === 'keys' ? await createKeyring(auth, log) : createTokenVerifier(auth, log);
  return async (request) => {
    const credential = parseBearer(request.headers.authorization);
    const principal = credential === undefined ? undefined : await find(credential);
    if (principal !== undefined) return principal;
    const isMissing = request.headers.authorization === undefined;
    throw new AppError(
      'AUTH_REQUIRED',
      isMissing
        ? 'Send a key or token as Authorization: Bearer …'
        : 'This key or token is not accepted here. Ask the operator for a valid one.',
      { details: { isMissing } },
    );
  };
}

/** The credential of a Bearer header (RFC 6750, section 2.1); undefined for every other form. */
function parseBearer(header: string | undefined): string | undefined {
  return /^Bearer +([A-Za-z0-9\-._~+/]{1,8192}=*)$/i.exec(header ?? '')?.[1];
}
