/** Which addresses of repositories are taken, and which would have git run something. */
import { describe, expect, test } from 'vitest';
import { parseRemoteAddress } from '../../../../src/connectors/git-remote/remote-address.ts';

describe('an address', () => {
  test.each([
    ['https://host.example/a/b.git', { kind: 'http', host: 'host.example', port: 443 }],
    ['http://host.example:8080/a', { kind: 'http', host: 'host.example', port: 8080 }],
    ['https://me@host.example/a', { kind: 'http', user: 'me' }],
    [
      'ssh://git@host.example:2222/a',
      { kind: 'ssh', host: 'host.example', port: 2222, user: 'git' },
    ],
    [
      'git@host.example:owner/repo.git',
      { kind: 'ssh', host: 'host.example', port: 22, user: 'git' },
    ],
    ['https://[2001:db8::1]/a', { kind: 'http', host: '2001:db8::1' }],
    ['/srv/repo.git', { kind: 'folder', url: '/srv/repo.git' }],
    ['file:///srv/repo.git', { kind: 'folder', url: '/srv/repo.git' }],
  ])('%s is taken', (url, expected) => {
    expect(parseRemoteAddress(url)).toMatchObject(expected);
  });

  test.each([
    '',
    'repo',
    './repo',
    'ext::sh -c touch% /tmp/x',
    'fd::17',
    '-oProxyCommand=touch /tmp/x',
    '--upload-pack=touch /tmp/x',
    'ssh://-oProxyCommand=x/a',
    'ssh://git@-oProxyCommand=x/a',
    '-x@host:path',
    'git@host:-path',
    'git://host.example/a',
    'ftp://host.example/a',
    'file://host.example/a',
    'https://host.example/a\nurl = x',
    'ssh://$(touch)@host/a',
  ])('%j is refused', (url) => {
    expect(() => parseRemoteAddress(url)).toThrow('url must be the address of a repository');
  });
});
