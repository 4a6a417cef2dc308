/**
 * Cuts a file that answers into the pieces that are compared: its outermost functions and methods with the
 * comments above them, definitions that the query asks for by name, and the file's best chunk where it lies
 * outside of functions. Each piece comes with how often it holds the terms of the query.
 *
 * Without an outline (not parsed yet, no grammar) the best chunk is the only piece.
 */
import type { TermCounter } from '../analysis/term-counter.ts';
import { listTerms } from '../analysis/terms.ts';
import type { ChunkKind } from '../model/document.ts';
import type { WeightedTerm } from '../ranking/select-terms.ts';
import { WEIGHTS } from '../ranking/weights.ts';
import type { OutlineView, SymbolsView } from './ports.ts';
import type { RankedFile } from './rank-files.ts';
import type { TextLines } from './text-lines.ts';

/** A piece of a file. Lines are 1-based and inclusive. */
export interface Piece {
  /** Of the comment above a definition. */
  readonly startLine: number;
  readonly endLine: number;
  /** The line that holds the name of the definition; `startLine` for what is none. */
  readonly definitionLine: number;
  readonly kind: ChunkKind;
  readonly symbol: OutlineView | undefined;
  /** By the place of the term. A term in the name of what is defined, or of its class, counts beside those in its body. */
  readonly frequencies: Uint16Array;
  readonly tokens: number;
}

export interface PieceOptions {
  /** The terms that `counter` counts, in its order. */
  readonly terms: readonly WeightedTerm[];
  readonly counter: TermCounter;
  readonly symbols: SymbolsView | undefined;
  /** Names that the query as a whole asks for: their definitions are pieces whatever they define. */
  readonly names: ReadonlySet<string>;
}

interface Span {
  readonly startLine: number;
  readonly endLine: number;
  readonly symbol: OutlineView | undefined;
}

/** Files with more text than this are data or generated: their best chunk stands for them. */
const MAX_TEXT_BYTES = 400_000;
const CALLABLE: ReadonlySet<ChunkKind> = new Set(['function', 'method']);
/** Lines that stand for a file of which nothing is known to match. */
const HEAD_LINES = 20;
const MAX_COMMENT_LINES = 80;
/** Lines of comments, annotations and attributes; directives of the C preprocessor are code. */
const COMMENT =
  /^\s*(?:\/\/|\/\*|\*(?:[\s/*]|$)|#(?!\s*(?:include|define|undef|if|ifdef|ifndef|elif|else|endif|pragma)\b)|--|;|%|@|"""|'''|\[\w)/;

/** Lists the pieces that hold a term, and always at least one. */
export function listPieces(file: RankedFile, text: TextLines, options: PieceOptions): Piece[] {
  const isLarge = text.bytes.length > MAX_TEXT_BYTES;
  const outline = isLarge ? [] : (options.symbols?.outlineOf(file.blobId) ?? []);
  const spans = listSpans(outline, text, options.names);
  const chunk = findChunk(file, text);
  if (!isMostlyCovered(chunk, spans)) {
    spans.push({ ...chunk, symbol: findEnclosing(outline, chunk) });
  }
  const pieces = spans.map((span) => toPiece(span, text, options));
  return pieces.filter(
    ({ frequencies }, index) =>
      frequencies.some((count) => count > 0) || index === pieces.length - 1,
  );
}

/** Functions with their comments, none reaching into the one before it; then other things asked for by name. */
function listSpans(
  outline: readonly OutlineView[],
  text: TextLines,
  names: ReadonlySet<string>,
): Span[] {
  let end = 0;
  const spans: Span[] = [];
  for (const symbol of outline) {
    if (!CALLABLE.has(symbol.kind) || symbol.startLine <= end) continue;
    const startLine = findCommentStart(text, symbol.startLine, end);
    spans.push({ startLine, endLine: symbol.endLine, symbol });
    end = symbol.endLine;
  }
  const named = outline.filter(({ name, kind }) => names.has(name) && !CALLABLE.has(kind));
  return [
    ...spans,
    ...named.map((symbol) => ({
      startLine: symbol.startLine,
      endLine: symbol.endLine,
      symbol,
    })),
  ];
}

/** The first line of the comment that ends right above a line; the line itself when there is none. */
function findCommentStart(text: TextLines, line: number, after: number): number {
  const first = Math.max(after + 1, line - MAX_COMMENT_LINES, 1);
  let start = line;
  while (start > first && COMMENT.test(text.get(start - 1))) start -= 1;
  return start;
}

function findChunk(file: RankedFile, text: TextLines): { startLine: number; endLine: number } {
  const chunk = file.chunks[0];
  return {
    startLine: chunk?.startLine ?? 1,
    endLine: Math.min(text.count, chunk?.endLine ?? HEAD_LINES),
  };
}

function isMostlyCovered(
  { startLine, endLine }: { readonly startLine: number; readonly endLine: number },
  spans: readonly Span[],
): boolean {
  let covered = 0;
  for (const span of spans) {
    const shared = Math.min(endLine, span.endLine) - Math.max(startLine, span.startLine) + 1;
    covered += Math.max(0, shared);
  }
  return covered * 2 >= endLine - startLine + 1;
}

function findEnclosing(
  outline: readonly OutlineView[],
  { startLine, endLine }: { readonly startLine: number; readonly endLine: number },
): OutlineView | undefined {
  return outline.findLast((symbol) => symbol.startLine <= startLine && symbol.endLine >= endLine);
}

function toPiece(span: Span, text: TextLines, { terms, counter }: PieceOptions): Piece {
  const { symbol, startLine, endLine } = span;
  counter.countIn(text.bytes, text.startByte(startLine), text.startByte(endLine + 1));
  const frequencies = counter.frequencies.slice();
  if (symbol !== undefined) {
    const { definitionNameFrequency, containerNameFrequency } = WEIGHTS;
    addNameTerms(symbol.name, definitionNameFrequency, { terms, frequencies });
    addNameTerms(symbol.container, containerNameFrequency, { terms, frequencies });
  }
  const isWhole =
    symbol !== undefined && symbol.endLine === endLine && symbol.startLine >= startLine;
  return {
    ...span,
    definitionLine: isWhole ? symbol.nameLine : startLine,
    kind: isWhole ? symbol.kind : 'block',
    frequencies,
    tokens: counter.tokens,
  };
}

function addNameTerms(
  name: string,
  count: number,
  piece: { readonly terms: readonly WeightedTerm[]; readonly frequencies: Uint16Array },
): void {
  for (const { text } of listTerms(name)) {
    const term = piece.terms.findIndex((wanted) => wanted.text === text);
    if (term < 0 || term >= piece.frequencies.length) continue;
    piece.frequencies[term] = (piece.frequencies[term] as number) + count;
  }
}
