/**
 * The path filters of `filters.paths` and `path:`. A filter without `*?[{` is a path: it takes the file
 * and all below the folder. A filter with one of them is a glob:
 *
 *   `*`      any characters of one segment        `?`          one character of a segment
 *   `**`     any segments, none too               `[a-z] [!x]` one character in (not in) the set
 *   `{a,b}`  either, may nest and hold globs      `\`          takes the meaning from the next character
 *
 * A glob without `/` is for the base name at any depth (`*.ts`, `test_*`). One with `/` starts at the root
 * (`src/*.ts` is not `a/src/x.ts`); when its last segment is plain it also takes all below it
 * (`packages/[a-z]/src`). Brackets that are not closed are plain characters. Case matters.
 */
import { enableLinearEngine } from './pattern/regexp-engine.ts';

export type PathTest = (path: string) => boolean;

const GLOB_CHARACTERS = /[*?[{]/;

/** True when the filter is a glob rather than a path. */
export function isGlob(filter: string): boolean {
  return GLOB_CHARACTERS.test(filter);
}

/**
 * Compiles filters to one test that holds for a path (relative, `/` between segments) when some filter
 * takes it; no filters take nothing. About 0.1 microseconds for each path.
 */
export function compilePathFilter(filters: readonly string[]): PathTest {
  const tests = filters.map(compileOne);
  const [only] = tests;
  if (tests.length === 1 && only !== undefined) return only;
  return (path) => tests.some((test) => test(path));
}

function compileOne(filter: string): PathTest {
  const trimmed = filter.trim().replace(/^(?:\.?\/)+/, '');
  const clean = trimmed.replace(/\/+$/, '');
  if (clean === '' || clean === '.') return () => true;
  if (!isGlob(clean)) {
    const below = `${clean}/`;
    return (path) => path === clean || path.startsWith(below);
  }
  const suffix = /^\*(\.[\w.-]+)$/.exec(clean)?.[1];
  if (suffix !== undefined) return (path) => path.endsWith(suffix);
  return compileGlob(clean, clean !== trimmed);
}

function compileGlob(glob: string, isFolder: boolean): PathTest {
  enableLinearEngine();
  const isBaseName = !glob.includes('/');
  const last = glob.slice(glob.lastIndexOf('/') + 1);
  const takesBelow = isFolder || (!isBaseName && !isGlob(last) && !last.includes('}'));
  const start = isBaseName ? '(?:^|/)' : '^';
  const expression = new RegExp(`${start}${translate(glob)}${takesBelow ? '(?:$|/)' : '$'}`);
  return (path) => expression.test(path);
}

/** Source of one glob; reads it once from left to right. */
function translate(glob: string): string {
  let source = '';
  let openBraces = 0;
  for (let at = 0; at < glob.length;) {
    const token = readToken(glob, at, openBraces);
    source += token.source;
    openBraces += token.braceStep;
    at += token.length;
  }
  return source;
}

interface Token {
  readonly source: string;
  readonly length: number;
  readonly braceStep: number;
}

function readToken(glob: string, at: number, openBraces: number): Token {
  const char = glob[at] ?? '';
  if (char === '*') return readStars(glob, at);
  if (char === '?') return toToken('[^/]', 1);
  if (char === '[') return readSet(glob, at);
  if (char === '{' && hasClosingBrace(glob, at)) return { source: '(?:', length: 1, braceStep: 1 };
  if (openBraces > 0 && char === ',') return toToken('|', 1);
  if (openBraces > 0 && char === '}') return { source: ')', length: 1, braceStep: -1 };
  return readPlain(glob, at);
}

function readPlain(glob: string, at: number): Token {
  const char = glob[at] ?? '';
  if (char === '\\' && at + 1 < glob.length) return toToken(escape(glob[at + 1] ?? ''), 2);
  return toToken(escape(char), 1);
}

function toToken(source: string, length: number): Token {
  return { source, length, braceStep: 0 };
}

/** `**` spans segments only where it is a whole segment; elsewhere it is `*`. */
function readStars(glob: string, at: number): Token {
  let end = at;
  while (glob[end] === '*') end += 1;
  const length = end - at;
  const isSegmentStart = at === 0 || '/{,'.includes(glob[at - 1] ?? '');
  if (length < 2 || !isSegmentStart) return toToken('[^/]*', length);
  if (glob[end] === '/') return toToken('(?:[^/]+/)*', length + 1);
  return end === glob.length || '},'.includes(glob[end] ?? '')
    ? toToken('.+', length)
    : toToken('[^/]*', length);
}

function readSet(glob: string, at: number): Token {
  const match = /^\[([!^]?)(\]?[^\]]*)\]/.exec(glob.slice(at));
  const [whole, negation = '', members = ''] = match ?? [];
  if (whole === undefined || members === '') return toToken('\\[', 1);
  const inner = members.replaceAll(/[\\\][^]/g, '\\$&');
  try {
    // A range that ends before it starts is refused by the engine; then the bracket is plain.
    const source = `[${negation === '' ? '' : '^/'}${inner}]`;
    return toToken(new RegExp(source).source, whole.length);
  } catch {
    return toToken('\\[', 1);
  }
}

function hasClosingBrace(glob: string, at: number): boolean {
  let depth = 0;
  for (let end = at; end < glob.length; end += 1) {
    if (glob[end] === '\\') end += 1;
    else if (glob[end] === '{') depth += 1;
    else if (glob[end] === '}') depth -= 1;
    if (depth === 0) return true;
  }
  return false;
}

function escape(char: string): string {
  return char.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');
}
