/**
 * Full syncs of the GitHub connector over sockets, against a service with GitHub's manners: REST rows typed by
 * GitHub's published description, GraphQL run on its published schema.
 */
import { describe, expect, test } from 'vitest';
import { collectSync, emptyFolder } from '../../../support/collect-sync.ts';
import { failureOf } from '../../../support/failure-of.ts';
import { until } from '../../../support/until.ts';
import { connectGithub, fillGithub, openGithub } from '../../../support/github/connect-github.ts';

describe('a full sync', () => {
  test('brings everything of the repository, linked', async () => {
    const service = await openGithub();
    fillGithub(service);
    const folder = emptyFolder();
    await collectSync(connectGithub(service), folder);
    expect([...folder.items.keys()].toSorted()).toEqual([
      'discussions/3',
      'discussions/3/comments/108',
      'discussions/3/comments/109',
      'issues/1',
      'issues/1/comments/103',
      'pulls/2',
      'pulls/2/comments/104',
      'pulls/2/review-comments/107',
      'pulls/2/reviews/106',
      'releases/110',
    ]);
    expect(folder.items.get('issues/1')).toEqual({
      path: 'issues/1',
      text: '# The parser loses the last line\n\nSeen in `src/parse.ts`.\n\nAgain.\n',
      updatedMs: Date.parse('2026-02-01T08:03:00Z'),
      item: {
        source_type: 'github',
        kind: 'issue',
        title: 'The parser loses the last line',
        url: `${service.url}/octo/engine/issues/1`,
        state: 'open',
        author: 'ada',
        labels: ['bug', 'parser'],
        created_at: '2026-02-01T08:01:00Z',
        ticket: 'octo/engine#1',
      },
    });
    expect(folder.items.get('pulls/2')?.item).toMatchObject({
      kind: 'pull_request',
      state: 'merged',
      ticket: 'octo/engine#2',
      links: {
        commits: ['a'.repeat(40), 'b'.repeat(40)],
        branches: ['fix/last-line'],
        files: ['src/parse.ts', 'test/parse.test.ts'],
        tickets: ['octo/engine#1'],
      },
    });
    expect(folder.items.get('pulls/2/reviews/106')).toMatchObject({
      text: 'Please add a test.\n',
      item: { kind: 'comment', parent: 'pulls/2', state: 'changes_requested' },
    });
    expect(folder.items.get('pulls/2/review-comments/107')?.item).toMatchObject({
      parent: 'pulls/2',
      links: { files: ['src/parse.ts'], commits: ['c'.repeat(40)] },
    });
    expect(folder.items.get('discussions/3')?.item).toMatchObject({
      kind: 'discussion',
      channel: 'Ideas',
      ticket: 'octo/engine#3',
    });
    expect(folder.items.get('releases/110')?.item).toMatchObject({
      kind: 'release',
      title: 'v1.0.0',
    });
  });

  test('reads every page, also where hundreds changed in the same second', async () => {
    const service = await openGithub();
    const { model } = service;
    for (let index = 0; index < 130; index += 1) model.addIssue(`Early ${index}`);
    for (let index = 0; index < 250; index += 1) model.addIssue(`Bulk ${index}`);
    for (let number = 131; number <= 380; number += 1) model.get(number).updatedAt = model.now;
    model.addIssue('Late');
    const folder = emptyFolder();
    const paths = await collectSync(connectGithub(service), folder);
    expect(folder.items.size).toBe(381);
    expect(paths.length).toBeLessThan(500);
  });

  test('pages through long pull requests and discussions', async () => {
    const service = await openGithub();
    const { model } = service;
    const { number } = model.addPull('Long');
    for (let index = 0; index < 130; index += 1)
      model.review(number, 'COMMENTED', `Round ${index}`);
    for (let index = 0; index < 45; index += 1) model.addPull(`Short ${index}`);
    const discussion = model.discuss('Longer');
    for (let index = 0; index < 70; index += 1) model.answer(discussion, `Thought ${index}`);
    const [first] = discussion.comments;
    if (first === undefined) throw new Error('no comment');
    for (let index = 0; index < 130; index += 1) model.reply(discussion, first, `Reply ${index}`);
    const folder = emptyFolder();
    await collectSync(connectGithub(service), folder);
    const count = (prefix: string): number =>
      [...folder.items.keys()].filter((path) => path.startsWith(prefix)).length;
    expect(count(`pulls/${number}/reviews/`)).toBe(130);
    expect(count('pulls/')).toBe(130 + 46);
    expect(count(`discussions/${discussion.number}/comments/`)).toBe(200);
  });

  test('says how much is to be expected', async () => {
    const service = await openGithub();
    fillGithub(service);
    const folder = emptyFolder();
    await collectSync(connectGithub(service), folder);
    const [last] = folder.pages
      .filter(({ expectedItems }) => expectedItems !== undefined)
      .slice(-1);
    expect(last?.expectedItems).toBe(7);
  });

  test('does without issues and discussions where they are switched off', async () => {
    const service = await openGithub();
    fillGithub(service);
    service.model.hasIssues = false;
    service.model.hasDiscussions = false;
    const folder = emptyFolder();
    await collectSync(connectGithub(service), folder);
    expect([...folder.items.keys()].filter((path) => path.startsWith('discussions'))).toEqual([]);
    expect(folder.items.has('issues/1')).toBe(false);
    expect(folder.items.has('pulls/2/comments/104')).toBe(true);
  });

  test('leaves the drafts of releases alone', async () => {
    const service = await openGithub();
    service.model.release('v2.0.0', 'Not yet.', true);
    const folder = emptyFolder();
    await collectSync(connectGithub(service), folder);
    expect(folder.items.size).toBe(0);
  });
});

describe('a sync that is cut off', () => {
  test('goes on behind the last stored page, wherever it was', async () => {
    const service = await openGithub();
    const { model } = service;
    fillGithub(service);
    for (let index = 0; index < 250; index += 1) model.addIssue(`Issue ${index}`);
    for (let index = 0; index < 50; index += 1) model.addPull(`Pull ${index}`);
    for (let index = 0; index < 150; index += 1) model.comment(1, `Comment ${index}`);
    const whole = emptyFolder();
    await collectSync(connectGithub(service), whole);
    const cut = emptyFolder();
    let repeated = 0;
    const seen = new Set<string>();
    for (let run = 0; run < 40; run += 1) {
      const paths = await collectSync(connectGithub(service), cut, { maxPages: 1 });
      repeated += paths.filter((path) => seen.has(path)).length;
      for (const path of paths) seen.add(path);
      if (cut.cursor?.['run'] === null) break;
    }
    expect([...cut.items.keys()].toSorted()).toEqual([...whole.items.keys()].toSorted());
    expect(cut.items).toEqual(whole.items);
    expect(repeated).toBeLessThan(20);
  });

  test('misses nothing that changes while it reads', async () => {
    const service = await openGithub();
    const { model } = service;
    for (let index = 0; index < 350; index += 1) model.addIssue(`Issue ${index}`);
    for (let index = 0; index < 60; index += 1) model.addPull(`Pull ${index}`);
    const connector = connectGithub(service);
    const folder = emptyFolder();
    for (let number = 1; number < 100; number += 3) {
      await collectSync(connector, folder, { maxPages: 1 });
      for (const changed of [number, number + 100, number + 351 - (number > 59 ? 351 : 0)]) {
        model.edit(changed, { title: `Edited at ${model.now}` });
      }
    }
    await collectSync(connector, folder);
    await collectSync(connector, folder);
    for (const { number, title, pull } of model.issues.values()) {
      const path = `${pull === undefined ? 'issues' : 'pulls'}/${number}`;
      expect(folder.items.get(path)?.item.title).toBe(title);
    }
  });

  test('walks a list from its start when GitHub has forgotten the place in it', async () => {
    const service = await openGithub();
    for (let index = 0; index < 30; index += 1) service.model.addPull(`Pull ${index}`);
    const folder = emptyFolder();
    await collectSync(connectGithub(service), folder, { maxPages: 1 });
    const text = JSON.stringify(folder.cursor);
    expect(text).toContain('place:20');
    folder.cursor = JSON.parse(text.replace('place:20', 'forgotten')) as Record<string, unknown>;
    await collectSync(connectGithub(service), folder);
    expect(folder.items.size).toBe(30);
  });

  test('ends at once when it is told to', async () => {
    const service = await openGithub();
    fillGithub(service);
    const controller = new AbortController();
    service.breakNext('/issues?', 'hang');
    const running = failureOf(
      collectSync(connectGithub(service), emptyFolder(), { signal: controller.signal }),
    );
    await until(() => service.asked.some(({ path }) => path.endsWith('/issues')));
    controller.abort();
    expect(await running).toMatchObject({ code: 'CANCELED' });
  });
});
