/**
 * Which files hold secrets, told by path before they are read and by content after. Such a file is
 * skipped whole. The tests are narrow on purpose: a false alarm hides source code, so a suffix that other
 * things share too (`.key`, `.pem`) is decided by the content, and names that stand for samples pass.
 * Secrets inside ordinary files are another matter: see `redact-secrets.ts`.
 */
import { basename } from 'node:path';

/** Names that hold nothing but secrets, whatever their content. */
const SECRET_NAMES: ReadonlySet<string> = new Set([
  '.git-credentials',
  '.htpasswd',
  '.netrc',
  '_netrc',
  '.pgpass',
  '.my.cnf',
  '.vault-token',
  '.terraformrc',
  'terraform.rc',
  'id_rsa',
  'id_dsa',
  'id_ecdsa',
  'id_ed25519',
  'id_ecdsa_sk',
  'id_ed25519_sk',
]);

/** Binary key stores. */
const SECRET_SUFFIXES = /\.(?:p12|pfx|jks|keystore|kdbx|ppk|tfstate|agekey)$/;

/** Secret only in the folder of the tool that they belong to. */
const SECRET_PATHS =
  /(?:^|\/)(?:\.aws\/credentials|\.docker\/config\.json|\.kube\/config|\.azure\/accessTokens\.json|\.config\/gh\/hosts\.yml|\.config\/gcloud\/[^/]*credentials[^/]*|\.gem\/credentials|\.cargo\/credentials(?:\.toml)?|\.gnupg\/.*|\.ssh\/(?!.*\.pub$)(?:id_|identity).*)$/;

/** `.env`, `.env.local`, `prod.env`; not samples, and not type declarations or scripts. */
const ENV_NAME = /^(?:\.env(?:\.[\w-]+)*|\.envrc|[\w.-]*\.env)$/;
const SAMPLE_NAME =
  /(?:^|[._-])(?:example|sample|template|dist|defaults?|schema|tpl|test|testing|ci|d\.ts)(?:$|[._-])/i;

/** True for a path whose name alone says that the file holds secrets. Pure; relative or absolute paths. */
export function isSecretPath(path: string): boolean {
  const name = basename(path);
  if (SECRET_NAMES.has(name) || SECRET_SUFFIXES.test(name)) return true;
  if (name.includes('env') && ENV_NAME.test(name) && !SAMPLE_NAME.test(name.slice(1))) return true;
  return path.includes('/.') || path.startsWith('.') ? SECRET_PATHS.test(path) : false;
}

/** Larger text is no key file: scanning it would only cost time. */
const MAX_KEY_FILE_BYTES = 64 * 1024;

/** What the bytes must contain for the slower tests to be worth it. */
const SECRET_HINTS = [
  'PRIVATE KEY',
  '_authToken',
  '_password',
  'private_key',
  'client-key-data',
].map((hint) => Buffer.from(hint));
const PYPIRC_HINT = Buffer.from('[distutils]');

const NPM_TOKEN =
  /^[ \t]*(?:\/\/[^\s=]*:)?(?:_authToken|_password|_auth)[ \t]*=[ \t]*["']?[^\s"'$]{8,}/m;
const SERVICE_ACCOUNT = /"private_key"\s{0,4}:\s{0,4}"-----BEGIN (?:RSA )?PRIVATE KEY-----/;
const KUBE_CONFIG = /^[ \t]*client-key-data:[ \t]*[A-Za-z0-9+/=]{100,}/m;
const PYPI_PASSWORD = /^[ \t]*password[ \t]*[:=][ \t]*\S{4,}/m;

/**
 * True when the content is a private key, a file of credentials or a service account. Cost: one search
 * for each of a few words, and that only for files up to 64 KB; the patterns run on the few with a hit.
 */
export function hasSecretContent(bytes: Uint8Array): boolean {
  if (bytes.length > MAX_KEY_FILE_BYTES) return false;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const hasHint = SECRET_HINTS.some((hint) => buffer.includes(hint));
  if (!hasHint && !buffer.includes(PYPIRC_HINT)) return false;
  const text = buffer.toString('latin1');
  if (!hasHint) return PYPI_PASSWORD.test(text);
  return isKeyFile(text) || [NPM_TOKEN, SERVICE_ACCOUNT, KUBE_CONFIG].some((it) => it.test(text));
}

/** Fewer characters than any real key has: a placeholder in a manual. */
const MIN_KEY_LENGTH = 100;
/** What key tools write around the blocks. */
const AROUND_BLOCKS = /^(?:\s|$|#|Bag Attributes|Key Attributes|subject=|issuer=)/;

/** True when the text is PEM blocks, one of them a private key, and nothing else but remarks. */
function isKeyFile(text: string): boolean {
  let block: 'none' | 'key' | 'other' = 'none';
  let keyLength = 0;
  for (const line of text.split('\n')) {
    if (line.startsWith('-----BEGIN ')) block = line.includes('PRIVATE KEY') ? 'key' : 'other';
    else if (line.startsWith('-----END ')) block = 'none';
    else if (block === 'key') keyLength += line.length;
    else if (block === 'none' && !AROUND_BLOCKS.test(line)) return false;
  }
  return keyLength >= MIN_KEY_LENGTH;
}
