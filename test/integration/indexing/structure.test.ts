/** The structure pass in the running system: rows, names, edges, and how they follow the files. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { StoreReader } from '../../../src/store/reader.ts';
import {
  addRoot,
  createWorkplace,
  startTestApp,
  type TestApp,
  type TestRoot,
  type Workplace,
} from '../../support/start-test-app.ts';

const FILES = {
  'src/parser.ts':
    "import { trim } from './text';\nimport { missing } from './later';\n\n/** Parses. */\nexport class Parser {\n  parseAll(text: string): string {\n    return trim(text);\n  }\n}\n",
  'src/text.ts': 'export function trim(text: string): string {\n  return text.trim();\n}\n',
  'src/copy.ts': 'export function trim(text: string): string {\n  return text.trim();\n}\n',
  'notes/plan.xyz': 'no language at all\n',
};

let place: Workplace;
let app: TestApp;
beforeAll(async () => {
  place = createWorkplace({ 'base.txt': 'base\n' });
  app = await startTestApp(place);
  await app.run('start');
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  place[Symbol.dispose]();
});

interface Definition {
  readonly path: string;
  readonly name: string;
  readonly container: string;
  readonly lines: readonly [number, number];
}

/** Definitions of a name as a reader finds them. */
function findDefinitions(root: TestRoot, name: string): readonly Definition[] {
  return withReader((reader) =>
    reader.symbols.findDefinitions(name).flatMap((found) =>
      root
        .listDocuments()
        .filter((row) => row.blob_id === found.blobId)
        .map(({ path }) => ({
          path,
          name: found.name,
          container: found.container,
          lines: [found.startLine, found.endLine] as const,
        })),
    ),
  );
}

function withReader<T>(work: (reader: StoreReader) => T): T {
  const reader = new StoreReader(place.databasePath, 4 * 1024 * 1024, () => []);
  try {
    return reader.read(() => work(reader));
  } finally {
    reader.close();
  }
}

/** Edges as `from -> to`. */
function listEdges(root: TestRoot): readonly string[] {
  const paths = new Map(root.listDocuments().map(({ id, path }) => [id, path]));
  const rows = place.rows('SELECT from_id, to_id FROM import_edge') as {
    from_id: number;
    to_id: number;
  }[];
  return rows
    .filter((row) => paths.has(row.from_id))
    .map((row) => `${paths.get(row.from_id)} -> ${paths.get(row.to_id)}`)
    .toSorted();
}

describe('after a run', () => {
  test('definitions are found with their place, once for each file that holds them', async () => {
    const root = await addRoot(app, place, FILES);
    expect(findDefinitions(root, 'parseAll')).toEqual([
      { path: 'src/parser.ts', name: 'parseAll', container: 'Parser', lines: [6, 8] },
    ]);
    expect(findDefinitions(root, 'trim').map(({ path }) => path)).toEqual([
      'src/copy.ts',
      'src/text.ts',
    ]);
    expect(findDefinitions(root, 'PARSEALL')).toEqual([]);
  });

  test('every content is settled and the status says so', async () => {
    await addRoot(app, place, FILES);
    const { passes } = await app.status();
    expect(passes.structure.total).toBeGreaterThan(0);
    expect(passes.structure.done).toBe(passes.structure.total);
    expect(place.rows('SELECT * FROM blob WHERE structure = 1 AND name_segment = 0')).toEqual([]);
    expect(place.rows('SELECT blobs FROM blob_tally WHERE structure = 0')).toEqual([{ blobs: 0 }]);
  });

  test('imports lead to files, and an import that leads nowhere yet is noticed later', async () => {
    const root = await addRoot(app, place, FILES);
    expect(listEdges(root)).toEqual(['src/parser.ts -> src/text.ts']);
    root.write('src/later.ts', 'export const missing = 1;\n');
    await root.run('start');
    expect(listEdges(root)).toEqual([
      'src/parser.ts -> src/later.ts',
      'src/parser.ts -> src/text.ts',
    ]);
    rmSync(join(root.path, 'src/text.ts'));
    await root.run('start');
    expect(listEdges(root)).toEqual(['src/parser.ts -> src/later.ts']);
  });

  test('a changed configuration changes what imports mean', async () => {
    const root = await addRoot(app, place, {
      'tsconfig.json': '{ "compilerOptions": { "paths": { "@/*": ["./one/*"] } } }\n',
      'main.ts': "import { a } from '@/a';\n",
      'one/a.ts': 'export const a = 1;\n',
      'two/a.ts': 'export const a = 2;\n',
    });
    expect(listEdges(root)).toEqual(['main.ts -> one/a.ts']);
    root.write('tsconfig.json', '{ "compilerOptions": { "paths": { "@/*": ["./two/*"] } } }\n\n');
    await root.run('start');
    expect(listEdges(root)).toEqual(['main.ts -> two/a.ts']);
  });
});

describe('a changed file', () => {
  test('has its new definitions and not the old ones', async () => {
    const root = await addRoot(app, place, FILES);
    root.write('src/text.ts', 'export function strip(): void {}\n');
    await root.run('start');
    expect(findDefinitions(root, 'trim').map(({ path }) => path)).toEqual(['src/copy.ts']);
    expect(findDefinitions(root, 'strip').map(({ path }) => path)).toEqual(['src/text.ts']);
  });

  test('leaves nothing behind when its old content is collected', async () => {
    const root = await addRoot(app, place, { 'only.ts': 'export function onlyHere(): void {}\n' });
    const [blob] = root.listDocuments();
    root.write('only.ts', 'export function elsewhere(): void {}\n');
    await root.run('force_reindex');
    expect(findDefinitions(root, 'elsewhere')).toHaveLength(1);
    const id = blob?.blob_id ?? 0;
    expect(place.rows('SELECT 1 FROM blob_outline WHERE blob_id = ?', id)).toEqual([]);
    const found = withReader((reader) => reader.symbols.findDefinitions('onlyHere'));
    expect(found).toEqual([]);
  });

  test('of small runs ends in few segments', async () => {
    const root = await addRoot(app, place, FILES);
    for (let run = 0; run < 20; run++) {
      root.write('src/text.ts', `export function trim${run}(): void {}\n`);
      await root.run('start');
    }
    const [row] = place.rows('SELECT count(*) AS count FROM name_segment') as { count: number }[];
    expect(row?.count).toBeLessThan(10);
    expect(findDefinitions(root, 'trim19').map(({ path }) => path)).toEqual(['src/text.ts']);
    expect(findDefinitions(root, 'parseAll')).toHaveLength(1);
  });
});
