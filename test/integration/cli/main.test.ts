/** The real process: help, version, exit codes and where messages go. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../../../src/cli/commands.ts';
import { formatHelp } from '../../../src/cli/help.ts';
import manifest from '../../../package.json' with { type: 'json' };
import { runConexus } from '../../support/run-conexus.ts';
import { createTempDir } from '../../support/temp-dir.ts';

describe('the process', () => {
  test('prints its version and help to stdout and ends with 0', async () => {
    using folder = createTempDir();
    const [version, help] = await Promise.all([
      runConexus(['--version'], { cwd: folder.path }),
      runConexus(['backup', '--help'], { cwd: folder.path }),
    ]);
    expect(version).toEqual({ code: 0, stdout: `${manifest.version}\n`, stderr: '' });
    expect(help.code).toBe(0);
    expect(help.stdout).toContain('Usage: conexus backup <file> [flags]');
  });

  test('ends with 2 and the nearest flag for a flag that is not known', async () => {
    using folder = createTempDir();
    const { code, stdout, stderr } = await runConexus(['--prot', '1'], { cwd: folder.path });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('Did you mean --port?');
  });

  test('ends with 2 and every problem of the configuration', async () => {
    using folder = createTempDir();
    folder.write('config.yml', 'server: {port: abc, hots: x}');
    const { code, stderr } = await runConexus(['serve'], { cwd: folder.path });
    expect(code).toBe(2);
    expect(stderr).toMatch(/2 problems:\n {2}server\.hots .*\n {2}server\.port /);
  });

  test('refuses an open host without consent', async () => {
    using folder = createTempDir();
    const { code, stderr } = await runConexus(['--host', '0.0.0.0'], { cwd: folder.path });
    expect(code).toBe(2);
    expect(stderr).toContain('auth.allow_unauthenticated');
  });
});

describe('healthcheck', () => {
  test.each([
    [200, 0],
    [503, 1],
  ])('gives for an answer of %i the exit code %i', async (status, code) => {
    using folder = createTempDir();
    const server = createServer((_request, response) => response.writeHead(status).end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const env = { CONEXUS_PORT: String(port), CONEXUS_HOST: '0.0.0.0' };
    const finished = await runConexus(['healthcheck'], { cwd: folder.path, env });
    server.close();
    expect(finished.code).toBe(code);
  });

  test('ends with 1 where nothing listens', async () => {
    using folder = createTempDir();
    const { code, stderr } = await runConexus(['healthcheck', '--port', '1'], { cwd: folder.path });
    expect(code).toBe(1);
    expect(stderr).toContain('ECONNREFUSED');
  });
});

describe('help', () => {
  test('of the program names every command, and no line is too wide', () => {
    const text = formatHelp(null);
    for (const { name } of COMMANDS) expect(text).toContain(`\n  ${name} `);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(90);
  });

  test.each(COMMANDS.map((command) => [command.name, command] as const))(
    'of %s names each of its flags',
    (_name, command) => {
      const text = formatHelp(command);
      for (const flag of command.flags) expect(text).toContain(`--${flag.name}`);
    },
  );
});
