/** The GitLab connector over sockets, through the guarded fetch, against a project that changes. */
import { describe, expect, test } from 'vitest';
import { collectSync, emptyFolder } from '../../../support/collect-sync.ts';
import { failureOf } from '../../../support/failure-of.ts';
import {
  connectGitlab,
  openGitlab,
  type GitlabService,
} from '../../../support/gitlab/gitlab-service.ts';
import { until } from '../../../support/until.ts';

/** One of everything, with what is not for everyone among it. */
function fill({ model }: GitlabService): void {
  const issue = model.add('issues', 'The parser loses the last line');
  model.note(issue, 'I can see it too.');
  model.note(issue, 'changed the description', { system: true });
  model.note(issue, 'The customer is Acme.', { internal: true });
  const secret = model.add('issues', 'A hole in the parser', { confidential: true });
  model.note(secret, 'Do not tell.');
  const request = model.add('merge_requests', 'Keep the last line', {
    state: 'merged',
    commits: ['a'.repeat(40), 'b'.repeat(40)],
    files: ['src/parse.ts'],
  });
  const position = { new_path: 'src/parse.ts', old_path: 'src/parse.ts' };
  model.note(request, 'Why minus one?', { position });
  model.release('v1.0/beta', 'The last line is kept (#1).');
}

const EVERYTHING = [
  'issues/1',
  'issues/1/notes/901',
  'merge_requests/1',
  'merge_requests/1/notes/905',
  'releases/v1.0%2Fbeta',
];

describe('a full sync', () => {
  test('brings everything that everyone may see, linked', async () => {
    const service = await openGitlab();
    fill(service);
    const folder = emptyFolder();
    await collectSync(connectGitlab(service), folder);
    expect([...folder.items.keys()].toSorted()).toEqual(EVERYTHING);
    expect(folder.items.get('issues/1')).toEqual({
      path: 'issues/1',
      text: '# The parser loses the last line\n\nAbout The parser loses the last line.\n',
      updatedMs: Date.parse('2026-03-01T08:04:00Z'),
      item: {
        source_type: 'gitlab',
        kind: 'issue',
        title: 'The parser loses the last line',
        url: `${service.url}/group/sub/project/-/issues/1`,
        state: 'open',
        author: 'ada',
        labels: ['backend'],
        created_at: '2026-03-01T08:01:00.000Z',
        ticket: 'group/sub/project#1',
      },
    });
    expect(folder.items.get('merge_requests/1')?.item).toMatchObject({
      kind: 'pull_request',
      state: 'merged',
      ticket: 'group/sub/project!1',
      links: {
        commits: ['f'.repeat(40), 'a'.repeat(40), 'b'.repeat(40)],
        branches: ['fix/line'],
        files: ['src/parse.ts'],
      },
    });
    expect(folder.items.get('merge_requests/1/notes/905')?.item).toMatchObject({
      parent: 'merge_requests/1',
      url: `${service.url}/group/sub/project/-/merge_requests/1#note_905`,
      links: { files: ['src/parse.ts'], commits: ['e'.repeat(40)] },
    });
    expect(folder.items.get('releases/v1.0%2Fbeta')?.item).toMatchObject({
      kind: 'release',
      links: { commits: ['d'.repeat(40)] },
    });
  });

  test('reads every page, and says how much is to be expected', async () => {
    const service = await openGitlab();
    const { model } = service;
    for (let index = 0; index < 130; index += 1) model.add('issues', `Issue ${index}`);
    for (let index = 0; index < 45; index += 1) model.add('merge_requests', `Request ${index}`);
    const issue = model.add('issues', 'Long');
    for (let index = 0; index < 230; index += 1) model.note(issue, `Note ${index}`);
    for (let index = 0; index < 120; index += 1) model.release(`v${index}`, 'Text.');
    for (const ticket of model.issues.values()) ticket.updatedAt = model.now;
    const folder = emptyFolder();
    await collectSync(connectGitlab(service), folder);
    expect(folder.items.size).toBe(131 + 45 + 230 + 120);
    const expected = folder.pages.map(({ expectedItems }) => expectedItems ?? 0);
    expect(Math.max(...expected)).toBe(131 + 45 + 230);
  });

  test('does without issues where they are switched off', async () => {
    const service = await openGitlab();
    fill(service);
    service.model.issuesLevel = 'disabled';
    const folder = emptyFolder();
    await collectSync(connectGitlab(service), folder);
    expect([...folder.items.keys()].toSorted()).toEqual(EVERYTHING.slice(2));
  });

  test('does not take the branch of a fork for one of the project', async () => {
    const service = await openGitlab();
    service.model.add('merge_requests', 'From elsewhere', { isFork: true });
    const folder = emptyFolder();
    await collectSync(connectGitlab(service), folder);
    expect(folder.items.get('merge_requests/1')?.item.links?.branches).toBeUndefined();
  });
});

/** A project that was synced an hour ago. */
async function startFilled() {
  const service = await openGitlab();
  fill(service);
  const connector = connectGitlab(service);
  const folder = emptyFolder();
  await collectSync(connector, folder);
  service.model.pass(3600);
  service.forget();
  return { service, model: service.model, connector, folder };
}

describe('an incremental sync', () => {
  test('brings what was made and edited, and asks for little else', async () => {
    const { service, model, connector, folder } = await startFilled();
    for (let index = 0; index < 200; index += 1) model.add('issues', `Old ${index}`);
    await collectSync(connector, folder);
    model.pass(3600);
    service.forget();
    const added = model.add('issues', 'A new one', { description: null });
    const edited = model.issues.get(50);
    if (edited === undefined) throw new Error('no issue');
    edited.title = 'Edited';
    model.touch(edited);
    const paths = await collectSync(connector, folder);
    expect(paths).toContain(`issues/${added.iid}`);
    expect(folder.items.get('issues/50')?.item.title).toBe('Edited');
    expect(paths.length).toBeLessThan(12);
    expect(service.asked.length).toBeLessThan(20);
  });

  test('drops notes that were deleted or became internal, and issues that became confidential', async () => {
    const { model, connector, folder } = await startFilled();
    const [issue] = model.issues.values();
    const [request] = model.merge_requests.values();
    if (issue === undefined || request === undefined) throw new Error('nothing there');
    request.notes = [];
    model.touch(request);
    issue.confidential = true;
    model.touch(issue);
    await collectSync(connector, folder);
    expect([...folder.items.keys()].toSorted()).toEqual([
      'merge_requests/1',
      'releases/v1.0%2Fbeta',
    ]);
  });

  test.each([true, false])('drops what was deleted, totals told: %s', async (countsTotals) => {
    const { model, connector, folder } = await startFilled();
    for (let index = 0; index < 130; index += 1) model.add('issues', `Issue ${index}`);
    model.countsTotals = countsTotals;
    await collectSync(connector, folder);
    expect(folder.items.has('issues/40')).toBe(true);
    model.issues.delete(40);
    model.add('issues', 'Comes as another goes');
    await collectSync(connector, folder);
    expect(folder.items.has('issues/40')).toBe(false);
    expect(folder.items.has('issues/133')).toBe(true);
  });

  test('drops a merge request and a release that were deleted', async () => {
    const { model, connector, folder } = await startFilled();
    model.merge_requests.delete(1);
    model.releases = [];
    await collectSync(connector, folder);
    expect([...folder.items.keys()].toSorted()).toEqual(EVERYTHING.slice(0, 2));
  });

  test('marks an issue that was moved to another project', async () => {
    const { model, connector, folder } = await startFilled();
    const [issue] = model.issues.values();
    if (issue === undefined) throw new Error('nothing there');
    Object.assign(issue, { state: 'closed', moved_to_id: 12 });
    model.touch(issue);
    await collectSync(connector, folder);
    expect(folder.items.get('issues/1')?.item.state).toBe('moved');
  });

  test('follows a project to its new path and calls its tickets by it', async () => {
    const { model, connector, folder } = await startFilled();
    model.oldPaths.add(model.path);
    model.path = 'other/project';
    await collectSync(connector, folder);
    expect(folder.items.get('merge_requests/1')?.item.ticket).toBe('other/project!1');
    expect([...folder.items.keys()].toSorted()).toEqual(EVERYTHING);
  });

  test('meets what a copy of the service that lags behind tells late', async () => {
    const { model, connector, folder } = await startFilled();
    const late = model.add('issues', 'Seen late');
    model.issues.delete(late.iid);
    model.add('issues', 'Newer than the late one');
    await collectSync(connector, folder);
    model.issues.set(late.iid, late);
    await collectSync(connector, folder);
    expect(folder.items.has(`issues/${late.iid}`)).toBe(true);
  });
});

describe('a sync that is cut off', () => {
  test('goes on behind the last stored page', async () => {
    const service = await openGitlab();
    fill(service);
    for (let index = 0; index < 120; index += 1) service.model.add('issues', `Issue ${index}`);
    for (let index = 0; index < 50; index += 1) service.model.add('merge_requests', `R ${index}`);
    const whole = emptyFolder();
    await collectSync(connectGitlab(service), whole);
    const cut = emptyFolder();
    let handedOut = 0;
    for (let run = 0; run < 30; run += 1) {
      const paths = await collectSync(connectGitlab(service), cut, { maxPages: 1 });
      handedOut += paths.length;
      if (cut.cursor?.['run'] === null) break;
    }
    expect(cut.items).toEqual(whole.items);
    expect(handedOut).toBeLessThan(whole.items.size + 20);
  });

  test('ends at once when it is told to', async () => {
    const service = await openGitlab();
    fill(service);
    const controller = new AbortController();
    service.breakNext('updated_at', 'hang');
    const { signal } = controller;
    const running = failureOf(collectSync(connectGitlab(service), emptyFolder(), { signal }));
    await until(() => service.asked.some(({ search }) => search.includes('updated_at')));
    controller.abort();
    expect(await running).toMatchObject({ code: 'CANCELED' });
  });
});

describe('what can go wrong', () => {
  const signal = AbortSignal.timeout(50_000);

  test('a wrong token is named by where it comes from, and never shown', async () => {
    const service = await openGitlab();
    const error = await failureOf(connectGitlab(service, { token: 'glpat-wrong' }).test(signal));
    expect(error).toMatchObject({ code: 'CONNECTOR_AUTH' });
    expect(error.message).toContain('token_env GITLAB_TOKEN');
    expect(JSON.stringify([error, error.message])).not.toContain('glpat-wrong');
  });

  test('a missing scope and a role that is too low are named', async () => {
    const service = await openGitlab();
    const body = {
      error: 'insufficient_scope',
      error_description:
        'The request requires higher privileges than provided by the access token.',
      scope: 'api read_api',
    };
    service.breakNext('GET ', { status: 403, body });
    const scope = await failureOf(connectGitlab(service).test(signal));
    expect(scope).toMatchObject({ code: 'CONNECTOR_FORBIDDEN' });
    expect(scope.message).toContain('api or read_api');
    service.breakNext('/merge_requests', { status: 403, body: { message: '403 Forbidden' } });
    const role = await failureOf(connectGitlab(service).test(signal));
    expect(role.message).toContain('may not read merge requests of group/sub/project');
  });

  test('an unknown project is named, and so is permission that was lost', async () => {
    const service = await openGitlab();
    const unknown = await failureOf(
      connectGitlab(service, { repository: 'group/nothing' }).test(signal),
    );
    expect(unknown).toMatchObject({ code: 'CONNECTOR_MISSING' });
    expect(unknown.message).toContain('group/nothing');
    fill(service);
    const folder = emptyFolder();
    await collectSync(connectGitlab(service), folder);
    service.model.path = 'hidden/now';
    const lost = await failureOf(collectSync(connectGitlab(service), folder));
    expect(lost).toMatchObject({ code: 'CONNECTOR_MISSING' });
    expect(folder.items.size).toBe(EVERYTHING.length);
  });

  test('a host that is not GitLab is told from one that is', async () => {
    const service = await openGitlab();
    service.breakNext('GET ', { status: 200, body: { hello: 'world' } });
    const error = await failureOf(connectGitlab(service).test(signal));
    expect(error).toMatchObject({ code: 'CONNECTOR_BAD_ANSWER' });
    expect(error.message).toContain('base_url');
  });

  test('a limit that is over soon is waited for, a long one ends the sync with its time', async () => {
    const service = await openGitlab();
    fill(service);
    const body = { message: '429 Too Many Requests' };
    service.breakNext('updated_at', { status: 429, headers: { 'retry-after': '0' }, body });
    const folder = emptyFolder();
    await collectSync(connectGitlab(service), folder);
    expect(folder.items.size).toBe(EVERYTHING.length);
    service.breakNext('/releases', { status: 429, headers: { 'retry-after': '3000' }, body }, 9);
    const cut = emptyFolder();
    const error = await failureOf(collectSync(connectGitlab(service), cut));
    expect(error).toMatchObject({ code: 'CONNECTOR_RATE_LIMITED' });
    expect(error.message).toContain('in 3000 seconds');
    expect(cut.items.size).toBe(EVERYTHING.length - 1);
  });

  test('a failing server is asked again; one that keeps failing ends the sync', async () => {
    const service = await openGitlab();
    fill(service);
    service.breakNext('updated_at', { status: 502, body: '<html>Bad gateway</html>' }, 2);
    const folder = emptyFolder();
    await collectSync(connectGitlab(service), folder);
    expect(folder.items.size).toBe(EVERYTHING.length);
    service.breakNext('/releases', { status: 500, body: { message: '500' } }, 99);
    const error = await failureOf(collectSync(connectGitlab(service), emptyFolder()));
    expect(error).toMatchObject({ code: 'CONNECTOR_UNREACHABLE' });
  });

  test('a page that was cut off is asked for again', async () => {
    const service = await openGitlab();
    fill(service);
    service.breakNext('updated_at', 'cut');
    service.breakNext('/notes', { status: 200, body: '[{"id": 1, "bo' });
    const folder = emptyFolder();
    await collectSync(connectGitlab(service), folder);
    expect(folder.items.size).toBe(EVERYTHING.length);
    service.breakNext('/releases', { status: 200, body: '[{"ta' }, 99);
    const error = await failureOf(collectSync(connectGitlab(service), emptyFolder()));
    expect(error).toMatchObject({ code: 'CONNECTOR_BAD_ANSWER' });
  });

  test('a server that does not answer is given up after the time limit', async () => {
    const service = await openGitlab();
    service.breakNext('GET ', 'hang', 99);
    const error = await failureOf(connectGitlab(service, { timeoutMs: 100 }).test(signal));
    expect(error).toMatchObject({ code: 'CONNECTOR_UNREACHABLE' });
  });

  test('nothing wrong: test says what there is to read', async () => {
    const service = await openGitlab();
    fill(service);
    expect(await connectGitlab(service).test(signal)).toContain(
      'can be read: 2 issues, 1 merge requests, 1 releases',
    );
  });
});
