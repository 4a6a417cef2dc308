/**
 * The command `stdio`: the same server for a client that started it and speaks over stdin and stdout.
 * It ends when the client closes stdin or the process is asked to end. Nothing but the protocol is
 * written to stdout; the log goes to stderr.
 */
import { startApp } from '../app.ts';
import { EXIT, type CommandContext } from './cli-io.ts';
import { logStart, switchLevelOnSignal, untilAborted } from './serve.ts';

/** Runs until the signal or the end of stdin. Errors of the start pass through. */
export async function runStdio(context: CommandContext): Promise<number> {
  const loaded = await context.loadConfig();
  const log = await context.createLog(loaded, context.stderr);
  logStart(log, loaded);
  switchLevelOnSignal(context, log);
  const inputEnd = new AbortController();
  // `close` comes without `end` when the client is killed.
  for (const event of ['end', 'close']) context.stdin.once(event, () => inputEnd.abort());
  await using app = await startApp(loaded.config, { mode: 'stdio', logger: log.logger });
  log.logger.info({ isWriter: app.isWriter }, 'ready');
  await untilAborted(AbortSignal.any([context.signal, inputEnd.signal]));
  log.logger.info('stopping');
  return EXIT.done;
}
