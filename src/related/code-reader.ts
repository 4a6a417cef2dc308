/**
 * What one question reads of code: texts, outlines, and by the parser what a name is where it stands and what a
 * definition calls. Small files are parsed whole, of larger ones the definition around a line, so that the
 * cost follows what is shown. All looking at code of one question shares a budget of time; where it is used up, where a
 * language is not parsed or a parse fails, the text alone decides (a name before a parenthesis is a call).
 */
import type { StructureExtractor } from '../analysis/structure/extractor.ts';
import {
  classifyReferences,
  findEnclosing,
  listCalls,
  type Call,
  type Reference,
} from '../analysis/structure/references.ts';
import { findGrammar } from '../languages/grammars/registry.ts';
import { ROLES } from '../model/document.ts';
import type { OutlineView } from '../search/ports.ts';
import { TextLines } from '../search/text-lines.ts';
import type { RelatedView } from './ports.ts';

/** Time that one question may spend on code, from its first look at it; loading a grammar is not counted. */
const BUDGET_MS = 160;
/** Files up to this size are parsed whole: about 5 ms. */
const WHOLE_FILE_BYTES = 12_000;
/** Larger pieces are not parsed: minified code, tables. */
const MAX_PART_BYTES = 100_000;
/** Definitions up to this length are parsed with what is around the line. */
const MAX_PART_LINES = 400;
/** Lines above and below a line that no definition of a fitting length holds. */
const MARGIN_LINES = 60;
/** Lines of one file that are looked at. */
const MAX_LINES_OF_FILE = 40;

/** Lines of a file, 1-based and inclusive. */
export interface LineRange {
  readonly startLine: number;
  readonly endLine: number;
}

/** An occurrence of a name, and how it is known. */
export interface FoundReference extends Reference {
  /** False: by the text alone. */
  readonly isParsed: boolean;
}

export interface CodeReaderOptions {
  /** The parser of the thread; undefined where there is none. */
  readonly extractor: StructureExtractor | undefined;
  /** Milliseconds that the thread has worked, never falling: on a busy machine waiting is not counted. */
  readonly now: () => number;
}

export class CodeReader {
  readonly #view: RelatedView;
  readonly #extractor: StructureExtractor | undefined;
  readonly #texts = new Map<number, TextLines>();
  readonly #now: () => number;
  /** When the budget is used up; undefined before the first look at code. */
  #endMs: number | undefined;
  #wasCut = false;

  constructor(view: RelatedView, options: CodeReaderOptions) {
    this.#view = view;
    this.#extractor = options.extractor;
    this.#now = options.now;
  }

  /** True once the budget was used up, so that something may be missing. */
  get wasCut(): boolean {
    return this.#wasCut;
  }

  /** True while there is time to look at code. */
  hasTime(): boolean {
    const now = this.#now();
    this.#endMs ??= now + BUDGET_MS;
    this.#wasCut ||= now > this.#endMs;
    return !this.#wasCut;
  }

  text(slot: number): TextLines {
    const blobId = this.#view.catalog.blobId[slot] as number;
    let text = this.#texts.get(blobId);
    if (text === undefined) {
      text = new TextLines(this.#view.readContent(blobId) ?? Buffer.alloc(0));
      this.#texts.set(blobId, text);
    }
    return text;
  }

  outline(slot: number): readonly OutlineView[] {
    return this.#view.symbols.outlineOf(this.#view.catalog.blobId[slot] as number);
  }

  /** Occurrences of a name in a file, piece by piece; whoever has enough stops. */
  *findReferences(slot: number, name: string): Generator<FoundReference> {
    const text = this.text(slot);
    const outline = this.outline(slot);
    const lines = listLines(text, name);
    for (let at = 0; at < lines.length;) {
      const firstLine = lines[at] as number;
      const range = choosePart(text, outline, firstLine);
      const first = at;
      while (at < lines.length && (lines[at] as number) <= range.endLine) at += 1;
      const parsed = this.#classify(slot, range, name);
      if (parsed === undefined) yield* this.#guess(slot, lines.slice(first, at), name);
      for (const reference of parsed ?? []) {
        // Pieces may overlap; what stands above was told with the piece before.
        if (reference.line >= firstLine) yield { ...reference, isParsed: true };
      }
    }
  }

  /** What the lines call by name; undefined when they cannot be parsed. */
  listCalls(slot: number, range: LineRange): readonly Call[] | undefined {
    const text = this.#toPart(slot, range);
    if (text === undefined || this.#extractor === undefined) return undefined;
    return listCalls(this.#extractor, text);
  }

  #classify(slot: number, range: LineRange, name: string): readonly Reference[] | undefined {
    const part = this.#toPart(slot, range);
    if (part === undefined || this.#extractor === undefined) return undefined;
    return classifyReferences(this.#extractor, part, { name, symbols: this.outline(slot) });
  }

  #toPart(
    slot: number,
    { startLine, endLine }: LineRange,
  ): { languageId: string; text: string; firstLine: number } | undefined {
    const text = this.text(slot);
    const [start, end] = [text.startByte(startLine), text.startByte(endLine + 1)];
    if (end - start > MAX_PART_BYTES || !this.hasTime()) return undefined;
    const { languages, languageIndex } = this.#view.catalog;
    const languageId = languages[languageIndex[slot] as number] ?? 'plaintext';
    this.#loadGrammar(languageId);
    return { languageId, text: text.bytes.toString('utf8', start, end), firstLine: startLine };
  }

  /** The first piece of a language loads its grammar, up to 140 ms; the thread then keeps it. */
  #loadGrammar(languageId: string): void {
    const grammar = findGrammar(languageId);
    if (grammar === undefined || this.#extractor === undefined) return;
    const startMs = this.#now();
    this.#extractor.host.open(grammar);
    this.#endMs = (this.#endMs ?? startMs + BUDGET_MS) + (this.#now() - startMs);
  }

  /** By the text: a name before a parenthesis is called. Prose and data call nothing. */
  *#guess(slot: number, lines: readonly number[], name: string): Generator<FoundReference> {
    const { catalog } = this.#view;
    const role = ROLES[catalog.role[slot] as number] ?? 'source';
    const language = catalog.languages[catalog.languageIndex[slot] as number];
    if (role === 'doc' || role === 'data' || role === 'config' || language === 'plaintext') return;
    const called = new RegExp(String.raw`(?<![\w$])${name.replace(/[^\w]/g, '\\$&')}\s*\(`);
    const outline = this.outline(slot);
    for (const line of lines) {
      const isDefinition = outline.some(
        (symbol) => symbol.name === name && symbol.nameLine === line,
      );
      if (isDefinition || !called.test(this.text(slot).get(line))) continue;
      const enclosing = findEnclosing(outline, line);
      yield {
        kind: 'call',
        line,
        isParsed: false,
        ...(enclosing === undefined ? {} : { enclosing }),
      };
    }
  }
}

/** Lines on which the name stands as a whole word, each once. */
function listLines(text: TextLines, name: string): number[] {
  const lines: number[] = [];
  const needle = Buffer.from(name);
  const { bytes } = text;
  for (let at = bytes.indexOf(needle); at >= 0; at = bytes.indexOf(needle, at + needle.length)) {
    if (isWordByte(bytes[at - 1]) || isWordByte(bytes[at + needle.length])) continue;
    const line = text.lineAt(at);
    if (lines.at(-1) !== line) lines.push(line);
    if (lines.length >= MAX_LINES_OF_FILE) break;
  }
  return lines;
}

/** Letters, digits, `_`, and any byte of a character beyond ASCII. */
function isWordByte(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  return (
    byte >= 0x80 ||
    byte === 0x5f ||
    (byte >= 0x30 && byte <= 0x39) ||
    ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a)
  );
}

/** Lines of a definition, less one. */
export function lengthOf({ startLine, endLine }: LineRange): number {
  return endLine - startLine;
}

/** The lines that are parsed to tell what stands on a line. */
function choosePart(text: TextLines, outline: readonly OutlineView[], line: number): LineRange {
  if (text.bytes.length <= WHOLE_FILE_BYTES) return { startLine: 1, endLine: text.count };
  const around = outline.filter((symbol) => symbol.startLine <= line && symbol.endLine >= line);
  const [longest] = around
    .filter((symbol) => lengthOf(symbol) < MAX_PART_LINES && lengthOf(symbol) > 0)
    .toSorted((left, right) => lengthOf(right) - lengthOf(left));
  if (longest !== undefined) return { startLine: longest.startLine, endLine: longest.endLine };
  return { startLine: Math.max(1, line - MARGIN_LINES), endLine: line + MARGIN_LINES };
}
