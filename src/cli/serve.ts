/**
 * The command `serve`: starts the system, says where it listens and where its configuration came
 * from, and stays until the process is asked to end. What starts in which order is `app.ts`'s.
 */
import { startApp } from '../app.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import type { Log } from '../log.ts';
import { getVersion } from '../version.ts';
import { EXIT, type CommandContext } from './cli-io.ts';

/** Runs until the signal. Errors of the start pass through. */
export async function runServe(context: CommandContext): Promise<number> {
  const loaded = await context.loadConfig({ listens: true });
  const log = await context.createLog(loaded, context.stdout);
  logStart(log, loaded);
  switchLevelOnSignal(context, log);
  const startedMs = performance.now();
  await using app = await startApp(loaded.config, { mode: 'serve', logger: log.logger });
  const startMs = Math.round(performance.now() - startedMs);
  log.logger.info({ address: app.address, isWriter: app.isWriter, startMs }, 'ready');
  await untilAborted(context.signal);
  log.logger.info('stopping');
  return EXIT.done;
}

/** Logs the version, each value that is not the default with its place, and every warning. */
export function logStart({ logger }: Log, loaded: LoadedConfig): void {
  logger.info({ version: getVersion(), node: process.version, file: loaded.file }, 'starting');
  for (const origin of loaded.origins) logger.info({ ...origin }, 'configuration value');
  for (const warning of loaded.warnings) logger.warn({ warning }, 'configuration warning');
}

/** Makes SIGUSR2 switch between the configured level and debug. */
export function switchLevelOnSignal(context: CommandContext, log: Log): void {
  const configured = log.level;
  context.onLevelSignal(() => {
    log.setLevel(log.level === 'debug' && configured !== 'debug' ? configured : 'debug');
    log.logger.warn({ logLevel: log.level }, 'log level changed');
  });
}

/** Ends when the signal aborts, at once when it already has. */
export async function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
