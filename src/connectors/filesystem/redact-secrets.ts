/**
 * Blanks out secrets inside ordinary text before it is shown: tokens of well-known shape, private key
 * blocks, and long random values that are assigned to a name such as `password` or `api_key`. Pure. The
 * number of lines never changes, so that line numbers stay true. Files that are nothing but a secret are
 * not indexed at all: see `secrets.ts`.
 *
 * Each pattern is free of nested repetition: its time grows with the length of the text alone.
 */

/** What stands in place of a secret. */
const REDACTED = '[redacted]';

/** Tokens that their issuers made recognisable. */
const TOKENS = new RegExp(
  [
    // AWS access key ids.
    String.raw`(?<![A-Za-z0-9])(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}(?![A-Za-z0-9])`,
    // GitHub, GitLab.
    String.raw`gh[pousr]_[A-Za-z0-9]{36,255}`,
    String.raw`github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}`,
    String.raw`gl(?:pat|ptt|dt|rt|soat)-[A-Za-z0-9_-]{20,64}`,
    // Slack tokens and web hooks.
    String.raw`xox[abeoprs]-[A-Za-z0-9-]{10,250}`,
    String.raw`xapp-\d-[A-Za-z0-9-]{10,250}`,
    String.raw`hooks\.slack\.com/services/T[A-Z0-9]{8,20}/B[A-Z0-9]{8,20}/[A-Za-z0-9]{20,100}`,
    // Stripe.
    String.raw`(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,250}`,
    String.raw`whsec_[A-Za-z0-9+/=]{32,250}`,
    // Google API keys and OAuth tokens.
    String.raw`AIza[A-Za-z0-9_-]{35}`,
    String.raw`ya29\.[A-Za-z0-9_-]{20,500}`,
    String.raw`GOCSPX-[A-Za-z0-9_-]{28}`,
    // Model providers.
    String.raw`sk-(?:ant|proj|svcacct)-[A-Za-z0-9_-]{20,250}`,
    String.raw`(?<![A-Za-z0-9])sk-[A-Za-z0-9]{48}(?![A-Za-z0-9])`,
    String.raw`hf_[A-Za-z0-9]{34,40}`,
    // Package registries, mail, chat.
    String.raw`npm_[A-Za-z0-9]{36}`,
    String.raw`pypi-AgE[A-Za-z0-9_-]{50,500}`,
    String.raw`SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}`,
    String.raw`(?<![A-Za-z0-9.])[MNO][A-Za-z\d]{23,25}\.[\w-]{6}\.[\w-]{27,38}(?![\w-])`,
    // JSON web tokens.
    String.raw`(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{10,8000}\.eyJ[A-Za-z0-9_-]{10,8000}\.[A-Za-z0-9_-]{10,2000}`,
  ].join('|'),
  'g',
);

/** `name = "value"`, `name: value`, `NAME=value`, with a name that says what the value is. */
const ASSIGNMENT =
  /((?:password|passwd|secret|token|api[_-]?key|apikey|access[_-]?key|private[_-]?key|credential|auth)[\w-]{0,40}["']?[ \t]{0,8}(?::=|=>|[:=])[ \t]{0,8}["'`]?)([A-Za-z0-9+/_=.~-]{16,512})(?![A-Za-z0-9+/_=.~([-])/gi;

/** `scheme://user:password@host`. */
const URL_PASSWORD =
  /(\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@"'<>]{1,100}:)([^\s:/@"'<>${}]{3,200})(?=@(?!example\.))/gi;

const KEY_LINE = /^.{0,200}-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY/;

/** Gives the text with `[redacted]` in place of each secret; the same text when there is none. */
export function redactSecrets(text: string): string {
  return redactKeyBlocks(text)
    .replace(TOKENS, REDACTED)
    .replace(URL_PASSWORD, (whole, before: string, value: string) =>
      isPlaceholder(value) ? whole : before + REDACTED,
    )
    .replace(ASSIGNMENT, (whole, before: string, value: string) =>
      isRandom(value) ? before + REDACTED : whole,
    );
}

/** Each line between the marks is blanked; a block cut off at the end of a snippet counts too. */
function redactKeyBlocks(text: string): string {
  if (!text.includes('PRIVATE KEY')) return text;
  let isInBlock = false;
  return text
    .split('\n')
    .map((line) => {
      if (KEY_LINE.test(line)) {
        isInBlock = !line.includes('-----END ');
        return line.replace(/(PRIVATE KEY(?: BLOCK)?-----)(?:(?!-----END).){20,}/, `$1${REDACTED}`);
      }
      if (!isInBlock) return line;
      if (line.includes('-----END ')) isInBlock = false;
      else if (/^\W*[A-Za-z0-9+/=]{16,}/.test(line)) return REDACTED;
      return line;
    })
    .join('\n');
}

/** Names in code have a digit or two, random values of 16 characters seldom fewer than two. */
const MIN_DIGITS = 2;
/** Bits for each character; hexadecimal random text has 4, random base64 6, English words about 3. */
const MIN_ENTROPY_BITS = 3.2;

/**
 * True for what looks drawn at random rather than written: letters and digits mixed, no placeholder, no
 * path, no dotted expression, many different characters.
 */
function isRandom(value: string): boolean {
  if (isPlaceholder(value) || !/[A-Za-z]/.test(value)) return false;
  if ((value.match(/\d/g) ?? []).length < MIN_DIGITS) return false;
  if (/^[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)+$/.test(value) || /^\.{0,2}\/[\w.-]+\//.test(value))
    return false;
  if (/^(?:[A-Za-z]+\d{0,5}[_-])+[A-Za-z]*\d{0,5}$/.test(value)) return false;
  return getEntropyBits(value) >= MIN_ENTROPY_BITS;
}

function isPlaceholder(value: string): boolean {
  return /(?:example|placeholder|changeme|change-me|your[_-]|xxxx|dummy|^pass(?:word)?$|^secret$|\$\{|0{8}|1234567)/i.test(
    value,
  );
}

/** Shannon entropy of the characters. */
function getEntropyBits(value: string): number {
  const counts = new Map<string, number>();
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values())
    bits -= (count / value.length) * Math.log2(count / value.length);
  return bits;
}
