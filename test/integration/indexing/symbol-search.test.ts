/** Mode symbol and the qualifiers sym: and kind: in the running system. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SearchReply, SearchRequest } from '../../../src/model/search.ts';
import {
  createWorkplace,
  startTestApp,
  type TestApp,
  type Workplace,
} from '../../support/start-test-app.ts';

let place: Workplace;
let app: TestApp;
beforeAll(async () => {
  place = createWorkplace({
    'src/cache.ts':
      'export class Cache {\n  /** Finds a value. */\n  getValue(key: string): string {\n    return key;\n  }\n}\n\nexport function getValueOf(cache: Cache): string {\n  return cache.getValue("secretword");\n}\n',
    'src/store.py':
      'class Store:\n    def get_value(self, key):\n        return key\n\n\ndef unrelated_thing():\n    pass\n',
    'test/cache.test.ts': 'export function getValue(): void {}\n',
    'include/wide.h': '#define MAX_VALUE 10\nstruct wide { int value; };\n',
  });
  app = await startTestApp(place);
  await app.run('start');
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  place[Symbol.dispose]();
});

/** Results as `path symbol`. */
async function find(query: string, extra: Partial<SearchRequest> = {}): Promise<string[]> {
  const reply = await app.search(query, { mode: 'symbol', ...extra });
  return list(reply);
}

function list(reply: SearchReply): string[] {
  return reply.results.map(({ metadata }) => `${metadata.file_path} ${metadata.symbol}`);
}

describe('mode symbol', () => {
  test('gives the definition with its lines, the source before the test', async () => {
    const reply = await app.search('getValue', { mode: 'symbol', explain: true });
    expect(list(reply)).toEqual([
      'src/cache.ts Cache.getValue',
      'test/cache.test.ts getValue',
      'src/store.py Store.get_value',
      'src/cache.ts getValueOf',
    ]);
    const [first] = reply.results;
    expect(first).toMatchObject({
      content: '  getValue(key: string): string {\n    return key;\n  }',
      metadata: { start_line: 3, end_line: 5, chunk_type: 'method', language: 'typescript' },
    });
    const sum = Object.values(first?.score_parts ?? {}).reduce((total, part) => total + part, 0);
    expect(sum).toBeCloseTo(first?.score ?? 0, 3);
    expect(reply).toMatchObject({ total_count: 4, has_more: false });
    expect(reply.coverage).toBeUndefined();
  });

  test.each([
    ['gVO', 'src/cache.ts getValueOf', 'capitals'],
    ['unrelatedThing', 'src/store.py unrelated_thing', 'another way of writing'],
    ['lated_thi', 'src/store.py unrelated_thing', 'within'],
    ['unrelted_thing', 'src/store.py unrelated_thing', 'a typing error'],
    ['Store.get_value', 'src/store.py Store.get_value', 'with its class'],
    ['Cache::getValue', 'src/cache.ts Cache.getValue', 'with its class, as C++ writes it'],
    ['thing unrelated', 'src/store.py unrelated_thing', 'words in any order'],
    ['max_value', 'include/wide.h MAX_VALUE', 'in another case'],
  ])('%s finds %s', async (query, expected) => {
    expect((await find(query))[0]).toBe(expected);
  });

  test('pages neither repeat nor lose anything', async () => {
    const all = await find('value');
    const paged: string[] = [];
    for (let offset = 0; offset < all.length; offset += 2) {
      paged.push(...(await find('value', { offset, top_k: 2 })));
    }
    expect(paged).toEqual(all);
    expect(all.length).toBeGreaterThan(4);
  });

  test('keeps the filters and the kinds', async () => {
    expect(await find('getValue', { filters: { kinds: ['function'] } })).toEqual([
      'test/cache.test.ts getValue',
      'src/cache.ts getValueOf',
    ]);
    expect(await find('getValue kind:method lang:python')).toEqual([
      'src/store.py Store.get_value',
    ]);
    expect(await find('getValue', { filters: { paths: ['include'] } })).toEqual([]);
  });

  test('says what is near when there is nothing, and which filter took it', async () => {
    const none = await app.search('unrelxxxxx', { mode: 'symbol' });
    expect(none.zero_reason?.code).toBe('absent');
    const filtered = await app.search('getValueOf', {
      mode: 'symbol',
      filters: { paths: ['include'] },
    });
    expect(filtered.zero_reason).toMatchObject({ code: 'filtered', filter: 'paths' });
  });

  test.each(['', '"', '()', '::', '.', '*', '🎉', '漢字', 'a'.repeat(3000), 'NOT'])(
    'takes any query: %s',
    async (query) => {
      const reply = await app.search(query === '' ? ' ' : query, { mode: 'symbol' });
      expect(Array.isArray(reply.results)).toBe(true);
    },
  );
});

describe('in mode auto', () => {
  test('sym: asks for definitions, further words choose among equals', async () => {
    const reply = await app.search('sym:getValue', {});
    expect(list(reply)[0]).toBe('src/cache.ts Cache.getValue');
    expect(list(await app.search('sym:get secretword', {}))[0]).toBe('src/cache.ts getValueOf');
    expect(list(await app.search('sym:get_value sym:unrelated_thing lang:python', {}))).toEqual([
      'src/store.py unrelated_thing',
      'src/store.py Store.get_value',
    ]);
  });

  test('kind: keeps passages of the kind', async () => {
    const reply = await app.search('value kind:method', {});
    const kinds = new Set(reply.results.map(({ metadata }) => metadata.chunk_type));
    expect([...kinds]).toEqual(['method']);
  });
});
