/** The token budget through the whole system, while the index is incomplete for good: coverage counts, too. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RelatedRequest } from '../../../src/model/related.ts';
import type { SearchRequest } from '../../../src/model/search.ts';
import { countTokens } from '../../../src/search/budget.ts';
import { makeConfig } from '../../support/make-config.ts';
import {
  createWorkplace,
  makeRoot,
  startTestApp,
  type TestApp,
  type Workplace,
} from '../../support/start-test-app.ts';

const BODY = Array.from({ length: 30 }, (_, line) => `  value += read(${line}); // é`).join('\n');
const FILES = Object.fromEntries(
  Array.from({ length: 25 }, (_, index) => [
    `src/deep/folder${index % 5}/module-${index}.ts`,
    `import { read } from '../../read.ts';\nexport function use${index}(value: number): number {\n${BODY}\n  return value;\n}\n`,
  ]),
);

let place: Workplace;
let app: TestApp;
beforeAll(async () => {
  place = createWorkplace({
    ...FILES,
    'src/read.ts': 'export function read(): number {\n  return 1;\n}\n',
  });
  const roots = [makeRoot(place.root), makeRoot(join(place.dir.path, 'gone'), 'gone')];
  const { indexer } = makeConfig();
  app = await startTestApp(place, { config: { indexer: { ...indexer, roots } } });
  await app.run('start');
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  place[Symbol.dispose]();
});

const BUDGETS = [200, 201, 250, 333, 500, 777, 1000, 1500, 2500, 4000, 9000];

function measure(reply: object): number {
  return countTokens(JSON.stringify(reply));
}

describe('relations keep the budget, coverage included', () => {
  test.each<[string, Partial<RelatedRequest>]>([
    ['a symbol', { symbol: 'read' }],
    ['a file', { file_path: 'src/read.ts' }],
    ['a line', { file_path: 'src/deep/folder1/module-1.ts', line: 9 }],
    ['a folder', { file_path: 'src/deep' }],
    ['a ticket', { ticket_id: 'NONE-1' }],
  ])('of %s', async (_name, request) => {
    for (const maxTokens of BUDGETS) {
      const full = { relations: [], top_k: 50, max_tokens: maxTokens, ...request };
      const reply = await app.engine.related(full);
      expect(reply.coverage?.percent).toBeLessThan(100);
      expect(measure(reply)).toBeLessThanOrEqual(maxTokens);
    }
  });

  test('and show the definition around a line whole before anything else', async () => {
    const request = { file_path: 'src/deep/folder1/module-1.ts', line: 9 };
    const reply = await app.engine.related({
      relations: [],
      top_k: 50,
      max_tokens: 4000,
      ...request,
    });
    expect(reply.related_items[0]).toMatchObject({ start_line: 2, end_line: 34 });
    expect(reply.related_items[0]?.content.split('\n')).toHaveLength(33);
  });
});

describe('searches keep the budget, coverage included', () => {
  test.each<[string, Partial<SearchRequest>]>([
    ['auto', { query: 'read value' }],
    ['literal', { query: 'read(', mode: 'literal' }],
    ['symbol', { query: 'use', mode: 'symbol' }],
    ['path', { query: 'module', mode: 'path' }],
  ])('in mode %s', async (_name, request) => {
    for (const maxTokens of BUDGETS) {
      const reply = await app.search(request.query ?? '', { ...request, max_tokens: maxTokens });
      expect(reply.coverage?.percent).toBeLessThan(100);
      expect(measure(reply)).toBeLessThanOrEqual(maxTokens);
    }
    const small = await app.search(request.query ?? '', { ...request, max_tokens: 1000 });
    expect(small.results.length).toBeGreaterThan(0);
  });
});
