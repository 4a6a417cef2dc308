/**
 * Cuts a text into chunks of lines without knowing its language: a cut falls where a definition seems to
 * start, so that a function and the comment above it stay together. Layout decides (blank lines,
 * indentation, a few leading words), which is right often enough and costs one pass over line starts;
 * the structure pass knows the true ranges later.
 */

/** A chunk is cut here at the latest. */
const MAX_LINES = 64;
/** A chunk this long is cut at the next blank line at its own level or less. */
const SOFT_LINES = 40;
/** A chunk shorter than this goes on, unless a definition word starts a new one. */
const MIN_LINES = 6;
const MIN_LINES_BEFORE_DEFINITION = 3;
/** Definitions deeper than this stay inside their parent. */
const MAX_DEFINITION_INDENT = 8;
const TAB_WIDTH = 4;

const DEFINITION_WORDS: ReadonlySet<string> = new Set(
  (
    'abstract actual async class const constructor data def default define enum expect export extern final fn ' +
    'fun func function impl import inline inner interface internal let local macro_rules mod module namespace ' +
    'object open operator override package private proc protected protocol pub public record sealed static ' +
    'struct sub suspend template test trait type typedef union unsafe val var virtual void describe it'
  ).split(' '),
);

const NEWLINE = 0x0a;
const SPACE = 0x20;
const TAB = 0x09;
const RETURN = 0x0d;

/** One chunk: bytes from `start` to `end`, `lineCount` lines. */
export interface ChunkRange {
  readonly start: number;
  readonly end: number;
  readonly lineCount: number;
}

interface LineFacts {
  /** Byte where the line starts. */
  readonly start: number;
  /** Byte after the line and its line feed. */
  readonly end: number;
  /** Columns of leading blanks; -1 for a blank line. */
  readonly indent: number;
  /** First byte that is not a blank. */
  readonly first: number;
}

/** Cuts `bytes` into disjoint ranges of whole lines that cover it. Empty text gives no chunk. */
export function cutChunks(bytes: Uint8Array): ChunkRange[] {
  const chunks: ChunkRange[] = [];
  let start = 0;
  let lines = 0;
  let chunkIndent = 0;
  let previousBlank = true;
  for (let position = 0; position < bytes.length;) {
    const line = readLine(bytes, position);
    const isCut =
      lines >= MAX_LINES ||
      (line.indent >= 0 && isChunkStart(bytes, line, { lines, chunkIndent, previousBlank }));
    if (isCut && lines > 0) {
      chunks.push({ start, end: line.start, lineCount: lines });
      start = line.start;
      lines = 0;
    }
    if (lines === 0) chunkIndent = Math.max(line.indent, 0);
    lines += 1;
    previousBlank = line.indent < 0;
    position = line.end;
  }
  if (lines > 0) chunks.push({ start, end: bytes.length, lineCount: lines });
  return chunks;
}

function readLine(bytes: Uint8Array, start: number): LineFacts {
  const newline = bytes.indexOf(NEWLINE, start);
  const end = newline === -1 ? bytes.length : newline + 1;
  let indent = 0;
  for (let position = start; position < end; position++) {
    const byte = bytes[position] as number;
    if (byte === SPACE) indent += 1;
    else if (byte === TAB) indent += TAB_WIDTH;
    else if (byte === NEWLINE || byte === RETURN) break;
    else return { start, end, indent, first: position };
  }
  return { start, end, indent: -1, first: start };
}

function isChunkStart(
  bytes: Uint8Array,
  line: LineFacts,
  state: { lines: number; chunkIndent: number; previousBlank: boolean },
): boolean {
  const first = bytes[line.first] as number;
  if (!canStartDefinition(first)) return false;
  if (state.lines >= SOFT_LINES) return state.previousBlank && line.indent <= MAX_DEFINITION_INDENT;
  if (line.indent > MAX_DEFINITION_INDENT || !state.previousBlank) return false;
  if (state.lines >= MIN_LINES && line.indent <= state.chunkIndent) return true;
  return state.lines >= MIN_LINES_BEFORE_DEFINITION && looksLikeDefinition(bytes, line);
}

/** A decorator, a definition word, or at the left margin a line with an opening bracket. */
function looksLikeDefinition(bytes: Uint8Array, line: LineFacts): boolean {
  if (bytes[line.first] === 0x40 || DEFINITION_WORDS.has(readWord(bytes, line))) return true;
  if (line.indent > 0) return false;
  const bracket = bytes.indexOf(0x28, line.first);
  return bracket !== -1 && bracket < line.end;
}

/** Letters, `_`, `@`, `#`, `/`, `~`, `<`, `[` and bytes beyond ASCII; closing brackets and operators cannot. */
function canStartDefinition(byte: number): boolean {
  const isLetter = (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;
  return isLetter || byte >= 0x80 || '_@#/~<[*"'.includes(String.fromCharCode(byte));
}

function readWord(bytes: Uint8Array, line: LineFacts): string {
  let end = line.first;
  while (end < line.end && end - line.first < 12) {
    const byte = (bytes[end] as number) | 0x20;
    if ((byte < 0x61 || byte > 0x7a) && bytes[end] !== 0x5f) break;
    end += 1;
  }
  return Buffer.from(bytes.buffer, bytes.byteOffset + line.first, end - line.first).toString(
    'latin1',
  );
}
