/**
 * The command `doctor`: checks what the server depends on and says for each thing OK, WARN or FAIL with
 * the way to put it right. It changes nothing, starts no server and goes on after a check that failed.
 * The checks themselves stand in `doctor-checks.ts`.
 */
import type { LoadedConfig } from '../config/load-config.ts';
import { isAppError } from '../errors/app-error.ts';
import { EXIT, writeLine, type CommandContext } from './cli-io.ts';
import {
  checkConnectors,
  checkDatabase,
  checkDisk,
  checkGit,
  checkNode,
  checkPort,
  checkRoots,
  checkWatchLimit,
  type Finding,
} from './doctor-checks.ts';
import { hasFlag } from './parse-arguments.ts';
import { getStyles } from './terminal.ts';

/** Exit code 1 when a check failed, else 0; warnings do not count. */
export async function runDoctor(context: CommandContext): Promise<number> {
  const findings = await listFindings(context);
  if (hasFlag(context.args, 'json')) writeLine(context.stdout, JSON.stringify(findings));
  else writeFindings(context, findings);
  return findings.some(({ level }) => level === 'FAIL') ? EXIT.unexpected : EXIT.done;
}

async function listFindings(context: CommandContext): Promise<readonly Finding[]> {
  const loaded = await loadOrFind(context);
  if (Array.isArray(loaded)) return [checkNode(), ...loaded];
  const { config, warnings, file } = loaded;
  return [
    checkNode(),
    { check: 'configuration', level: 'OK', message: file ?? 'defaults, no file' },
    ...warnings.map((message): Finding => ({ check: 'configuration', level: 'WARN', message })),
    ...(await checkDatabase(config.database.path)),
    checkDisk(config.database.path),
    ...checkRoots(config.indexer.roots),
    checkWatchLimit(),
    await checkGit(context.env),
    ...checkConnectors(config.connectors, context.env),
    await checkPort(config.server),
  ];
}

/** The findings of a configuration that cannot be used: one for each problem, and nothing more to check. */
async function loadOrFind(context: CommandContext): Promise<LoadedConfig | Finding[]> {
  try {
    return await context.loadConfig({ listens: true });
  } catch (error) {
    if (!isAppError(error) || error.code !== 'CONFIG_INVALID') throw error;
    const lines = error.message.split('\n').slice(1);
    return lines.map((line) => ({ check: 'configuration', level: 'FAIL', message: line.trim() }));
  }
}

function writeFindings(context: CommandContext, findings: readonly Finding[]): void {
  const styles = getStyles(context.stdout, context.env);
  const paint = { OK: styles.green, WARN: styles.yellow, FAIL: styles.red } as const;
  for (const { check, level, message } of findings) {
    writeLine(context.stdout, `${paint[level](level.padEnd(4))}  ${check.padEnd(13)}  ${message}`);
  }
}
