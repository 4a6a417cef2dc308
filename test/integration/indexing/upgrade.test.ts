/** Databases of older schemas: taken over by this program, with all that they hold. */
import { describe, expect, test } from 'vitest';
import { openGitRepo } from '../../support/git-repo.ts';
import { makeOlder, NEWEST_SCHEMA } from '../../support/older-database.ts';
import { createWorkplace, listPaths, startTestApp } from '../../support/start-test-app.ts';

const OLDER = Array.from({ length: NEWEST_SCHEMA - 1 }, (_, index) => index + 1);

describe.each(OLDER)('a database of schema %i', (schema) => {
  test('answers at once, keeps what was pushed, and gets what it lacks by one job', async () => {
    using place = createWorkplace();
    const repo = openGitRepo(place.root, { init: ['-b', 'main'] });
    repo.commit('Count birds (BIRD-7)', {
      'src/count.ts': "import { bird } from './bird.ts';\nexport function countBirds() {}\n",
      'src/bird.ts': 'export const bird = 1;\n',
    });
    {
      await using app = await startTestApp(place);
      await app.run('start');
      const content = { path: 'note.md', content: 'kingfisher', source_type: 'file' as const };
      await app.control('index', { content });
    }
    makeOlder(place.databasePath, schema);
    expect(place.rows('PRAGMA user_version')).toEqual([{ user_version: schema }]);

    await using app = await startTestApp(place);
    expect(place.rows('PRAGMA user_version')).toEqual([{ user_version: NEWEST_SCHEMA }]);
    expect(listPaths(await app.search('countBirds', { mode: 'literal' }))).toEqual([
      'src/count.ts',
    ]);
    expect(listPaths(await app.search('kingfisher', { mode: 'literal' }))).toEqual(['note.md']);

    expect((await app.run('start')).state).toBe('completed');
    const { passes, coverage } = await app.status();
    expect(coverage.pending).toBe(0);
    expect(passes.structure).toEqual({ done: 3, total: 3 });
    expect(passes.history.done).toBe(1);
    const symbols = await app.search('countBirds', { mode: 'symbol' });
    expect(symbols.results[0]?.metadata).toMatchObject({ chunk_type: 'function', start_line: 2 });
    const related = await app.engine.related({
      file_path: 'src/bird.ts',
      relations: [],
      top_k: 20,
      max_tokens: 4000,
    });
    const kinds = related.related_items.map((item) => item.relation_type);
    expect(kinds).toEqual(expect.arrayContaining(['imported_by', 'commit']));
    expect((await app.run('verify')).details).toMatchObject({ repaired: 0, problems: [] });
  });
});
