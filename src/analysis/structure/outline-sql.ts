/**
 * What SQL scripts create: tables with their columns, views, functions, triggers, types, indexes. Read by
 * statements, because dialects differ too much for one grammar. A statement ends at a `;` outside of
 * quotes, dollar quotes and comments; a body between `BEGIN` and `END;` may end one early, which shortens its range.
 */
import type { ChunkKind } from '../../model/document.ts';
import type { Structure, SymbolDefinition } from '../../model/symbol.ts';

const KINDS: Readonly<Record<string, ChunkKind>> = {
  table: 'class',
  view: 'class',
  function: 'function',
  procedure: 'function',
  trigger: 'function',
  macro: 'function',
  type: 'type',
  domain: 'type',
  schema: 'module',
  database: 'module',
  extension: 'module',
  index: 'constant',
  sequence: 'variable',
};
const NAME = '((?:["`\\[]?[\\w$]+["`\\]]?\\.)*["`\\[]?[\\w$]+["`\\]]?)';
const CREATE = new RegExp(
  `^create\\s+(?:or\\s+(?:replace|alter)\\s+)?(?:(?:global|local|temp|temporary|unlogged|unique|fulltext|clustered|` +
    `nonclustered|materialized|virtual|external|recursive|constraint|definer\\s*=\\s*\\S+)\\s+)*` +
    `(${Object.keys(KINDS).join('|')})\\s+(?:concurrently\\s+)?(?:if\\s+not\\s+exists\\s+)?${NAME}`,
  'i',
);
const COLUMN = /^["`[]?([A-Za-z_]\w*)["`\]]?\s+["`[]?[A-Za-z_]/;
const NO_COLUMN =
  /^(?:primary|foreign|unique|check|constraint|key|index|fulltext|exclude|like|partition|period)\b/i;

interface Statement {
  /** With comments and quoted text blanked. */
  readonly text: string;
  readonly startIndex: number;
}

/** Lists the `CREATE` statements; O(length). */
export function outlineSql(text: string, maxSymbols: number): Structure {
  const blanked = blankQuoted(text);
  const symbols: SymbolDefinition[] = [];
  const position = createLineCounter(text);
  for (const statement of splitStatements(blanked)) {
    if (symbols.length >= maxSymbols) break;
    const match = CREATE.exec(statement.text);
    const [head, word, name] = match ?? [];
    if (head === undefined || word === undefined || name === undefined) continue;
    const startLine = position(statement.startIndex);
    const nameLine = startLine + countLines(head.slice(0, head.length - name.length));
    const parts = name.split('.').map((part) => part.replace(/["`[\]]/g, ''));
    const symbol = {
      name: parts.at(-1) ?? '',
      kind: KINDS[word.toLowerCase()] ?? 'block',
      container: parts.slice(0, -1).join('.'),
      startLine,
      endLine: startLine + countLines(statement.text.trimEnd()),
      nameLine,
      signature: formatHead(text.slice(statement.startIndex, statement.startIndex + 600)),
      doc: '',
    };
    symbols.push(symbol);
    if (word.toLowerCase() === 'table') symbols.push(...listColumns(statement, symbol));
  }
  return { symbols: symbols.slice(0, maxSymbols), imports: [] };
}

/** Columns stand at the start of the parts between the commas of the first parentheses. */
function listColumns(statement: Statement, table: SymbolDefinition): readonly SymbolDefinition[] {
  const container = table.container === '' ? table.name : `${table.container}.${table.name}`;
  return splitParts(statement.text).flatMap(({ text, startIndex }) => {
    const name = NO_COLUMN.test(text) ? undefined : COLUMN.exec(text)?.[1];
    if (name === undefined) return [];
    const line = table.startLine + countLines(statement.text.slice(0, startIndex));
    return [toField({ name, text }, { container, line })];
  });
}

/** The parts between the top-level commas of the first parentheses, without blanks at their start. */
function splitParts(
  text: string,
): readonly { readonly text: string; readonly startIndex: number }[] {
  const cuts: number[] = [];
  let depth = 0;
  for (let at = text.indexOf('('); at >= 0 && at < text.length; at++) {
    const char = text[at];
    if (char === '(' && depth++ === 0) cuts.push(at);
    else if (char === ',' && depth === 1) cuts.push(at);
    else if (char === ')' && --depth === 0) {
      cuts.push(at);
      break;
    }
  }
  return cuts.slice(0, -1).map((cut, at) => {
    const raw = text.slice(cut + 1, cuts[at + 1]);
    const part = raw.trimStart();
    return { text: part, startIndex: cut + 1 + raw.length - part.length };
  });
}

function toField(
  column: { readonly name: string; readonly text: string },
  { container, line }: { readonly container: string; readonly line: number },
): SymbolDefinition {
  return {
    name: column.name,
    kind: 'field',
    container,
    startLine: line,
    endLine: line + countLines(column.text.trimEnd()),
    nameLine: line,
    signature: column.text.replace(/\s+/g, ' ').trim().slice(0, 200),
    doc: '',
  };
}

/** Comments, strings and dollar-quoted bodies become blanks; line ends stay. */
function blankQuoted(text: string): string {
  return text.replace(/--.*|\/\*[^]*?\*\/|'(?:[^']|'')*'|(\$\w*\$)[^]*?\1/g, (part) =>
    part.replace(/[^\n]/g, ' '),
  );
}

function* splitStatements(text: string): Generator<Statement> {
  let from = 0;
  while (from < text.length) {
    const end = text.indexOf(';', from);
    const raw = text.slice(from, end < 0 ? text.length : end);
    const body = raw.trimStart();
    yield { text: body, startIndex: from + raw.length - body.length };
    from = end < 0 ? text.length : end + 1;
  }
}

/** Gives the 1-based line of offsets that never fall. */
function createLineCounter(text: string): (offset: number) => number {
  let line = 1;
  let at = 0;
  return (offset) => {
    line += countLines(text.slice(at, offset));
    at = offset;
    return line;
  };
}

function countLines(text: string): number {
  return text.split('\n').length - 1;
}

function formatHead(text: string): string {
  const end = text.search(/[(;]|\bas\b/i);
  return text
    .slice(0, end < 0 ? undefined : end)
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 200);
}
