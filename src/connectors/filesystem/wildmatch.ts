/**
 * The wildcard language of ignore files: `?`, `*`, `**`, `[a-z]`, `[[:alpha:]]`, `\` escapes. A pattern
 * is compiled once into a short list of tokens and matched without regular expressions, so that no
 * pattern of a hostile repository can take exponential time: the cost is at most the product of the
 * lengths of pattern and text.
 *
 * Text and patterns are byte strings: each UTF-16 unit holds one byte (see `toByteString`), because `?`
 * stands for one byte in git too. This is not the glob language of filters: braces mean nothing here.
 */

type Token =
  | { readonly kind: 'byte'; readonly code: number }
  | { readonly kind: 'any' }
  | { readonly kind: 'class'; readonly members: Uint8Array }
  /** Any run of bytes; within one segment only, in path patterns. */
  | { readonly kind: 'star' }
  /** Zero or more whole segments, each with its slash. */
  | { readonly kind: 'folders' }
  /** Everything that is left. */
  | { readonly kind: 'rest' };

/** A compiled pattern; null stands for one that can match nothing (an unclosed class, a lone `\`). */
export type Wildmatch = readonly Token[] | null;

/** What a pattern is matched against: one name, or a path in which `*` stops at slashes. */
export type WildmatchScope = 'name' | 'path';

const SLASH = 0x2f;

/** Gives the UTF-8 bytes of a text as a string of one unit for each byte. ASCII comes back as it is. */
export function toByteString(text: string): string {
  for (let index = 0; index < text.length; index++) {
    if (text.charCodeAt(index) > 0x7f) return Buffer.from(text, 'utf8').toString('latin1');
  }
  return text;
}

/** Compiles a pattern, itself a byte string. Never throws. */
export function compileWildmatch(pattern: string, scope: WildmatchScope): Wildmatch {
  const tokens: Token[] = [];
  let at = 0;
  while (at < pattern.length) {
    const character = pattern.charAt(at);
    if (character === '*') {
      at = pushStars(tokens, { pattern, at, scope });
    } else if (character === '[') {
      const parsed = parseClass(pattern, at + 1);
      if (parsed === null) return null;
      if (scope === 'path') parsed.members[SLASH] = 0;
      tokens.push({ kind: 'class', members: parsed.members });
      at = parsed.end;
    } else {
      const isEscape = character === '\\';
      if (isEscape && at + 1 === pattern.length) return null;
      tokens.push(
        character === '?'
          ? { kind: 'any' }
          : { kind: 'byte', code: pattern.charCodeAt(isEscape ? at + 1 : at) },
      );
      at += isEscape ? 2 : 1;
    }
  }
  return tokens;
}

interface StarsAt {
  readonly pattern: string;
  readonly at: number;
  readonly scope: WildmatchScope;
}

/** Two stars mean folders only between slashes (or the ends) of a path; elsewhere they are one star. */
function pushStars(tokens: Token[], { pattern, at, scope }: StarsAt): number {
  let end = at;
  while (pattern.charAt(end) === '*') end++;
  const startsSegment = at === 0 || pattern.charAt(at - 1) === '/';
  const next = pattern.charAt(end);
  if (scope === 'name' || end - at < 2 || !startsSegment || (next !== '' && next !== '/')) {
    tokens.push({ kind: 'star' });
    return end;
  }
  if (next === '') {
    tokens.push({ kind: 'rest' });
    return end;
  }
  tokens.push({ kind: 'folders' });
  return end + 1;
}

interface ParsedClass {
  /** One entry for each byte value: 1 when it is a member. */
  readonly members: Uint8Array;
  /** Position after the closing bracket. */
  readonly end: number;
}

/** Reads a bracket expression from behind its `[`. A `]` in first place is a member. */
function parseClass(pattern: string, start: number): ParsedClass | null {
  const members = new Uint8Array(256);
  let at = start;
  const isNegated = pattern.charAt(at) === '!' || pattern.charAt(at) === '^';
  if (isNegated) at++;
  let previous = -1;
  for (let isFirst = true; isFirst || pattern.charAt(at) !== ']'; isFirst = false) {
    const member = parseMember({ pattern, at, previous }, members);
    if (member === null) return null;
    at = member.end;
    previous = member.previous;
  }
  if (isNegated) members.forEach((value, code) => (members[code] = 1 - value));
  return { members, end: at + 1 };
}

interface MemberAt {
  readonly pattern: string;
  readonly at: number;
  /** Byte that a following `-` may start a range from, or -1. */
  readonly previous: number;
}

interface ParsedMember {
  readonly end: number;
  readonly previous: number;
}

/** Adds one member, range or named class; gives where it ends and what a range may start from. */
function parseMember(place: MemberAt, members: Uint8Array): ParsedMember | null {
  const { pattern, at, previous } = place;
  const following = pattern.charAt(at + 1);
  if (pattern.charAt(at) === '-' && previous >= 0 && following !== '' && following !== ']')
    return parseRangeEnd(place, members);
  if (pattern.startsWith('[:', at)) {
    const end = pattern.indexOf(']', at + 2);
    if (end < 0) return null;
    if (end > at + 2 && pattern.charAt(end - 1) === ':')
      return addNamedClass(members, { name: pattern.slice(at + 2, end - 1), end: end + 1 });
  }
  const literal = readLiteral(pattern, at);
  if (literal === null) return null;
  members[literal.previous] = 1;
  return literal;
}

function parseRangeEnd(
  { pattern, at, previous }: MemberAt,
  members: Uint8Array,
): ParsedMember | null {
  const last = readLiteral(pattern, at + 1);
  if (last === null) return null;
  members.fill(1, previous, Math.max(previous, last.previous + 1));
  return { end: last.end, previous: -1 };
}

/** Reads one byte, escaped or not, and gives it as `previous`. */
function readLiteral(pattern: string, at: number): ParsedMember | null {
  const start = pattern.charAt(at) === '\\' ? at + 1 : at;
  const code = pattern.charCodeAt(start);
  return Number.isNaN(code) ? null : { end: start + 1, previous: code };
}

function addNamedClass(
  members: Uint8Array,
  named: { readonly name: string; readonly end: number },
): ParsedMember | null {
  const test = NAMED_CLASSES[named.name];
  if (test === undefined) return null;
  for (let code = 0; code < 128; code++) if (test(code)) members[code] = 1;
  return { end: named.end, previous: -1 };
}

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;
const isUpper = (code: number): boolean => code >= 0x41 && code <= 0x5a;
const isLower = (code: number): boolean => code >= 0x61 && code <= 0x7a;
const isAlpha = (code: number): boolean => isUpper(code) || isLower(code);
const isGraph = (code: number): boolean => code > 0x20 && code < 0x7f;

const NAMED_CLASSES: Readonly<Record<string, (code: number) => boolean>> = {
  alnum: (code) => isAlpha(code) || isDigit(code),
  alpha: isAlpha,
  blank: (code) => code === 0x20 || code === 0x09,
  cntrl: (code) => code < 0x20 || code === 0x7f,
  digit: isDigit,
  graph: isGraph,
  lower: isLower,
  print: (code) => isGraph(code) || code === 0x20,
  punct: (code) => isGraph(code) && !isAlpha(code) && !isDigit(code),
  space: (code) => code === 0x20 || (code >= 0x09 && code <= 0x0d),
  upper: isUpper,
  xdigit: (code) =>
    isDigit(code) || (code >= 0x41 && code <= 0x46) || (code >= 0x61 && code <= 0x66),
};

/**
 * True when the whole text matches. On a mismatch the last star takes one byte more, or, where it would
 * have to take a slash, the last `**` takes one segment more; earlier wildcards never need a second try
 * because the later ones can take everything that those would have.
 */
export function matchesWildmatch(tokens: Wildmatch, text: string): boolean {
  if (tokens === null) return false;
  const state: MatchState = { token: 0, at: 0, star: -1, starAt: 0, folders: -1, foldersAt: 0 };
  for (;;) {
    const current = tokens[state.token];
    if (current?.kind === 'rest') return true;
    if (current === undefined && state.at === text.length) return true;
    if (!advance(state, current, text) && !backtrack(state, text)) return false;
  }
}

/** Takes one token, and the byte that it stands for; false when that byte does not match. */
function advance(state: MatchState, current: Token | undefined, text: string): boolean {
  if (current === undefined) return false;
  if (current.kind === 'star') {
    state.star = ++state.token;
    state.starAt = state.at;
    return true;
  }
  if (current.kind === 'folders') {
    state.folders = ++state.token;
    state.foldersAt = state.at;
    state.star = -1;
    return true;
  }
  if (!matchesByte(current, text.charCodeAt(state.at))) return false;
  state.token++;
  state.at++;
  return true;
}

/** Where a match stands, and where its last star and its last `**` may take up again (-1: none). */
interface MatchState {
  token: number;
  at: number;
  star: number;
  starAt: number;
  folders: number;
  foldersAt: number;
}

function backtrack(state: MatchState, text: string): boolean {
  if (state.star >= 0 && state.starAt < text.length && text.charCodeAt(state.starAt) !== SLASH) {
    state.token = state.star;
    state.at = ++state.starAt;
    return true;
  }
  const slash = state.folders < 0 ? -1 : text.indexOf('/', state.foldersAt);
  if (slash < 0) return false;
  state.foldersAt = slash + 1;
  state.at = state.foldersAt;
  state.token = state.folders;
  state.star = -1;
  return true;
}

/** `code` is NaN behind the end of the text, which matches nothing. */
function matchesByte(token: Token, code: number): boolean {
  if (token.kind === 'byte') return token.code === code;
  if (token.kind === 'class') return token.members[code] === 1;
  return token.kind === 'any' && code !== SLASH && !Number.isNaN(code);
}
