/**
 * Finds definitions in source text by their shape on the line, for making queries from code. It is no parser and
 * misses what is written unusually; what it finds has a name, lines, and the comment that documents it.
 * The end of a definition is where the indentation of its first line comes back. It shares nothing with
 * the parsers of the product, whose answers are judged with it.
 */
import { extname } from 'node:path';

/** One definition. Lines are 1-based and inclusive; the comment above that documents it is part of them. */
export interface Definition {
  readonly name: string;
  readonly isFunction: boolean;
  readonly startLine: number;
  readonly endLine: number;
  /** First sentence of its documentation in one line; empty when there is none. */
  readonly summary: string;
}

interface Shape {
  readonly language: string;
  /** Groups: indentation, name. */
  readonly functions: RegExp;
  readonly types: RegExp;
}

const BRACES_TYPES =
  /^(\s*)(?:(?:export|default|public|private|internal|abstract|final|sealed|open|data|pub(?:\(\w+\))?)\s+)*(?:class|interface|enum|struct|trait|object)\s+(\w+)/;
const ECMASCRIPT: Shape = {
  language: 'TypeScript',
  functions: /^(\s*)(?:export\s+)?(?:default\s+)?(?:async\s+)?function\*?\s+(\w+)/,
  types: BRACES_TYPES,
};
const C: Shape = {
  language: 'C',
  functions: /^()(?!(?:else|return|typedef|if|for|while|switch)\b)(?:[\w]+[\s*]+)+(\w+)\([^;]*$/,
  types: /^()(?:typedef\s+)?(?:struct|enum|union)\s+(\w+)\s*\{/,
};

const SHAPES: Readonly<Record<string, Shape>> = {
  '.py': {
    language: 'Python',
    functions: /^(\s*)(?:async\s+)?def\s+(\w+)\(/,
    types: /^(\s*)class\s+(\w+)/,
  },
  '.ts': ECMASCRIPT,
  '.js': { ...ECMASCRIPT, language: 'JavaScript' },
  '.go': {
    language: 'Go',
    functions: /^()func\s+(?:\([^)]*\)\s*)?(\w+)\(/,
    types: /^()type\s+(\w+)\s+(?:struct|interface)/,
  },
  '.rs': {
    language: 'Rust',
    functions: /^(\s*)(?:pub(?:\([^)]*\))?\s+)?(?:(?:const|async|unsafe)\s+)*fn\s+(\w+)/,
    types: BRACES_TYPES,
  },
  '.c': C,
  '.h': C,
  '.php': {
    language: 'PHP',
    functions: /^(\s*)(?:(?:public|protected|private|static|final|abstract)\s+)*function\s+(\w+)/,
    types: BRACES_TYPES,
  },
  '.kt': {
    language: 'Kotlin',
    functions:
      /^(\s*)(?:(?:public|internal|private|override|suspend|inline|open)\s+)*fun\s+(?:<[^>]+>\s*)?(?:[\w.<>?]+\.)?(\w+)\(/,
    types: BRACES_TYPES,
  },
};

/** Language of a file that definitions can be found in; null for others. */
export function findShapeLanguage(path: string): string | null {
  return SHAPES[extname(path)]?.language ?? null;
}

/** Lists the definitions of a file, in its order; nothing for languages without a shape. */
export function listDefinitions(path: string, text: string): readonly Definition[] {
  const shape = SHAPES[extname(path)];
  if (shape === undefined) return [];
  const lines = text.split('\n');
  return lines.flatMap((line, index) => {
    const asFunction = shape.functions.exec(line);
    const match = asFunction ?? shape.types.exec(line);
    if (match === null) return [];
    const [, indent = '', name = ''] = match;
    const end = findEnd(lines, index, { indent, isPython: shape.language === 'Python' });
    const { first, comment } =
      shape.language === 'Python'
        ? { first: index, comment: readDocstring(lines, index) }
        : readCommentAbove(lines, index);
    return [
      {
        name,
        isFunction: asFunction !== null,
        startLine: first + 1,
        endLine: end + 1,
        summary: toSummary(comment),
      },
    ];
  });
}

/** Stands at the first column inside a body too: labels and lines of the preprocessor. */
const OUTDENTED = /^(?:#|\w+:\s*$)/;

function findEnd(
  lines: readonly string[],
  start: number,
  { indent, isPython }: { readonly indent: string; readonly isPython: boolean },
): number {
  for (let index = start + 1; index < lines.length; index++) {
    const line = lines[index] ?? '';
    if (line.trim() === '' || toIndent(line).length > indent.length) continue;
    if (/^\s*[)\]{]/.test(line) || (!isPython && OUTDENTED.test(line))) continue;
    return isPython || !/^\s*\}/.test(line) ? skipBlankBack(lines, index - 1) : index;
  }
  return skipBlankBack(lines, lines.length - 1);
}

function skipBlankBack(lines: readonly string[], from: number): number {
  let index = from;
  while (index > 0 && lines[index]?.trim() === '') index -= 1;
  return index;
}

function toIndent(line: string): string {
  return /^\s*/.exec(line)?.[0] ?? '';
}

/** The text after the opening quotes on the first lines behind the signature. */
function readDocstring(lines: readonly string[], start: number): string {
  let at = start;
  while (at < start + 12 && !/:\s*(?:#.*)?$/.test(lines[at] ?? '')) at += 1;
  const opening = /^\s*[rR]?("""|''')(.*)$/.exec(lines[at + 1] ?? '');
  if (opening === null) return '';
  const rest = [opening[2] ?? '', ...lines.slice(at + 2, at + 8)].join('\n');
  return rest.split(opening[1] ?? '"""', 1)[0] ?? '';
}

/** The comment that ends on the line above, attributes between left out. */
function readCommentAbove(
  lines: readonly string[],
  start: number,
): { readonly first: number; readonly comment: string } {
  let at = skipAttributesBack(lines, start - 1);
  const kept: string[] = [];
  const isBlock = /\*\/\s*$/.test(lines[at] ?? '');
  for (; at >= 0; at--) {
    const line = lines[at] ?? '';
    if (!isBlock && !/^\s*\/\//.test(line)) break;
    kept.unshift(line);
    if (isBlock && line.includes('/*')) break;
  }
  const comment = kept.map(stripMarks).join('\n');
  return { first: kept.length === 0 ? start : Math.max(0, at + (isBlock ? 0 : 1)), comment };
}

function skipAttributesBack(lines: readonly string[], from: number): number {
  let at = from;
  while (at >= 0 && /^\s*(?:#\[|@\w)/.test(lines[at] ?? '')) at -= 1;
  return at;
}

function stripMarks(line: string): string {
  return line.replace(/^\s*(?:\/\*+|\/\/[/!]?|\*(?!\/))\s?/, '').replace(/\s*\*+\/\s*$/, '');
}

function toSummary(comment: string): string {
  const paragraph =
    comment.trim().split(/\n\s*\n|\n\s*(?:@\w|:param|Args:|Parameters\b|>>>|#)/, 1)[0] ?? '';
  const sentence = paragraph.replace(/\s+/g, ' ').split(/[.:;](?:\s|$)/, 1)[0] ?? '';
  return sentence.trim();
}
