/**
 * What a caller without an index has: ripgrep for the words of the query, files ordered by how many
 * different ones they hold, then by how many matches, then by path. Words are identifiers of 3 or more
 * characters without the commonest English ones, compared whole and without case. It is given the same files
 * as the other baseline.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Retrieved } from './retrieved.ts';
import { isSourceFile } from './source-files.ts';

const WANTED_FILES = 20;
/** More words only slow it down; a long text says what it is about early. */
const MAX_WORDS = 150;
const COMMON = new Set(
  (
    'the and for are but not you all any can had her was one our out has have been this that with from they will would ' +
    'there their what when which while who why how into than then them these those some such only also its just like more ' +
    'most other over very should could does did doing using used use where here because about after before being were'
  ).split(' '),
);

/** Searches the folder. Errors: ripgrep is not installed. */
export async function searchWithRipgrep(folder: string, query: string): Promise<Retrieved> {
  const started = performance.now();
  const words = listWords(query);
  const hits = words.length === 0 ? new Map<string, FileHits>() : await runRipgrep(folder, words);
  const files = [...hits]
    .map(([path, { words, matches }]) => ({ path, words: words.size, matches }))
    .toSorted(
      (left, right) =>
        right.words - left.words ||
        right.matches - left.matches ||
        (left.path < right.path ? -1 : 1),
    )
    .slice(0, WANTED_FILES)
    .map(({ path }) => path);
  return { files, ranges: [], latencyMs: performance.now() - started, tokens: 0 };
}

interface FileHits {
  readonly words: Set<string>;
  matches: number;
}

function listWords(query: string): readonly string[] {
  const words = Array.from(query.matchAll(/[A-Za-z_]\w{2,79}/g), ([word]) => word.toLowerCase());
  return [...new Set(words)].filter((word) => !COMMON.has(word)).slice(0, MAX_WORDS);
}

async function runRipgrep(
  folder: string,
  words: readonly string[],
): Promise<ReadonlyMap<string, FileHits>> {
  const flags = [
    '--only-matching',
    '--no-line-number',
    '--no-heading',
    '--with-filename',
    '--null',
  ];
  const compare = [
    '--fixed-strings',
    '--word-regexp',
    '--ignore-case',
    '--no-messages',
    '--file=-',
  ];
  const child = spawn('rg', [...flags, ...compare, '.'], {
    cwd: folder,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  child.stdin.end(`${words.join('\n')}\n`);
  const hits = new Map<string, FileHits>();
  for await (const line of createInterface({ input: child.stdout })) {
    const [name = '', match = ''] = line.split('\0');
    const path = name.replace(/^\.\//, '');
    let file = hits.get(path);
    if (file === undefined) {
      if (!isSourceFile(path)) continue;
      file = { words: new Set(), matches: 0 };
      hits.set(path, file);
    }
    file.words.add(match.toLowerCase());
    file.matches += 1;
  }
  await ended;
  return hits;
}
