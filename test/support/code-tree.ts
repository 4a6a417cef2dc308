/** A tree of source-like files with known words, the same for the same seed. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createRandom } from './random.ts';

export interface CodeTreeOptions {
  readonly files: number;
  readonly linesPerFile?: number;
  readonly seed?: number;
}

/**
 * Writes `files` files below `root`, 40 in a folder. Each holds `everyfile` and a word of its own,
 * `onlyfile<number>end`. Gives their paths relative to the root.
 */
export function writeCodeTree(root: string, options: CodeTreeOptions): readonly string[] {
  const { files, linesPerFile = 60, seed = 1 } = options;
  const random = createRandom(seed);
  const words = Array.from({ length: 3000 }, () => random.below(36 ** 6).toString(36));
  return Array.from({ length: files }, (_, number) => {
    const path = `part${Math.floor(number / 40)}/file${number}.ts`;
    const lines = Array.from(
      { length: linesPerFile },
      () => `  const ${random.pick(words)} = ${random.pick(words)}(${random.pick(words)});`,
    );
    const text = `export function everyfile_${number}() {\n  onlyfile${number}end();\n${lines.join('\n')}\n}\n`;
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    return path;
  });
}
