/** Literal and regex search against ripgrep over exactly the indexed files: the same lines of the same files. */
import { spawnSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SearchRequest } from '../../../src/model/search.ts';
import {
  createWorkplace,
  startTestApp,
  type TestApp,
  type Workplace,
} from '../../support/start-test-app.ts';

const top = join(import.meta.dirname, '../../..');
const hasRipgrep = spawnSync('rg', ['--version']).status === 0;

let place: Workplace;
let app: TestApp;
let paths: readonly string[];
beforeAll(async () => {
  place = createWorkplace();
  for (const folder of ['src', 'test/unit']) {
    cpSync(join(top, folder), join(place.root, folder), { recursive: true });
  }
  place.write('odd/crlf.txt', 'first line\r\nsecond  line\r\n\r\nlast\r\n');
  place.write('odd/no-end.txt', 'needle\nNeedle NEEDLE\nneedles');
  place.write('odd/wide.txt', 'Größe Straße ΣΑΣ café cafe\u0301 日本語 k K s ſ\n\u00a0x\u2028y\n');
  place.write('odd/long.txt', `${'a b '.repeat(20_000)}needle ${'c'.repeat(50_000)}\n`);
  app = await startTestApp(place);
  await app.run('start');
  const rows = place.rows('SELECT path FROM document WHERE outcome = 1 ORDER BY path');
  paths = (rows as { path: string }[]).map(({ path }) => path);
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  place[Symbol.dispose]();
});

/** What is compared: the sums over all files, and each line, of a part of the files where there are many. */
interface Found {
  readonly totalCount: number;
  readonly totalFiles: number;
  readonly lines: readonly string[];
}

/** With more lines than this each single line is compared in these folders only. */
const MANY_LINES = 2_000;
const FEW_FOLDERS = ['odd', 'src/segments', 'src/errors'];

/** Asks for all matching lines, page after page. */
async function listOurs(query: string, changes: Partial<SearchRequest>): Promise<Found> {
  const options = { top_k: 100, context_lines: 0, response_format: 'concise', ...changes } as const;
  const first = await app.search(query, options);
  const isMany = first.total_count > MANY_LINES;
  const filters = isMany ? { paths: FEW_FOLDERS } : {};
  const lines: string[] = [];
  for (let offset = 0; ;) {
    const reply = await app.search(query, { ...options, filters, offset });
    for (const { metadata } of reply.results) {
      for (const line of metadata.match_lines ?? []) lines.push(`${metadata.file_path}:${line}`);
    }
    offset += reply.results.length;
    if (!reply.has_more) break;
    if (reply.results.length === 0) throw new Error(`no progress at ${offset} for ${query}`);
  }
  return {
    totalCount: first.total_count,
    totalFiles: first.total_files ?? 0,
    lines: lines.sort(),
  };
}

function listRipgreps(query: string, flags: readonly string[]): Found {
  const args = [
    '-n',
    '--hidden',
    '--no-ignore',
    '--no-heading',
    '--with-filename',
    '--color=never',
  ];
  const { stdout, stderr, status } = spawnSync(
    'rg',
    [...args, '--text', '--no-encoding', '-0', ...flags, '-e', query, '--', ...paths],
    { cwd: place.root, encoding: 'utf8', maxBuffer: 1 << 28 },
  );
  if (status === 2) throw new Error(stderr);
  const found = stdout.split('\n').flatMap((row) => {
    const end = row.indexOf('\0');
    return end < 0 ? [] : [[row.slice(0, end), Number.parseInt(row.slice(end + 1), 10)] as const];
  });
  const isMany = found.length > MANY_LINES;
  const shown = found.filter(
    ([path]) => !isMany || FEW_FOLDERS.some((folder) => path.startsWith(`${folder}/`)),
  );
  return {
    totalCount: found.length,
    totalFiles: new Set(found.map(([path]) => path)).size,
    lines: shown.map(([path, line]) => `${path}:${line}`).sort(),
  };
}

const REGEXES = [
  'import',
  'import .* from',
  '^import',
  '^export (async )?function \\w+',
  'readonly \\w+: string;$',
  '\\bconst\\b',
  '\\bmap\\(',
  'foo|bar|baz',
  '(export|import) type',
  '[A-Z]{3,}_[A-Z]+',
  '\\d{3,}',
  '0x[0-9a-f]+',
  '^\\s*//',
  '^\\s*\\*\\s',
  '^$',
  '^\\s*$',
  '\\s+$',
  'a.c',
  'a\\.c',
  '\\(\\)',
  '=> \\{$',
  '\\}\\);$',
  '[^a-zA-Z0-9\\s]{6,}',
  'x{2,3}',
  'e+',
  '.',
  '.*',
  'a*',
  '(a|b)*c',
  '(?:re)?read',
  '(?i)error',
  '(?i)STRASSE|straße',
  '(?i)größe',
  '(?i)k',
  'caf.',
  'café',
  'caf\\x{e9}',
  '\\p{Greek}',
  '\\p{Lu}{4,}',
  '\\p{Han}+',
  '\\W{8,}',
  '\\w{30,}',
  '\\S{60,}',
  '[[:upper:]]{5,}',
  '[[:space:]]{12,}',
  '\\t',
  '\\r',
  '\\bS\\w+Error\\b',
  'needle$',
  '^needle',
  '\\bneedle\\b',
  'needles?\\b',
  '\\Bneedle|needle\\B',
  '"[^"]*"',
  "'[^']{20,}'",
  '`[^`]*`',
  '\\$\\{\\w+\\}',
  'if \\(.*\\) return',
  'return (?:true|false|null)',
  '(?m)^describe',
  '(?-u)\\w+Writer',
  'async .*\\bawait\\b',
  '[\\w.-]+@[\\w.-]+',
  "\\.ts'",
  'TODO|FIXME',
  '^.{120,}$',
  'zzzznotthere',
  'not.*there.*either',
];

describe.runIf(hasRipgrep)('the lines that ripgrep finds', () => {
  test.each(REGEXES)('by the pattern %s', { timeout: 60_000 }, async (pattern) => {
    expect(await listOurs(pattern, { mode: 'regex' })).toEqual(listRipgreps(pattern, []));
  });

  test.each([
    'import',
    'a.c',
    '(',
    '[^',
    'e',
    '{}',
    '\\',
    '=> {',
    'Straße',
    '日本',
    '  ',
    "''",
    '?.',
  ])('by the literal %s', async (text) => {
    expect(await listOurs(text, { mode: 'literal' })).toEqual(listRipgreps(text, ['-F']));
  });

  test.each(['Error', 'NEEDLE', 'größe', 'STRASSE', 'σασ', 'k', 's'])(
    'of %s whatever its case',
    async (text) => {
      const options = { mode: 'literal', case: 'insensitive' } as const;
      expect(await listOurs(text, options)).toEqual(listRipgreps(text, ['-F', '-i']));
    },
  );

  test.each(['error', 'Error', 'größe', 'Größe', '\\w+error', '\\Sx'])(
    'of %s in smart case',
    async (text) => {
      const options = { mode: 'regex', case: 'smart' } as const;
      expect(await listOurs(text, options)).toEqual(listRipgreps(text, ['-S']));
    },
  );

  test.each(['const', 'needle', 'Größe', 'e', 'k', 'map(', '=>'])(
    'of the whole word %s',
    async (text) => {
      const options = { mode: 'literal', whole_word: true } as const;
      expect(await listOurs(text, options)).toEqual(listRipgreps(text, ['-F', '-w']));
    },
  );
});

test('there is a ripgrep to compare with, or the comparison says that it did not run', ({
  skip,
}) => {
  skip(!hasRipgrep, 'ripgrep is not installed');
  expect(paths.length).toBeGreaterThan(100);
});
