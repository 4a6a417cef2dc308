/** What the GitHub connector asks for and brings when something, or nothing, has changed. */
import { describe, expect, test } from 'vitest';
import type { Connector } from '../../../../src/connectors/connector.ts';
import { collectSync, emptyFolder, type SyncedFolder } from '../../../support/collect-sync.ts';
import { connectGithub, fillGithub, openGithub } from '../../../support/github/connect-github.ts';
import type { GithubService } from '../../../support/github/github-service.ts';

/** A repository that was synced, and synced again an hour later. */
async function startFilled(): Promise<{
  service: GithubService;
  connector: Connector;
  folder: SyncedFolder;
}> {
  const service = await openGithub();
  fillGithub(service);
  const connector = connectGithub(service);
  const folder = emptyFolder();
  await collectSync(connector, folder);
  service.model.pass(3600);
  await collectSync(connector, folder);
  service.forget();
  return { service, connector, folder };
}

describe('an incremental sync', () => {
  test('asks little and brings nothing while nothing changes', async () => {
    const { service, connector, folder } = await startFilled();
    expect(await collectSync(connector, folder)).toEqual([]);
    const statuses = service.asked.map(({ method, path, status }) => `${method} ${path} ${status}`);
    expect(statuses).toEqual([
      'POST /api/graphql 200',
      'GET /api/v3/repos/octo/engine/issues 304',
      'GET /api/v3/repos/octo/engine/issues/comments 304',
      'GET /api/v3/repos/octo/engine/pulls/comments 304',
      'GET /api/v3/repos/octo/engine/releases 304',
    ]);
  });

  test('brings what was made and edited', async () => {
    const { service, connector, folder } = await startFilled();
    const { model } = service;
    model.addIssue('A new one');
    model.edit(1, { title: 'Another title', state: 'closed' });
    const [comment] = model.get(1).comments;
    if (comment === undefined) throw new Error('no comment');
    model.editComment(comment, 'Not any more.');
    model.edit(2, { body: 'Changed.' });
    const paths = await collectSync(connector, folder);
    const changed = ['issues/1', 'issues/4', 'pulls/2', 'issues/1/comments/103'];
    expect(paths).toEqual(expect.arrayContaining(changed));
    expect(paths).not.toContain('discussions/3');
    expect(paths).not.toContain('releases/110');
    expect(folder.items.get('issues/1')?.item).toMatchObject({
      title: 'Another title',
      state: 'closed',
    });
    expect(folder.items.get('issues/1/comments/103')?.text).toBe('Not any more.\n');
    expect(folder.items.get('pulls/2')?.text).toContain('Changed.');
  });

  test('costs what changed, not what there is', async () => {
    const service = await openGithub();
    for (let index = 0; index < 1000; index += 1) service.model.addIssue(`Issue ${index}`);
    const connector = connectGithub(service);
    const folder = emptyFolder();
    await collectSync(connector, folder);
    expect(folder.items.size).toBe(1000);
    // Ten pages of issues, one of each other listing, what the repository is.
    expect(service.asked.length).toBeLessThan(18);
    service.model.pass(3600);
    service.model.edit(500, { title: 'Edited' });
    service.forget();
    const paths = await collectSync(connector, folder);
    expect(paths).toContain('issues/500');
    expect(paths.length).toBeLessThan(10);
    expect(service.asked.length).toBeLessThan(10);
  });

  test('drops a comment that was deleted', async () => {
    const { service, connector, folder } = await startFilled();
    const kept = service.model.comment(1, 'This one stays.');
    service.model.deleteComment(1, 103);
    await collectSync(connector, folder);
    expect(folder.items.has('issues/1/comments/103')).toBe(false);
    expect(folder.items.has(`issues/1/comments/${kept.id}`)).toBe(true);
  });

  test('drops a comment of a discussion that was deleted', async () => {
    const { service, connector, folder } = await startFilled();
    const [discussion] = service.model.discussions.values();
    if (discussion === undefined) throw new Error('no discussion');
    discussion.comments.splice(0);
    service.model.answer(discussion, 'The others are gone.');
    await collectSync(connector, folder);
    const left = [...folder.items.keys()].filter((path) => path.startsWith('discussions/3/'));
    expect(left).toEqual(['discussions/3/comments/111']);
  });

  test('drops issues and discussions that were deleted or moved to another repository', async () => {
    const { service, connector, folder } = await startFilled();
    service.model.addIssue('Comes as another goes');
    service.model.take(1);
    service.model.take(3);
    await collectSync(connector, folder);
    expect([...folder.items.keys()].filter((path) => /^(issues|discussions)/.test(path))).toEqual([
      'issues/4',
    ]);
    service.forget();
    await collectSync(connector, folder);
    expect(service.asked.filter(({ body }) => body.includes('existence'))).toEqual([]);
  });

  test('drops a release that was deleted', async () => {
    const { service, connector, folder } = await startFilled();
    service.model.release('v1.0.1');
    service.model.releases = service.model.releases.filter(({ tag }) => tag !== 'v1.0.0');
    await collectSync(connector, folder);
    expect([...folder.items.keys()].filter((path) => path.startsWith('releases'))).toEqual([
      'releases/111',
    ]);
  });

  test('follows a renamed repository and calls its tickets by the new name', async () => {
    const { service, connector, folder } = await startFilled();
    const before = folder.items.size;
    service.model.rename('octo/motor');
    await collectSync(connector, folder);
    expect(folder.items.get('issues/1')?.item.ticket).toBe('octo/motor#1');
    expect(folder.items.get('pulls/2')?.item.links?.tickets).toEqual(['octo/motor#1']);
    expect(folder.items.size).toBe(before);
  });

  test('starts over when another repository has taken the name', async () => {
    const { service, connector, folder } = await startFilled();
    service.model.id = 7002;
    service.model.issues.clear();
    service.model.discussions.clear();
    service.model.releases = [];
    service.model.addIssue('Of the other one');
    await collectSync(connector, folder);
    expect([...folder.items.keys()]).toEqual(['issues/4']);
  });

  test('meets what a copy of the service that lags behind tells late', async () => {
    const { service, connector, folder } = await startFilled();
    const { model } = service;
    model.addIssue('Seen at once');
    const late = model.addIssue('Seen late');
    model.issues.delete(late.number);
    model.addIssue('Newer than the late one');
    await collectSync(connector, folder);
    expect(folder.items.has(`issues/${late.number}`)).toBe(false);
    model.issues.set(late.number, late);
    await collectSync(connector, folder);
    expect(folder.items.has(`issues/${late.number}`)).toBe(true);
  });
});
