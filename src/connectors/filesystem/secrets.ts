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
/** A key file has its first block within this many bytes, also behind a remark. */
const KEY_HEAD_BYTES = 2048;
const BLOCK_START = Buffer.from('-----BEGIN ');

/** Which content makes a file of that name a secret. The patterns take time in proportion to the text. */
const SECRET_CONTENT: readonly (readonly [name: RegExp, content: RegExp])[] = [
  [
    /^\.(?:npmrc|yarnrc(?:\.yml)?)$/,
    /^[ \t]*(?:\/\/[^\s=]*:)?(?:_authToken|_password|_auth|npmAuthToken)[ \t]*[=:][ \t]*["']?[^\s"'$]{8,}/m,
  ],
  [/^\.pypirc$/, /^[ \t]*password[ \t]*[:=][ \t]*\S{4,}/m],
  [/\.json$/, /"private_key"\s{0,4}:\s{0,4}"-----BEGIN (?:RSA )?PRIVATE KEY-----/],
  [/(?:kubeconfig|config|\.ya?ml|\.conf)$/i, /^[ \t]*client-key-data:[ \t]*[A-Za-z0-9+/=]{100,}/m],
];

/**
 * True when a file is a private key, a file of credentials or a service account. `bytes` is its text in
 * UTF-8. Cost: one search in the first 2 KB for most files; at most one pattern over 64 KB for the few
 * kinds that hold credentials.
 */
export function hasSecretContent(path: string, bytes: Uint8Array): boolean {
  if (bytes.length > MAX_KEY_FILE_BYTES) return false;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.subarray(0, KEY_HEAD_BYTES).includes(BLOCK_START))
    if (isKeyFile(buffer.toString('latin1'))) return true;
  const name = basename(path);
  return SECRET_CONTENT.some(
    ([names, content]) => names.test(name) && content.test(buffer.toString('latin1')),
  );
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
