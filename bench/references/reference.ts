/**
 * The other parsers that symbols are measured against: the languages' own where they are installed, universal-ctags
 * else. Each is given paths and gives names with their lines; what they count is as near to what the structure pass
 * counts as their own output allows.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { runCtags } from '../../test/support/ctags.ts';
import { listTypescriptSymbols } from './typescript-symbols.ts';

/** A definition as the other side has it. `line` is 1-based, `kind` in the other side's words. */
export interface ReferenceSymbol {
  readonly path: string;
  readonly name: string;
  readonly line: number;
  readonly kind: string;
}

const PROGRAMS: Readonly<Record<string, readonly [command: string, ...args: string[]]>> = {
  python: ['python3', 'python-symbols.py'],
  go: ['go', 'run', 'go-symbols.go'],
  java: ['java', 'java-symbols.java'],
};

/**
 * Lists what a reference finds: `python`, `go`, `java`, `typescript`, or `ctags:<its language>`, with the kinds of ctags in
 * its letters. Throws when the program is not there or the name is not one of these.
 */
export function runReference(
  name: string,
  paths: readonly string[],
  ctagsKinds: string | undefined,
): readonly ReferenceSymbol[] {
  if (name === 'typescript') return listTypescriptSymbols(paths);
  const language = /^ctags:(.+)$/.exec(name)?.[1];
  if (language !== undefined) {
    const options = ctagsKinds === undefined ? [] : [`--kinds-${language}=${ctagsKinds}`];
    return runCtags(paths, { language, options });
  }
  const program = Object.hasOwn(PROGRAMS, name) ? PROGRAMS[name] : undefined;
  if (program === undefined) throw new Error(`${name}: no such reference`);
  return runProgram(program, paths);
}

function runProgram(
  [command, ...args]: readonly [string, ...string[]],
  paths: readonly string[],
): readonly ReferenceSymbol[] {
  const file = join(import.meta.dirname, args.at(-1) ?? '');
  const { stdout, stderr, status } = spawnSync(command, [...args.slice(0, -1), file], {
    input: paths.join('\n'),
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  });
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
