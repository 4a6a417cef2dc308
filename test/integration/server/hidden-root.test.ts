/**
 * Two roots that share a file, names and a repository; a key that sees one of them. Relations, symbols, ranking
 * and counts must not tell it anything of the other, and must not lose what it may see because the other
 * root has it too. A key that sees both asks the same, to show that there is something.
 */
import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RelatedItem } from '../../../src/model/related.ts';
import { hasGit, openGitRepo } from '../../support/git-repo.ts';
import { makeConfig } from '../../support/make-config.ts';
import { startLiveServer, type LiveServer } from '../../support/start-live-server.ts';
import { post } from '../../support/start-test-server.ts';

const KEYS = {
  few: randomBytes(32).toString('base64url'),
  all: randomBytes(32).toString('base64url'),
};
type Key = keyof typeof KEYS;

/** Whatever only the hidden root has. */
const TRACES = /vault|shibboleth|sesame/i;

const GREET = 'export function greetPeople() {\n  return "hello";\n}\n';
const COMMON = {
  'src/greet.ts': GREET,
  'src/part.ts':
    'import { greetPeople } from "./greet.ts";\nexport function part() {\n  return greetPeople();\n}\n',
};
const VAULT = {
  'src/greet.ts': GREET,
  'sesame.ts': GREET,
  'src/shibboleth-user.ts':
    'import { greetPeople } from "./greet.ts";\nexport function shibbolethOpen() {\n  return greetPeople();\n}\n',
  'test/greet.test.ts':
    'import { greetPeople } from "../src/greet.ts";\ngreetPeople("shibboleth");\n',
};

function toEntry(id: Key, more: object): object {
  const sha256 = createHash('sha256').update(KEYS[id]).digest('hex');
  return { id, sha256, scopes: ['read', 'index', 'connectors'], ...more };
}

let server: LiveServer;
beforeAll(async () => {
  server = await startLiveServer({
    roots: { alpha: COMMON, vault: VAULT },
    config: (dir) => {
      if (hasGit) openGitRepo(dir.path, { init: [] }).commit('APP-1: greet in both');
      const keys = [toEntry('few', { connectors: ['alpha'] }), toEntry('all', {})];
      const keysFile = dir.write('keys/keys.json', JSON.stringify({ keys }));
      return { auth: { ...makeConfig().auth, mode: 'keys', keysFile } };
    },
  });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

async function callTool(key: Key, name: string, given: object) {
  const message = {
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: { name: `context.${name}`, arguments: given },
  };
  const { json } = await post(server.url, message, { authorization: `Bearer ${KEYS[key]}` });
  return json.result;
}

async function relate(key: Key, given: object) {
  return callTool(key, 'get_related_info', { top_k: 100, max_tokens: 20_000, ...given });
}

/** Items as `relation path:line`. */
function list(result: {
  readonly structuredContent: { readonly related_items: readonly RelatedItem[] };
}): string[] {
  return result.structuredContent.related_items.map(
    (item) => `${item.relation_type} ${item.file_path}:${item.start_line}`,
  );
}

describe('relations', () => {
  test.each([
    ['a file that the hidden root holds too', { file_path: 'src/greet.ts' }],
    ['a line of it', { file_path: 'src/greet.ts', line: 2 }],
    ['a file that uses it', { file_path: 'src/part.ts' }],
    ['its symbol', { symbol: 'greetPeople' }],
    ['a folder', { file_path: 'src' }],
    ['a ticket', { ticket_id: 'APP-1' }],
  ])('of %s name nothing hidden', async (_name, given) => {
    const few = await relate('few', given);
    expect(JSON.stringify(few)).not.toMatch(TRACES);
    const named =
      'file_path' in given ? { ...given, file_path: `vault:${given.file_path}` } : given;
    expect(JSON.stringify(await relate('all', named))).toMatch(/vault|FILE_NOT_FOUND/);
  });

  test('are not lost because a hidden root holds the same content', async () => {
    const ofSymbol = list(await relate('few', { symbol: 'greetPeople' }));
    expect(ofSymbol).toEqual(
      expect.arrayContaining(['definition src/greet.ts:1', 'called_by src/part.ts:3']),
    );
    const ofUser = list(await relate('few', { file_path: 'src/part.ts' }));
    expect(ofUser).toContain('definition src/greet.ts:1');
  });

  test('count only visible definitions', async () => {
    const [few] = (await relate('few', { symbol: 'greetPeople' })).structuredContent.related_items;
    expect(few.reason).not.toMatch(/[2-9] definitions/);
    const [all] = (await relate('all', { symbol: 'greetPeople' })).structuredContent.related_items;
    expect(all.reason).toMatch(/3 definitions/);
  });

  test('of an unknown name suggest visible names only', async () => {
    for (const given of [{ symbol: 'shibbolethOpe' }, { file_path: 'src/shibboleth-use.ts' }]) {
      const sent = Object.values(given)[0] as string;
      const all = await relate('all', given);
      expect(all.content[0].text.replaceAll(sent, '')).toMatch(/Near names: /);
      expect(all.content[0].text).toMatch(/shibbolethOpen|shibboleth-user/);
      const few = await relate('few', given);
      expect(few.isError).toBe(true);
      expect(few.content[0].text).not.toMatch(/shibbolethOpen|shibboleth-user/);
    }
  });
});

describe('searches', () => {
  test('of a symbol that is only hidden suggest nothing hidden', async () => {
    const given = { query: 'shibbolethOpem', mode: 'symbol' };
    const few = (await callTool('few', 'search', given)).structuredContent;
    expect(few.total_count).toBe(0);
    expect(JSON.stringify({ ...few, applied_filters: {} })).not.toMatch(TRACES);
    const all = (await callTool('all', 'search', given)).structuredContent;
    expect(JSON.stringify(all)).toMatch(/shibbolethOpen/);
  });

  test('rank a definition that a hidden root holds too as one', async () => {
    const given = { query: 'greetPeople', explain: true };
    const { results } = (await callTool('few', 'search', given)).structuredContent;
    expect(results[0].metadata.file_path).toBe('src/greet.ts');
    expect(results[0].score_parts.exactDefinition).toBeGreaterThan(0);
  });

  test('share the value of a mentioned path among visible files', async () => {
    const given = { query: 'broken in src/greet.ts since today', explain: true };
    const readPathScore = async (key: Key): Promise<number> => {
      const { results } = (await callTool(key, 'search', given)).structuredContent;
      const greet = results.find(
        (result: { metadata: { file_path: string } }) =>
          result.metadata.file_path === 'src/greet.ts',
      );
      return greet.score_parts.path;
    };
    expect(await readPathScore('few')).toBeGreaterThan(await readPathScore('all'));
  });
});

async function readStatus(key: Key) {
  const { structuredContent } = await callTool(key, 'index_control', { action: 'status' });
  return structuredContent.index_status;
}

test('the status measures the visible root only', async () => {
  const few = await readStatus('few');
  const all = await readStatus('all');
  const bytes = Object.values(COMMON).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  expect(few.bytes_processed).toBe(bytes);
  expect(few.passes.structure.done).toBe(few.passes.structure.total);
  expect(few.passes.structure.total).toBeLessThan(all.passes.structure.total);
  const measures = ['chunks_created', 'db_bytes', 'bytes_processed'];
  expect(measures.filter((key) => few[key] <= 0 || few[key] >= all[key])).toEqual([]);
});

test.skipIf(!hasGit)('the status counts the history of the visible root only', async () => {
  const few = await readStatus('few');
  const all = await readStatus('all');
  expect(few.passes.history.total).toBeLessThan(all.passes.history.total);
});

test('a check that a key starts counts its own files', async () => {
  const given = { action: 'verify', connectors: ['alpha'] };
  const { job_id: jobId } = (await callTool('few', 'index_control', given)).structuredContent;
  await server.app.idle();
  const ask = { action: 'status', job_id: jobId };
  const { details } = (await callTool('few', 'index_control', ask)).structuredContent;
  expect(details).toMatchObject({ checked: 2, problems: [] });
});
