/**
 * Which tickets a text names. Commit messages and branch names are full of things that look like tickets
 * (`UTF-8`, `SHA-256`, `CVE-2021-44228`, `GPL-2.0`): what a project key is not stands in a table, and a number
 * that goes on as a version, a date or a hex string is none. It knows nothing of connectors: whether a
 * ticket exists is their business.
 */
import type { Ticket, TicketKind } from '../model/history.ts';

/** More than this many in one message are a changelog; the rest is left out. */
const MAX_TICKETS = 40;

const NUMBER = String.raw`([1-9]\d{0,6})(?![\w]|[.-]\d)`;
const REPOSITORY = String.raw`[A-Za-z0-9][\w.-]{0,99}\/[\w.-]{1,100}`;
const GROUP = String.raw`[A-Za-z0-9][\w.-]{0,99}(?:\/[\w.-]{1,100}){1,5}`;

/** A number after one of these words counts things; it names no ticket. */
const COUNTING =
  /\b(?:attempt|case|chapter|item|line|number|option|page|part|phase|point|round|rule|section|step|take|test|try|version)\s*$/i;

/** What stands before the hyphen of names that are no tickets. */
const NO_PROJECT_KEYS: ReadonlySet<string> = new Set(
  `A AES AGPL ANSI APACHE ARM ARMV ASCII AVX BASE BIG BIP BSD C CC CFR COVID CP CRC CVE CWE DDR DES DO DSA EBCDIC
  EC ECDSA ECMA ED EIP EPL ERC ES EUC F FIPS FLOAT FNV GB GCC GHSA GMT GPL GPT H HMAC HTTP I IBM ID IEC IEEE INT IP IPV
  ISO JEP JIS JSR KEP KOI L LATIN LGPL LLVM M MD MIT MP MPEG MPL MR MS MVC N NIST P PBKDF PEP PHP PKCS PR PSR PY Q
  R RFC RIPEMD RSA S SECP SHA SHAKE SIP SM SMTP SNMP SPDX SSE SSL T TIS TLS TODO TR U UAX UCS UINT UNICODE US USB
  UTC UTF UTS V VP VS W WCAG WINDOWS X XEP Y Z`.split(/\s+/),
);

const MERGED_PULL = new RegExp(
  String.raw`^Merge pull request #${NUMBER}|\(pull request #${NUMBER}\)|^Merged PR ${NUMBER}:|\(#${NUMBER}\)\s*$`,
  'gm',
);
const MERGE_REQUEST = new RegExp(
  String.raw`^See merge request (?:https?:\/\/[^/\s]+\/)?((?:${GROUP})?)!${NUMBER}`,
  'gm',
);
const LINK = new RegExp(
  String.raw`\bhttps?:\/\/[^/\s]+\/(${GROUP}?)\/(?:-\/)?(issues|pull|pulls|merge_requests)\/${NUMBER}`,
  'g',
);
const CLOSED = new RegExp(
  String.raw`\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+((?:${REPOSITORY})?)(?:#|GH-)${NUMBER}`,
  'gi',
);
const ELSEWHERE = new RegExp(String.raw`(?<![\w/.@-])(${REPOSITORY})#${NUMBER}`, 'g');
const HASH_NUMBER = new RegExp(String.raw`(?<![\w&#/.-])(?:#|GH-)${NUMBER}`, 'g');
const BANG_NUMBER = new RegExp(String.raw`(?<![\w!/.-])!${NUMBER}`, 'g');
const PROJECT_KEY = new RegExp(String.raw`(?<![\w.-])([A-Z][A-Z0-9_]{0,14})-${NUMBER}`, 'g');

/**
 * Lists the tickets that a commit message names, each once, in the order in which they were told apart:
 * pull requests of merges first, then closed issues, then the rest. At most 40.
 */
export function listTickets(message: string): Ticket[] {
  const found = new Map<string, TicketKind>();
  const add = (id: string, kind: TicketKind): void => {
    if (found.size < MAX_TICKETS && !found.has(id)) found.set(id, kind);
  };
  for (const match of message.matchAll(MERGED_PULL)) {
    add(`#${match.slice(1).find((number) => number !== undefined)}`, 'pull_request');
  }
  for (const [, group, number] of message.matchAll(MERGE_REQUEST)) {
    add(`${group}!${number}`, 'pull_request');
  }
  for (const match of message.matchAll(LINK)) addLink(match, add);
  const text = message
    .replace(/^(Merge pull request #\d+) from \S+/, '$1')
    .replace(/\bhttps?:\/\/\S+/g, keepProjectKey);
  for (const [, place, number] of text.matchAll(CLOSED)) add(`${place}#${number}`, 'issue');
  for (const [, place, number] of text.matchAll(ELSEWHERE)) add(`${place}#${number}`, 'unknown');
  for (const match of text.matchAll(HASH_NUMBER)) {
    if (!COUNTING.test(text.slice(Math.max(0, match.index - 16), match.index))) {
      add(`#${match[1]}`, 'unknown');
    }
  }
  for (const [, number] of text.matchAll(BANG_NUMBER)) add(`!${number}`, 'pull_request');
  addProjectKeys(text, add);
  for (const { id, kind } of listMergedBranchTickets(message)) add(id, kind);
  return Array.from(found, ([id, kind]) => ({ id, kind }));
}

/**
 * Lists the tickets that a branch name names: `feature/ABC-123-login`, `fix/#12`, `issue-12`, `gh-12`,
 * and the `12-title` that code hosts propose.
 */
export function listBranchTickets(name: string): Ticket[] {
  const found = new Map<string, TicketKind>();
  const add = (id: string, kind: TicketKind): void => {
    if (!found.has(id)) found.set(id, kind);
  };
  for (const [, named, leading] of name.matchAll(BRANCH_NUMBER))
    add(`#${named ?? leading}`, 'issue');
  for (const [, number] of name.matchAll(HASH_NUMBER)) add(`#${number}`, 'issue');
  addProjectKeys(name.replaceAll('_', ' '), add);
  return Array.from(found, ([id, kind]) => ({ id, kind }));
}

/** Gives a test whether a branch name names this very ticket; letter case does not count. */
export function compileBranchTest(ticketId: string): (name: string) => boolean {
  const key = /^([A-Za-z][A-Za-z0-9_]*-\d+)$/.exec(ticketId)?.[1];
  if (key === undefined) return (name) => listBranchTickets(name).some(({ id }) => id === ticketId);
  const pattern = new RegExp(String.raw`(?<![A-Za-z0-9])${key}(?!\d)`, 'i');
  return (name) => pattern.test(name);
}

const BRANCH_NUMBER =
  /(?:^|\/)(?:(?:issue|issues|gh|bug|fix|ticket)[-_/]?#?([1-9]\d{0,6})(?=$|[-_/])|([1-9]\d{0,6})-(?=[A-Za-z]))/gi;

function addProjectKeys(text: string, add: (id: string, kind: TicketKind) => void): void {
  for (const [, key, number] of text.matchAll(PROJECT_KEY)) {
    const letters = (key ?? '').replace(/\d+$/, '');
    if (letters.length < 2 || NO_PROJECT_KEYS.has(letters) || key === 'GH') continue;
    add(`${key}-${number}`, 'issue');
  }
}

function addLink(match: RegExpExecArray, add: (id: string, kind: TicketKind) => void): void {
  const [, place = '', what = '', number = ''] = match;
  if (what === 'merge_requests') add(`${place}!${number}`, 'pull_request');
  else add(`${place}#${number}`, what === 'issues' ? 'issue' : 'pull_request');
}

/** Only the project key of a link to a tracker counts; fragments and paths are full of numbers. */
function keepProjectKey(link: string): string {
  return /\/browse\/([A-Z][A-Z0-9_]*-\d+)/.exec(link)?.[1] ?? '';
}

const MERGED_BRANCH =
  /^Merge (?:pull request #\d+ from [^/\s]+\/(\S+)|(?:remote-tracking )?branch '([^']+)')/;

function listMergedBranchTickets(message: string): Ticket[] {
  const match = MERGED_BRANCH.exec(message);
  const name = match?.[1] ?? match?.[2];
  return name === undefined ? [] : listBranchTickets(name);
}
