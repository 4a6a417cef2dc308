/** The ignore rules, compared with git itself on a tree of tricky names and patterns. */
import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { collectWalk } from '../../support/collect-walk.ts';
import { createTempDir, type TempDir } from '../../support/temp-dir.ts';

const hasGit = spawnSync('git', ['--version']).status === 0;

function runGit(cwd: string, args: readonly string[], home = '/nonexistent'): string {
  const env = { PATH: process.env['PATH'], HOME: home, GIT_CONFIG_NOSYSTEM: '1' };
  return execFileSync('git', ['-c', 'core.quotePath=false', ...args], {
    cwd,
    env,
    encoding: 'utf8',
  });
}

/** What git would add: everything that no rule ignores. */
function listWithGit(root: string, home?: string): string[] {
  const output = runGit(root, ['ls-files', '-z', '--others', '--exclude-standard'], home);
  return output
    .split('\0')
    .filter((path) => path !== '')
    .sort();
}

const NAMES = [
  'a',
  'b',
  'foo',
  'foo.c',
  'foo.o',
  'FOO.C',
  'bar.txt',
  'bar txt',
  'trail ',
  '#hash',
  '!bang',
  'back\\slash',
  '[x]',
  'x',
  'x-y',
  'a]b',
  'star*',
  'q?',
  'é',
  'ééé',
  '日本',
  '.hidden',
  'foo.tar.gz',
  'Makefile',
  'deep-a-b-c',
  'tab\tname',
  'line\nbreak',
  '{a,b}',
  'a.b.c',
  '~backup~',
  '0',
  '-',
  '^',
  'z9',
];
const FOLDERS = [
  '',
  'src',
  'src/foo',
  'src/foo/bar',
  'build',
  'build/x',
  'doc',
  'doc/a/b/c',
  'foo.d',
  'é',
  'a b',
  'x/y/x',
];

const PATTERNS = [
  '*.o',
  '*.c',
  '/foo',
  'foo/',
  'src/*',
  'src/**',
  '**/foo',
  '**/bar/',
  'doc/**/c',
  'doc/**',
  '**',
  '/*',
  '*',
  '/**',
  '**/x/**',
  'a/**/b',
  '!foo',
  '!src/',
  '!*.c',
  '\\#hash',
  '\\!bang',
  '#comment',
  '',
  '   ',
  'trail\\ ',
  'trail ',
  'bar txt',
  'bar.txt   ',
  'back\\\\slash',
  'back\\slash',
  '[x]',
  '\\[x\\]',
  '[!x]',
  '[^a-f]',
  '[a-z]',
  '[A-Z]*',
  '[]x]',
  '[]-]',
  '[a\\]]',
  '[[:alpha:]]',
  '[[:upper:]]*',
  '[![:alnum:]]',
  '[[:bogus:]]',
  '[',
  '[a',
  'a]b',
  'star\\*',
  'q\\?',
  '?',
  '??',
  '???',
  '??????',
  'é',
  '[é]',
  '*é',
  '日*',
  '.*',
  '!.hidden',
  '*.tar.gz',
  '*.gz',
  '*ar*',
  'f*o',
  '*-*-*-*',
  '**foo',
  'foo**',
  'src**',
  'src/**o',
  'src/*/bar',
  'src/?oo',
  'src/[f]oo',
  '/src/foo/',
  'foo/bar',
  '/foo/bar',
  './foo',
  'foo//',
  '//foo',
  '/',
  'foo\\',
  '*\\',
  '{a,b}',
  '{foo,bar}',
  '[a-]',
  '[--0]',
  '[9-0]',
  '\\f\\o\\o',
  '*[!.]?',
  'x/y',
  'x/*/x',
  '**/y/**/x',
  'a b/',
  '\ttab',
  'tab*',
  'line*',
  '[[:space:]]',
  '[\\^]',
  '[0-9-]',
  'z[0-9]',
  '~*',
  '*~',
  '!',
  '!!foo',
  '\\',
  '***',
  '***/foo',
  'doc/***/c',
  'doc/**/**/c',
  'foo.d/**',
  '!foo.d/**',
  '[a-c',
  '[[:alpha:]',
  '[[:alpha]',
  '[[a]',
  'Foo',
  'src/FOO',
  'build\r',
  '*.c\r',
  '\u00a0',
  'é/',
  'build/x/*',
  '!build/x/a',
  '/é/*',
];

/** Deterministic numbers in [0, 1) (Park and Miller). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

function fillTree(dir: TempDir): void {
  for (const folder of FOLDERS) {
    for (const name of NAMES) {
      const path = join(folder, name);
      if (!FOLDERS.some((other) => other === path || other.startsWith(`${path}/`)))
        dir.write(path, '');
    }
  }
}

// Skipped where git is not installed: the rules then have nothing to be compared with.
describe.skipIf(!hasGit)('ignore rules compared with git', () => {
  test('each pattern alone leaves the same files', async () => {
    using dir = createTempDir();
    fillTree(dir);
    runGit(dir.path, ['init', '-q']);
    const wrong: string[] = [];
    for (const pattern of PATTERNS) {
      writeFileSync(join(dir.path, '.git/info/exclude'), '');
      dir.write('.gitignore', `${pattern}\n`);
      const { paths } = await collectWalk({ root: dir.path });
      if (paths.join('\0') !== listWithGit(dir.path).join('\0')) wrong.push(pattern);
    }
    expect(wrong).toEqual([]);
  });

  test('random nested rule files leave the same files', async () => {
    using dir = createTempDir();
    fillTree(dir);
    runGit(dir.path, ['init', '-q']);
    const random = createRandom(20_240_229);
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
    for (let round = 0; round < 60; round++) {
      for (const folder of FOLDERS) {
        const length = random() < 0.4 ? Math.floor(random() * 6) : 0;
        const lines = Array.from({ length }, () => (random() < 0.3 ? '!' : '') + pick(PATTERNS));
        const bom = random() < 0.1 ? '\uFEFF' : '';
        dir.write(join(folder, '.gitignore'), bom + lines.join(pick(['\n', '\r\n'])));
      }
      writeFileSync(join(dir.path, '.git/info/exclude'), `${pick(PATTERNS)}\n!${pick(PATTERNS)}`);
      const { paths } = await collectWalk({ root: dir.path });
      expect(paths, `round ${round}`).toEqual(listWithGit(dir.path));
    }
  });

  test("the user's own file and core.ignoreCase hold as in git", async () => {
    using home = createTempDir();
    using dir = createTempDir();
    fillTree(dir);
    runGit(dir.path, ['init', '-q']);
    home.write('.gitconfig', '[include]\n\tpath = "more config" ; both\n');
    home.write('more config', '[Core]\n  excludesFile = ~/my\\\\ignore # mine\n');
    home.write('my\\ignore', '*.O\n!foo.c\n/build\n');
    runGit(dir.path, ['config', 'core.ignoreCase', 'true']);
    const { paths } = await collectWalk({ root: dir.path, user: { homeFolder: home.path } });
    expect(paths).toEqual(listWithGit(dir.path, home.path));
    expect(paths).not.toContain('foo.o');
    expect(paths).not.toContain('build/a');
  });

  test('another work tree of the same repository is left out, a nested clone is not', async () => {
    using dir = createTempDir();
    dir.write('kept.txt', '1');
    dir.write('.gitignore', '*.log\n');
    runGit(dir.path, ['init', '-q']);
    runGit(dir.path, ['add', '.']);
    const author = ['-c', 'user.name=t', '-c', 'user.email=t@example.org'];
    runGit(dir.path, [...author, 'commit', '-qm', 'first']);
    runGit(dir.path, ['worktree', 'add', '-q', 'trees/second']);
    runGit(dir.path, ['clone', '-q', dir.path, 'nested']);
    dir.write('nested/of-its-own.log', '');
    dir.write('nested/.gitignore', '*.tmp\n');
    dir.write('nested/a.tmp', '');
    const { paths } = await collectWalk({ root: dir.path });
    expect(paths).toEqual([
      '.gitignore',
      'kept.txt',
      'nested/.gitignore',
      'nested/kept.txt',
      'nested/of-its-own.log',
    ]);
    const inner = await collectWalk({ root: join(dir.path, 'trees/second') });
    expect(inner.paths).toEqual(['.gitignore', 'kept.txt']);
  });
});
