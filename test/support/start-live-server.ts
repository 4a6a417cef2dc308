/**
 * The whole program on a free port: the real system on folders and a database of its own, with the HTTP
 * server in front. It answers when its first index is complete. Disposing of it stops it, removes its
 * folders, and fails the test on any error that was logged and not announced.
 */
import { join } from 'node:path';

import { startApp, type App } from '../../src/app.ts';
import type { Config } from '../../src/config/config.ts';
import { createLog } from '../../src/log.ts';
import { makeConfig } from './make-config.ts';
import { createTempDir, type TempDir } from './temp-dir.ts';

export interface LiveServer extends AsyncDisposable {
  /** Without path. */
  readonly url: string;
  readonly app: App;
  /** Holds a folder for each root, and `data/` with the database. */
  readonly dir: TempDir;
  /** The log from `info` up, parsed. */
  readonly logLines: readonly LogEvent[];
  /** Says that the log may hold errors; the test looks at them itself. */
  expectErrors(): void;
}

export interface LogEvent {
  readonly level: string;
  readonly room?: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

export interface LiveServerOptions {
  /** Texts by root, then by path. */
  readonly roots?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Changes of the configuration; given the folder, because keys and certificates lie there. */
  readonly config?: (dir: TempDir) => Partial<Config>;
}

/** Two small code bases; the word `hello` is in both. */
export const ROOTS = {
  alpha: {
    'src/greet.ts': 'export function greet() {\n  return "hello";\n}\n',
    'src/part.ts': 'import { greet } from "./greet.ts";\ngreet();\n',
    'notes.md': '# Notes\n\nSay hello before you part.\n',
  },
  beta: { 'main.c': 'int main(void)\n{\n\tputs("hello");\n}\n' },
} as const;

/** Starts the program on the roots and waits until they are indexed. */
export async function startLiveServer(options: LiveServerOptions = {}): Promise<LiveServer> {
  const dir = createTempDir();
  const logLines: LogEvent[] = [];
  let mayHaveErrors = false;
  const app = await startApp(toConfig(dir, options), {
    mode: 'serve',
    logger: createLog(
      { level: 'info', format: 'json' },
      { write: (line) => logLines.push(JSON.parse(line) as LogEvent) },
    ).logger,
  });
  await app.idle();
  return {
    url: app.address ?? '',
    app,
    dir,
    logLines,
    expectErrors: () => {
      mayHaveErrors = true;
    },
    [Symbol.asyncDispose]: async () => {
      await app[Symbol.asyncDispose]();
      dir[Symbol.dispose]();
      const errors = logLines.filter(({ level }) => level === 'error' || level === 'fatal');
      if (!mayHaveErrors && errors.length > 0) {
        throw new Error(`the server logged errors: ${JSON.stringify(errors)}`);
      }
    },
  };
}

function toConfig(dir: TempDir, options: LiveServerOptions): Config {
  const roots = Object.entries(options.roots ?? ROOTS).map(([id, files]) => {
    for (const [name, text] of Object.entries(files)) dir.write(join(id, name), text);
    return { id, path: join(dir.path, id), include: [], exclude: [] };
  });
  const config = makeConfig({ database: { path: join(dir.path, 'data', 'conexus.db') } });
  const changed = { ...config, indexer: { ...config.indexer, workers: 1, roots } };
  return { ...changed, ...options.config?.(dir) };
}
