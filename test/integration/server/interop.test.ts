/**
 * The clients of the world against the whole program over a real port and as a real process: each is taken
 * through what a host does, in both spellings of the names. The outcome is printed as a matrix, and
 * docs/clients.md must say the same.
 */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import {
  INTEROP_ENTRIES,
  type InteropClient,
  type InteropEntry,
  type InteropTarget,
} from '../../support/interop-clients.ts';
import { startLiveServer, type LiveServer } from '../../support/start-live-server.ts';

const top = join(import.meta.dirname, '../../..');
const DOTTED = [
  'context.search',
  'context.get_related_info',
  'context.index_control',
  'context.connector_management',
];
const UNDERSCORED = DOTTED.map((name) => name.replace('.', '_'));
const COLUMNS = [
  'client',
  'way',
  'lists',
  'calls',
  'other spelling',
  'errors',
  'resources',
] as const;
type Column = (typeof COLUMNS)[number];

let server: LiveServer;
const matrix: Record<Column, string>[] = [];

beforeAll(async () => {
  server = await startLiveServer();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  process.stdout.write(`\n${formatMatrix()}\n`);
});

/** A target whose list has the spelling. */
function getTarget(spelling: 'dot' | 'underscore'): InteropTarget {
  const { path: folder } = server.dir;
  const args = [
    join(top, 'src/main.ts'),
    'stdio',
    `--root=${folder}/alpha`,
    `--db=${folder}/stdio/conexus.db`,
  ];
  // Standard streams have no query: the names come from the environment.
  const stdio =
    spelling === 'dot'
      ? { command: process.execPath, args }
      : { command: 'env', args: ['CONEXUS_TOOL_NAMES=underscore', process.execPath, ...args] };
  const query = spelling === 'dot' ? '' : '?names=underscore';
  return { url: `${server.url}/mcp${query}`, stdio, folder };
}

async function connect(entry: InteropEntry, spelling: 'dot' | 'underscore') {
  const client = await entry.connect(getTarget(spelling));
  const close = async (): Promise<void> => client.close();
  return Object.assign(client, { [Symbol.asyncDispose]: close });
}

describe.each(INTEROP_ENTRIES)('$package, $way', (entry) => {
  const row: Record<Column, string> = {
    client: formatClient(entry.package),
    way: entry.way,
    lists: 'no',
    calls: 'no',
    'other spelling': 'no',
    errors: 'no',
    resources: 'no',
  };
  matrix.push(row);

  test('lists, calls, shows errors and reads, with dots', async () => {
    await using client = await connect(entry, 'dot');
    expect(await client.listTools()).toEqual(DOTTED);
    row.lists = 'yes';
    await steer(client, 'context.');
    await searchHello(client, 'context.search');
    row.calls = 'yes';
    row['other spelling'] = await tryOtherSpelling(client);
    await failReadably(client);
    row.errors = 'yes';
    row.resources = await readOne(client);
  });

  test('lists and calls with underscores', async () => {
    await using client = await connect(entry, 'underscore');
    expect(await client.listTools()).toEqual(UNDERSCORED);
    await searchHello(client, 'context_search');
    await steer(client, 'context_');
  });
});

async function searchHello(client: InteropClient, name: string): Promise<void> {
  const { isError, text, structured } = await client.call(name, { query: 'hello' });
  expect(isError).toBe(false);
  expect(text).toContain('total_count');
  expect(JSON.stringify(structured ?? text)).toContain('total_count');
}

async function steer(client: InteropClient, prefix: string): Promise<void> {
  const control = `${prefix}index_control`;
  const started = await client.call(control, { action: 'start' });
  const jobId = /job_[0-9a-f]+/.exec(started.text)?.[0] ?? 'none';
  const waited = { action: 'status', job_id: jobId, wait_ms: 20_000 };
  expect((await client.call(control, waited)).text).toContain('completed');
  const list = await client.call(`${prefix}connector_management`, { action: 'list' });
  expect(list.text).toContain('filesystem');
}

/** Clients that look names up in the list themselves cannot call another spelling. */
async function tryOtherSpelling(client: InteropClient): Promise<string> {
  try {
    await searchHello(client, 'context_search');
    return 'yes';
  } catch (error) {
    if (String(error).includes('there is no tool')) return '-';
    throw error;
  }
}

/** The pattern passes every schema, so that no client refuses it before the server does. */
async function failReadably(client: InteropClient): Promise<void> {
  const { isError, text } = await client.call('context.search', { query: '(', mode: 'regex' });
  expect(isError).toBe(true);
  expect(text).toContain('INVALID_PATTERN: ');
}

async function readOne(client: InteropClient): Promise<string> {
  if (client.readFirst === undefined) return '-';
  expect(await client.readFirst()).toContain('engine://file/alpha/');
  return 'yes';
}

test('docs/clients.md says what was found', () => {
  const documented = readFileSync(join(top, 'docs/clients.md'), 'utf8');
  const rows = documented.split('\n').filter((line) => line.startsWith('| '));
  expect(rows.slice(1)).toEqual(formatMatrix().split('\n').slice(2));
});

describe('the inspector', () => {
  const ERAS = ['legacy', 'modern', 'auto'] as const;

  test.each(ERAS)('finds the tools portable, %s', async (era) => {
    const { stdout } = await inspect(['--method=tools/list', '--strict', `--protocol-era=${era}`]);
    expect(stdout).toContain('context.search');
  });

  test.each(ERAS)('calls, %s', async (era) => {
    const { stdout } = await inspect([
      '--method=tools/call',
      '--tool-name=context.search',
      '--tool-args-json={"query":"hello"}',
      `--protocol-era=${era}`,
    ]);
    expect(stdout).toContain('structuredContent');
  });

  test('sees no error under load', async () => {
    const { stdout } = await inspect([
      '--method=tools/call',
      '--tool-name=context.search',
      '--tool-args-json={"query":"hello"}',
      '--load',
      '--load-requests=200',
      '--load-concurrency=8',
    ]);
    process.stdout.write(`\nInspector, 200 calls, 8 at once: ${stdout.replaceAll(/\s+/g, ' ')}\n`);
    expect(stdout).toMatch(/200/);
    expect(stdout).toMatch(/"?errors?"?\D{0,20}\b0\b/i);
  });
});

async function inspect(flags: readonly string[]) {
  const folder = 'node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js';
  const args = [join(top, folder), '--cli', `${server.url}/mcp`, '--transport', 'http', ...flags];
  return promisify(execFile)(process.execPath, args, {
    env: { ...process.env, HOME: server.dir.path },
  });
}

function formatClient(name: string): string {
  const manifest: unknown = JSON.parse(
    readFileSync(join(top, 'node_modules', name, 'package.json'), 'utf8'),
  );
  const { name: real, version } = manifest as { name: string; version: string };
  return `${real} ${version}`;
}

function formatMatrix(): string {
  const lines = [[...COLUMNS], COLUMNS.map(() => '---')];
  for (const row of matrix) lines.push(COLUMNS.map((column) => row[column]));
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
