/**
 * Remembers what a container engine changes in the network of the machine (the `docker0` bridge,
 * packet-filter chains, rules and policies, IPv4 forwarding) and takes exactly that back afterwards.
 * What stood there before, or was added by others meanwhile under other names, stays.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mustRun, runProgram } from './run-program.ts';

const TABLES = ['filter', 'nat'] as const;
type Table = (typeof TABLES)[number];
const FORWARDING_FILE = '/proc/sys/net/ipv4/ip_forward';

export interface HostNetwork {
  readonly hadBridge: boolean;
  readonly forwarding: string;
  /** Lines of `iptables -S` by table; empty where the program is missing. */
  readonly rules: Readonly<Record<Table, readonly string[]>>;
}

/** True while a `docker0` bridge exists, so that a second engine must not make one. */
export function hasBridge(): boolean {
  return existsSync('/sys/class/net/docker0');
}

/** Reads the present state; cheap, changes nothing. */
export async function readHostNetwork(): Promise<HostNetwork> {
  const [filter, nat] = await Promise.all(TABLES.map(readRules));
  return {
    hadBridge: hasBridge(),
    forwarding: readFileSync(FORWARDING_FILE, 'utf8'),
    rules: { filter: filter ?? [], nat: nat ?? [] },
  };
}

/** Takes back what was added since `before` was read. Throws when a step is refused. */
export async function restoreHostNetwork(before: HostNetwork): Promise<void> {
  if (!before.hadBridge && hasBridge()) await mustRun('ip', ['link', 'delete', 'docker0']);
  for (const table of TABLES) await restoreTable(table, before.rules[table]);
  if (readFileSync(FORWARDING_FILE, 'utf8') !== before.forwarding) {
    writeFileSync(FORWARDING_FILE, before.forwarding);
  }
}

async function readRules(table: Table): Promise<readonly string[]> {
  const { exitCode, stdout } = await runProgram('iptables', ['-w', '-t', table, '-S']);
  return exitCode === 0 ? stdout.split('\n').filter((line) => line !== '') : [];
}

async function restoreTable(table: Table, before: readonly string[]): Promise<void> {
  const known = new Set(before);
  const added = (await readRules(table)).filter((line) => !known.has(line));
  // Rules first: a chain that is still referred to cannot be deleted.
  for (const rule of added.filter((line) => line.startsWith('-A '))) {
    await iptables(table, ['-D', ...splitRule(rule).slice(1)]);
  }
  for (const chain of added.filter((line) => line.startsWith('-N '))) {
    await iptables(table, ['-X', chain.slice(3)]);
  }
  for (const policy of before.filter((line) => line.startsWith('-P '))) {
    await iptables(table, policy.split(' '));
  }
}

async function iptables(table: Table, args: readonly string[]): Promise<void> {
  await mustRun('iptables', ['-w', '-t', table, ...args]);
}

/** Splits a rule into arguments; only comments are quoted by `iptables -S`. */
function splitRule(rule: string): readonly string[] {
  return Array.from(rule.matchAll(/"((?:[^"\\]|\\.)*)"|\S+/g), (match) => match[1] ?? match[0]);
}
