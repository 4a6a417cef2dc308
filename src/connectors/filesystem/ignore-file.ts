/**
 * One ignore file (`.gitignore`, `.git/info/exclude`, `.conexusignore`…) as an indexed list of rules, with
 * git's meaning of each line: blank lines and `#` are nothing, `!` takes back, a trailing `/` means
 * folders only, a `/` elsewhere ties the rule to the folder of the file, trailing blanks fall away
 * unless escaped, and the last rule that matches decides.
 *
 * Names without wildcards and `*.ext` stand in maps, so that a long file costs two look-ups for an
 * entry; what is left is tried from the end.
 */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { compileWildmatch, matchesWildmatch, toByteString, type Wildmatch } from './wildmatch.ts';

/** One line of an ignore file that says something. */
export interface IgnoreRule {
  /** The line as written, without line end. */
  readonly text: string;
  /** 1-based. */
  readonly line: number;
  readonly isNegated: boolean;
  readonly isFolderOnly: boolean;
  /** True when the rule looks at the path below its folder, false for the bare name. */
  readonly isPath: boolean;
  readonly tokens: Wildmatch;
}

/** What a rule is asked about. Both texts are byte strings. */
export interface IgnoreCandidate {
  readonly name: string;
  readonly isFolder: boolean;
  /** Path below the folder of the ignore file; called only when a rule needs it. */
  readonly getPath: () => string;
}

/** The rules of one file, ready to be asked. */
export interface IgnoreFile {
  /** Absolute path of the file the rules were read from. */
  readonly file: string;
  /** Absolute folder that its path rules are relative to, with a slash at the end. */
  readonly base: string;
  /** 1-based line of the last rule that takes back, 0 when there is none. */
  readonly lastNegatedLine: number;
  /** Gives the last rule that matches, negated or not. */
  find(candidate: IgnoreCandidate): IgnoreRule | undefined;
}

/** Where the rules of a text belong. */
export interface IgnoreFilePlace {
  readonly file: string;
  readonly base: string;
  /** As git's `core.ignoreCase`; ASCII letters only. */
  readonly ignoresCase?: boolean;
  /** Rules for which this is false are left out. */
  readonly keepRule?: (rule: IgnoreRule) => boolean;
}

/** Parses the text of an ignore file. Never throws; a rule that can match nothing is kept harmless. */
export function parseIgnoreFile(text: string, place: IgnoreFilePlace): IgnoreFile | null {
  const rules = text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .flatMap((line, index) => parseRule(line, { line: index + 1, ignoresCase: place.ignoresCase }))
    .filter((rule) => place.keepRule?.(rule) ?? true);
  if (rules.length === 0) return null;
  return new IndexedIgnoreFile(place, rules);
}

interface RulePlace {
  readonly line: number;
  readonly ignoresCase: boolean | undefined;
}

function parseRule(written: string, place: RulePlace): IgnoreRule[] {
  const text = written.replace(/\r$/, '');
  if (text.startsWith('#')) return [];
  const bare = trimTrailingBlanks(text);
  const isNegated = bare.startsWith('!');
  let body = isNegated ? bare.slice(1) : bare;
  const isFolderOnly = body.endsWith('/');
  if (isFolderOnly) body = body.slice(0, -1);
  const isPath = body.includes('/');
  if (body.startsWith('/')) body = body.slice(1);
  if (body === '') return [];
  const bytes = toByteString(place.ignoresCase === true ? toLowerAscii(body) : body);
  const tokens = compileWildmatch(bytes, isPath ? 'path' : 'name');
  return [{ text, line: place.line, isNegated, isFolderOnly, isPath, tokens }];
}

/** Cuts blanks from the end; a backslash keeps the character behind it. */
function trimTrailingBlanks(text: string): string {
  let end = 0;
  for (let at = 0; at < text.length; at++) {
    if (text.charAt(at) === '\\') {
      if (at + 1 === text.length) return text;
      at++;
      end = at + 1;
    } else if (text.charAt(at) !== ' ') {
      end = at + 1;
    }
  }
  return text.slice(0, end);
}

function toLowerAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** The place of a rule in its file; a higher one wins. */
interface RankedRule {
  readonly rank: number;
  readonly rule: IgnoreRule;
}

class IndexedIgnoreFile implements IgnoreFile {
  readonly file: string;
  readonly base: string;
  readonly lastNegatedLine: number;
  readonly #ignoresCase: boolean;
  /** Rules that are one plain name, by that name; highest rank first. */
  readonly #byName = new Map<string, RankedRule[]>();
  /** Rules of the form `*.ext`, by `.ext`; highest rank first. */
  readonly #byExtension = new Map<string, RankedRule[]>();
  /** All others, highest rank first. */
  readonly #others: RankedRule[] = [];

  constructor(place: IgnoreFilePlace, rules: readonly IgnoreRule[]) {
    this.file = place.file;
    this.base = place.base;
    this.lastNegatedLine = rules.findLast(({ isNegated }) => isNegated)?.line ?? 0;
    this.#ignoresCase = place.ignoresCase ?? false;
    rules.forEach((rule, rank) => this.#add({ rank, rule }));
  }

  #add(ranked: RankedRule): void {
    const { tokens, isPath } = ranked.rule;
    if (tokens === null) return;
    const literal = isPath ? undefined : toLiteral(tokens);
    const extension = isPath || tokens[0]?.kind !== 'star' ? undefined : toLiteral(tokens.slice(1));
    if (literal !== undefined) addFirst(this.#byName, literal, ranked);
    else if (extension !== undefined && /^\.[^.]+$/.test(extension))
      addFirst(this.#byExtension, extension, ranked);
    else this.#others.unshift(ranked);
  }

  find(candidate: IgnoreCandidate): IgnoreRule | undefined {
    const name = this.#ignoresCase ? toLowerAscii(candidate.name) : candidate.name;
    const { isFolder } = candidate;
    const mapped = this.#findMapped(name, isFolder);
    const leastRank = mapped?.rank ?? -1;
    let path: string | undefined;
    for (const { rank, rule } of this.#others) {
      if (rank < leastRank) break;
      if (rule.isFolderOnly && !isFolder) continue;
      const text = rule.isPath ? (path ??= this.#toPath(candidate)) : name;
      if (matchesWildmatch(rule.tokens, text)) return rule;
    }
    return mapped?.rule;
  }

  #findMapped(name: string, isFolder: boolean): RankedRule | undefined {
    const named = firstFor(this.#byName.get(name), isFolder);
    const dot = name.lastIndexOf('.');
    if (dot < 0 || this.#byExtension.size === 0) return named;
    const extended = firstFor(this.#byExtension.get(name.slice(dot)), isFolder);
    if (named === undefined || extended === undefined) return named ?? extended;
    return named.rank > extended.rank ? named : extended;
  }

  #toPath(candidate: IgnoreCandidate): string {
    const path = candidate.getPath();
    return this.#ignoresCase ? toLowerAscii(path) : path;
  }
}

function addFirst(map: Map<string, RankedRule[]>, key: string, ranked: RankedRule): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [ranked]);
  else list.unshift(ranked);
}

function firstFor(
  rules: readonly RankedRule[] | undefined,
  isFolder: boolean,
): RankedRule | undefined {
  return rules?.find(({ rule }) => isFolder || !rule.isFolderOnly);
}

/** The text that tokens stand for when none of them is a wildcard. */
function toLiteral(tokens: NonNullable<Wildmatch>): string | undefined {
  const codes: number[] = [];
  for (const token of tokens) {
    if (token.kind !== 'byte') return undefined;
    codes.push(token.code);
  }
  return codes.length === 0 ? undefined : String.fromCharCode(...codes);
}

/** Ignore files larger than this are not rules that a person wrote; git has a limit of 100 MB. */
const MAX_IGNORE_FILE_BYTES = 1024 * 1024;

/**
 * Reads a small text file that steers the listing: an ignore file or a git configuration. Gives null
 * when it is missing, unreadable, not a regular file or over 1 MB; never waits on a pipe.
 * `nofollow` refuses a symbolic link, as git does for ignore files inside a work tree.
 */
export function readRuleText(file: string, links: 'follow' | 'nofollow'): string | null {
  const noFollow = links === 'nofollow' ? constants.O_NOFOLLOW : 0;
  let descriptor: number;
  try {
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK | noFollow);
  } catch {
    return null;
  }
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile() || stats.size > MAX_IGNORE_FILE_BYTES) return null;
    const bytes = Buffer.alloc(stats.size);
    return bytes.toString('utf8', 0, readSync(descriptor, bytes, 0, stats.size, 0));
  } catch {
    return null;
  } finally {
    closeSync(descriptor);
  }
}
