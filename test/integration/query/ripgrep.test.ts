/**
 * Exact search beside ripgrep: the same lines, and the same columns where a match stays in its line, over
 * generated texts and the files of this repository. Columns of empty matches are left out: ripgrep finds
 * them inside of a character too, and not at the end of an open last line. Skipped as a whole where `rg` is not installed.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compilePattern, type PatternRequest } from '../../../src/query/pattern/compile-pattern.ts';
import { createLineMatcher } from '../../../src/query/pattern/line-matcher.ts';
import { createRandom } from '../../support/random.ts';

const hasRipgrep = spawnSync('rg', ['--version']).status === 0;
const sourceFolder = join(import.meta.dirname, '../../../src');

/** Pattern and the switches of `rg`. */
type Case = readonly [pattern: string, ...switches: string[]];

const CASES: readonly Case[] = [
  ['export'],
  ['function \\w+\\('],
  ['^import'],
  ['^\\s*$'],
  ['^$'],
  ['$'],
  ['^'],
  [';$'],
  ['\\}\\s*$'],
  ['\\r$'],
  ['end\\s*$'],
  ['^\\s+return'],
  ['.*'],
  ['x*'],
  ['(?:)'],
  ['a|b|cd'],
  ['(foo|bar)+'],
  ['fo{2}'],
  ['fo{1,2}b?'],
  ['o{2,}'],
  ['[aeiou]{3}'],
  ['[^a-z]+'],
  ['[^\\s]+'],
  ['[[:upper:]]{2}'],
  ['[[:^alnum:]]+'],
  ['[\\w&&[^a-z]]+'],
  ['[a-z--[aeiou]]{4}'],
  ['[a-f~~d-k]'],
  ['[]x]'],
  ['[a\\]]'],
  ['[\\x41-\\x43]'],
  ['\\x{e9}'],
  ['\\u00e9'],
  ['\\pL+'],
  ['\\p{Lu}\\p{Ll}+'],
  ['\\p{Greek}+'],
  ['\\p{Han}'],
  ['\\p{Cyrillic}'],
  ['\\PN+'],
  ['\\p{Alphabetic}'],
  ['\\w+'],
  ['\\W+'],
  ['\\d+'],
  ['\\D'],
  ['\\s+'],
  ['\\S+'],
  ['\\bfoo\\b'],
  ['\\Boo\\B'],
  ['\\bé'],
  ['é\\b'],
  ['(?-u:\\w+)'],
  ['(?-u:\\b)foo'],
  ['(?i)FOO'],
  ['(?i:f)oo'],
  ['f(?i)O(?-i)o'],
  ['(?i)straße'],
  ['(?i)σίσυφος'],
  ['(?i)k'],
  ['(?i)[k-s]+'],
  ['(?i)[^k]+'],
  ['(?i)\\p{Lu}+'],
  ['(?s)a.b'],
  ['(?U)o+'],
  ['(?x) f o o # three letters'],
  ['(?x) [a b]'],
  ['(?P<name>fo)o'],
  ['a.*?b'],
  ['(a*)*'],
  ['(a+)+$'],
  ['(a|aa)+$'],
  ['\\.\\*\\+\\?\\(\\)\\[\\]'],
  ['\\t'],
  ['"[^"]*"'],
  ["'[^']*'"],
  ['//.*$'],
  ['[0-9a-f]{4,8}'],
  ['\\b[A-Z][a-zA-Z]+Error\\b'],
  ['(\\w+)\\.(\\w+)'],
  ['=>\\s*\\{'],
  ['\u{1F600}'],
  ['[\u{1F600}-\u{1F64F}]'],
  ['.\u{1F600}.'],
  ['日本'],
  ['[^\\x00-\\x7f]+'],
  ['foo', '-i'],
  ['ÉCOLE', '-i'],
  ['ſtop', '-i'],
  ['[a-c]x', '-i'],
  ['Σ', '-i'],
  ['foo', '-S'],
  ['Foo', '-S'],
  ['école', '-S'],
  ['\\Sfoo', '-S'],
  ['foo[A]?', '-S'],
  ['foo', '-w'],
  ['oo', '-w'],
  ['fo+', '-w'],
  ['foo|bar', '-w'],
  ['école', '-w'],
  ['日本', '-w'],
  ['\\(foo\\)', '-w'],
  ['foo', '-w', '-i'],
  ['\\d+', '-w'],
  ['(foo)', '-F'],
  ['a.b', '-F'],
  ['$', '-F'],
  ['FOO', '-F', '-i'],
  ['foo', '-F', '-w'],
  ['[x]', '-F', '-S'],
  ['日本', '-F'],
  ['foo\\nbar', '-U'],
  ['\\{\\s*\\n\\s*return', '-U'],
  ['foo\\s+bar', '-U'],
  ['(?s)foo.*?bar', '-U'],
  ['foo.bar', '-U'],
  ['[^x]foo', '-U'],
  ['^foo$', '-U'],
  ['\\n\\n', '-U'],
  ['a$\\n^b', '-U'],
  ['(?s)a.{1,20}b', '-U', '-i'],
  ['foo', '-U', '-w'],
];

/** Separated by bars; some are invisible. */
const WORDS = [
  'foo|Foo|FOO|foobar|bar|foo_bar|(foo)|a.b|axb|[x]|"quoted"|$|é|école|École|ÉCOLE|straße|STRASSE|STRAẞE',
  'Σίσυφος|σίσυφοσ|ΣΊΣΥΦΟΣ|日本|日本語|привет|stop|ſtop|\u212a|k|😀|x😀y|12|٣٤|a1|\t||_|-|aaaa|aab|boo|ab\r',
  '.*+?()[]|a\u0301|\u00a0|\u2028|\u0085',
].flatMap((words) => words.split('|'));

const SEPARATORS = [' ', ' ', ' ', '', '-', '\n', '\n', '\n\n', '\r\n', '\t'];

let folder = '';
const contents = new Map<string, Buffer>();

function makeFile(seed: number, isAsciiOnly: boolean): string {
  const random = createRandom(seed);
  let text = '';
  for (let count = 0; count < 250; count += 1) {
    text += random.pick(WORDS) + random.pick(SEPARATORS);
  }
  return isAsciiOnly ? text.replaceAll(/[^\0-\x7f]/g, 'e') : text;
}

function toRequest([pattern, ...switches]: Case): PatternRequest {
  const caseMode = switches.includes('-i')
    ? 'insensitive'
    : switches.includes('-S')
      ? 'smart'
      : 'sensitive';
  return {
    pattern,
    mode: switches.includes('-F') ? 'literal' : 'regex',
    case: caseMode,
    isWholeWord: switches.includes('-w'),
    spansLines: switches.includes('-U'),
  };
}

/** ripgrep 13 gives a match over several lines once, and starts `-w` with `\d+` at a later digit. */
function comparesColumns(it: Case): boolean {
  return !it.includes('-U') && it.join(' ') !== '\\d+ -w';
}

interface RipgrepMatch {
  readonly type: string;
  readonly data: {
    readonly path: { readonly text: string };
    readonly lines: { readonly text: string };
    readonly line_number: number;
    readonly submatches: readonly { readonly start: number; readonly end: number }[];
  };
}

/** Runs `rg`; gives `file:line` of every matching line, and `file:line:column-end` of every match. */
function runRipgrep([pattern, ...switches]: Case): { lines: string[]; columns: string[] } {
  const fixed = ['--json', '--hidden', '--no-ignore', '--no-config', '--encoding', 'none'];
  const result = spawnSync('rg', [...fixed, ...switches, '-e', pattern, '.'], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (result.status === 2) throw new Error(result.stderr);
  const lines = new Set<string>();
  const columns: string[] = [];
  for (const row of result.stdout
    .split('\n')
    .filter((text) => text.startsWith('{"type":"match"'))) {
    const { data } = JSON.parse(row) as RipgrepMatch;
    const file = data.path.text.replace('./', '');
    const lineCount = data.lines.text.replace(/\n$/, '').split('\n').length;
    for (let at = 0; at < lineCount; at += 1) lines.add(`${file}:${data.line_number + at}`);
    for (const { start, end } of data.submatches.filter((it) => it.end > it.start)) {
      columns.push(`${file}:${data.line_number}:${start + 1}-${end + 1}`);
    }
  }
  return { lines: [...lines].sort(), columns: columns.sort() };
}

function runOurs(request: PatternRequest): { lines: string[]; columns: string[] } {
  const matcher = createLineMatcher(compilePattern(request));
  const lines = new Set<string>();
  const columns: string[] = [];
  const limits = { maxMatches: Infinity, remainingMs: () => 10_000 };
  for (const [file, content] of contents) {
    const report = matcher.findMatches(content, limits);
    const counted = matcher.countLines(content, limits);
    expect(counted.lineCount, `count of ${file}`).toBe(report.lineCount);
    const before = lines.size;
    for (const { line, column, endColumn } of report.matches) {
      lines.add(`${file}:${line}`);
      if (endColumn > column) columns.push(`${file}:${line}:${column}-${endColumn}`);
    }
    expect(lines.size - before, `lines of ${file}`).toBe(report.lineCount);
  }
  return { lines: [...lines].sort(), columns: columns.sort() };
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'conexus-ripgrep-'));
  for (let seed = 0; seed < 5; seed += 1) {
    contents.set(`made-${seed}.txt`, Buffer.from(makeFile(seed, seed % 2 === 1)));
  }
  contents.set('empty.txt', Buffer.from(''));
  contents.set('feed.txt', Buffer.from('\n'));
  contents.set('open-end.txt', Buffer.from('foo\nbar'));
  const names = readdirSync(sourceFolder, { recursive: true, encoding: 'utf8' });
  for (const name of names.filter((it) => it.endsWith('.ts'))) {
    contents.set(name.replaceAll('/', '__'), readFileSync(join(sourceFolder, name)));
  }
  for (const [name, content] of contents) writeFileSync(join(folder, name), content);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(!hasRipgrep)('exact search finds what ripgrep finds', () => {
  test.each(CASES.map((it) => ({ name: it.join(' '), it })))('$name', ({ it }) => {
    const ours = runOurs(toRequest(it));
    const theirs = runRipgrep(it);
    expect(ours.lines).toEqual(theirs.lines);
    const ourColumns = comparesColumns(it) ? ours.columns : [];
    expect(ourColumns).toEqual(comparesColumns(it) ? theirs.columns : []);
  });

  test('against a ripgrep that is known to work', () => {
    expect(execFileSync('rg', ['--version'], { encoding: 'utf8' })).toContain('ripgrep');
    expect(contents.size).toBeGreaterThan(20);
  });
});
