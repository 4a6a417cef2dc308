/**
 * The launcher on a small checkout of its own: it builds when it must and only then, passes arguments,
 * exit codes and signals, and finds Node 24 when an older one runs it.
 */
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createTempDir, type TempDir } from '../support/temp-dir.ts';

const top = join(import.meta.dirname, '../..');

/** A checkout whose program prints its arguments and ends with the code that the first one names. */
function createCheckout(): TempDir {
  const folder = createTempDir();
  for (const name of ['bin', 'tsconfig.json', 'tsconfig.build.json']) {
    cpSync(join(top, name), join(folder.path, name), { recursive: true });
  }
  symlinkSync(join(top, 'node_modules'), join(folder.path, 'node_modules'));
  folder.write('package.json', '{"name": "conexus", "version": "1.2.3", "type": "module"}');
  folder.write(
    'src/main.ts',
    `const [code = '0', ...rest] = process.argv.slice(2);
if (code === 'wait') {
  process.on('SIGTERM', () => process.exit(7));
  setInterval(() => {}, 1_000);
}
if (code === 'malloc') {
  console.log(process.pid, process.env['MALLOC_ARENA_MAX'], process.env['MALLOC_TRIM_THRESHOLD_']);
  process.exit();
}
console.log(JSON.stringify([Number(process.versions.node.split('.')[0]) >= 24, ...rest]));
if (code !== 'wait') process.exitCode = Number(code);
`,
  );
  return folder;
}

interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly pid: number | undefined;
}

interface Launch {
  readonly node?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Called with each piece of stdout, to act while the program runs. */
  readonly onOutput?: (kill: () => void) => void;
}

async function launch(
  checkout: TempDir,
  args: readonly string[],
  { node = process.execPath, env = process.env, onOutput }: Launch = {},
): Promise<Finished> {
  const child = spawn(node, [join(checkout.path, 'bin/conexus.mjs'), ...args], { env });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    onOutput?.(() => child.kill('SIGTERM'));
  });
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, stdout, stderr, pid: child.pid };
}

/** A Node older than 24 somewhere in PATH; the machine may have none. */
function findOldNode(): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'node'))
    .filter((file) => existsSync(file))
    .find((file) => Number(/\d+/.exec(String(execFileSync(file, ['-v'])))?.[0]) < 24);
}

const oldNode = findOldNode();

describe('the launcher', () => {
  test('builds once, again after a change, and passes arguments and exit codes', async () => {
    using checkout = createCheckout();
    const first = await launch(checkout, ['3', 'a b', '--c']);
    expect(first.stderr).toContain('Building Conexus');
    expect(first).toMatchObject({ code: 3, stdout: '[true,"a b","--c"]\n' });
    const second = await launch(checkout, ['0']);
    expect(second).toMatchObject({ code: 0, stdout: '[true]\n', stderr: '' });
    checkout.write('src/main.ts', 'console.log("changed");\n');
    const third = await launch(checkout, []);
    expect(third.stderr).toContain('Building Conexus');
    expect(third.stdout).toBe('changed\n');
  });

  test.skipIf(process.platform !== 'linux')(
    'gives malloc its settings in the same process, and leaves those of the operator',
    async () => {
      using checkout = createCheckout();
      const env = Object.fromEntries(
        Object.entries(process.env).filter(([name]) => !name.startsWith('MALLOC_')),
      );
      await launch(checkout, ['0']);
      const first = await launch(checkout, ['malloc'], { env });
      expect(first.stdout).toBe(`${first.pid} 2 131072\n`);
      expect(first.stderr).toBe('');
      const chosen = { ...env, MALLOC_ARENA_MAX: '8' };
      const second = await launch(checkout, ['malloc'], { env: chosen });
      expect(second.stdout).toBe(`${second.pid} 8 undefined\n`);
    },
  );

  test('ends with 1 and the compiler’s message when the sources do not compile', async () => {
    using checkout = createCheckout();
    checkout.write('src/main.ts', 'const wrong: number = "text";\n');
    const { code, stderr } = await launch(checkout, []);
    expect(code).toBe(1);
    expect(stderr).toContain('TS2322');
  });

  test.skipIf(oldNode === undefined)(
    'runs itself again under Node 24 and passes signals on',
    async () => {
      using checkout = createCheckout();
      const node = oldNode ?? '';
      const built = await launch(checkout, ['4', 'x'], { node });
      expect(built).toMatchObject({ code: 4, stdout: '[true,"x"]\n' });
      const stopped = await launch(checkout, ['wait'], { node, onOutput: (kill) => kill() });
      expect(stopped.code).toBe(7);
    },
  );
});
