/** Commands as processes that need no engine: status of a server, doctor, restore's guard, index's arguments. */
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkConnectors, checkWatchLimit } from '../../../src/cli/doctor-checks.ts';
import { findLockHolder } from '../../../src/cli/backup.ts';
import { makeStatus } from '../../support/make-status.ts';
import { runConexus } from '../../support/run-conexus.ts';
import { createTempDir } from '../../support/temp-dir.ts';

test('status asks the server of the configured port first', async () => {
  using folder = createTempDir();
  const status = makeStatus();
  const server = createServer((request, response) => {
    response.writeHead(request.url === '/status' ? 200 : 404);
    response.end(JSON.stringify(status));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const args = ['status', '--json', '--port', String(port)];
  const { code, stdout } = await runConexus(args, { cwd: folder.path });
  server.close();
  expect({ code, status: JSON.parse(stdout) as unknown }).toEqual({ code: 0, status });
});

test('doctor fails for a root that is missing and says what to do', async () => {
  using folder = createTempDir();
  const args = ['doctor', '--json', '--root', 'missing', '--port', '0'];
  const { code, stdout } = await runConexus(args, { cwd: folder.path });
  const findings = JSON.parse(stdout) as { check: string; level: string; message: string }[];
  expect(code).toBe(1);
  expect(findings.filter(({ level }) => level === 'FAIL')).toEqual([
    {
      check: 'root',
      level: 'FAIL',
      message: `missing: ${folder.path}/missing cannot be read (ENOENT). Create or mount it, or set indexer.root_path.`,
    },
  ]);
});

test('doctor ends with 0 where nothing is wrong, and fails a broken configuration', async () => {
  using folder = createTempDir();
  mkdirSync(join(folder.path, 'src/a'), { recursive: true });
  const options = { cwd: folder.path };
  const [good, bad] = await Promise.all([
    runConexus(['doctor', '--root', 'src', '--port', '0'], options),
    runConexus(['doctor', '--port', 'x'], options),
  ]);
  expect([good.code, bad.code]).toEqual([0, 1]);
  expect(good.stdout).not.toContain('FAIL');
  expect(bad.stdout).toMatch(/FAIL {2}configuration {2}server\.port \(--port\)/);
});

test('a low limit of watches is a warning with the way to raise it', () => {
  using folder = createTempDir();
  const low = folder.write('low', '8192\n');
  const high = folder.write('high', '524288\n');
  expect(checkWatchLimit(low)).toMatchObject({ level: 'WARN' });
  expect(checkWatchLimit(low).message).toContain('sysctl fs.inotify.max_user_watches');
  expect(checkWatchLimit(high)).toMatchObject({ level: 'OK' });
});

test('a connector whose token is missing is found', () => {
  const entry = { type: 'github', name: 'x', repository: 'a/b', token_env: 'TOKEN' };
  expect(checkConnectors([entry], {})[0]).toMatchObject({ level: 'FAIL' });
  expect(checkConnectors([entry], { TOKEN: 't' })[0]).toMatchObject({ level: 'OK' });
});

test('restore is refused while the process in the lock file lives', async () => {
  using folder = createTempDir();
  const copy = folder.write('copy.db', 'x');
  folder.write('c.db.lock', JSON.stringify({ pid: process.pid, bootId: 'b' }));
  const args = ['restore', copy, '--db', 'c.db'];
  const { code, stderr } = await runConexus(args, { cwd: folder.path });
  expect(code).toBe(1);
  expect(stderr).toContain(`WRITER_ELSEWHERE: Process ${process.pid} uses ${folder.path}/c.db.`);
});

test('a lock file whose process is gone holds nobody up', () => {
  using folder = createTempDir();
  folder.write('c.db.lock', '{"pid": 4194304999}');
  expect(findLockHolder(join(folder.path, 'c.db'))).toBeNull();
  expect(findLockHolder(join(folder.path, 'none.db'))).toBeNull();
});

test.each([
  [['backup', 'copy.db'], 1, /FILE_NOT_FOUND: .* There is no database to copy/],
  [['backup', 'data/conexus.db'], 2, /is the database itself/],
  [['restore', 'none.db'], 1, /FILE_NOT_FOUND: .*none\.db is missing/],
  [['index', 'none'], 2, /none does not exist/],
])('%j ends with %i', async (args, code, message) => {
  using folder = createTempDir();
  const finished = await runConexus(args, { cwd: folder.path });
  expect(finished.stderr).toMatch(message);
  expect(finished.code).toBe(code);
});
