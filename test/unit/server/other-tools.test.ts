/** Which keys each action takes, and what is refused before the engine hears of it. */
import { describe, expect, test } from 'vitest';

import { AppError } from '../../../src/errors/app-error.ts';
import { CONNECTOR_FIELDS } from '../../../src/model/connector-fields.ts';
import { countTokens, type Tool, type ToolCall } from '../../../src/server/mcp/tool.ts';
import {
  createConfigProperties,
  HINTS,
} from '../../../src/server/mcp/tools/connector-config-schema.ts';
import { CONNECTOR_TOOL } from '../../../src/server/mcp/tools/connector-tool.ts';
import { INDEX_TOOL } from '../../../src/server/mcp/tools/index-tool.ts';
import { RELATED_TOOL } from '../../../src/server/mcp/tools/related-tool.ts';
import { createPathAliases } from '../../../src/server/path-aliases.ts';
import { LOCAL_PRINCIPAL } from '../../../src/server/principal.ts';
import { createMemoryEngine, type MemoryEngine } from '../../support/memory-engine.ts';
import { DOCUMENTS } from '../../support/start-test-server.ts';

function prepare(engine: MemoryEngine = createMemoryEngine(DOCUMENTS)) {
  const call: ToolCall = {
    engine,
    aliases: createPathAliases([{ client: 'C:/code', server: '/srv/alpha' }]),
    principal: LOCAL_PRINCIPAL,
    signal: new AbortController().signal,
  };
  return { engine, call };
}

async function fail(tool: Tool, given: unknown): Promise<string> {
  const error: unknown = await tool.run(given, prepare().call).catch((thrown: unknown) => thrown);
  return error instanceof AppError ? `${error.code}: ${error.message}` : 'no error';
}

describe('context.index_control', () => {
  test.each([
    [{ action: 'start' }],
    [{ action: 'start', connectors: ['alpha'] }],
    [{ action: 'stop' }],
    [{ action: 'stop', job_id: 'job-1' }],
    [{ action: 'status' }],
    [{ action: 'status', wait_ms: 0, since: 1 }],
    [{ action: 'force_reindex', connectors: ['alpha'] }],
    [{ action: 'reindex_paths', paths: ['src'] }],
    [{ action: 'plan', connectors: ['alpha'] }],
    [{ action: 'explain_path', path: 'src/greet.ts' }],
    [{ action: 'verify' }],
    [{ action: 'index', content: { path: 'a', content: '', source_type: 'file' } }],
  ])('takes %j', async (given) => {
    expect(await INDEX_TOOL.run(given, prepare().call)).toMatchObject({ status: 'ok' });
  });

  test.each([
    [{ action: 'status', connectors: ['alpha'] }, 'Action status does not use connectors'],
    [{ action: 'start', wait_ms: 5 }, 'Action start does not use wait_ms'],
    [{ action: 'start', paths: ['a'] }, 'Action start does not use paths'],
    [{ action: 'stop', connectors: ['a'] }, 'It uses job_id'],
    [{ action: 'reindex_paths' }, 'Action reindex_paths needs paths'],
    [{ action: 'explain_path' }, 'Action explain_path needs path'],
    [{ action: 'index' }, 'Action index needs content'],
    [{ action: 'index', content: { path: 'a', content: 'b' } }, 'content.source_type is missing'],
    [{ action: 'status', wait_ms: 25_001 }, 'from 0 to 25000'],
    [{ action: 'reindex', connectors: ['a'] }, 'Use one of: start, stop, status'],
    [{}, 'action is missing'],
    [{ action: 'explain_path', path: 'a\0' }, 'path holds a NUL'],
  ])('refuses %j', async (given, message) => {
    const text = await fail(INDEX_TOOL, given);
    expect(text).toMatch(/^INVALID_ARGUMENT: /);
    expect(text).toContain(message);
  });

  test('takes aliases off its paths', async () => {
    const { engine, call } = prepare();
    await INDEX_TOOL.run({ action: 'reindex_paths', paths: [String.raw`c:\code\src`] }, call);
    expect(engine.lastControl?.paths).toEqual(['/srv/alpha/src']);
    await INDEX_TOOL.run({ action: 'explain_path', path: 'C:/code/notes.md' }, call);
    expect(engine.lastControl?.path).toBe('/srv/alpha/notes.md');
  });

  test('keeps a status with many jobs and roots under 4,000 tokens', async () => {
    const documents = Array.from({ length: 60 }, (_, index) => ({
      root: `root-${index}`,
      path: 'a',
      text: 'b',
    }));
    const { engine, call } = prepare(createMemoryEngine(documents));
    for (let job = 0; job < 20; job++) await INDEX_TOOL.run({ action: 'start' }, call);
    const full = await engine.status({ waitMs: 0 });
    expect(countTokens(JSON.stringify(full))).toBeGreaterThan(4000);
    const reply = await INDEX_TOOL.run({ action: 'status' }, call);
    expect(countTokens(JSON.stringify(reply))).toBeLessThan(4000);
    expect(reply).toMatchObject({ index_status: { revision: full.revision } });
  });

  test('an unknown job is an error of the engine', async () => {
    expect(await fail(INDEX_TOOL, { action: 'status', job_id: 'none' })).toMatch(/^JOB_NOT_FOUND/);
  });

  test('only reading actions do without the index scope', () => {
    const scopes = ['start', 'stop', 'status', 'plan', 'explain_path', 'verify', 'index'].map(
      (action) => INDEX_TOOL.requiredScope({ action }),
    );
    expect(scopes).toEqual(['index', 'index', 'read', 'read', 'read', 'index', 'index']);
  });
});

describe('context.connector_management', () => {
  const config = { type: 'git', name: 'lib', url: 'https://git.example.org/lib.git' };

  test('lists, adds, syncs and removes', async () => {
    const { call } = prepare();
    const added = await CONNECTOR_TOOL.run({ action: 'add', connector_config: config }, call);
    expect(added).toMatchObject({ connectors: [{ id: 'lib' }], status: 'ok' });
    await CONNECTOR_TOOL.run({ action: 'sync', connector_id: 'lib' }, call);
    const gone = { action: 'remove', connector_id: 'lib', confirm: true };
    expect(await CONNECTOR_TOOL.run(gone, call)).toMatchObject({ connectors: [] });
  });

  test.each([
    [{ action: 'remove', connector_id: 'lib' }, 'needs confirm'],
    [{ action: 'remove', connector_id: 'lib', confirm: false }, 'Send confirm: true'],
    [{ action: 'add' }, 'Action add needs connector_config'],
    [{ action: 'add', connector_config: { name: 'x' } }, 'connector_config.type is missing'],
    [{ action: 'add', connector_config: { ...config, ulr: 'x' } }, 'The nearest is "url".'],
    [{ action: 'list', connector_id: 'lib' }, 'Action list does not use connector_id'],
    [{ action: 'test' }, 'either connector_id or connector_config'],
    [{ action: 'delete' }, 'Use one of: list, add'],
  ])('refuses %j', async (given, message) => {
    const text = await fail(CONNECTOR_TOOL, given);
    expect(text).toMatch(/^INVALID_ARGUMENT: /);
    expect(text).toContain(message);
  });

  test.each(['token', 'password', 'api_key', 'apiKey', 'client_secret', 'access_token'])(
    'refuses a secret sent as %s and does not repeat it',
    async (key) => {
      const given = { action: 'add', connector_config: { ...config, [key]: 'hunter2' } };
      const text = await fail(CONNECTOR_TOOL, given);
      expect(text).toMatch(/^SECRET_BY_VALUE: /);
      expect(text).toContain('token_env');
      expect(text).not.toContain('hunter2');
    },
  );
});

test('connector_config takes the fields of the table, each with words of its own', () => {
  const fields = new Set(Object.values(CONNECTOR_FIELDS).flatMap((each) => Object.keys(each)));
  expect(Object.keys(createConfigProperties())).toEqual(['type', 'name', ...fields]);
  expect(Object.keys(HINTS).toSorted()).toEqual([...fields].toSorted());
});

describe('context.get_related_info', () => {
  test.each([
    [{}, 'none of them'],
    [{ file_path: 'a', symbol: 'b' }, 'file_path and symbol'],
    [{ symbol: 'b', line: 3 }, 'line needs file_path'],
    [{ file_path: 'a', line: 0 }, 'line must be a whole number from 1'],
    [{ symbol: 'b', relations: ['caller'] }, 'relations[0] cannot be "caller"'],
  ])('refuses %j', async (given, message) => {
    const text = await fail(RELATED_TOOL, given);
    expect(text).toMatch(/^INVALID_ARGUMENT: /);
    expect(text).toContain(message);
  });

  test('fills in defaults, takes aliases off and gives client paths', async () => {
    const { engine, call } = prepare();
    const reply = await RELATED_TOOL.run({ file_path: 'C:/code/src/greet.ts', line: 1 }, call);
    expect(engine.lastRelated).toEqual({
      file_path: '/srv/alpha/src/greet.ts',
      line: 1,
      relations: [],
      top_k: 20,
      max_tokens: 4000,
    });
    expect(reply).toMatchObject({
      related_items: [
        { metadata: { client_path: 'C:/code/src/greet.ts' } },
        { metadata: { client_path: 'C:/code/src/part.ts' } },
        { metadata: { client_path: 'C:/code/notes.md' } },
      ],
    });
  });

  test('an unknown file is an error of the engine', async () => {
    expect(await fail(RELATED_TOOL, { file_path: 'none.ts' })).toMatch(/^FILE_NOT_FOUND: /);
  });
});
