/**
 * The cheap path for tables written as C: register headers of several MB that hold nothing but `#define` lines
 * (the display headers of a graphics driver are a quarter of all bytes of a Linux tree). A parser spends
 * minutes on them and finds what one scan of the lines finds. Large files only; the shape is judged by a
 * sample of their lines.
 */
import type { Structure, SymbolDefinition } from '../../model/symbol.ts';

const MIN_DATA_CHARS = 100_000;
const TABLE_LANGUAGES: ReadonlySet<string> = new Set(['c', 'cpp', 'cuda', 'objc']);
const SAMPLED_LINES = 2_000;
/** Share of the sampled lines that must be `#define` or hold nothing but numbers, signs and short initialisers. */
const MIN_DATA_SHARE = 0.9;

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

/** Lists the `#define`s of a table and its includes by lines; continuation lines belong to their macro. */
export function outlineDefines(text: string, maxSymbols: number): Structure {
  const symbols: SymbolDefinition[] = [];
  const imports: { module: string; names: string[]; line: number }[] = [];
  let line = 0;
  for (const row of text.split('\n')) {
    line++;
    const define = /^[ \t]*#[ \t]*define[ \t]+(\w+)(\()?/.exec(row);
    if (define?.[1] !== undefined) {
      if (symbols.length >= maxSymbols) break;
      symbols.push({
        name: define[1],
        kind: define[2] === undefined ? 'constant' : 'function',
        container: '',
        startLine: line,
        endLine: line,
        nameLine: line,
        signature: row.trim().replace(/\s+/g, ' ').slice(0, 200),
        doc: '',
      });
      continue;
    }
    const include = /^[ \t]*#[ \t]*include[ \t]*["<]([^">]+)[">]/.exec(row);
    if (include?.[1] !== undefined) imports.push({ module: include[1], names: [], line });
  }
  return { symbols, imports };
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
