/** What becomes of arguments on their way to the engine, and of results on their way back. */
import { describe, expect, test } from 'vitest';

import { countTokens, type ToolCall } from '../../../src/server/mcp/tool.ts';
import { SEARCH_TOOL } from '../../../src/server/mcp/tools/search-tool.ts';
import { createPathAliases, type AliasPair } from '../../../src/server/path-aliases.ts';
import { LOCAL_PRINCIPAL, type Principal } from '../../../src/server/principal.ts';
import {
  createMemoryEngine,
  type MemoryDocument,
  type MemoryEngine,
} from '../../support/memory-engine.ts';
import { DOCUMENTS } from '../../support/start-test-server.ts';

interface Setting {
  readonly documents?: readonly MemoryDocument[];
  readonly aliases?: readonly AliasPair[];
  readonly principal?: Principal;
}

function prepare(setting: Setting = {}): { engine: MemoryEngine; call: ToolCall } {
  const engine = createMemoryEngine(setting.documents ?? DOCUMENTS);
  const call = {
    engine,
    aliases: createPathAliases(setting.aliases ?? []),
    principal: setting.principal ?? LOCAL_PRINCIPAL,
    signal: new AbortController().signal,
  };
  return { engine, call };
}

async function send(given: unknown, setting?: Setting) {
  const { engine, call } = prepare(setting);
  await SEARCH_TOOL.run(given, call);
  return engine.lastSearch;
}

async function fail(given: unknown): Promise<string> {
  const error: unknown = await SEARCH_TOOL.run(given, prepare().call).catch((thrown) => thrown);
  return error instanceof Error && 'code' in error ? `${String(error.code)}: ${error.message}` : '';
}

describe('defaults', () => {
  test('are all filled in', async () => {
    expect(await send({ query: 'hello' })).toEqual({
      query: 'hello',
      mode: 'auto',
      top_k: 20,
      offset: 0,
      case: 'sensitive',
      whole_word: false,
      multiline: false,
      context_lines: 2,
      filters: {},
      response_format: 'concise',
      max_tokens: 4000,
      explain: false,
    });
  });

  test('do not change what was sent', async () => {
    const given = { query: 'hello', filters: { paths: ['src'] } };
    await send(given);
    expect(given).toEqual({ query: 'hello', filters: { paths: ['src'] } });
  });
});

describe('work context', () => {
  test('in filters is merged into the one beside, which wins', async () => {
    const request = await send({
      query: 'x',
      filters: { work_context: { active_file: 'a.ts', git_branch: 'main' } },
      work_context: { active_file: 'b.ts' },
    });
    expect(request?.work_context).toEqual({ active_file: 'b.ts', git_branch: 'main' });
  });

  test('is off with boost_active false', async () => {
    const request = await send({
      query: 'x',
      filters: { work_context: { boost_active: false } },
      work_context: { active_file: 'b.ts' },
    });
    expect(request?.work_context).toBeUndefined();
  });
});

describe('wrong arguments', () => {
  test.each([
    ['no query', {}, 'query is missing'],
    ['an empty query', { query: '' }, 'query must have 1 to 32000 characters, not 0'],
    ['a query too long', { query: 'x'.repeat(32_001) }, 'not 32001'],
    ['a number as query', { query: 7 }, 'query must be a string, not 7'],
    ['a text as number', { query: 'x', top_k: '5' }, 'top_k must be an integer, not "5"'],
    ['a fraction', { query: 'x', top_k: 1.5 }, 'top_k must be an integer, not 1.5'],
    ['zero results', { query: 'x', top_k: 0 }, 'top_k must be a whole number from 1 to 100, not 0'],
    ['null', { query: 'x', offset: null }, 'offset must be an integer, not null'],
    ['a key with a slip', { query: 'x', topk: 5 }, 'The nearest is "top_k".'],
    ['a key from nowhere', { query: 'x', zzzzzzzz: 5 }, 'Known keys: query, mode'],
    [
      'a mode with a slip',
      { query: 'x', mode: 'regexp' },
      'mode cannot be "regexp". Use one of: auto, literal, regex',
    ],
    [
      'a role that is none',
      { query: 'x', filters: { roles: ['code'] } },
      'filters.roles[0] cannot be "code"',
    ],
    [
      'a language that is none',
      { query: 'x', filters: { languages: ['typescrip'] } },
      'filters.languages cannot hold "typescrip". The nearest is typescript. Use some of: ada,',
    ],
    ['an empty list', { query: 'x', filters: { paths: [] } }, 'filters.paths is an empty list'],
    ['NUL in a path', { query: 'x', filters: { paths: ['a\0b'] } }, 'filters.paths holds a NUL'],
    [
      'half a character',
      { query: 'x', work_context: { active_file: '\ud800' } },
      'work_context.active_file',
    ],
    [
      'a date from nowhere',
      { query: 'x', filters: { date_range: { from: 'soon' } } },
      'filters.date_range.from is not a date',
    ],
    [
      'a range that ends first',
      { query: 'x', filters: { date_range: { from: '2026-02-01', to: '2026-01-01' } } },
      'lies after to',
    ],
    ['no object at all', 'x', 'must be an object'],
  ])('%s: says what to send', async (_reason, given, message) => {
    const text = await fail(given);
    expect(text).toMatch(/^INVALID_ARGUMENT: /);
    expect(text).toContain(message);
  });

  test('are all named at once, and long values come back cut', async () => {
    const text = await fail({ query: 'x', mode: 'y'.repeat(5000), top_k: 500, offset: -1 });
    expect(text).toContain('mode cannot be');
    expect(text).toContain('top_k');
    expect(text).toContain('offset');
    expect(text.length).toBeLessThan(600);
  });
});

describe('any query', () => {
  test.each([
    '"',
    '?',
    ':',
    'NOT',
    '(',
    '日本語',
    '👩‍👩‍👧',
    'a\0b',
    ' ',
    'x'.repeat(32_000),
    '👍'.repeat(32_000),
  ])('is accepted (%#)', async (query) => {
    expect((await send({ query }))?.query).toBe(query);
  });

  test('that holds half a character is repaired', async () => {
    expect((await send({ query: 'a\ud800b' }))?.query).toBe('a\ufffdb');
  });
});

describe('aliases', () => {
  const aliases = [{ client: String.raw`C:\code`, server: '/srv/alpha' }];

  test('are taken off every input path', async () => {
    const file = String.raw`C:\code\src\greet.ts`;
    const request = await send(
      {
        query: 'x',
        filters: {
          paths: [String.raw`c:\code\**\*.ts`],
          exclude_paths: [file],
          work_context: { active_file: file },
        },
        work_context: { active_file: file },
      },
      { aliases },
    );
    expect(request?.filters.paths).toEqual(['/srv/alpha/**/*.ts']);
    expect(request?.filters.exclude_paths).toEqual(['/srv/alpha/src/greet.ts']);
    expect(request?.work_context?.active_file).toBe('/srv/alpha/src/greet.ts');
  });

  test('give results of their root a client path, and no others', async () => {
    const { call } = prepare({ aliases });
    const reply = await SEARCH_TOOL.run({ query: 'hello' }, call);
    expect(reply).toMatchObject({
      results: [
        { metadata: { client_path: String.raw`C:\code\src\greet.ts` } },
        { metadata: { client_path: String.raw`C:\code\notes.md` } },
        { metadata: { file_path: 'main.c' } },
      ],
    });
    expect(JSON.stringify(reply)).not.toContain('"client_path":"/');
    expect(JSON.stringify(reply).match(/client_path/g)).toHaveLength(2);
  });

  test('do not burst the budget', async () => {
    const documents = Array.from({ length: 40 }, (_, index) => ({
      root: 'alpha',
      path: `file${index}.ts`,
      text: `hello ${'x'.repeat(40)}`,
    }));
    const long = [{ client: `/home/${'long/'.repeat(30)}alpha`, server: '/srv/alpha' }];
    const { call } = prepare({ documents, aliases: long });
    const reply = await SEARCH_TOOL.run({ query: 'hello', max_tokens: 800, top_k: 40 }, call);
    expect(countTokens(JSON.stringify(reply))).toBeLessThanOrEqual(800);
    expect(reply).toMatchObject({ has_more: true, truncated: true, truncated_by: 'budget' });
  });
});

test('a principal with few connectors searches those only', async () => {
  const principal: Principal = { id: 'key', allowedConnectors: ['beta'], scopes: ['read'] };
  const { call, engine } = prepare({ principal });
  const reply = await SEARCH_TOOL.run({ query: 'hello' }, call);
  expect(engine.lastSearch?.allowed_connectors).toEqual(['beta']);
  expect(reply).toMatchObject({ total_count: 1 });
});
