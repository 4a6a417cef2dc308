import { describe, expect, test } from 'vitest';

import { createPathAliases } from '../../../src/server/path-aliases.ts';

const aliases = createPathAliases([
  { client: '/home/ann/work', server: '/srv/work' },
  { client: '/home/ann/work/deep', server: '/data/deep/' },
  { client: String.raw`C:\Users\Ann\Code`, server: '/srv/code' },
  { client: 'd:/', server: '/srv/disk' },
]);

describe('toServer', () => {
  test.each([
    ['the prefix itself', '/home/ann/work', '/srv/work'],
    ['a file below', '/home/ann/work/src/a.ts', '/srv/work/src/a.ts'],
    ['the longest prefix', '/home/ann/work/deep/a.ts', '/data/deep/a.ts'],
    ['a folder that only starts alike', '/home/ann/workshop/a.ts', '/home/ann/workshop/a.ts'],
    ['another case of letters', '/home/Ann/work/a.ts', '/home/Ann/work/a.ts'],
    ['a relative path', 'src/a.ts', 'src/a.ts'],
    ['an id with a path', 'alpha:src/a.ts', 'alpha:src/a.ts'],
    ['a glob', '/home/ann/work/**/*.ts', '/srv/work/**/*.ts'],
    ['a Windows path', String.raw`C:\Users\Ann\Code\src\a.ts`, '/srv/code/src/a.ts'],
    ['a drive in lower case', String.raw`c:\Users\Ann\Code\a.ts`, '/srv/code/a.ts'],
    ['slashes for a Windows path', 'C:/Users/Ann/Code/a.ts', '/srv/code/a.ts'],
    ['mixed separators', String.raw`C:/Users\Ann/Code\a.ts`, '/srv/code/a.ts'],
    ['a whole drive', String.raw`D:\x\y.c`, '/srv/disk/x/y.c'],
    ['another drive', String.raw`E:\x\y.c`, 'E:/x/y.c'],
    ['a relative path of a Windows client', String.raw`src\a.ts`, 'src/a.ts'],
    ['a Windows glob', String.raw`C:\Users\Ann\Code\**\*.ts`, '/srv/code/**/*.ts'],
  ])('translates %s', (_reason, client, server) => {
    expect(aliases.toServer(client)).toBe(server);
  });

  test('leaves backslashes alone when no client is on Windows', () => {
    const plain = createPathAliases([{ client: '/a', server: '/b' }]);
    expect(plain.toServer(String.raw`odd\name`)).toBe(String.raw`odd\name`);
  });
});

describe('toClient', () => {
  test.each([
    ['a file', '/srv/work/src/a.ts', '/home/ann/work/src/a.ts'],
    ['the longest prefix', '/data/deep/a.ts', '/home/ann/work/deep/a.ts'],
    [
      'backslashes for a prefix with them',
      '/srv/code/src/a.ts',
      String.raw`C:\Users\Ann\Code\src\a.ts`,
    ],
    ['a whole drive', '/srv/disk/a.c', String.raw`d:\a.c`],
    ['the root of an alias', '/srv/work', '/home/ann/work'],
  ])('translates %s', (_reason, server, client) => {
    expect(aliases.toClient(server)).toBe(client);
  });

  test('gives nothing for a path under no alias', () => {
    expect(aliases.toClient('/srv/workshop/a.ts')).toBeUndefined();
  });
});

test('an alias of the whole tree works both ways', () => {
  const whole = createPathAliases([{ client: '/', server: '/host' }]);
  expect(whole.toServer('/etc/hosts')).toBe('/host/etc/hosts');
  expect(whole.toClient('/host/etc/hosts')).toBe('/etc/hosts');
});

test('no aliases change nothing', () => {
  const none = createPathAliases([]);
  expect(none.isEmpty).toBe(true);
  expect(none.toServer('/a')).toBe('/a');
  expect(none.toClient('/a')).toBeUndefined();
});
