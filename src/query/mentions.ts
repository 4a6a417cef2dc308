/**
 * What a query names literally: files, frames of stack traces, identifiers that look like code, members
 * of classes, error codes, quoted texts. Everything as written; whether it exists is for the search to
 * find out. Lists keep the order of the query, hold each value once and are short (`MAX_EACH`).
 */
import { type QueryRegions, type Region, type RegionSpan } from './regions.ts';
import type { TraceFrame } from './trace-frames.ts';

export interface PathMention {
  /** Separators are `/`; no `./` in front. */
  readonly path: string;
  /** 1-based. */
  readonly line?: number;
}

export interface MemberMention {
  readonly container: string;
  readonly member: string;
}

export interface Mentions {
  readonly paths: readonly PathMention[];
  /** Innermost first. */
  readonly frames: readonly TraceFrame[];
  /** Identifiers of the title that look like code. */
  readonly titleIdentifiers: readonly string[];
  /** Identifiers between ticks, anywhere. */
  readonly tickIdentifiers: readonly string[];
  /** `Class.member`, `Class::member`, `Class#member`; of longer chains each pair of neighbours. */
  readonly members: readonly MemberMention[];
  /** `E0308`, `TS2345`, `ENOENT`, `SQLITE_BUSY`. */
  readonly errorCodes: readonly string[];
  /** Texts in quotes, of 3 to 120 characters. */
  readonly quoted: readonly string[];
}

const MAX_EACH = 200;

/** Reads the mentions of a query that is already cut. O(length). */
export function findMentions({ spans, frames }: QueryRegions): Mentions {
  return {
    paths: uniqueBy(
      spans.flatMap(({ text }) => listPaths(text)),
      ({ path, line }) => `${path}:${line ?? ''}`,
    ),
    frames: frames.slice(0, MAX_EACH),
    titleIdentifiers: unique(listTexts(spans, ['title']).flatMap(listCodeWords)),
    tickIdentifiers: unique(listTicks(spans).flatMap(listIdentifiers)),
    members: uniqueBy(
      listTexts(spans, ['title', 'prose', 'tick', 'error', 'code']).flatMap(listMembers),
      ({ container, member }) => `${container}.${member}`,
    ),
    errorCodes: unique(
      listTexts(spans, ['title', 'prose', 'tick', 'error', 'trace']).flatMap(listErrorCodes),
    ),
    quoted: unique(listTexts(spans, ['title', 'prose', 'error']).flatMap(listQuoted)),
  };
}

function listTexts(spans: readonly RegionSpan[], regions: readonly Region[]): string[] {
  return spans.filter(({ region }) => regions.includes(region)).map(({ text }) => text);
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)].slice(0, MAX_EACH);
}

function uniqueBy<T>(values: readonly T[], toKey: (value: T) => string): T[] {
  const byKey = new Map<string, T>();
  for (const value of values) if (!byKey.has(toKey(value))) byKey.set(toKey(value), value);
  return [...byKey.values()].slice(0, MAX_EACH);
}

/** Suffixes that make a bare name a file: a word with a dot may be a member, a version or a host. */
const FILE_SUFFIXES = new Set(
  (
    'astro bash bat bzl c cc cfg cjs clj cljs cmake conf cpp cs css csv cts cu cxx dart ex exs erl f90 fs go gradle ' +
    'graphql groovy h hcl hh hpp hs htm html hxx ini ipynb java jl js json jsonc jsx kt kts less lock lua m md mdx mjs ' +
    'ml mm mts nix php pl pm po properties proto ps1 pug py pyi pyx r rake rb rs rst s sass scala scss sh sol sql svelte ' +
    'svg swift tcl tex tf toml ts tsx txt vb vim vue wasm xml yaml yml zig zsh'
  ).split(' '),
);

/** Words of the characters of paths, then looked at one by one: no expression that could run long. */
const PATH_WORD = /[\p{L}\p{N}_.@+~$:#()[\]\\/-]{3,400}/gu;

/** Words that are paths of files, in their order; a path may come twice. */
export function listPaths(text: string): PathMention[] {
  const paths: PathMention[] = [];
  for (const [word] of text.matchAll(PATH_WORD)) {
    const mention = findPath(word);
    if (mention !== undefined) paths.push(mention);
  }
  return paths;
}

function findPath(word: string): PathMention | undefined {
  const trimmed = word.replace(/^[(.:#[]+(?=[\p{L}\p{N}_/~@])/u, '').replace(/[)\]:.,]+$/, '');
  const match = /^(.*?)(?::(\d+)(?::\d+)?|#L(\d+).*|\((\d+)(?:,\d+)?)?$/.exec(trimmed);
  const [, place = '', colonLine, hashLine, bracketLine] = match ?? [];
  const path = place.replaceAll('\\', '/').replace(/^(?:\.\/|[ab]\/(?=.*\/))/, '');
  if (!isFilePath(path)) return undefined;
  const line = colonLine ?? hashLine ?? bracketLine;
  return line === undefined ? { path } : { path, line: Number(line) };
}

function isFilePath(path: string): boolean {
  if (/[:#()]|\/\//.test(path.replace(/^[A-Za-z]:\//, ''))) return false;
  const base = path.slice(path.lastIndexOf('/') + 1);
  const suffix = /^[^.]?.*\.([A-Za-z]\w{0,9})$/.exec(base)?.[1];
  if (suffix === undefined) return false;
  return FILE_SUFFIXES.has(suffix.toLowerCase()) || (path.includes('/') && suffix.length <= 5);
}

const IDENTIFIER = /[\p{L}_$][\p{L}\p{N}_$]{2,79}/gu;

function listIdentifiers(text: string): string[] {
  return Array.from(text.matchAll(IDENTIFIER), ([word]) => word).filter(isNamed);
}

/** `__init__` and its like name nothing in particular. */
function isNamed(word: string): boolean {
  return !/^__\w+__$/.test(word);
}

/** Words with `_`, a capital (inside or first), in ticks, or called: `foo_bar`, `fooBar`, `Foo`, `foo(`. */
function listCodeWords(title: string): string[] {
  const ticks = new Set(listTickTexts(title).flatMap(listIdentifiers));
  const words: string[] = [];
  for (const match of title.matchAll(IDENTIFIER)) {
    const [word] = match;
    const isCalled = title[match.index + word.length] === '(';
    const looksLikeCode = /_|\p{Lu}/u.test(word) || isCalled || ticks.has(word);
    if (looksLikeCode && isNamed(word)) words.push(word);
  }
  return words;
}

function listTickTexts(text: string): string[] {
  return Array.from(text.matchAll(/`([^`]+)`/g), (match) => match[1] ?? '');
}

/** The title keeps its ticks; elsewhere they are spans of their own. */
function listTicks(spans: readonly RegionSpan[]): string[] {
  return [...listTexts(spans, ['title']).flatMap(listTickTexts), ...listTexts(spans, ['tick'])];
}

const CHAIN = /[A-Za-z_$][\w$]{0,79}(?:(?:\.|::|#|->)[A-Za-z_$][\w$]{0,79})+/g;

function listMembers(text: string): MemberMention[] {
  const members: MemberMention[] = [];
  for (const [chain] of text.matchAll(CHAIN)) {
    const names = chain.split(/\.|::|#|->/);
    const suffix = names.at(-1)?.toLowerCase() ?? '';
    if (names.length === 2 && chain.includes('.') && FILE_SUFFIXES.has(suffix)) continue;
    for (const [index, member] of names.slice(1).entries()) {
      members.push({ container: names[index] ?? '', member });
    }
  }
  return members;
}

/** Letters and digits (`E0308`, `ORA-00001`), errno names, and constants in capitals. */
const ERROR_CODE =
  /\b(?:[A-Z]{1,6}-?\d{2,6}|E(?:ACCES|AGAIN|BUSY|CONN[A-Z]+|EXIST|FAULT|INTR|INVAL|IO|ISDIR|LOOP|MFILE|NO[A-Z]+|PERM|PIPE|ROFS|TIMEDOUT)|[A-Z][A-Z0-9]+(?:_[A-Z0-9]+)+|0x[89A-Fa-f][0-9A-Fa-f]{7})\b/g;

function listErrorCodes(text: string): string[] {
  return Array.from(text.matchAll(ERROR_CODE), ([code]) => code);
}

const QUOTED =
  /(?<![\p{L}\p{N}])(?:"([^"\n]{3,120})"|'([^'\n]{3,120})'(?![\p{L}\p{N}])|“([^”\n]{3,120})”)/gu;

function listQuoted(text: string): string[] {
  return Array.from(text.matchAll(QUOTED), ([, double, single, curly]) => {
    return (double ?? single ?? curly ?? '').trim();
  }).filter((quote) => quote.length >= 3);
}
