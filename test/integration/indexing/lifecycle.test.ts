/** What happens to rows and answers when the files of a root change between runs. */
import { chmodSync, cpSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  addRoot,
  createWorkplace,
  listBrokenSums,
  listPaths,
  startTestApp,
  type TestApp,
  type TestRoot,
  type Workplace,
} from '../../support/start-test-app.ts';

const FILES = {
  'src/parser.ts': 'export function parseDocument(text: string) {\n  return text.trim();\n}\n',
  'src/writer.ts': 'export function writeDocument() {\n  return "storedvalue";\n}\n',
  'notes/readme.md': '# Notes\n\nHow the parser works.\n',
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

async function open(files: Readonly<Record<string, string>> = FILES): Promise<TestRoot> {
  return addRoot(app, place, files);
}

function count(table: 'change' | 'blob' | 'segment'): number {
  const [row] = place.rows(`SELECT count(*) AS count FROM ${table}`) as { count: number }[];
  return row?.count ?? 0;
}

async function listFound(root: TestRoot, text: string): Promise<readonly string[]> {
  return listPaths(await root.search(text, { mode: 'literal' }));
}

const isNotWriter = ({ path }: { readonly path: string }): boolean => path !== 'src/writer.ts';

describe('a run', () => {
  test('indexes a tree, adds up, and ends at 100 %', async () => {
    const root = await open();
    const status = await app.status();
    expect(listBrokenSums(status)).toEqual([]);
    expect(status).toMatchObject({
      is_indexing: false,
      phase: 'idle',
      progress: 100,
      searchable: true,
      coverage: { pending: 0, percent: 100 },
    });
    expect(status.jobs[0]).toMatchObject({ state: 'completed', progress: 100, last_error: null });
    expect(await root.coverage()).toEqual({
      discovered: 3,
      indexed: 3,
      skipped: {},
      failed: {},
      examples: {},
      pending: 0,
      percent: 100,
    });
    const reply = await root.search('parse document');
    expect(listPaths(reply)[0]).toBe('src/parser.ts');
    expect(reply.coverage).toBeUndefined();
  });

  test('on an unchanged tree reads no file and writes no document', async () => {
    const root = await open();
    const before = [root.listDocuments(), count('change'), count('blob'), count('segment')];
    const job = await root.run('start');
    expect(job.details).toEqual({ added: 0, changed: 0, removed: 0, ignored: 0 });
    const after = [root.listDocuments(), count('change'), count('blob'), count('segment')];
    expect(after).toEqual(before);
  });

  test('after an edit changes exactly the row of that file', async () => {
    const root = await open();
    const before = root.listDocuments();
    const changes = count('change');
    root.write('src/writer.ts', 'export const replaced = "freshvalue";\n');
    const job = await root.run('start');
    expect(job.details).toMatchObject({ added: 0, changed: 1, removed: 0 });
    expect(root.listDocuments().filter(isNotWriter)).toEqual(before.filter(isNotWriter));
    expect(count('change')).toBe(changes + 1);
    expect(await listFound(root, 'freshvalue')).toEqual(['src/writer.ts']);
    expect(await listFound(root, 'storedvalue')).toEqual([]);
  });

  test('after a delete has neither row nor result of that file', async () => {
    const root = await open();
    rmSync(join(root.path, 'src/writer.ts'));
    const job = await root.run('start');
    expect(job.details).toMatchObject({ added: 0, changed: 0, removed: 1 });
    expect(listPaths(await root.search('writeDocument'))).not.toContain('src/writer.ts');
    expect((await root.search('writer', { mode: 'path' })).total_count).toBe(0);
    expect(await root.coverage()).toMatchObject({ discovered: 2, indexed: 2 });
  });

  test('after a move or a copy takes the content that is there', async () => {
    const root = await open();
    const before = [count('blob'), count('segment')];
    const owner = root.listDocuments().find(({ path }) => path === 'src/parser.ts')?.blob_id;
    renameSync(join(root.path, 'src/parser.ts'), join(root.path, 'src/reader.ts'));
    cpSync(join(root.path, 'src/writer.ts'), join(root.path, 'copy.ts'));
    await root.run('start');
    expect([count('blob'), count('segment')]).toEqual(before);
    const moved = root.listDocuments().find(({ path }) => path === 'src/reader.ts');
    expect(moved?.blob_id).toBe(owner);
    expect(await listFound(root, 'parseDocument')).toEqual(['src/reader.ts']);
    expect(await listFound(root, 'storedvalue')).toEqual(['copy.ts', 'src/writer.ts']);
  });

  test('after chmod or touch keeps the content', async () => {
    const root = await open();
    const before = root.listDocuments();
    chmodSync(join(root.path, 'src/parser.ts'), 0o755);
    expect((await root.run('start')).details).toMatchObject({ changed: 0 });
    const touched = join(root.path, 'src/writer.ts');
    utimesSync(touched, new Date(), new Date(statSync(touched).mtimeMs + 5000));
    expect((await root.run('start')).details).toMatchObject({ changed: 1 });
    expect(root.listDocuments()).toEqual(before);
  });

  test('follows a file that becomes a folder and back', async () => {
    const root = await open({ ...FILES, thing: 'thing as a file\n' });
    rmSync(join(root.path, 'thing'));
    root.write('thing/inner.txt', 'thing as a folder\n');
    await root.run('start');
    expect(await listFound(root, 'thing as')).toEqual(['thing/inner.txt']);
    rmSync(join(root.path, 'thing'), { recursive: true });
    root.write('thing', 'thing as a file again\n');
    await root.run('reindex_paths', { paths: [`${root.id}:thing`] });
    expect(await listFound(root, 'thing as')).toEqual(['thing']);
    rmSync(join(root.path, 'thing'));
    root.write('thing/deep/inner.txt', 'thing as a deep folder\n');
    await root.run('reindex_paths', { paths: [`${root.id}:thing`] });
    expect(await listFound(root, 'thing as')).toEqual(['thing/deep/inner.txt']);
    expect(listBrokenSums(await app.status())).toEqual([]);
  });
});

describe('single paths', () => {
  test('are read again, folders with all below them', async () => {
    const root = await open({ ...FILES, 'src/deep/a.ts': 'const a1 = 1;\n' });
    root.write('src/deep/b.ts', 'const newcomer = 1;\n');
    root.write('notes/readme.md', 'newcomer too, but not named\n');
    rmSync(join(root.path, 'src/deep/a.ts'));
    const job = await root.run('reindex_paths', { paths: [join(root.path, 'src/deep')] });
    expect(job.details).toMatchObject({ added: 1, removed: 1 });
    expect(await listFound(root, 'newcomer')).toEqual(['src/deep/b.ts']);
    expect(await root.coverage()).toMatchObject({ discovered: 4, indexed: 4 });
  });

  test.each(['/etc', '../x', 'app:../../x'])(
    'outside of the roots, as %s, are refused',
    async (path) => {
      await expect(app.run('reindex_paths', { paths: [path] })).rejects.toMatchObject({
        code: 'PATH_OUTSIDE_ROOTS',
      });
    },
  );

  test('keep what they hold while the root is gone', async () => {
    const root = await open();
    renameSync(root.path, `${root.path}-away`);
    const paths = [`${root.id}:src`];
    const job = await root.run('reindex_paths', { paths });
    expect(job).toMatchObject({ state: 'failed', last_error: { code: 'ROOT_MISSING' } });
    expect((await root.coverage()).indexed).toBe(3);
    renameSync(`${root.path}-away`, root.path);
    expect(await root.run('reindex_paths', { paths })).toMatchObject({ state: 'completed' });
  });
});

describe('two roots', () => {
  test('share contents, and removing one frees only its own', async () => {
    const text = 'shared between two roots\n';
    const first = await open({ 'a.txt': text });
    const blobs = count('blob');
    const second = await open({ 'b.txt': text, 'own.txt': 'only here\n' });
    expect(count('blob')).toBe(blobs + 1);
    const [shared] = first.listDocuments();
    expect(second.listDocuments()[0]?.blob_id).toBe(shared?.blob_id);
    const removed = await app.engine.connectors({
      action: 'remove',
      connector_id: second.id,
      confirm: true,
    });
    expect(removed.connectors.map(({ id }) => id)).not.toContain(second.id);
    const own = second.listDocuments();
    expect(own).toEqual([]);
    expect(place.rows('SELECT id FROM blob WHERE document_count = 0')).toEqual([]);
    expect(place.rows('SELECT document_count FROM blob WHERE id = ?', shared?.blob_id)).toEqual([
      { document_count: 1 },
    ]);
    expect(place.rows('SELECT id FROM source WHERE connector_id = ?', second.id)).toEqual([]);
    expect((await app.search('only here', { mode: 'literal' })).total_count).toBe(0);
    expect((await app.search('shared between', { mode: 'literal' })).results).toHaveLength(1);
    expect((await app.status()).roots.map(({ connector_id: id }) => id)).not.toContain(second.id);
  });

  test('are told apart in paths, and an ambiguous path names its choices', async () => {
    const first = await open({ 'twin.txt': 'one\n' });
    const second = await open({ 'twin.txt': 'two\n' });
    await expect(app.control('explain_path', { path: 'twin.txt' })).rejects.toMatchObject({
      code: 'AMBIGUOUS_PATH',
      message: expect.stringContaining(`${first.id}:twin.txt, ${second.id}:twin.txt`) as string,
    });
    const named = await app.control('explain_path', { path: `${second.id}:twin.txt` });
    expect(named.details).toMatchObject({ path: 'twin.txt', state: 'indexed' });
  });

  test('are planned for together', async () => {
    const first = await open({ 'a.txt': 'one\n', 'b.txt': 'one b\n' });
    const second = await open({ 'c.txt': 'two\n' });
    const connectors = [first.id, second.id];
    const empty = {
      added: 0,
      changed: 0,
      removed: 0,
      bytes: 0,
      estimated_seconds: 0,
      examples: {},
    };
    expect((await app.control('plan', { connectors })).details).toMatchObject(empty);
    first.write('a.txt', 'changed\n');
    rmSync(join(first.path, 'b.txt'));
    second.write('d.txt', 'new\n');
    second.write('image.txt', 'binary\0');
    const before = second.listDocuments();
    expect((await app.control('plan', { connectors })).details).toEqual({
      added: 2,
      changed: 1,
      removed: 1,
      skipped: {},
      ignored: 0,
      bytes: 8 + 4 + 7,
      estimated_seconds: expect.any(Number) as number,
      examples: { added: ['d.txt', 'image.txt'], changed: ['a.txt'] },
    });
    expect(second.listDocuments()).toEqual(before);
  });
});
