/**
 * Headings of Markdown and reStructuredText. A heading spans its section, up to the next heading of its
 * level or a higher one, and is contained in the headings above it. Code blocks hold no headings.
 */
import type { Structure, SymbolDefinition } from '../../model/symbol.ts';

interface Heading {
  readonly name: string;
  /** 1 is the highest. */
  readonly level: number;
  readonly line: number;
}

/** Headings with `#` and underlined ones; fenced blocks are passed over. */
export function outlineMarkdown(text: string, maxSymbols: number): Structure {
  const headings: Heading[] = [];
  const lines = text.split('\n').map((line) => line.trimEnd());
  for (const at of listOutsideFences(lines)) {
    const heading = readMarkdownHeading(lines[at] ?? '', at, lines[at - 1] ?? '');
    if (heading !== undefined && heading.name !== '') headings.push(heading);
    if (headings.length >= maxSymbols) break;
  }
  return toStructure(headings, lines.length);
}

/** Titles with an underline of at least their length; levels in the order in which their marks appear. */
export function outlineRst(text: string, maxSymbols: number): Structure {
  const headings: Heading[] = [];
  const styles: string[] = [];
  const lines = text.split('\n').map((line) => line.trimEnd());
  for (let at = 1; at < lines.length && headings.length < maxSymbols; at++) {
    const style = findRstStyle(lines, at);
    if (style === undefined) continue;
    if (!styles.includes(style)) styles.push(style);
    const name = (lines[at - 1] ?? '').trim();
    headings.push({ name, level: styles.indexOf(style) + 1, line: at });
  }
  return toStructure(headings, lines.length);
}

/** `at` counts from 0. */
function readMarkdownHeading(line: string, at: number, before: string): Heading | undefined {
  const marked = /^ {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?$/.exec(line);
  if (marked !== null) {
    return { name: plain(marked[2] ?? ''), level: marked[1]?.length ?? 1, line: at + 1 };
  }
  const underline = /^ {0,3}(=+|-{2,})$/.exec(line)?.[1];
  if (
    underline === undefined ||
    !/^ {0,3}[^\s>#|`-]/.test(before) ||
    /^[-*+] |^\d+\. /.test(before)
  ) {
    return undefined;
  }
  return { name: plain(before), level: underline.startsWith('=') ? 1 : 2, line: at };
}

/** The lines, counted from 0, that are in no fenced block and open none. */
function* listOutsideFences(lines: readonly string[]): Generator<number> {
  let fence = '';
  for (const [at, line] of lines.entries()) {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (mark !== undefined && (fence === '' || mark.startsWith(fence))) {
      fence = fence === '' ? mark : '';
    } else if (fence === '') yield at;
  }
}

const RST_LINE = /^([!-/:-@[-`{-~])\1{2,}$/;

/** The mark of the underline at `at` when the line above is a title: `=`, or `==` with a line above too. */
function findRstStyle(lines: readonly string[], at: number): string | undefined {
  const [above = '', title = '', underline = ''] = [lines[at - 2], lines[at - 1], lines[at]];
  const mark = RST_LINE.exec(underline)?.[1];
  const isTitle = title.trim() !== '' && !RST_LINE.test(title);
  if (mark === undefined || !isTitle || underline.length < title.trim().length) return undefined;
  if (above === underline) return mark + mark;
  return /^\s/.test(title) || above.trim() !== '' ? undefined : mark;
}

/** Text without link targets, emphasis and code marks. */
function plain(text: string): string {
  return text
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/<[^>]+>/g, '')
    .replace(/[*`]/g, '')
    .trim();
}

function toStructure(headings: readonly Heading[], lineCount: number): Structure {
  const symbols: SymbolDefinition[] = [];
  const open: Heading[] = [];
  for (const [at, heading] of headings.entries()) {
    while ((open.at(-1)?.level ?? 0) >= heading.level) open.pop();
    const next = headings.slice(at + 1).find(({ level }) => level <= heading.level);
    symbols.push({
      name: heading.name.slice(0, 200),
      kind: 'heading',
      container: open.map(({ name }) => name).join('.'),
      startLine: heading.line,
      endLine: (next?.line ?? lineCount + 1) - 1,
      nameLine: heading.line,
      signature: heading.name.slice(0, 200),
      doc: '',
    });
    open.push(heading);
  }
  return { symbols, imports: [] };
}
