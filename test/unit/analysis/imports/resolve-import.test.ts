/** Imports to files, one small repository for each language. */
import { describe, expect, test } from 'vitest';
import { createImportResolver } from '../../../../src/analysis/imports/resolve-import.ts';
import { createFileLookup } from '../../../support/file-lookup.ts';

interface Repository {
  readonly language: string;
  readonly files: Readonly<Record<string, string>>;
  /** From file, import (names after a blank), expected files. */
  readonly cases: readonly (readonly [string, string, readonly string[]])[];
}

function plain(...paths: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(paths.map((path) => [path, '']));
}

const REPOSITORIES: readonly Repository[] = [
  {
    language: 'typescript',
    files: {
      ...plain(
        'src/a.ts',
        'src/b.tsx',
        'src/deep/index.ts',
        'src/deep/c.d.ts',
        'src/lib/util.ts',
        'src/data.json',
        'packages/core/src/index.ts',
        'packages/core/src/inner.ts',
        'packages/app/main.ts',
        'packages/app/tools/t.ts',
      ),
      'tsconfig.json':
        '{ // base\n "compilerOptions": { "baseUrl": "./src", "paths": { "@lib/*": ["lib/*"], "@lib/exact": ["a"], }, }, }',
      'packages/app/tsconfig.json': '{ "extends": "../../tsconfig.json" }',
      'packages/core/package.json':
        '{ "name": "@x/core", "exports": { ".": { "import": "./dist/index.js" }, "./*": "./dist/*.js" } }',
      'packages/app/package.json': '{ "name": "app", "imports": { "#tools/*": "./tools/*.ts" } }',
    },
    cases: [
      ['src/a.ts', './b', ['src/b.tsx']],
      ['src/a.ts', './b.js', ['src/b.tsx']],
      ['src/a.ts', './deep', ['src/deep/index.ts']],
      ['src/deep/index.ts', './c', ['src/deep/c.d.ts']],
      ['src/deep/index.ts', '..', []],
      ['src/deep/index.ts', '../a.ts', ['src/a.ts']],
      ['src/a.ts', './data.json', ['src/data.json']],
      ['src/a.ts', '@lib/util', ['src/lib/util.ts']],
      ['src/b.tsx', '@lib/exact', ['src/a.ts']],
      ['src/a.ts', 'deep/c', ['src/deep/c.d.ts']],
      ['packages/app/main.ts', '@lib/util', ['src/lib/util.ts']],
      ['packages/app/main.ts', '@x/core', ['packages/core/src/index.ts']],
      ['packages/app/main.ts', '@x/core/inner', ['packages/core/src/inner.ts']],
      ['packages/app/main.ts', '#tools/t', ['packages/app/tools/t.ts']],
      ['src/a.ts', 'node:fs', []],
      ['src/a.ts', 'react', []],
      ['src/a.ts', '../../outside', []],
      ['src/a.ts', './a', []],
    ],
  },
  {
    language: 'python',
    files: plain(
      'pkg/__init__.py',
      'pkg/a.py',
      'pkg/sub/__init__.py',
      'pkg/sub/b.py',
      'src/lib/mod.py',
      'tests/test_a.py',
      'other/deep/thing/x.py',
    ),
    cases: [
      ['pkg/a.py', '. sub', ['pkg/sub/__init__.py']],
      ['pkg/sub/b.py', '..a f', ['pkg/a.py']],
      ['pkg/sub/b.py', '.. a,VERSION', ['pkg/__init__.py', 'pkg/a.py']],
      ['tests/test_a.py', 'pkg.sub b', ['pkg/sub/b.py']],
      ['tests/test_a.py', 'pkg.sub.b g', ['pkg/sub/b.py']],
      ['tests/test_a.py', 'lib.mod', ['src/lib/mod.py']],
      ['tests/test_a.py', 'thing.x', ['other/deep/thing/x.py']],
      ['pkg/a.py', 'os.path', []],
      ['pkg/a.py', 'a', []],
    ],
  },
  {
    language: 'go',
    files: {
      ...plain(
        'cmd/main.go',
        'store/store.go',
        'store/open.go',
        'store/store_test.go',
        'root.go',
        'tools/gen/gen.go',
      ),
      'go.mod': 'module example.org/x/y\n\ngo 1.22\n',
      'tools/go.mod': 'module example.org/tools\n',
    },
    cases: [
      ['cmd/main.go', 'example.org/x/y/store', ['store/open.go', 'store/store.go']],
      ['cmd/main.go', 'example.org/x/y', ['root.go']],
      ['cmd/main.go', 'example.org/tools/gen', ['tools/gen/gen.go']],
      ['cmd/main.go', 'fmt', []],
      ['cmd/main.go', 'example.org/x/yz', []],
    ],
  },
  {
    language: 'rust',
    files: {
      ...plain(
        'src/lib.rs',
        'src/a.rs',
        'src/a/b.rs',
        'src/c/mod.rs',
        'src/c/d.rs',
        'crates/my-util/src/lib.rs',
        'crates/my-util/src/fs.rs',
        'tests/all.rs',
        'tests/util.rs',
        'tests/deep/mod.rs',
      ),
      'Cargo.toml': '[package]\nname = "top"\n',
      'crates/my-util/Cargo.toml': '[package]\nversion = "1"\nname = "my-util"\n',
    },
    cases: [
      ['src/lib.rs', 'self::a', ['src/a.rs']],
      ['src/a.rs', 'self::b', ['src/a/b.rs']],
      ['src/a/b.rs', 'crate::c::d::Item', ['src/c/d.rs']],
      ['src/a/b.rs', 'crate::c::Item', ['src/c/mod.rs']],
      ['src/a/b.rs', 'super::Thing', ['src/a.rs']],
      ['src/a/b.rs', 'super::super::c::d', ['src/c/d.rs']],
      ['src/lib.rs', 'my_util::fs::read', ['crates/my-util/src/fs.rs']],
      ['src/a.rs', 'std::collections::HashMap', []],
      ['src/a.rs', 'crate::Top', ['src/lib.rs']],
      ['crates/my-util/src/fs.rs', 'crate::Util', ['crates/my-util/src/lib.rs']],
      ['tests/deep/mod.rs', 'crate::util::Dir', ['tests/util.rs']],
      ['tests/all.rs', 'crate::deep::run', ['tests/deep/mod.rs']],
      ['tests/all.rs', 'self::util', ['tests/util.rs']],
    ],
  },
  {
    language: 'java',
    files: plain(
      'app/src/main/java/com/x/A.java',
      'app/src/main/java/com/x/util/B.java',
      'app/src/main/java/com/x/util/C.kt',
      'lib/src/main/java/com/y/Z.java',
    ),
    cases: [
      ['app/src/main/java/com/x/A.java', 'com.x.util.B', ['app/src/main/java/com/x/util/B.java']],
      [
        'app/src/main/java/com/x/A.java',
        'com.x.util.B.Inner',
        ['app/src/main/java/com/x/util/B.java'],
      ],
      [
        'app/src/main/java/com/x/A.java',
        'com.x.util.*',
        ['app/src/main/java/com/x/util/B.java', 'app/src/main/java/com/x/util/C.kt'],
      ],
      ['app/src/main/java/com/x/A.java', 'com.y.Z max', ['lib/src/main/java/com/y/Z.java']],
      ['app/src/main/java/com/x/A.java', 'java.util.List', []],
    ],
  },
  {
    language: 'scala',
    files: plain('src/a/b/C.scala', 'src/a/b/D.scala'),
    cases: [['src/a/b/C.scala', 'a.b D', ['src/a/b/D.scala']]],
  },
  {
    language: 'c',
    files: plain(
      'mm/slab.c',
      'mm/slab.h',
      'include/linux/slab.h',
      'tools/include/linux/slab.h',
      'tools/perf/p.c',
      'lib/x.h',
      ...Array.from({ length: 6 }, (_, at) => `arch/a${at}/include/asm/io.h`),
      'arch/a1/kernel/k.c',
    ),
    cases: [
      ['mm/slab.c', 'slab.h', ['mm/slab.h']],
      ['mm/slab.c', 'linux/slab.h', ['include/linux/slab.h']],
      ['tools/perf/p.c', 'linux/slab.h', ['tools/include/linux/slab.h']],
      ['mm/slab.c', '../lib/x.h', ['lib/x.h']],
      ['mm/slab.c', 'asm/io.h', []],
      ['arch/a1/kernel/k.c', 'asm/io.h', ['arch/a1/include/asm/io.h']],
      ['mm/slab.c', 'stdio.h', []],
    ],
  },
  {
    language: 'ruby',
    files: plain('lib/x/a.rb', 'lib/x/b.rb', 'test/a_test.rb', 'gems/y/lib/y/z.rb'),
    cases: [
      ['lib/x/a.rb', './b', ['lib/x/b.rb']],
      ['test/a_test.rb', 'x/a', ['lib/x/a.rb']],
      ['test/a_test.rb', '../lib/x/b', ['lib/x/b.rb']],
      ['test/a_test.rb', 'y/z', ['gems/y/lib/y/z.rb']],
      ['test/a_test.rb', 'set', []],
    ],
  },
  {
    language: 'php',
    files: {
      ...plain(
        'src/Http/Kernel.php',
        'tests/KernelTest.php',
        'inc/boot.php',
        'legacy/Old/Thing.php',
      ),
      'composer.json':
        '{"autoload":{"psr-4":{"App\\\\":"src/"}},"autoload-dev":{"psr-4":{"App\\\\Tests\\\\":["tests"]}}}',
    },
    cases: [
      ['tests/KernelTest.php', 'App\\Http\\Kernel', ['src/Http/Kernel.php']],
      ['src/Http/Kernel.php', 'App\\Tests\\KernelTest', ['tests/KernelTest.php']],
      ['src/Http/Kernel.php', './../../inc/boot.php', ['inc/boot.php']],
      ['src/Http/Kernel.php', 'Vendor\\Old\\Thing', ['legacy/Old/Thing.php']],
      ['src/Http/Kernel.php', 'Exception', []],
    ],
  },
  {
    language: 'lua',
    files: plain('lua/a/b.lua', 'lua/a/init.lua', 'main.lua'),
    cases: [
      ['main.lua', 'a.b', ['lua/a/b.lua']],
      ['lua/a/b.lua', 'a', ['lua/a/init.lua']],
    ],
  },
  {
    language: 'bash',
    files: plain('bin/run.sh', 'bin/lib.sh', 'common/env.sh'),
    cases: [
      ['bin/run.sh', './lib.sh', ['bin/lib.sh']],
      ['bin/run.sh', './common/env.sh', ['common/env.sh']],
      ['bin/run.sh', '/etc/profile', []],
    ],
  },
  {
    language: 'elixir',
    files: plain('lib/my_app/user_store.ex', 'lib/my_app.ex'),
    cases: [
      ['lib/my_app.ex', 'MyApp.UserStore', ['lib/my_app/user_store.ex']],
      ['lib/my_app/user_store.ex', 'MyApp', ['lib/my_app.ex']],
      ['lib/my_app.ex', 'Enum', []],
    ],
  },
  {
    language: 'zig',
    files: plain('src/main.zig', 'src/foo.zig'),
    cases: [
      ['src/main.zig', 'foo.zig', ['src/foo.zig']],
      ['src/main.zig', 'std', []],
    ],
  },
  {
    language: 'dart',
    files: {
      ...plain('lib/a.dart', 'lib/src/b.dart', 'pkgs/z/lib/z.dart'),
      'pubspec.yaml': 'name: app\n',
      'pkgs/z/pubspec.yaml': 'description: q\nname: z\n',
    },
    cases: [
      ['lib/a.dart', 'src/b.dart', ['lib/src/b.dart']],
      ['lib/src/b.dart', 'package:app/a.dart', ['lib/a.dart']],
      ['lib/a.dart', 'package:z/z.dart', ['pkgs/z/lib/z.dart']],
      ['lib/a.dart', 'dart:io', []],
    ],
  },
  {
    language: 'haskell',
    files: plain('src/A/B.hs', 'app/Main.hs'),
    cases: [
      ['app/Main.hs', 'A.B', ['src/A/B.hs']],
      ['app/Main.hs', 'Data.Map', []],
    ],
  },
  {
    language: 'ocaml',
    files: plain('lib/foo.ml', 'bin/main.ml'),
    cases: [
      ['bin/main.ml', 'Foo', ['lib/foo.ml']],
      ['bin/main.ml', 'Foo.Inner', ['lib/foo.ml']],
    ],
  },
];

describe.each(REPOSITORIES)('$language', ({ language, files, cases }) => {
  const resolver = createImportResolver(createFileLookup(files));

  test.each(cases)('%s imports %s', (fromPath, written, expected) => {
    const [module = '', names = ''] = written.split(' ');
    const reference = { module, names: names === '' ? [] : names.split(','), line: 1 };
    expect(resolver.resolve({ fromPath, languageId: language, reference })).toEqual(expected);
  });
});

test('a language without resolver gives nothing', () => {
  const reference = { module: 'x', names: [], line: 1 };
  expect(
    createImportResolver(createFileLookup({})).resolve({
      fromPath: 'a.sql',
      languageId: 'sql',
      reference,
    }),
  ).toEqual([]);
});
