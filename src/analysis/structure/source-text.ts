/**
 * The text of one file with its line starts: from an offset to a line, and what stands around a
 * definition that no syntax node holds: its signature on one line and the comment above it. Offsets are
 * UTF-16, lines 1-based.
 */
import type { CommentSyntax } from '../../languages/grammars/grammar.ts';

const MAX_SIGNATURE_CHARS = 200;
const MAX_DOC_CHARS = 300;
/** A comment is read at most so far up. */
const MAX_DOC_LINES = 400;

/** A text and the offsets at which its lines start. */
export interface SourceText {
  readonly text: string;
  readonly lineStarts: Int32Array;
}

/** Splits into lines at `\n`; O(length). */
export function createSourceText(text: string): SourceText {
  const starts: number[] = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return { text, lineStarts: Int32Array.from(starts) };
}

/** The 1-based line of an offset; O(log lines). */
export function findLine({ lineStarts }: SourceText, offset: number): number {
  let low = 0;
  let high = lineStarts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((lineStarts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low + 1;
}

/** The line without its end; empty when there is no such line. */
export function getLine({ text, lineStarts }: SourceText, line: number): string {
  const start = lineStarts[line - 1];
  if (start === undefined) return '';
  const next = lineStarts[line];
  const end = next === undefined ? text.length : next - 1;
  return text.slice(start, text[end - 1] === '\r' ? end - 1 : end);
}

/** The declaration from `start` up to its body, decorators left out, on one line of at most 200 characters. */
export function formatSignature(
  { text }: SourceText,
  {
    start,
    nameStart,
    end,
  }: { readonly start: number; readonly nameStart: number; readonly end: number },
): string {
  // What stands before the name only: `@type t` of Elixir starts like a decorator.
  const from = skipDecorators(text, start, Math.max(start, nameStart));
  const raw = text.slice(from, Math.min(end, from + 4 * MAX_SIGNATURE_CHARS));
  const line = raw
    .replace(/\\\r?\n/g, ' ')
    .replace(/\s+/g, ' ')
    .replace(/[\s{=:|]+$/, '')
    .trim();
  return cut(line, MAX_SIGNATURE_CHARS);
}

/** The end of the first line at which every bracket that was opened since `start` is closed; O(head). */
export function findHeadLineEnd(text: string, start: number): number {
  let depth = 0;
  const last = Math.min(text.length, start + 4 * MAX_SIGNATURE_CHARS);
  for (let at = start; at < last; at++) {
    const char = text[at];
    if (char === '(' || char === '[') depth++;
    else if (char === ')' || char === ']') depth--;
    else if (char === '\n' && depth <= 0) return at;
  }
  return last;
}

/** The first sentence of the comment that ends on the line above; empty when there is none. */
export function findDocComment(source: SourceText, start: number, syntax: CommentSyntax): string {
  const line = findLine(source, start);
  // A comment above belongs to the first definition of a line.
  if (source.text.slice(source.lineStarts[line - 1], start).trim() !== '') return '';
  const above = getLine(source, line - 1).trim();
  if (above === '') return '';
  for (const [open, close] of syntax.block) {
    if (above.endsWith(close)) return readBlock(source, line - 1, { open, close });
  }
  const marker = syntax.line.find((prefix) => above.startsWith(prefix));
  if (marker === undefined) return '';
  const lines: string[] = [];
  for (let at = line - 1; at > 0 && lines.length < MAX_DOC_LINES; at--) {
    const text = getLine(source, at).trim();
    if (!text.startsWith(marker)) break;
    lines.push(stripLineMarker(text, marker));
  }
  return toFirstSentence(lines.toReversed().join('\n'));
}

/** The first sentence of a string at the start of a body; empty when the body starts otherwise. */
export function findDocstring({ text }: SourceText, bodyStart: number): string {
  const head = /^[rRuUbB]{0,2}("""|'''|"|')/.exec(text.slice(bodyStart, bodyStart + 5));
  const quote = head?.[1];
  if (head === null || quote === undefined) return '';
  const from = bodyStart + head[0].length;
  const end = text.indexOf(quote, from);
  return toFirstSentence(text.slice(from, end < 0 ? from + MAX_DOC_CHARS : end));
}

/** Cuts prose after its first sentence or paragraph; markers of tags end it too. */
export function toFirstSentence(prose: string): string {
  const lines = prose.split('\n').map((line) => line.trim());
  const first = lines.findIndex((line) => /[\p{L}\p{N}]/u.test(line));
  if (first < 0) return '';
  const rest = lines.slice(first);
  const stop = rest.findIndex((line, at) => at > 0 && (line === '' || /^[@\\:]\w/.test(line)));
  const paragraph = (stop < 0 ? rest : rest.slice(0, stop))
    .join(' ')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/^[|^*]\s+/, '');
  if (/^[@\\:](?!brief|summary)\w/.test(paragraph)) return '';
  const plain = paragraph
    .replace(/^[@\\](?:brief|summary)\s+/, '')
    .replace(/<\/?[a-z]+[^>]*>/g, '');
  const sentence = /^.{8,}?[.!?。](?=\s|$)/u.exec(plain.trim());
  return cut(sentence?.[0] ?? plain.trim(), MAX_DOC_CHARS);
}

function readBlock(
  source: SourceText,
  lastLine: number,
  { open, close }: { readonly open: string; readonly close: string },
): string {
  const lines: string[] = [];
  for (let at = lastLine; at > 0 && lines.length < MAX_DOC_LINES; at--) {
    const text = getLine(source, at).trim();
    lines.push(text);
    const start = text.indexOf(open);
    if (start < 0 || (open === close && at === lastLine && start === text.length - close.length))
      continue;
    // Code before the comment: it belongs to that code.
    if (start > 0) return '';
    const body = lines.toReversed().join('\n').slice(open.length);
    const inner = body.slice(0, Math.max(0, body.lastIndexOf(close)));
    return toFirstSentence(inner.replace(/^[ \t]*[*!|]+(?=\s|$)|^[*!|^]+/gm, ''));
  }
  return '';
}

function stripLineMarker(text: string, marker: string): string {
  let at = marker.length;
  const last = marker.at(-1);
  while (text[at] === last || text[at] === '!' || text[at] === '|') at++;
  return text.slice(at);
}

/** Steps over `@a.b(…)`, `#[…]` and `[…]` at the start of a definition. */
function skipDecorators(text: string, start: number, end: number): number {
  let at = start;
  for (let count = 0; count < 64; count++) {
    while (at < end && /\s/.test(text[at] ?? '')) at++;
    const isCommented = count > 0 && /^(?:\/\/|#(?!\[))/.test(text.slice(at, at + 2));
    const next = isCommented ? skipLine(text, at, end) : skipDecorator(text, at, end);
    if (next === at) return at;
    at = next;
  }
  return at;
}

function skipLine(text: string, at: number, end: number): number {
  const next = text.indexOf('\n', at);
  return next < 0 ? end : Math.min(end, next);
}

function skipDecorator(text: string, at: number, end: number): number {
  const rest = text.slice(at, Math.min(end, at + 120));
  if (rest.startsWith('#[')) return skipBalanced(text, at + 1, end);
  if (rest.startsWith('[')) return skipBalanced(text, at, end);
  const name = /^@(?!interface\b)[\w.:]+/.exec(rest);
  const after = at + (name?.[0].length ?? 0);
  if (name === null || after >= end) return at;
  return text[after] === '(' ? skipBalanced(text, after, end) : after;
}

/** The offset behind the bracket that closes the one at `at`; `at` itself when none does. */
function skipBalanced(text: string, at: number, end: number): number {
  let depth = 0;
  for (let index = at; index < end; index++) {
    const char = text[index];
    if (char === '(' || char === '[' || char === '{') depth++;
    else if (char === ')' || char === ']' || char === '}') depth--;
    if (depth === 0) return index + 1;
  }
  return at;
}

function cut(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  const kept = text.slice(0, maxChars - 1);
  return `${/[\uD800-\uDBFF]$/.test(kept) ? kept.slice(0, -1) : kept}…`;
}
