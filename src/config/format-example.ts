/**
 * Writes `config.example.yml` from the table of options: every option with its effect, unit, range,
 * name in the environment and default, in the file's own nesting. The checked-in file is this text; a
 * test compares the two and loads the file to prove that it says nothing but the defaults.
 */
import { OPTIONS, type OptionRow } from './options.ts';

/** Gives the text of the example file. */
export function formatExample(): string {
  const lines = wrap(INTRODUCTION).map((line) => `# ${line}`);
  let section: readonly string[] = [];
  for (const row of OPTIONS) {
    const names = row.key.split('.');
    const parents = names.slice(0, -1);
    lines.push('');
    for (const [depth, name] of parents.entries()) {
      if (parents.slice(0, depth + 1).join('.') === section.slice(0, depth + 1).join('.')) continue;
      lines.push(`${'  '.repeat(depth)}${name}:`);
    }
    section = parents;
    const indent = '  '.repeat(parents.length);
    lines.push(...describe(row).map((line) => `${indent}# ${line}`));
    lines.push(`${indent}${names.at(-1)}: ${formatDefault(row)}`);
  }
  return `${lines.join('\n')}\n`;
}

/** Gives what an option accepts in a few words: `8080; whole number, 0 to 65535`. */
function formatRange(row: OptionRow): string {
  const unit = row.unit === undefined ? '' : `, ${row.unit}`;
  if (row.choices !== undefined) return row.choices.join(' | ');
  if (row.min === undefined) return TYPE_WORDS[row.type] + unit;
  return `${TYPE_WORDS[row.type]}, ${row.min} to ${row.max}${unit}`;
}

function describe(row: OptionRow): string[] {
  const env = row.env === null ? '' : ` ${row.env}`;
  const flag = row.flag === null ? '' : ` --${row.flag}`;
  const facts = [formatRange(row), env || flag ? `also${env}${flag}` : 'in this file only'];
  return [...wrap(row.effect), `(${facts.join('; ')})`];
}

function formatDefault(row: OptionRow): string {
  if (row.default === null) return 'null';
  if (Array.isArray(row.default)) {
    return `[${row.default.map((item: string) => `'${item}'`).join(', ')}]`;
  }
  return String(row.default);
}

function wrap(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length + 1 > WIDTH_CHARS) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

const INTRODUCTION =
  'Every option of Conexus with its default. This file starts the server as it stands; copy it to config.yml and change what you need. Flags win over the environment, the environment over this file. Relative paths are relative to the current directory. ${NAME} in a value is replaced by the environment variable NAME.';

const WIDTH_CHARS = 92;

const TYPE_WORDS = {
  string: 'text',
  path: 'path',
  url: 'http or https address',
  choice: 'choice',
  boolean: 'true or false',
  integer: 'whole number',
  number: 'number',
  strings: 'list of texts, or one text separated by ,',
  paths: 'list of paths, or one text separated by :',
  aliases: 'list of client=server, or one text separated by ;',
  connectors: 'list of connectors',
} as const;
