/** A real git repository in a folder of its own, made by running git without anybody's configuration. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** False where git is not installed: there is no repository to read then. */
export const hasGit: boolean = spawnSync('git', ['--version']).status === 0;

export interface GitRepo {
  readonly path: string;
  git(...args: string[]): string;
  /** Runs git with a text on its standard input. */
  pipe(input: string, ...args: string[]): string;
  write(name: string, text: string): void;
  /** Writes files, commits everything, and gives the hash. Commits are a minute apart. */
  commit(message: string, files?: Readonly<Record<string, string>>): string;
}

/** Opens the folder as a repository; `init` makes one first. */
export function openGitRepo(
  path: string,
  options: { readonly init?: readonly string[] } = {},
): GitRepo {
  mkdirSync(path, { recursive: true });
  let minutes = 0;
  const run = (args: readonly string[], input?: string): string => {
    const date = `2024-01-01T${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}:00Z`;
    const environment = {
      PATH: process.env['PATH'],
      HOME: '/nonexistent',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_AUTHOR_DATE: date,
      GIT_COMMITTER_DATE: date,
    };
    const given = { cwd: path, env: environment, encoding: 'utf8', stdio: 'pipe' } as const;
    return execFileSync(
      'git',
      [...IDENTITY, ...args],
      input === undefined ? given : { ...given, input },
    ).trim();
  };
  const repo: GitRepo = {
    path,
    git: (...args) => run(args),
    pipe: (input, ...args) => run(args, input),
    write: (name, text) => {
      const file = join(path, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    },
    commit: (message, files = {}) => {
      minutes += 1;
      for (const [name, text] of Object.entries(files)) repo.write(name, text);
      run(['add', '-A']);
      run(['commit', '-q', '--allow-empty', '-F', '-'], message);
      return run(['rev-parse', 'HEAD']);
    },
  };
  if (options.init !== undefined) run(['init', '-q', ...options.init]);
  return repo;
}

const IDENTITY = [
  '-c',
  'user.name=Ada Test',
  '-c',
  'user.email=ada@example.org',
  '-c',
  'init.defaultBranch=main',
  '-c',
  'protocol.file.allow=always',
  '-c',
  'commit.gpgSign=false',
];
