/** A bare mirror of a small repository with two commits, made with real git, and git itself. */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TempDir } from './temp-dir.ts';

const IDENTITY = ['-c', 'user.name=Test', '-c', 'user.email=test@example.invalid'];

/** Runs git in a folder and gives what it prints, without the last line end. */
export function runGit(folder: string, ...args: readonly string[]): string {
  return execFileSync('git', ['-C', folder, ...args], { encoding: 'utf8' }).trim();
}

export interface Mirror {
  /** The git folder, in `mirrors/` of the temporary folder. */
  readonly mirror: string;
  /** Hash of the commit that has `a.py` only. */
  readonly first: string;
  /** Hash of the commit that has `b.py` too. */
  readonly second: string;
}

/** Makes `mirrors/<name>`. */
export function makeMirror(folder: TempDir, name: string): Mirror {
  folder.write('origin/a.py', 'def read_header(line):\n    return line.split(":")\n');
  const origin = join(folder.path, 'origin');
  runGit(origin, 'init', '--quiet');
  commitAll(origin, '2026-01-01T00:00:00Z');
  folder.write('origin/b.py', 'def render_footer(page):\n    return page.number\n');
  commitAll(origin, '2026-01-02T00:00:00Z');
  const mirror = join(folder.path, 'mirrors', name);
  mkdirSync(join(folder.path, 'mirrors'), { recursive: true });
  runGit(folder.path, 'clone', '--quiet', '--bare', origin, mirror);
  const [first = '', second = ''] = runGit(origin, 'rev-list', '--reverse', 'HEAD').split('\n');
  return { mirror, first, second };
}

function commitAll(folder: string, date: string): void {
  runGit(folder, 'add', '.');
  execFileSync('git', ['-C', folder, ...IDENTITY, 'commit', '--quiet', '--message', date], {
    env: { ...process.env, GIT_COMMITTER_DATE: date, GIT_AUTHOR_DATE: date },
  });
}
