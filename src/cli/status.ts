/**
 * The command `status`: asks the server on the configured port, and where none answers reads the
 * database. With `--watch` it shows each new revision until it is told to end.
 */
import type { LoadedConfig } from '../config/load-config.ts';
import type { IndexStatus } from '../model/status.ts';
import { EXIT, writeLine, type CommandContext } from './cli-io.ts';
import { toLocalAddress } from './healthcheck.ts';
import { hasFlag } from './parse-arguments.ts';
import { formatStatus } from './status-report.ts';
import { getStyles } from './terminal.ts';

/** Gives the status after `since`, waiting for it a bounded time; without `since` at once. */
type ReadStatus = (since: number | undefined) => Promise<IndexStatus>;

/** Exit code 0 when there is a status to show. Errors: those of opening the database. */
export async function runStatus(context: CommandContext): Promise<number> {
  const loaded = await context.loadConfig();
  const url = `${toLocalAddress(loaded.config.server)}/status`;
  const fromServer = await fetchStatus(url, undefined, context.signal);
  if (fromServer !== undefined) {
    writeSource(context, `server at ${url}`);
    const read: ReadStatus = async (since) =>
      (await fetchStatus(url, since, context.signal)) ?? fromServer;
    return show(context, read, fromServer);
  }
  return showFromDatabase(context, loaded);
}

async function showFromDatabase(context: CommandContext, loaded: LoadedConfig): Promise<number> {
  // Loaded only here: with a server that answers, the command needs none of it.
  const { startApp } = await import('../app.ts');
  const log = await context.createLog(loaded, context.stderr);
  if (loaded.config.logging.level === 'info') log.setLevel('warn');
  await using app = await startApp(loaded.config, { mode: 'read', logger: log.logger });
  writeSource(context, `database ${loaded.config.database.path}`);
  const read: ReadStatus = (since) =>
    app.engine.status({
      waitMs: since === undefined ? 0 : WAIT_MS,
      signal: context.signal,
      ...(since === undefined ? {} : { since }),
    });
  return await show(context, read, await read(undefined));
}

async function show(
  context: CommandContext,
  read: ReadStatus,
  first: IndexStatus,
): Promise<number> {
  write(context, first);
  if (!hasFlag(context.args, 'watch')) return EXIT.done;
  let shown = first.revision;
  while (!context.signal.aborted && !context.stdout.destroyed) {
    const status = await read(shown);
    if (status.revision === shown) await pause(context.signal);
    else write(context, status);
    shown = status.revision;
  }
  return EXIT.done;
}

function write(context: CommandContext, status: IndexStatus): void {
  if (hasFlag(context.args, 'json')) {
    writeLine(context.stdout, JSON.stringify(status));
    return;
  }
  if (hasFlag(context.args, 'watch') && context.stdout.isTTY === true) {
    context.stdout.write('\u001B[H\u001B[2J');
  }
  const lines = formatStatus(status, getStyles(context.stdout, context.env));
  for (const line of lines) writeLine(context.stdout, line);
}

function writeSource(context: CommandContext, source: string): void {
  if (context.stderr.isTTY === true) writeLine(context.stderr, `From the ${source}.`);
}

/** Undefined when nothing answers there, or something that is not a status (another program, a login). */
async function fetchStatus(
  url: string,
  since: number | undefined,
  signal: AbortSignal,
): Promise<IndexStatus | undefined> {
  const query = since === undefined ? '' : `?since=${since}&wait_ms=${WAIT_MS}`;
  const limit = AbortSignal.timeout(since === undefined ? CONNECT_MS : WAIT_MS + CONNECT_MS);
  try {
    const response = await fetch(url + query, { signal: AbortSignal.any([signal, limit]) });
    if (!response.ok) return undefined;
    const body: unknown = await response.json();
    return isIndexStatus(body) ? body : undefined;
  } catch {
    return undefined; // No server, or none of ours: the database is read instead.
  }
}

function isIndexStatus(body: unknown): body is IndexStatus {
  return (
    typeof body === 'object' &&
    body !== null &&
    ['revision', 'coverage', 'roots', 'jobs', 'passes'].every((key) => key in body)
  );
}

/** Keeps the loop from spinning where the source answers without waiting. */
async function pause(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, PAUSE_MS);
    const end = (): void => {
      clearTimeout(timer);
      resolve();
    };
    signal.addEventListener('abort', end, { once: true });
  });
}

const CONNECT_MS = 2_000;
const WAIT_MS = 10_000;
const PAUSE_MS = 500;
