/**
 * Keys of YAML, TOML and JSON down to the third level: what a person would look for by name. A scan by lines
 * (JSON: by characters), not a parser: anchors, flow collections and multi-line strings are passed over, and
 * a key spans the lines up to the next key of its level or a higher one. Long files are data and give
 * only their first keys.
 */
import type { Structure, SymbolDefinition } from '../../model/symbol.ts';

const MAX_LEVEL = 3;
const MAX_KEYS = 400;
/** Longer JSON is data: nothing is read of it. */
const MAX_JSON_CHARS = 300_000;

interface Key {
  readonly name: string;
  readonly level: number;
  readonly line: number;
  readonly text: string;
  /** Replaces the names of the enclosing keys. */
  readonly container?: string;
}

/** Block mappings by indentation; lists do not count as a level. */
export function outlineYaml(text: string, maxSymbols: number): Structure {
  const keys: Key[] = [];
  const indents: number[] = [];
  const lines = text.split('\n');
  for (const { name, indent, line } of listYamlKeys(lines)) {
    while ((indents.at(-1) ?? -1) >= indent) indents.pop();
    indents.push(indent);
    if (indents.length > MAX_LEVEL) continue;
    keys.push({ name, level: indents.length, line, text: (lines[line - 1] ?? '').trim() });
    if (keys.length >= MAX_KEYS) break;
  }
  return toStructure(keys, { lineCount: lines.length, maxSymbols });
}

/** Tables are keys of the first level, their entries of the second. */
export function outlineToml(text: string, maxSymbols: number): Structure {
  const keys: Key[] = [];
  const lines = text.split('\n');
  let table = '';
  for (const at of listOutsideTomlStrings(lines)) {
    const line = lines[at] ?? '';
    const place = { line: at + 1, text: line.trim() };
    const header = /^\s*\[\[?\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$/.exec(line)?.[1];
    const name = /^\s*("[^"]*"|'[^']*'|[\w.-]+)\s*=/.exec(line)?.[1];
    if (header !== undefined) {
      table = header.replace(/["']/g, '');
      keys.push({ ...place, name: table, level: 1, container: '' });
    } else if (name !== undefined) {
      keys.push({ ...place, name: unquote(name), level: table === '' ? 1 : 2, container: table });
    }
    if (keys.length >= MAX_KEYS) break;
  }
  return toStructure(keys, { lineCount: lines.length, maxSymbols });
}

/** Keys of objects; comments and trailing commas are passed over, arrays do not count as a level. */
export function outlineJson(text: string, maxSymbols: number): Structure {
  if (text.length > MAX_JSON_CHARS) return { symbols: [], imports: [] };
  const keys: Key[] = [];
  let depth = 0;
  let line = 1;
  const token = /"((?:[^"\\\n]|\\.)*)"(\s*:)?|\/\/.*|\/\*[^]*?\*\/|[{}\n]/g;
  for (const match of text.matchAll(token)) {
    const [whole, name, colon] = match;
    if (whole === '{') depth++;
    else if (whole === '}') depth--;
    else if (name !== undefined && colon !== undefined && depth <= MAX_LEVEL) {
      keys.push({ name, level: depth, line, text: takeLine(text, match.index) });
    }
    line += countOf(whole, '\n');
    if (keys.length >= MAX_KEYS) break;
  }
  return toStructure(keys, { lineCount: countOf(text, '\n') + 1, maxSymbols });
}

const YAML_KEY = /^( *(?:- +)*)("[^"]*"|'[^']*'|[^\s#&*!|>'"%@`{}[\],?:-][^:#]*?)\s*:(?=\s|$)(.*)$/;

/** Keys with the column of their name; the lines of block scalars are passed over. */
function* listYamlKeys(
  lines: readonly string[],
): Generator<{ readonly name: string; readonly indent: number; readonly line: number }> {
  /** Indentation of the key whose block scalar is being passed over; -1 outside of one. */
  let scalarIndent = -1;
  for (const [at, line] of lines.entries()) {
    const isInScalar = line.trim() === '' || line.search(/\S/) > scalarIndent;
    if (scalarIndent >= 0 && isInScalar) continue;
    scalarIndent = -1;
    const [, lead, name, rest = ''] = YAML_KEY.exec(line) ?? [];
    if (lead === undefined || name === undefined) continue;
    if (/^\s*[|>][-+\d]*\s*(?:#.*)?$/.test(rest)) scalarIndent = line.search(/\S/);
    yield { name: unquote(name), indent: lead.length, line: at + 1 };
  }
}

/** The lines, counted from 0, that do not start inside a multi-line string. */
function* listOutsideTomlStrings(lines: readonly string[]): Generator<number> {
  let quote = '';
  for (const [at, line] of lines.entries()) {
    const isInString = quote !== '';
    if (!isInString) yield at;
    const mark = isInString ? quote : (/=\s*("""|''')/.exec(line)?.[1] ?? '');
    if (mark !== '' && countOf(line, mark) % 2 === 1) quote = isInString ? '' : mark;
  }
}

function toStructure(
  keys: readonly Key[],
  { lineCount, maxSymbols }: { readonly lineCount: number; readonly maxSymbols: number },
): Structure {
  const symbols: SymbolDefinition[] = [];
  const open: Key[] = [];
  for (const [at, key] of keys.slice(0, maxSymbols).entries()) {
    while ((open.at(-1)?.level ?? 0) >= key.level) open.pop();
    const next = keys.slice(at + 1).find(({ level }) => level <= key.level);
    symbols.push({
      name: key.name.slice(0, 200),
      kind: 'key',
      container: key.container ?? open.map(({ name }) => name).join('.'),
      startLine: key.line,
      endLine: Math.max(key.line, (next?.line ?? lineCount + 1) - 1),
      nameLine: key.line,
      signature: key.text.slice(0, 200),
      doc: '',
    });
    open.push(key);
  }
  return { symbols, imports: [] };
}

function unquote(name: string): string {
  return name.replace(/^(["'])(.*)\1$/, '$2');
}

function takeLine(text: string, at: number): string {
  const end = text.indexOf('\n', at);
  return text.slice(at, end < 0 ? Math.min(text.length, at + 200) : Math.min(end, at + 200)).trim();
}

function countOf(text: string, part: string): number {
  return text.split(part).length - 1;
}
