/** Documents that clients push get their structure without any job. */
import { expect, test } from 'vitest';
import { createWorkplace, startTestApp } from '../../support/start-test-app.ts';

test('a pushed document is parsed once it is quiet', async () => {
  using place = createWorkplace({ 'src/a.ts': 'export const a = 1;\n' });
  await using app = await startTestApp(place);
  const content = {
    path: 'drafts/helper.ts',
    content: 'export function pushedHelper(): void {}\n',
    source_type: 'file' as const,
  };
  await app.control('index', { content });
  const before = await app.search('pushedHelper', { mode: 'literal' });
  expect(before.results).toHaveLength(1);
  let found = await app.search('pushedHelper', { mode: 'symbol' });
  while (found.results.length === 0) {
    await app.engine.status({ waitMs: 200 });
    found = await app.search('pushedHelper', { mode: 'symbol' });
  }
  expect(found.results[0]?.metadata.file_path).toBe('drafts/helper.ts');
  const { related_items: items } = await app.engine.related({
    symbol: 'pushedHelper',
    relations: [],
    top_k: 5,
    max_tokens: 2000,
  });
  expect(items[0]).toMatchObject({ relation_type: 'definition', start_line: 1 });
});
