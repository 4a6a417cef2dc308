/**
 * The process: arguments, signals and exit code. The first signal asks the command to end, a second
 * one ends the process at once. Everything else is behind `runCli`, which is loaded after the signal
 * handlers stand: as process 1 of a container, a process without them ignores SIGTERM.
 */
import { constants } from 'node:os';

/** Under the 10 s after which container engines kill. */
const LAST_RESORT_MS = 9_000;

/** Ctrl-C under npm arrives twice, from the terminal and from npm; both are one wish. */
const SAME_SIGNAL_MS = 500;

const stop = new AbortController();
let firstSignalMs = 0;

for (const name of ['SIGTERM', 'SIGINT'] as const) {
  process.on(name, () => {
    const sinceFirstMs = performance.now() - firstSignalMs;
    if (!stop.signal.aborted) {
      firstSignalMs = performance.now();
      // Un-ref'd: it only fires when something keeps the process from ending by itself.
      setTimeout(() => process.exit(1), LAST_RESORT_MS).unref();
      stop.abort();
    } else if (sinceFirstMs > SAME_SIGNAL_MS) {
      process.exit(128 + constants.signals[name]);
    }
  });
}

for (const stream of [process.stdout, process.stderr]) {
  // A reader that went away (`conexus search x | head`) is no fault, and a server goes on without it.
  stream.on('error', () => {});
}

const { runCli } = await import('./cli/run-cli.ts');
process.exitCode = await runCli({
  argv: process.argv.slice(2),
  env: process.env,
  cwd: process.cwd(),
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  signal: stop.signal,
  onLevelSignal: (listener) => void process.on('SIGUSR2', listener),
});
