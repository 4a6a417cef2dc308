/**
 * Universal-ctags as a yardstick for symbols. It is a program of its own and may be missing; its
 * other namesakes do not have the option that is used here.
 */
import { spawnSync } from 'node:child_process';

export interface CtagsSymbol {
  readonly path: string;
  readonly name: string;
  /** 1-based. */
  readonly line: number;
  readonly kind: string;
}

/** True when universal-ctags can be run. */
export function hasCtags(): boolean {
  const { stdout } = spawnSync('ctags', ['--version'], { encoding: 'utf8' });
  return stdout?.includes('Universal Ctags') ?? false;
}

/** Lists what ctags finds in the files, with its default kinds unless `options` says otherwise. */
export function runCtags(
  paths: readonly string[],
  { language, options = [] }: { readonly language: string; readonly options?: readonly string[] },
): readonly CtagsSymbol[] {
  const { stdout, stderr, status } = spawnSync(
    'ctags',
    [
      '--options=NONE',
      '-x',
      '--_xformat=%{input}\t%{name}\t%{line}\t%{kind}',
      `--language-force=${language}`,
      ...options,
      '-L',
      '-',
    ],
    { input: paths.join('\n'), encoding: 'utf8', maxBuffer: 1 << 30 },
  );
  if (status !== 0) throw new Error(`ctags: ${stderr}`);
  return stdout
    .split('\n')
    .filter((row) => row !== '')
    .map((row) => {
      const [path = '', name = '', line = '0', kind = ''] = row.split('\t');
      return { path, name, line: Number(line), kind };
    });
}
