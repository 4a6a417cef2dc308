/** Mode auto with a query that is one name which nothing holds, in the running system. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SearchReply, SearchRequest } from '../../../src/model/search.ts';
import {
  createWorkplace,
  startTestApp,
  type TestApp,
  type Workplace,
} from '../../support/start-test-app.ts';

/** Files that hold all words of the names, more often than the file that defines them. */
const TALK = '// take the writer, lock the writer: take lock writer, take writer\n';

let place: Workplace;
let app: TestApp;
beforeAll(async () => {
  place = createWorkplace({
    'src/lock.ts':
      'export class Lock {\n  /** Waits for its turn. */\n  takeWriterLock(): void {}\n\n  dropWriterLock(): void {}\n}\n',
    'src/talk.ts': `${TALK.repeat(8)}export const take = 1;\nexport const writer = 2;\n`,
    'src/store.py': 'def unrelated_thing():\n    pass\n',
    'test/lock.test.ts': 'export function takeWriterLoc(): void {}\n',
    'docs/notes.md': 'Never call retryForewer.\n',
    'src/retry.ts': 'export function retryForever(): void {}\n',
    'src/rare-adaptor.ts': 'export function rareAdapter(): void {}\n',
  });
  app = await startTestApp(place);
  await app.run('start');
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  place[Symbol.dispose]();
});

async function find(query: string, extra: Partial<SearchRequest> = {}): Promise<string[]> {
  return list(await app.search(query, { mode: 'auto', ...extra }));
}

/** Results as `path symbol`. */
function list(reply: SearchReply): string[] {
  return reply.results.map(({ metadata }) => `${metadata.file_path} ${metadata.symbol}`);
}

describe('mode auto, one name that nothing holds', () => {
  test.each([
    ['takeWriterLok', 'src/lock.ts Lock.takeWriterLock', 'a letter is missing'],
    ['takeWritreLock', 'src/lock.ts Lock.takeWriterLock', 'two letters are exchanged'],
    ['takeWriterLok()', 'src/lock.ts Lock.takeWriterLock', 'called'],
    ['Lock.dropWriterLok', 'src/lock.ts Lock.dropWriterLock', 'with its class'],
    ['takeWriterLok lang:typescript', 'src/lock.ts Lock.takeWriterLock', 'with a qualifier'],
    ['unrelatedThing', 'src/store.py unrelated_thing', 'in another style'],
  ])('%s puts %s first: %s', async (query, expected) => {
    expect((await find(query))[0]).toBe(expected);
  });

  test('the whole definition is shown, and its parts sum to its score', async () => {
    const [first] = (await app.search('dropWriterLok', { explain: true })).results;
    expect(first).toMatchObject({ metadata: { start_line: 5, end_line: 5 } });
    expect(first?.score_parts).toHaveProperty('exactDefinition');
    const sum = Object.values(first?.score_parts ?? {}).reduce((total, part) => total + part, 0);
    expect(sum).toBeCloseTo(first?.score ?? 0, 3);
  });

  test('a name that stands in a text or a path is left as it is', async () => {
    expect((await find('retryForewer'))[0]).toMatch(/^docs\/notes\.md /);
    expect((await find('adaptor'))[0]).toMatch(/^src\/rare-adaptor\.ts /);
  });

  test('filters hold for the nearest name as well', async () => {
    expect((await find('takeWriterLok', { filters: { paths: ['test/**'] } }))[0]).toBe(
      'test/lock.test.ts takeWriterLoc',
    );
    expect(await find('retryForevr', { filters: { paths: ['docs/**'] } })).toEqual(
      expect.not.arrayContaining([expect.stringContaining('src/')]),
    );
  });

  test('what nothing is near to is answered as before', async () => {
    expect(await find('zebraQuokka')).toEqual([]);
  });
});
