/**
 * A repository that would run a program wherever git lets one: each writes a file of its own. First git itself
 * is shown to run them, so that the silence afterwards proves something.
 */
import { chmodSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hasGit, openGitRepo, type GitRepo } from '../../../support/git-repo.ts';
import { readAllHistory } from '../../../support/read-all-history.ts';
import { createTempDir } from '../../../support/temp-dir.ts';

/** Writes a program that leaves a mark, and gives the command line that runs it. */
function makeTrap(repo: GitRepo, name: string): string {
  const program = join(repo.path, '.git/traps', name);
  repo.write(
    `.git/traps/${name}`,
    `#!/bin/sh\necho ran > '${repo.path}/.git/mark-${name}'\ncat "$@" 2>/dev/null\n`,
  );
  chmodSync(program, 0o755);
  return program;
}

function listMarks(repo: GitRepo): string[] {
  return readdirSync(join(repo.path, '.git'))
    .filter((name) => name.startsWith('mark-'))
    .map((name) => name.slice('mark-'.length));
}

function clearMarks(repo: GitRepo): void {
  for (const name of listMarks(repo)) rmSync(join(repo.path, '.git', `mark-${name}`));
}

/** Runs git, whether or not it likes what the traps print. */
function attempt(repo: GitRepo, ...args: string[]): void {
  try {
    repo.git(...args);
  } catch {
    return;
  }
}

/** Sets a trap for everything that git's manual says runs a program. */
function setTraps(repo: GitRepo): void {
  const trap = (name: string) => makeTrap(repo, name);
  const values: Readonly<Record<string, string>> = {
    'core.fsmonitor': trap('fsmonitor'),
    'core.pager': trap('pager'),
    'pager.log': trap('pager-log'),
    'core.editor': trap('editor'),
    'core.askPass': trap('askpass'),
    'core.sshCommand': trap('ssh'),
    'core.gitProxy': trap('proxy'),
    'core.alternateRefsCommand': trap('alternate-refs'),
    'credential.helper': `!${trap('credential')}`,
    'diff.external': trap('external-diff'),
    'diff.trap.textconv': trap('textconv'),
    'diff.trap.command': trap('diff-command'),
    'filter.trap.clean': trap('clean'),
    'filter.trap.smudge': trap('smudge'),
    'filter.trap.process': trap('process'),
    'gpg.program': trap('gpg'),
    'gpg.ssh.program': trap('gpg-ssh'),
    'log.showSignature': 'true',
    'log.mailmap': 'true',
    'diff.ignoreSubmodules': 'none',
    'alias.log': `!${trap('alias')}`,
    'uploadpack.packObjectsHook': trap('pack-objects'),
    'remote.origin.url': repo.path,
    'remote.origin.uploadpack': trap('uploadpack'),
    'remote.origin.promisor': 'true',
    'remote.origin.partialclonefilter': 'blob:none',
    'extensions.partialClone': 'origin',
    'core.repositoryFormatVersion': '1',
  };
  for (const [key, value] of Object.entries(values)) repo.git('config', key, value);
  repo.git('config', 'core.hooksPath', join(repo.path, '.git/traps'));
  for (const hook of ['post-index-change', 'reference-transaction', 'pre-commit']) trap(hook);
  repo.write('.git/info/attributes', '* diff=trap filter=trap\n');
}

/** Two commits, the older with a signature that some program would have to check. */
function makeHistory(repo: GitRepo): void {
  repo.commit('one', { 'a.txt': '1', '.gitattributes': '* diff=trap\n' });
  const raw = repo.git('cat-file', 'commit', 'HEAD');
  const signed = raw.replace(
    '\n\n',
    '\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----\n\n',
  );
  const hash = repo.pipe(`${signed}\n`, 'hash-object', '-t', 'commit', '-w', '--stdin');
  repo.git('reset', '-q', '--hard', hash);
  repo.commit('two', { 'a.txt': '2' });
}

describe.skipIf(!hasGit)('a hostile repository', () => {
  test('runs nothing', async () => {
    using dir = createTempDir();
    const repo = openGitRepo(dir.path, { init: [] });
    makeHistory(repo);
    setTraps(repo);
    attempt(repo, '--no-pager', 'status');
    attempt(repo, '--no-pager', 'log');
    attempt(repo, '--paginate', 'log', '-p', '--ext-diff', '--textconv');
    attempt(repo, '--no-pager', 'show', '--no-ext-diff', '--textconv', 'HEAD');
    const ran = listMarks(repo);
    expect(ran).toEqual(
      expect.arrayContaining(['fsmonitor', 'gpg', 'diff-command', 'textconv', 'process']),
    );
    clearMarks(repo);
    const history = await readAllHistory(repo.path);
    expect(history.commits.map(({ subject }) => subject)).toEqual(['two', 'one']);
    expect(history.problem).toBeNull();
    expect(listMarks(repo)).toEqual([]);
  });

  test('is not asked for objects that a partial clone has left out', async () => {
    using dir = createTempDir();
    const repo = openGitRepo(dir.path, { init: [] });
    makeHistory(repo);
    setTraps(repo);
    const tree = repo.git('rev-parse', 'HEAD~1^{tree}');
    rmSync(join(repo.path, '.git/objects', tree.slice(0, 2), tree.slice(2)));
    clearMarks(repo);
    attempt(repo, 'cat-file', '-p', tree);
    expect(listMarks(repo)).toContain('uploadpack');
    clearMarks(repo);
    const history = await readAllHistory(repo.path);
    expect(history).toMatchObject({ kind: 'failed', problem: 'git_failed' });
    expect(listMarks(repo)).toEqual([]);
  });

  test('cannot lend its folder to the search for git, nor be found through its objects', async () => {
    using dir = createTempDir();
    const repo = openGitRepo(dir.path, { init: [] });
    makeHistory(repo);
    repo.write('git', `#!/bin/sh\necho ran > '${repo.path}/.git/mark-own-git'\n`);
    chmodSync(join(repo.path, 'git'), 0o755);
    const searchPath = `.:${process.env['PATH'] ?? ''}`;
    const history = await readAllHistory(repo.path, { searchPath });
    expect(history.commits).toHaveLength(2);
    expect(existsSync(join(repo.path, '.git/mark-own-git'))).toBe(false);
  });
});
