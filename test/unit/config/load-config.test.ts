/** The configuration as operators write it: precedence, every malformed case, joint rules, origins. */
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  loadConfig,
  type LoadConfigOptions,
  type LoadedConfig,
} from '../../../src/config/load-config.ts';
import type { ConfigProblem } from '../../../src/config/raw-values.ts';
import { isAppError } from '../../../src/errors/app-error.ts';
import { createTempDir } from '../../support/temp-dir.ts';

async function load(
  file: string | null,
  options: Partial<LoadConfigOptions> = {},
): Promise<LoadedConfig> {
  using folder = createTempDir();
  if (file !== null) folder.write('config.yml', file);
  return await loadConfig({ flags: {}, env: {}, cwd: folder.path, listens: true, ...options });
}

async function findProblems(
  file: string | null,
  options: Partial<LoadConfigOptions> = {},
): Promise<readonly ConfigProblem[]> {
  try {
    await load(file, options);
  } catch (error) {
    if (!isAppError(error) || error.code !== 'CONFIG_INVALID') throw error;
    return error.details['problems'] as readonly ConfigProblem[];
  }
  return [];
}

describe('defaults', () => {
  test('need no file and no environment: current directory, ./data/conexus.db, loopback, 8080', async () => {
    using folder = createTempDir();
    const { config, origins, warnings, file } = await load(null, { cwd: folder.path });
    expect(config.indexer.roots.map((root) => root.path)).toEqual([folder.path]);
    expect(config.database.path).toBe(join(folder.path, 'data/conexus.db'));
    expect(config.server).toMatchObject({ host: '127.0.0.1', port: 8080, allowedHosts: [] });
    expect({ origins, warnings, file }).toEqual({ origins: [], warnings: [], file: null });
  });

  test('are frozen all the way down', async () => {
    const { config } = await load(null);
    expect(Object.isFrozen(config.observability.tracing)).toBe(true);
    expect(Object.isFrozen(config.indexer.roots[0])).toBe(true);
  });
});

describe('precedence', () => {
  test('is defaults < file < environment < flags, and origins name the place', async () => {
    using folder = createTempDir();
    const file = folder.write(
      'config.yml',
      'server: {port: 1001, host: 127.0.0.2}\nlogging: {level: warn}',
    );
    const { config, origins } = await loadConfig({
      flags: { port: '1003' },
      env: { CONEXUS_PORT: '1002', CONEXUS_LOG_LEVEL: 'error' },
      cwd: folder.path,
      listens: true,
    });
    expect([config.server.host, config.server.port, config.logging.level]).toEqual([
      '127.0.0.2',
      1003,
      'error',
    ]);
    expect(origins).toEqual([
      { key: 'server.host', source: 'file', place: file, shown: '127.0.0.2' },
      { key: 'server.port', source: 'flag', place: '--port', shown: '1003' },
      { key: 'logging.level', source: 'environment', place: 'CONEXUS_LOG_LEVEL', shown: 'error' },
    ]);
  });

  test('of files is --config, CONEXUS_CONFIG, ./config.yml', async () => {
    using folder = createTempDir();
    folder.write('config.yml', 'server: {port: 1}');
    const byEnv = folder.write('env.yml', 'server: {port: 2}');
    folder.write('flag.yml', 'server: {port: 3}');
    const env = { CONEXUS_CONFIG: byEnv };
    const options = { env, cwd: folder.path, listens: true };
    const ports = [
      await loadConfig({ ...options, env: {}, flags: {} }),
      await loadConfig({ ...options, flags: {} }),
      await loadConfig({ ...options, flags: { config: 'flag.yml' } }),
    ].map(({ config }) => config.server.port);
    expect(ports).toEqual([1, 2, 3]);
  });

  test('ignores variables that are empty, as compose files leave them', async () => {
    const { config } = await load(null, { env: { CONEXUS_PORT: '', CONEXUS_CONFIG: '' } });
    expect(config.server.port).toBe(8080);
  });
});

describe('a problem names its key and what to do', () => {
  test.each([
    [
      'a port that is no number',
      'server: {port: abc}',
      'server.port',
      /"abc" is not a number.*0 to 65535/,
    ],
    ['a port out of range', 'server: {port: 70000}', 'server.port', /70000 is out of range/],
    ['a port that is not whole', 'server: {port: 80.5}', 'server.port', /not whole/],
    ['an empty host', 'server: {host: ""}', 'server.host', /empty/],
    ['a list where one text belongs', 'database: {path: [a]}', 'database.path', /not a text/],
    ['a level that is none', 'logging: {level: loud}', 'logging.level', /debug, info, warn, error/],
    [
      'a switch that is no switch',
      'rate_limit: {enabled: maybe}',
      'rate_limit.enabled',
      /neither true nor false/,
    ],
    ['an unknown key', 'server: {prot: 1}', 'server.prot', /Did you mean server\.port\?/],
    ['a key in the wrong section', 'port: 1', 'port', /Did you mean server\.port\?/],
    ['an unknown section', 'srever: {port: 1}', 'srever', /not known/],
    ['a key that would reach the prototype', '__proto__: {port: 1}', '__proto__', /not known/],
    ['a section that is a value', 'server: 80', 'server', /section/],
    [
      'an undefined variable',
      'database: {path: "${NO_SUCH}/x"}',
      'database.path',
      /NO_SUCH is not set/,
    ],
    [
      'a variable with a fallback',
      'database: {path: "${A:-b}"}',
      'database.path',
      /not the name of a variable/,
    ],
    [
      'an empty list of roots',
      'indexer: {root_path: []}',
      'indexer.root_path',
      /at least one folder/,
    ],
    ['an alias that is no pair', 'path_aliases: [/a]', 'path_aliases', /client=server/],
    ['an alias from a relative path', 'path_aliases: [a=/b]', 'path_aliases', /absolute/],
    ['an alias to a relative path', 'path_aliases: [/a=b]', 'path_aliases', /absolute/],
    ['an alias that stands twice', 'path_aliases: [/a=/b, /a/=/c]', 'path_aliases', /twice/],
    [
      'an origin with a path',
      'cors: {allowed_origins: ["https://a.example/x"]}',
      'cors.allowed_origins',
      /not an origin/,
    ],
    ['an address that is none', 'auth: {issuer: nowhere}', 'auth.issuer', /http or https/],
    ['keys without a file', 'auth: {mode: keys}', 'auth.keys_file', /required with auth.mode keys/],
    [
      'oauth without an audience',
      'auth: {mode: oauth, issuer: "https://i.example"}',
      'auth.audience',
      /required/,
    ],
    [
      'a rate above one',
      'observability: {tracing: {sample_rate: 2}}',
      'observability.tracing.sample_rate',
      /0 to 1/,
    ],
    [
      'an open host without consent',
      'server: {host: 0.0.0.0}',
      'server.host',
      /CONEXUS_AUTH_ALLOW_UNAUTHENTICATED/,
    ],
    [
      'a certificate without its key',
      'server: {tls: {cert_file: ./cert.pem}}',
      'server.tls.key_file',
      /go together/,
    ],
    ...['10.0.0.0/33', '10.0.0.0/', 'proxy', '::1/129', '10.0.0.1/8/8'].map(
      (proxy): [string, string, string, RegExp] => [
        `the proxy ${proxy}`,
        `server: {trusted_proxies: ["${proxy}"]}`,
        'server.trusted_proxies',
        /neither an address nor a network/,
      ],
    ),
    [
      'connectors that are no list',
      'connectors: {list: {type: git}}',
      'connectors.list',
      /must be a list/,
    ],
    [
      'a connector of unknown type',
      'connectors: [{type: svn, name: x}]',
      'connectors.list',
      /Connector 1 \(x\): type must be one of/,
    ],
    [
      'a connector without its field',
      'connectors: [{type: github, name: x}]',
      'connectors.list',
      /repository is required/,
    ],
    [
      'a misspelt field',
      'connectors: [{type: git, name: x, url: u, brances: [a]}]',
      'connectors.list',
      /did you mean branches/,
    ],
    [
      'a field of the wrong shape',
      'connectors: [{type: git, name: x, url: u, depth: 0}]',
      'connectors.list',
      /depth must be/,
    ],
    [
      'a reserved id',
      'connectors: [{type: git, name: x, url: u, id: pushed}]',
      'connectors.list',
      /reserved/,
    ],
    [
      'an id with capitals',
      'connectors: [{type: git, name: x, url: u, id: A}]',
      'connectors.list',
      /a-z, 0-9/,
    ],
    [
      'an id that stands twice',
      'connectors: [{type: git, name: x, url: u, id: a}, {type: git, name: y, url: v, id: a}]',
      'connectors.list',
      /twice/,
    ],
  ])('%s', async (_reason, file, key, message) => {
    const problems = await findProblems(file);
    expect(problems.map((problem) => problem.key)).toEqual([key]);
    expect(problems[0]?.message).toMatch(message);
  });

  test('a secret given by value is refused and not repeated', async () => {
    const problems = await findProblems(
      'connectors: [{type: github, name: x, repository: a/b, token: s3cr3t-value}]',
    );
    expect(problems[0]?.message).toMatch(/token_env or token_file/);
    expect(JSON.stringify(problems)).not.toContain('s3cr3t-value');
  });

  test('YAML that does not parse names the line', async () => {
    const problems = await findProblems('server:\n  port: [1\n');
    expect(problems[0]?.message).toMatch(/Line \d+/);
  });

  test('a file that holds no mapping is refused', async () => {
    const [problem] = await findProblems('- 1\n- 2\n');
    expect(problem?.message).toMatch(/keys and values/);
  });

  test('a named file that is missing is refused', async () => {
    const [problem] = await findProblems(null, { flags: { config: 'none.yml' } });
    expect(problem?.message).toMatch(/cannot be read/);
  });

  test('a root that is a file is refused', async () => {
    using folder = createTempDir();
    const file = folder.write('a.txt', 'x');
    const [problem] = await findProblems(null, { flags: { root: [file] } });
    expect(problem?.message).toMatch(/is a file/);
  });

  test('all of them are reported at once, in one text', async () => {
    const attempt = load('server: {port: abc, hots: x}', { env: { CONEXUS_WORKERS: '-1' } });
    await expect(attempt).rejects.toThrow(
      /3 problems:\n {2}server\.hots \(.*config\.yml\): .*\n {2}server\.port \(.*\): .*\n {2}indexer\.workers \(CONEXUS_WORKERS\): /,
    );
  });
});

describe('values', () => {
  test('take variables inside texts, and $${NAME} stands for itself', async () => {
    const file = 'server: {port: "${P}"}\ntool_names: ${T}\nauth: {audience: "$${X}"}';
    const { config, origins } = await load(file, { env: { P: '1234', T: 'underscore' } });
    expect([config.server.port, config.toolNames, config.auth.audience]).toEqual([
      1234,
      'underscore',
      '${X}',
    ]);
    expect(origins.find((origin) => origin.key === 'server.port')?.shown).toBe('${P}');
  });

  test('mask passwords in addresses where they are shown', async () => {
    const env = { CONEXUS_TRACING_ENDPOINT: 'http://me:hidden@collector:4318' };
    const { origins } = await load(null, { env });
    expect(origins[0]?.shown).toBe('http://[secret]@collector:4318');
  });

  test('of aliases allow Windows drives on the client side', async () => {
    const env = { CONEXUS_PATH_ALIASES: 'C:\\src=/data/codebase; /home/me/src/=/data/me/' };
    const { config } = await load(null, { env });
    expect(config.pathAliases).toEqual([
      { client: 'C:\\src', server: '/data/codebase' },
      { client: '/home/me/src', server: '/data/me' },
    ]);
  });

  test('of lists are split in the environment', async () => {
    const env = { CONEXUS_ALLOWED_HOSTS: 'a.example, b.example,' };
    const { config } = await load(null, { env });
    expect(config.server.allowedHosts).toEqual(['a.example', 'b.example']);
  });

  test('of certificates are absolute, of proxies addresses and networks', async () => {
    const env = { CONEXUS_TLS_CERT_FILE: 'c.pem', CONEXUS_TLS_KEY_FILE: '/k.pem' };
    const trusted = 'server: {trusted_proxies: [10.0.0.7, "10.0.0.0/8", "::1", "fd00::/8"]}';
    const { config } = await load(trusted, { env });
    expect(config.server.tls?.keyFile).toBe('/k.pem');
    expect(config.server.tls?.certFile).toMatch(/^\/.*\/c\.pem$/);
    expect(config.server.trustedProxies).toHaveLength(4);
  });

  test('that start with ~/ are below the home folder', async () => {
    const { config } = await load(null, { env: { HOME: '/home/me', CONEXUS_DB_PATH: '~/c.db' } });
    expect(config.database.path).toBe('/home/me/c.db');
  });
});

describe('who may reach the server', () => {
  test.each(['127.0.0.1', '127.8.8.8', '::1', 'localhost'])('%s needs no consent', async (host) => {
    const { config } = await load(null, { flags: { host } });
    expect(config.server.host).toBe(host);
  });

  test('an open host is accepted with consent by environment', async () => {
    const env = { CONEXUS_HOST: '0.0.0.0', CONEXUS_AUTH_ALLOW_UNAUTHENTICATED: 'true' };
    expect((await load(null, { env })).config.server.host).toBe('0.0.0.0');
  });

  test('an open host needs no consent where nothing listens', async () => {
    const { config } = await load(null, { flags: { host: '0.0.0.0' }, listens: false });
    expect(config.server.host).toBe('0.0.0.0');
  });

  test('a keys file without effect is a warning', async () => {
    const { warnings } = await load('auth: {keys_file: keys.json}');
    expect(warnings[0]).toMatch(/no effect/);
  });
});

describe('roots', () => {
  test('get ids from folder names, unique by -2', async () => {
    using folder = createTempDir();
    for (const name of ['a/My App', 'b/my_app', 'c/Grün', 'd/仕事', 'e/pushed']) {
      mkdirSync(join(folder.path, name), { recursive: true });
    }
    const root = ['a/My App', 'b/my_app', 'c/Grün', 'd/仕事', 'e/pushed'];
    const { config } = await load(null, { flags: { root }, cwd: folder.path });
    expect(config.indexer.roots.map(({ id }) => id)).toEqual([
      'my-app',
      'my-app-2',
      'grun',
      'root',
      'pushed-2',
    ]);
  });

  test('are separated by : in the environment', async () => {
    const { config } = await load(null, { env: { CONEXUS_ROOT_PATH: '/no-such/a:/no-such/b' } });
    expect(config.indexer.roots.map(({ path }) => path)).toEqual(['/no-such/a', '/no-such/b']);
  });

  test('named twice, also through a link, are one with a warning', async () => {
    using folder = createTempDir();
    mkdirSync(join(folder.path, 'real'));
    symlinkSync(join(folder.path, 'real'), join(folder.path, 'link'));
    const { config, warnings } = await load(null, {
      flags: { root: ['real', 'link'] },
      cwd: folder.path,
    });
    expect(config.indexer.roots.map(({ path }) => path)).toEqual([join(folder.path, 'real')]);
    expect(warnings[0]).toMatch(/twice/);
  });

  test('inside one another are allowed with a warning', async () => {
    const { config, warnings } = await load(null, { flags: { root: ['/no-such', '/no-such/b'] } });
    expect(config.indexer.roots).toHaveLength(2);
    expect(warnings[0]).toMatch(/lies inside/);
  });

  test('come from connectors of type filesystem, which replace the default root', async () => {
    const { config } = await load(
      'connectors: [{type: filesystem, name: A, id: aa, path: /no-such/a, include: ["*.ts"]}, {type: git, name: g, url: u}]',
    );
    expect(config.indexer.roots).toEqual([
      { id: 'aa', path: '/no-such/a', include: ['*.ts'], exclude: [] },
    ]);
    expect(config.connectors.map(({ name }) => name)).toEqual(['g']);
  });
});

describe('unknown names in the environment', () => {
  test('warn with the nearest name; secrets and the file name do not', async () => {
    const env = { CONEXUS_PROT: '1', CONEXUS_SECRET_GITHUB: 'x', CONEXUS_CONFIG: '', OTHER: '1' };
    const { warnings } = await load(null, { env });
    expect(warnings).toEqual([
      'The environment variable CONEXUS_PROT is not known and has no effect. Did you mean CONEXUS_PORT?',
    ]);
  });
});
