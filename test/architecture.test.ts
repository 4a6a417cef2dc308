/** The import table, checked: who may import whom, and which room is the one door of each package. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';

const top = join(import.meta.dirname, '..');

/** Rooms of `src/` in the order of the dependency arrows: a room may import from the rooms it names. */
export const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  model: [],
  errors: ['model'],
  metrics: ['model'],
  tracing: ['errors'],
  config: ['model', 'errors'],
  languages: ['model'],
  ranking: ['model'],
  query: ['model', 'errors'],
  segments: ['model'],
  analysis: ['model', 'errors', 'languages', 'segments'],
  connectors: ['model', 'errors', 'languages'],
  store: ['model', 'errors', 'query', 'segments'],
  pool: ['model', 'errors'],
  jobs: ['model', 'errors', 'metrics'],
  indexing: ['model', 'errors', 'languages', 'metrics', 'analysis', 'segments'],
  search: ['model', 'errors', 'languages', 'query', 'ranking', 'metrics', 'analysis', 'segments'],
  related: [
    'model',
    'errors',
    'languages',
    'query',
    'ranking',
    'metrics',
    'analysis',
    'segments',
    'search',
  ],
  threads: [
    'model',
    'errors',
    'languages',
    'analysis',
    'segments',
    'connectors',
    'query',
    'store',
    'pool',
    'indexing',
    'search',
    'related',
  ],
  server: ['model', 'errors', 'languages', 'metrics', 'tracing'],
  cli: ['model', 'errors', 'config', 'app.ts', 'log.ts', 'version.ts'],
};

/** Packages with a fence: package -> the rooms (or files) of `src/` that may import it. */
const PACKAGE_DOORS: Readonly<Record<string, readonly string[]>> = {
  'better-sqlite3': ['store'],
  piscina: ['pool'],
  'p-queue': ['jobs'],
  fastify: ['server'],
  '@modelcontextprotocol/server': ['server'],
  '@fastify/cors': ['server'],
  '@fastify/rate-limit': ['server'],
  jose: ['server'],
  'fast-glob': ['connectors'],
  '@parcel/watcher': ['connectors'],
  'web-tree-sitter': ['analysis'],
  '@opentelemetry/api': ['tracing'],
  '@opentelemetry/core': ['tracing'],
  '@opentelemetry/exporter-trace-otlp-http': ['tracing'],
  '@opentelemetry/resources': ['tracing'],
  '@opentelemetry/sdk-trace': ['tracing'],
  pino: ['log.ts'],
  yaml: ['config'],
};

interface Import {
  readonly file: string;
  readonly room: string;
  readonly target: string;
  readonly isTypeOnly: boolean;
}

function listImports(): readonly Import[] {
  const source = join(top, 'src');
  return readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => {
      const text = readFileSync(join(source, name), 'utf8');
      const pattern = /^(import|export)( type)?[^'";]*?from '([^']+)'/gm;
      return Array.from(text.matchAll(pattern), (match) => ({
        file: name,
        room: name.split('/')[0] ?? '',
        target: toTarget(name, match[3] ?? ''),
        isTypeOnly: match[2] !== undefined,
      }));
    });
}

function toTarget(fromFile: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier;
  const absolute = join(top, 'src', fromFile, '..', specifier);
  return relative(join(top, 'src'), absolute);
}

const imports = listImports();

describe('architecture', () => {
  test('rooms import only from the rooms the table allows', () => {
    const wrong = imports
      .filter(({ room, target, isTypeOnly }) => {
        const allowed = MAY_IMPORT[room];
        if (allowed === undefined || !target.endsWith('.ts')) return false;
        const targetRoom = target.split('/')[0] ?? '';
        return !isTypeOnly && targetRoom !== room && !allowed.includes(targetRoom);
      })
      .map(({ file, target }) => `${file} -> ${target}`);
    expect(wrong).toEqual([]);
  });

  test('every room of src stands in the table', () => {
    const rooms = new Set(imports.map(({ room }) => room).filter((room) => !room.endsWith('.ts')));
    expect([...rooms].filter((room) => MAY_IMPORT[room] === undefined)).toEqual([]);
  });

  test('each fenced package has one door', () => {
    const wrong = imports
      .filter(({ room, target, isTypeOnly }) => {
        const doors = PACKAGE_DOORS[target];
        return doors !== undefined && !isTypeOnly && !doors.includes(room);
      })
      .map(({ file, target }) => `${file} -> ${target}`);
    expect(wrong).toEqual([]);
  });
});
