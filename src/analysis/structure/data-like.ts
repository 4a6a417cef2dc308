/**
 * The cheap path for data written as code. Tables in C (register headers of several MB, arrays of firmware)
 * are scanned by lines: a parser spends minutes on them and finds what one scan finds. Minified JavaScript
 * gives nothing: its names mean nothing. Both are judged by the text alone.
 *
 * A table with thousands of `#define NAME number` lines gives its other definitions only. Of the 3.3 million macros of
 * a Linux tree (20,000 of a file at most) 1.7 million stand in 126 such files; text search finds them as before.
 */
import type { ImportReference, Structure, SymbolDefinition } from '../../model/symbol.ts';

const MIN_DATA_CHARS = 100_000;
const TABLE_LANGUAGES: ReadonlySet<string> = new Set(['c', 'cpp', 'cuda', 'objc']);
const SAMPLED_LINES = 2_000;
/** Share of the sampled lines that must be `#define` or hold nothing but numbers, signs and short initialisers. */
const MIN_DATA_SHARE = 0.9;
/** From so many numbers on their names are left out. Lists that people read are shorter (PCI ids of Linux: 2,781). */
const MIN_NUMBERS = 4_000;
/** Share of a table's definitions that must be numbers for that. */
const MIN_NUMBER_SHARE = 0.8;
const MIN_MINIFIED_CHARS = 5_000;
/** People do not write lines of so many characters. */
const LONG_LINE_CHARS = 1_000;
const MIN_LONG_SHARE = 0.8;
const MAX_HEAD_CHARS = 300;

/** True for JavaScript of which at least four fifths stand in very long lines. O(length). */
export function isMinified(languageId: string, text: string): boolean {
  if (text.length < MIN_MINIFIED_CHARS || languageId !== 'javascript') return false;
  let longChars = 0;
  for (let start = 0; start < text.length;) {
    const next = text.indexOf('\n', start);
    const end = next < 0 ? text.length : next;
    if (end - start >= LONG_LINE_CHARS) longChars += end - start;
    start = end + 1;
  }
  return longChars / text.length >= MIN_LONG_SHARE;
}

/** True when a C or C++ text is a table of constants. O(sampled lines). */
export function isDataLike(languageId: string, text: string): boolean {
  if (text.length < MIN_DATA_CHARS || !TABLE_LANGUAGES.has(languageId)) return false;
  const lines = sampleLines(text).filter((line) => !/^(?:$|\/\/|\/\*|\*)/.test(line));
  const data = lines.filter((line) => /^#\s*define\s/.test(line) || isInitialiser(line));
  return lines.length > 50 && data.length / lines.length >= MIN_DATA_SHARE;
}

function sampleLines(text: string): readonly string[] {
  const lines: string[] = [];
  const stepChars = Math.max(1, Math.floor(text.length / SAMPLED_LINES));
  for (let at = 0; at < text.length; at += stepChars) {
    const start = text.indexOf('\n', at) + 1;
    if (start === 0) break;
    const end = text.indexOf('\n', start);
    lines.push(text.slice(start, end < 0 ? text.length : end).trim());
  }
  return lines;
}

/**
 * Lists the macros, arrays and includes of a table by its lines, without the names of numbers when
 * there are thousands. Continuation lines belong to their macro, rows to their array.
 */
export function outlineTable(text: string, maxSymbols: number): Structure {
  const symbols: SymbolDefinition[] = [];
  const imports: ImportReference[] = [];
  const numbers = new Set<SymbolDefinition>();
  for (const [at, row] of text.split('\n').entries()) {
    const line = at + 1;
    if (row.startsWith('}')) closeArray(symbols, line);
    const symbol = readDefine(row, line) ?? readArray(row, line);
    if (symbol !== undefined) symbols.push(symbol);
    if (symbol !== undefined && NUMBER_DEFINE.test(row)) numbers.add(symbol);
    const module = /^[ \t]*#[ \t]*include[ \t]*["<]([^">]+)[">]/.exec(row)?.[1];
    if (module !== undefined) imports.push({ module, names: [], line });
  }
  const isOfNumbers =
    numbers.size >= MIN_NUMBERS && numbers.size / symbols.length >= MIN_NUMBER_SHARE;
  const kept = isOfNumbers ? symbols.filter((symbol) => !numbers.has(symbol)) : symbols;
  return { symbols: kept.slice(0, maxSymbols), imports };
}

/** Lengthens the array that is open, if one is, to its closing line. */
function closeArray(symbols: SymbolDefinition[], line: number): void {
  const last = symbols.at(-1);
  if (last?.kind !== 'variable' || last.endLine !== last.startLine) return;
  symbols[symbols.length - 1] = { ...last, endLine: line };
}

/** `#define NAME 0x10L`, with or without parentheses, and `(1 << 3)`; a comment may follow. */
const NUMBER_DEFINE =
  /^[ \t]*#[ \t]*define[ \t]+\w+[ \t]+[(]?-?(?:0[xX][\da-fA-F]+|\d+)[uUlL]*(?:[ \t]*<<[ \t]*\d+)?[)]?\s*(?:\/[/*].*)?$/;

function readDefine(row: string, line: number): SymbolDefinition | undefined {
  const match = /^[ \t]*#[ \t]*define[ \t]+(\w+)(\()?/.exec(row);
  if (match?.[1] === undefined) return undefined;
  return toSymbol(row, { name: match[1], line, kind: match[2] ? 'function' : 'constant' });
}

/** The head of an array or structure at the start of a line: `static const u8 name[] = {`. */
function readArray(row: string, line: number): SymbolDefinition | undefined {
  if (!row.includes('=') || /^[\s#/*.{}[\d"]/.test(row)) return undefined;
  const head = row.slice(0, MAX_HEAD_CHARS);
  const name = /^[\w \t*]*?(\w+)[ \t]*(?:\[[^\]=]*\][ \t]*)*(?:__\w+[ \t]*)*=/.exec(head)?.[1];
  return name === undefined ? undefined : toSymbol(row, { name, line, kind: 'variable' });
}

function toSymbol(
  row: string,
  found: Pick<SymbolDefinition, 'name' | 'kind'> & { readonly line: number },
): SymbolDefinition {
  const { name, kind, line } = found;
  const signature = row.trim().replace(/\s+/g, ' ').slice(0, 200);
  return {
    name,
    kind,
    container: '',
    startLine: line,
    endLine: line,
    nameLine: line,
    signature: kind === 'variable' ? signature.replace(/[\s={]+$/, '') : signature,
    doc: '',
  };
}

/**
 * A row of numbers, strings or designated fields, as in the body of a table. Sticky pieces, one after another:
 * one expression with nested repetition takes time exponential in the numbers of a row.
 */
function isInitialiser(line: string): boolean {
  let at = 0;
  let pieces = 0;
  while (at < line.length) {
    INITIALISER_PIECE.lastIndex = at;
    const match = INITIALISER_PIECE.exec(line);
    if (match === null) return false;
    if (match[1] !== undefined) pieces++;
    at = INITIALISER_PIECE.lastIndex;
  }
  return pieces > 0;
}

const INITIALISER_PIECE =
  /(0[xX][0-9a-fA-F]+|-?\d[\w.]*|"[^"]*"|\[[^\]]*\]\s*=|\.\w+\s*=)|\/\*(?:[^*]|\*(?!\/))*\*\/|[\s,{}|;)]+/y;
