/**
 * Code bases to mount into containers: a small one with a history, and a large one made of words by a
 * seeded generator, or taken from `CONEXUS_CORPUS` (a folder), which is then mounted as it is.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { mustRun } from './run-program.ts';

/** A word that stands in exactly one place of the small code base. */
export const RARE_WORD = 'zebraFinchCounter';

/** Writes a repository of three files with one commit that names a ticket. */
export async function writeSmallCodeBase(folder: string): Promise<void> {
  const files = {
    'src/counter.ts': `export function ${RARE_WORD}(start: number): number {\n  return start + 1;\n}\n`,
    'src/main.ts': `import { count } from './other.ts';\n\ncount();\n`,
    'README.md': '# Birds\n\nCounts birds.\n',
  };
  for (const [name, text] of Object.entries(files)) writeFile(join(folder, name), text);
  const git = async (...args: string[]): Promise<string> => mustRun('git', ['-C', folder, ...args]);
  await git('init', '--quiet', '--initial-branch', 'main');
  await git('add', '.');
  const author = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com'];
  await git(...author, 'commit', '--quiet', '--message', 'Count birds (BIRD-7)');
}

/**
 * Writes `fileCount` C files of about 6 KB in folders of 100, the same on every machine. Each file
 * defines `handle_<number>`, so there is one thing to find in each. A long shell script stands among them, because
 * its grammar is the one that takes the most memory to compile.
 */
export function writeLargeCodeBase(folder: string, fileCount: number): void {
  const random = createRandom(20_261_123);
  const words = Array.from({ length: 20_000 }, () => makeWord(random));
  const pick = (): string => words[Math.floor(random() ** 3 * words.length)] ?? 'word';
  const script = Array.from(
    { length: 5000 },
    () =>
      `if [ "$${pick()}" = "${pick()}" ]; then ${pick()} --${pick()} "$(${pick()} ${pick()})"; fi`,
  );
  writeFile(join(folder, 'part0/run.sh'), `#!/bin/bash\n${script.join('\n')}\n`);
  for (let index = 0; index < fileCount; index += 1) {
    const lines = [
      `#include "${pick()}.h"`,
      '',
      `static int handle_${index}(struct ${pick()} *p)`,
      '{',
    ];
    while (lines.length < 150) {
      lines.push(`\tif (${pick()}_${pick()}(p->${pick()}, ${pick()}))`, `\t\treturn -${pick()};`);
    }
    const name = `part${Math.floor(index / 100)}/${pick()}_${index}.c`;
    writeFile(join(folder, name), [...lines, '\treturn 0;', '}', ''].join('\n'));
  }
}

function writeFile(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** Mulberry32: small, seeded, good enough for words. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function makeWord(random: () => number): string {
  const syllable = (): string =>
    'bcdfglmnprstvz'.charAt(random() * 14) + 'aeiou'.charAt(random() * 5);
  return Array.from({ length: 2 + Math.floor(random() * 3) }, syllable).join('');
}
