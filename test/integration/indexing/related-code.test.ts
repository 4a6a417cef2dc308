/** What uses what, through the whole system: callers, callees, tests and folders of small code bases in several languages. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RelatedItem, RelatedReply, RelatedRequest } from '../../../src/model/related.ts';
import {
  createWorkplace,
  startTestApp,
  type TestApp,
  type Workplace,
} from '../../support/start-test-app.ts';

const PADDING = Array.from({ length: 600 }, (_, index) => `const filler${index} = ${index};`);

const FILES = {
  'src/cache.ts':
    '/** Keeps values. */\nexport class Cache {\n  read(key: string): string {\n    return normalise(key);\n  }\n  clear(): void {}\n}\n\nfunction normalise(key: string): string {\n  return key.trim();\n}\n\nexport function openCache(): Cache {\n  return new Cache();\n}\n',
  'src/server.ts':
    "import { openCache } from './cache.ts';\n\n// openCache() is called below\nconst note = 'openCache()';\n\nexport function serve(): string {\n  return openCache().read('x');\n}\n\nexport const hooks = {\n  open: openCache,\n  note,\n};\n",
  'src/other/cache.ts': 'export function openCache(): number {\n  return 1;\n}\n',
  'src/other/user.ts':
    "import { openCache } from './cache.ts';\nexport function useOther(): number {\n  return openCache();\n}\n",
  'src/large.ts': [
    "import { openCache } from './cache.ts';",
    ...PADDING,
    'export function farDown(): void {',
    '  /* openCache() */',
    '  openCache();',
    '}',
    ...PADDING.map((line) => line.replace('filler', 'further')),
  ].join('\n'),
  'test/cache.test.ts':
    "import { openCache } from '../src/cache.ts';\n\ntest('opens', () => {\n  openCache();\n});\n",
  'docs/cache.md': '# Cache\n\nCall openCache() first.\n',
  'lib/queue.h': 'int queue_push(int value);\n#define QUEUE_LIMIT 10\n',
  'lib/queue.c':
    '#include "queue.h"\n\nint queue_push(int value)\n{\n\treturn value < QUEUE_LIMIT;\n}\n',
  'lib/other.c':
    'static int queue_push(int a)\n{\n\treturn a;\n}\nint other(void)\n{\n\treturn queue_push(1);\n}\n',
  'app/main.c':
    '#include "../lib/queue.h"\n\nstruct ops { int (*push)(int); };\nstatic const struct ops queue_ops = {\n\t.push = queue_push,\n};\n\nint main(void)\n{\n\treturn queue_push(1);\n}\n',
};

let place: Workplace;
let app: TestApp;
beforeAll(async () => {
  place = createWorkplace(FILES);
  app = await startTestApp(place);
  await app.run('start');
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  place[Symbol.dispose]();
});

async function ask(request: Partial<RelatedRequest>): Promise<RelatedReply> {
  return app.engine.related({ relations: [], top_k: 100, max_tokens: 20_000, ...request });
}

/** Items of one relation as `path:line symbol`, in their order. */
function list({ related_items: items }: RelatedReply, relation: string): string[] {
  return items
    .filter((item) => item.relation_type === relation)
    .map(({ file_path: path, start_line: line, metadata: { symbol = '-' } }) =>
      [`${path}:${line}`, symbol].join(' '),
    );
}

function get({ related_items: items }: RelatedReply, relation: string, path: string): RelatedItem {
  const found = items.find((item) => item.relation_type === relation && item.file_path === path);
  if (found === undefined) throw new Error(`no ${relation} of ${path}`);
  return found;
}

describe('users of a symbol', () => {
  test('are calls and values in code, not comments, strings, imports or prose', async () => {
    const reply = await ask({ symbol: 'openCache' });
    expect(list(reply, 'called_by')).toEqual([
      'src/large.ts:604 farDown',
      'src/server.ts:7 serve',
      'src/other/user.ts:3 useOther',
      'src/server.ts:11 hooks',
    ]);
    expect(get(reply, 'called_by', 'src/other/user.ts').reason).toBe(
      'calls openCache of src/other/cache.ts in useOther, and imports its file',
    );
    expect(get(reply, 'called_by', 'src/large.ts').reason).toBe(
      'calls openCache in farDown, and imports its file',
    );
    expect(reply.truncated).toBe(false);
  });

  test('in tests say what tests it', async () => {
    const reply = await ask({ symbol: 'openCache' });
    expect(list(reply, 'tested_by')).toEqual(['test/cache.test.ts:4 -']);
    expect(get(reply, 'tested_by', 'test/cache.test.ts').reason).toMatch(/^a test calls openCache/);
    const calls = await ask({ symbol: 'openCache', relations: ['called_by'] });
    expect(list(calls, 'called_by')).toContain('test/cache.test.ts:4 -');
  });

  test('of one of two definitions are those whose imports lead there', async () => {
    const other = await ask({ file_path: 'src/other/cache.ts' });
    expect(list(other, 'called_by')).toEqual(['src/other/user.ts:3 useOther']);
    expect(list(await ask({ file_path: 'src/cache.ts' }), 'called_by')).not.toContain(
      'src/other/user.ts:3 useOther',
    );
  });

  test('in C are found through the header, and name tables of functions', async () => {
    const reply = await ask({ file_path: 'lib/queue.c' });
    expect(list(reply, 'called_by')).toEqual(['app/main.c:10 main', 'app/main.c:5 queue_ops']);
    expect(get(reply, 'called_by', 'app/main.c').score).toBeGreaterThan(0.8);
  });
});

describe('what is called', () => {
  test('by a function is named with its definition', async () => {
    const reply = await ask({ symbol: 'serve' });
    expect(list(reply, 'calls')).toEqual(['src/cache.ts:13 openCache', 'src/cache.ts:3 read']);
    expect(get(reply, 'calls', 'src/cache.ts').reason).toMatch(/^called in line 7/);
  });

  test('around a line is that of its definition, in the file itself too', async () => {
    const reply = await ask({ file_path: 'src/cache.ts', line: 4 });
    expect(list(reply, 'calls')).toEqual(['src/cache.ts:9 normalise']);
    expect(reply.related_items[0]).toMatchObject({
      relation_type: 'definition',
      start_line: 3,
      end_line: 5,
    });
  });

  test('by a whole file is what other files define', async () => {
    expect(list(await ask({ file_path: 'app/main.c' }), 'calls')).toEqual([
      'lib/queue.c:3 queue_push',
    ]);
  });
});

test('a class has its members, its file, and the tests of it', async () => {
  const reply = await ask({ symbol: 'Cache' });
  expect(list(reply, 'definition')).toEqual(['src/cache.ts:2 Cache']);
  expect(list(reply, 'outline')).toEqual(['src/cache.ts:3 read', 'src/cache.ts:6 clear']);
  expect(list(reply, 'called_by')).toContain('src/cache.ts:14 openCache');
  expect(list(reply, 'tested_by')).toEqual(['test/cache.test.ts:1 -']);
  expect(list(reply, 'file')).toEqual(['src/cache.ts:1 -']);
});

test('a member is found by its class', async () => {
  const [first] = (await ask({ symbol: 'Cache.read' })).related_items;
  expect(first).toMatchObject({ relation_type: 'definition', start_line: 3, end_line: 5 });
  await expect(ask({ symbol: 'ache.read' })).rejects.toThrow(/^Nothing in the index defines/);
});

test('a test file names what it tests', async () => {
  expect(list(await ask({ file_path: 'test/cache.test.ts' }), 'tests')).toEqual([
    'src/cache.ts:1 -',
  ]);
});

describe('a folder', () => {
  test('has main definitions, and imports by folder both ways', async () => {
    const reply = await ask({ file_path: 'lib/' });
    expect(list(reply, 'outline')[0]).toBe('lib/queue.h:2 QUEUE_LIMIT');
    expect(get(reply, 'imported_by', 'app')).toMatchObject({
      reason: '1 imports; 1 of its files import from here',
      content: 'app/main.c -> lib/queue.h',
      start_line: null,
      metadata: { imports: 1, files: 1 },
    });
    expect(list(reply, 'imports')).toEqual([]);
    expect(reply.summary).toMatch(/^lib: a folder of 3 files; imports from 0 other folders/);
  });

  test.each(['src', './src', 'app:src', '/src/'])('is found as %s', async (path) => {
    const given = path === '/src/' ? `${place.root}/src/` : path;
    const reply = await ask({ file_path: given });
    expect(get(reply, 'file', 'src/other').reason).toBe('a folder in it with 2 of its files');
    expect(get(reply, 'imported_by', 'test').metadata).toMatchObject({ imports: 1 });
  });

  test('may be the root; a line of a folder is refused', async () => {
    const reply = await ask({ file_path: '.' });
    expect(get(reply, 'file', 'src').metadata).toMatchObject({ files: 5, tests: 0 });
    await expect(ask({ file_path: 'src', line: 3 })).rejects.toThrow(/^src is a folder/);
  });
});

describe('items', () => {
  test('of all relations take turns when there are more than are wanted', async () => {
    const reply = await ask({ file_path: 'src/large.ts', top_k: 6 });
    const relations = new Set(reply.related_items.map((item) => item.relation_type));
    expect(reply.related_items).toHaveLength(6);
    expect(relations).toContain('imports');
    expect(relations).toContain('calls');
    expect(reply.truncated).toBe(true);
  });

  test('of one named relation are as many as are wanted', async () => {
    const reply = await ask({ file_path: 'src/large.ts', relations: ['outline'], top_k: 30 });
    expect(list(reply, 'outline')).toHaveLength(30);
  });

  test('are sorted by score, all between 0 and 1, with lines that can be read', async () => {
    for (const request of [{ symbol: 'openCache' }, { file_path: 'src/cache.ts' }]) {
      const { related_items: items } = await ask(request);
      const scores = items.map(({ score }) => score);
      expect(scores).toEqual(scores.toSorted((left, right) => right - left));
      expect(scores.every((score) => score > 0 && score <= 1)).toBe(true);
      const [first] = items;
      const read = await app.engine.readResource(first?.id ?? '');
      expect(read.text).toContain(first?.content.split('\n')[0]);
    }
  });
});
