/** The layers of ignore rules. Git's own semantics are compared with git in `test/integration/connectors`. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { collectWalk } from '../../../support/collect-walk.ts';
import { createTempDir } from '../../../support/temp-dir.ts';

describe('layers', () => {
  test('.conexusignore wins over .gitignore and lifts the built-in list', async () => {
    using dir = createTempDir();
    dir.write('.gitignore', 'build/\n!node_modules\n');
    dir.write('.conexusignore', '!build/\n!__pycache__/\n*.svg\n');
    for (const path of ['build/a', 'b.svg', '__pycache__/c', 'node_modules/d', '.git/config'])
      dir.write(path, '');
    const { paths } = await collectWalk({ root: dir.path });
    expect(paths).toEqual(['.conexusignore', '.gitignore', '__pycache__/c', 'build/a']);
  });

  test('a virtual environment is known by its mark', async () => {
    using dir = createTempDir();
    dir.write('my-env/pyvenv.cfg', '');
    dir.write('my-env/lib/a.py', '');
    dir.write('venv/source.py', '');
    const { paths, summary } = await collectWalk({ root: dir.path });
    expect(paths).toEqual(['venv/source.py']);
    expect(summary).toMatchObject({ ignoredFolders: 1, topRule: { file: 'built-in', count: 1 } });
  });

  test('rules above the root hold below it, but never hide the root', async () => {
    using dir = createTempDir();
    dir.write('.git/HEAD', 'ref: refs/heads/main\n');
    dir.write('.git/info/exclude', 'packages\n*.bak\n');
    dir.write('.gitignore', '/packages/\n*.log\n');
    dir.write('packages/node_modules/app/a.ts', '');
    dir.write('packages/node_modules/app/a.log', '');
    dir.write('packages/node_modules/app/a.bak', '');
    dir.write('packages/node_modules/app/packages/b.ts', '');
    const { paths } = await collectWalk({ root: join(dir.path, 'packages/node_modules/app') });
    expect(paths).toEqual(['a.ts', 'packages/b.ts']);
  });

  test('outside any work tree an allow-list that allows nothing is left out', async () => {
    using dir = createTempDir();
    dir.write('.gitignore', '*.o\n/*\n!/debian/\n');
    dir.write('src/a.c', '');
    dir.write('src/a.o', '');
    expect((await collectWalk({ root: dir.path })).paths).toEqual(['.gitignore', 'src/a.c']);
    dir.write('debian/rules', '');
    expect((await collectWalk({ root: dir.path })).paths).toEqual(['debian/rules']);
  });

  test('a rule that hides everything on purpose holds everywhere', async () => {
    using dir = createTempDir();
    dir.write('.gitignore', '*\n');
    dir.write('src/a.c', '');
    const { paths, summary } = await collectWalk({ root: dir.path });
    expect(paths).toEqual([]);
    expect(summary.topRule).toMatchObject({ rule: '*', line: 1, count: 2 });
  });
});
