/** Relations through the whole system, on a small repository with imports, a test and history. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RelatedReply, RelatedRequest } from '../../../src/model/related.ts';
import { hasGit, openGitRepo } from '../../support/git-repo.ts';
import {
  createWorkplace,
  startTestApp,
  type TestApp,
  type Workplace,
} from '../../support/start-test-app.ts';

let place: Workplace;
let app: TestApp;
beforeAll(async () => {
  place = createWorkplace();
  const repo = openGitRepo(place.root, { init: [] });
  repo.commit('Add a cache (#7)', {
    'src/cache.ts': 'export function readCache(key: string): string {\n  return key;\n}\n',
    'src/server.ts':
      "import { readCache } from './cache.ts';\n\nexport function serve(): string {\n  return readCache('x');\n}\n",
    'test/cache.test.ts': "import { readCache } from '../src/cache.ts';\nreadCache('y');\n",
  });
  repo.commit('APP-12: serve from the cache', {
    'src/cache.ts': 'export function readCache(key: string): string {\n  return key + 1;\n}\n',
    'src/server.ts':
      "import { readCache } from './cache.ts';\n\nexport function serve(): string {\n  return readCache('z');\n}\n",
  });
  app = await startTestApp(place);
  await app.run('start');
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  place[Symbol.dispose]();
});

async function ask(request: Partial<RelatedRequest>): Promise<RelatedReply> {
  return app.engine.related({ relations: [], top_k: 50, max_tokens: 4000, ...request });
}

/** Items as `relation path:line`. */
function list({ related_items: items }: RelatedReply): string[] {
  return items.map((item) => `${item.relation_type} ${item.file_path}:${item.start_line}`);
}

describe.skipIf(!hasGit)('relations', () => {
  test('of a file: outline, callers, importers, tests, history, each with a reason', async () => {
    const reply = await ask({ file_path: 'src/cache.ts' });
    expect(list(reply)).toEqual(
      expect.arrayContaining([
        'outline src/cache.ts:1',
        'called_by src/server.ts:4',
        'imported_by src/server.ts:1',
        'tested_by test/cache.test.ts:1',
        'co_changed src/server.ts:1',
      ]),
    );
    const caller = reply.related_items.find((item) => item.relation_type === 'called_by');
    expect(caller).toMatchObject({
      content: "  return readCache('z');",
      metadata: { symbol: 'serve' },
    });
    expect(reply.related_items.every((item) => item.reason !== '' && item.score > 0)).toBe(true);
    expect(reply.related_issues).toContain('APP-12');
    expect(reply.coverage).toBeUndefined();
  });

  test('of a file with a line: the definition around it comes first, whole', async () => {
    const [first] = (await ask({ file_path: 'src/server.ts', line: 4 })).related_items;
    expect(first).toMatchObject({ relation_type: 'definition', start_line: 3, end_line: 5 });
    expect(first?.content).toContain('export function serve(): string {');
  });

  test('of a symbol: its definition, then who calls it', async () => {
    const items = list(await ask({ symbol: 'readCache' }));
    expect(items[0]).toBe('definition src/cache.ts:1');
    expect(items).toContain('called_by src/server.ts:4');
  });

  test('of a ticket: the commits that name it and the files they touched', async () => {
    const reply = await ask({ ticket_id: 'APP-12' });
    expect(list(reply)).toEqual(
      expect.arrayContaining(['commit null:null', 'file src/cache.ts:1', 'file src/server.ts:1']),
    );
    expect((await ask({ ticket_id: 'NONE-1' })).summary).toMatch(
      /^Nothing names NONE-1\. Asked: app /,
    );
  });

  test('only those that were asked for, and never over the budget', async () => {
    const reply = await ask({
      file_path: 'src/cache.ts',
      relations: ['imported_by'],
      max_tokens: 200,
    });
    expect(new Set(reply.related_items.map((item) => item.relation_type))).toEqual(
      new Set(reply.related_items.length === 0 ? [] : ['imported_by']),
    );
    expect(Math.ceil(Buffer.byteLength(JSON.stringify(reply)) / 3)).toBeLessThanOrEqual(200);
  });

  test('of what is not there names what is near', async () => {
    await expect(ask({ file_path: 'src/cach.ts' })).rejects.toThrow(/src\/cache\.ts/);
    await expect(ask({ symbol: 'readCach' })).rejects.toThrow(/readCache/);
  });
});
