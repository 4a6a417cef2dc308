import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { explainPath } from '../../../../src/connectors/filesystem/explain-path.ts';
import { createTempDir } from '../../../support/temp-dir.ts';

test('says for each path what the listing makes of it, and by which rule', () => {
  using dir = createTempDir();
  dir.write('.gitignore', '# logs\n*.log\n/out/\n');
  dir.write('sub/.conexusignore', '\n\n!keep.log\n*.tmp\n');
  for (const path of [
    'a.ts',
    'a.log',
    'sub/keep.log',
    'sub/x.tmp',
    'out/deep/b.ts',
    'gen/c.ts',
    'own.db',
    'venv/pyvenv.cfg',
    'venv/lib/d.py',
    '.env',
  ])
    dir.write(path, 'x');
  mkdirSync(join(dir.path, 'empty'));
  symlinkSync('sub', join(dir.path, 'link'));
  const options = {
    root: dir.path,
    maxFileBytes: 100,
    exclude: ['gen'],
    excludedPaths: [join(dir.path, 'own.db')],
    user: { homeFolder: '/nonexistent' },
  };
  const explain = (path: string) => explainPath(options, path);
  const gitIgnore = join(dir.path, '.gitignore');
  expect(explain('a.ts')).toMatchObject({ kind: 'listed', file: { path: 'a.ts', sizeBytes: 1 } });
  expect(explain('a.log')).toEqual({
    kind: 'ignored',
    origin: { rule: '*.log', file: gitIgnore, line: 2 },
    ignoredPath: 'a.log',
  });
  expect(explain('sub/keep.log')).toMatchObject({ kind: 'listed' });
  expect(explain('sub/x.tmp')).toMatchObject({
    kind: 'ignored',
    origin: { rule: '*.tmp', file: join(dir.path, 'sub/.conexusignore'), line: 4 },
  });
  expect(explain('out/deep/b.ts')).toMatchObject({
    kind: 'ignored',
    origin: { rule: '/out/', line: 3 },
    ignoredPath: 'out',
  });
  expect(explain('venv/lib/d.py')).toMatchObject({
    kind: 'ignored',
    origin: { file: 'built-in' },
    ignoredPath: 'venv',
  });
  expect(explain('.env')).toMatchObject({ kind: 'listed', file: { skip: 'secret' } });
  expect(explain('link')).toMatchObject({ kind: 'listed', file: { skip: 'symlink' } });
  expect(explain('link/keep.log')).toEqual({ kind: 'outside' });
  expect(explain('../a')).toEqual({ kind: 'outside' });
  expect(explain('/etc/passwd')).toEqual({ kind: 'outside' });
  expect(explain('gen/c.ts')).toEqual({ kind: 'filtered' });
  expect(explain('own.db')).toEqual({ kind: 'excluded' });
  expect(explain('a.ts/below')).toEqual({ kind: 'absent' });
  expect(explain('nothing/here')).toEqual({ kind: 'absent' });
  expect(explain('./empty/')).toEqual({ kind: 'folder' });
  expect(explain('')).toEqual({ kind: 'folder' });
});
