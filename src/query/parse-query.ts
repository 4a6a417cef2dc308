/**
 * The small language of auto and symbol mode, for one-line queries of at most 300 characters:
 *
 *   "exact phrase"   /regex/   -word   -path:x   path:x lang:x repo:x sym:x kind:x source:x
 *
 * The same qualifier twice is OR, different ones are AND. Values with blanks are quoted (`path:"my dir"`).
 * Every input is a legal query: what is malformed, and all of a longer query, is plain text.
 * Nothing is looked up here: whether a language or a repository exists is for the search to say.
 */
import { CHUNK_KINDS, type ChunkKind, SOURCE_TYPES, type SourceType } from '../model/document.ts';
import { parsePattern } from './pattern/parse-pattern.ts';

/** Values of the qualifiers as written, in order, each once; empty when not given. */
export interface Qualifiers {
  readonly path: readonly string[];
  /** Lower case. */
  readonly lang: readonly string[];
  readonly repo: readonly string[];
  readonly sym: readonly string[];
  readonly kind: readonly ChunkKind[];
  readonly source: readonly SourceType[];
}

export interface QueryTree {
  /** The query without its operators, to be ranked; words in order. Empty when there are operators only. */
  readonly text: string;
  /** Each must occur; without the quotes. */
  readonly phrases: readonly string[];
  /** Each must match; without the slashes. They compile. */
  readonly regexes: readonly string[];
  readonly excludedTerms: readonly string[];
  readonly excludedPaths: readonly string[];
  readonly qualifiers: Qualifiers;
}

const MAX_LANGUAGE_CHARACTERS = 300;

const NO_QUALIFIERS: Qualifiers = { path: [], lang: [], repo: [], sym: [], kind: [], source: [] };

/** Reads a query; never fails. */
export function parseQuery(query: string): QueryTree {
  const text = query.trim();
  const isPlain =
    /[\r\n\u2028\u2029]/.test(text) || countCharacters(text) > MAX_LANGUAGE_CHARACTERS;
  if (isPlain) return toPlain(text);
  const words = splitWords(text);
  const tree = toTree(words);
  return isOnlyExclusions(tree) ? toPlain(text) : tree;
}

function countCharacters(text: string): number {
  return text.length <= MAX_LANGUAGE_CHARACTERS ? text.length : Array.from(text).length;
}

function toPlain(text: string): QueryTree {
  return {
    text,
    phrases: [],
    regexes: [],
    excludedTerms: [],
    excludedPaths: [],
    qualifiers: NO_QUALIFIERS,
  };
}

/** `-Wall` alone asks for nothing that could be found; then it is the text itself that is meant. */
function isOnlyExclusions(tree: QueryTree): boolean {
  const { text, phrases, regexes, qualifiers, excludedTerms, excludedPaths } = tree;
  const hasPositive =
    text !== '' ||
    phrases.length > 0 ||
    regexes.length > 0 ||
    Object.values(qualifiers).some((values) => values.length > 0);
  return !hasPositive && excludedTerms.length + excludedPaths.length > 0;
}

type Word =
  | {
      readonly kind: 'text' | 'phrase' | 'regex' | 'excluded' | 'excluded-path';
      readonly value: string;
    }
  | { readonly kind: keyof Qualifiers; readonly value: string };

/** A word ends at a blank; quotes hold blanks together where an operator may stand. */
const WORD = /(-?path:|lang:|repo:|sym:|kind:|source:)?"([^"]+)"(?=\s|$)|\S+/g;

function splitWords(text: string): Word[] {
  return Array.from(text.matchAll(WORD), (match) => {
    const [whole, key, quoted] = match;
    const isAtStart = match.index === 0 || /\s/.test(text[match.index - 1] ?? '');
    if (quoted === undefined || quoted.trim() === '' || !isAtStart) return readWord(whole);
    if (key === undefined) return { kind: 'phrase', value: quoted };
    return readQualifier(key.slice(0, -1), quoted) ?? { kind: 'text', value: whole };
  });
}

function readWord(word: string): Word {
  const plain: Word = { kind: 'text', value: word };
  if (word.length > 2 && word.startsWith('/') && word.endsWith('/')) {
    const pattern = word.slice(1, -1);
    return compiles(pattern) ? { kind: 'regex', value: pattern } : plain;
  }
  const [, key, value = ''] = /^(-?[a-z]+):([^:].*)$/.exec(word) ?? [];
  const qualifier = key === undefined ? undefined : readQualifier(key, value);
  if (qualifier !== undefined) return qualifier;
  const excluded = /^-([\p{L}\p{N}_$@][^:]*)$/u.exec(word)?.[1];
  return excluded === undefined ? plain : { kind: 'excluded', value: excluded };
}

function compiles(pattern: string): boolean {
  try {
    parsePattern(pattern, { ignoresCase: false, spansLines: false });
    return true;
  } catch {
    return false;
  }
}

/** Reads `key:value`; undefined when the key is none of ours or takes no such value. */
function readQualifier(key: string, value: string): Word | undefined {
  if (value.trim() === '' || value === '"') return undefined;
  if (key === '-path') return { kind: 'excluded-path', value };
  if (!isQualifier(key) || !takesValue(key, value)) return undefined;
  return { kind: key, value: key === 'lang' ? value.toLowerCase() : value };
}

function isQualifier(key: string): key is keyof Qualifiers {
  return Object.hasOwn(NO_QUALIFIERS, key);
}

function takesValue(key: keyof Qualifiers, value: string): boolean {
  if (key === 'lang') return /^[\w+#.-]+$/.test(value);
  if (key === 'kind') return isOneOf(CHUNK_KINDS, value);
  return key !== 'source' || isOneOf(SOURCE_TYPES, value);
}

function isOneOf<T extends string>(values: readonly T[], value: string): value is T {
  return values.some((known) => known === value);
}

function toTree(words: readonly Word[]): QueryTree {
  const list = (kind: Word['kind']): string[] => [
    ...new Set(words.filter((word) => word.kind === kind).map((word) => word.value)),
  ];
  return {
    text: words
      .filter((word) => word.kind === 'text')
      .map((word) => word.value)
      .join(' '),
    phrases: list('phrase'),
    regexes: list('regex'),
    excludedTerms: list('excluded'),
    excludedPaths: list('excluded-path'),
    qualifiers: {
      path: list('path'),
      lang: list('lang'),
      repo: list('repo'),
      sym: list('sym'),
      kind: list('kind').filter((value) => isOneOf(CHUNK_KINDS, value)),
      source: list('source').filter((value) => isOneOf(SOURCE_TYPES, value)),
    },
  };
}

/**
 * Prints a tree, one node for each part in a fixed order: `text("a b") phrase("x y") regex("z")
 * path("p"|"q") lang("go") -term("t") -path("v")`; the empty query is `text("")`.
 */
export function formatQuery(tree: QueryTree): string {
  const nodes = [
    ...tree.phrases.map((phrase) => `phrase(${JSON.stringify(phrase)})`),
    ...tree.regexes.map((regex) => `regex(${JSON.stringify(regex)})`),
    ...Object.entries(tree.qualifiers)
      .filter(([, values]) => values.length > 0)
      .map(([key, values]) => `${key}(${quoteAll(values)})`),
    ...tree.excludedTerms.map((term) => `-term(${JSON.stringify(term)})`),
    ...tree.excludedPaths.map((path) => `-path(${JSON.stringify(path)})`),
  ];
  const hasText = tree.text !== '' || nodes.length === 0;
  return [...(hasText ? [`text(${JSON.stringify(tree.text)})`] : []), ...nodes].join(' ');
}

function quoteAll(values: readonly string[]): string {
  return values.map((value) => JSON.stringify(value)).join('|');
}
