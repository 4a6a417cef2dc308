/**
 * The other parsers that symbols are measured against: the languages' own where they are installed, universal-ctags
 * else. Each is given paths and gives names with their lines; what they count is as near to what the structure pass
 * counts as their own output allows.
 */
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCtags } from '../../test/support/ctags.ts';
import { listPhpSymbols } from './php-symbols.ts';
import { listRubySymbols } from './ruby-symbols.ts';
import { listTypescriptSymbols } from './typescript-symbols.ts';

/** A definition as the other side has it. `line` is 1-based, `kind` in the other side's words. */
export interface ReferenceSymbol {
  readonly path: string;
  readonly name: string;
  readonly line: number;
  readonly kind: string;
}

/** Run in this folder. Rust's is compiled into a folder for temporary files at its first run. */
const PROGRAMS: ReadonlyMap<string, readonly [command: string, ...args: string[]]> = new Map([
  ['python', ['python3', 'python-symbols.py']],
  ['go', ['go', 'run', 'go-symbols.go']],
  ['java', ['java', 'java-symbols.java']],
  [
    'rust',
    [
      'cargo',
      'run',
      '--quiet',
      '--release',
      '--locked',
      '--manifest-path=rust-symbols/Cargo.toml',
      `--target-dir=${join(tmpdir(), 'conexus-rust-symbols')}`,
    ],
  ],
]);

/**
 * Lists what a reference finds: `python`, `go`, `java`, `rust`, `ruby`, `php`, `typescript`, or `ctags:<its language>`, with
 * the kinds of ctags in its letters. Throws when the program is not there or the name is not one of these.
 */
export async function runReference(
  name: string,
  paths: readonly string[],
  ctagsKinds: string | undefined,
): Promise<readonly ReferenceSymbol[]> {
  if (name === 'typescript') return listTypescriptSymbols(paths);
  if (name === 'ruby') return listRubySymbols(paths);
  if (name === 'php') return listPhpSymbols(paths);
  const language = /^ctags:(.+)$/.exec(name)?.[1];
  if (language !== undefined) {
    const options = ctagsKinds === undefined ? [] : [`--kinds-${language}=${ctagsKinds}`];
    return runCtags(paths, { language, options });
  }
  const program = PROGRAMS.get(name);
  if (program === undefined) throw new Error(`${name}: no such reference`);
  return runProgram(program, paths);
}

function runProgram(
  [command, ...args]: readonly [string, ...string[]],
  paths: readonly string[],
): readonly ReferenceSymbol[] {
  const { stdout, stderr, status, error } = spawnSync(command, args, {
    cwd: import.meta.dirname,
    input: paths.join('\n'),
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  });
  if (error !== undefined) throw new Error(`${command} does not start`, { cause: error });
  if (status !== 0) throw new Error(`${command}: ${stderr}`);
  if (stderr !== '') console.error(stderr.trimEnd());
  return stdout
    .split('\n')
    .filter((row) => row !== '')
    .map((row) => {
      const [path = '', name = '', line = '0', kind = ''] = row.split('\t');
      return { path, name, line: Number(line), kind };
    });
}
