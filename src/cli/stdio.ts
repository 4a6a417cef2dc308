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
  await using app = await startApp(loaded.config, {
    mode: 'stdio',
    logger: log.logger,
    stdio: { input: context.stdin, output: context.stdout },
  });
  log.logger.info({ isWriter: app.isWriter }, 'ready');
  await Promise.race([untilAborted(context.signal), app.clientGone]);
  log.logger.info('stopping');
  return EXIT.done;
}
