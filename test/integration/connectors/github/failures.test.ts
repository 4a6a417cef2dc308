/** What the GitHub connector says of everything that can go wrong between it and GitHub, and what it gets over. */
import { describe, expect, test } from 'vitest';
import { collectSync, emptyFolder } from '../../../support/collect-sync.ts';
import { connectGithub, fillGithub, openGithub } from '../../../support/github/connect-github.ts';
import { failureOf } from '../../../support/failure-of.ts';

describe('what can go wrong', () => {
  const signal = AbortSignal.timeout(50_000);

  test('a wrong token is named by where it comes from, and never shown', async () => {
    const service = await openGithub();
    for (const run of [
      async () => connectGithub(service, { token: 'ghp_wrong' }).test(signal),
      async () => collectSync(connectGithub(service, { token: 'ghp_wrong' }), emptyFolder()),
    ]) {
      const error = await failureOf(run());
      expect(error).toMatchObject({ code: 'CONNECTOR_AUTH' });
      expect(error.message).toContain('token_env GITHUB_TOKEN');
      expect(JSON.stringify([error, error.message])).not.toContain('ghp_wrong');
    }
  });

  test('a token that is not there is missed', async () => {
    const service = await openGithub();
    const error = await failureOf(connectGithub(service, { token: undefined }).test(signal));
    expect(error).toMatchObject({ code: 'CONNECTOR_AUTH' });
    expect(error.message).toContain('token_env GITHUB_TOKEN holds none');
    expect(service.asked).toEqual([]);
  });

  test('a missing permission is named, of fine-grained tokens and of classic ones', async () => {
    const service = await openGithub();
    const message = 'Resource not accessible by personal access token';
    service.breakNext('/releases', {
      status: 403,
      headers: { 'x-accepted-github-permissions': 'contents=read' },
      body: { message },
    });
    const fine = await failureOf(connectGithub(service).test(signal));
    expect(fine).toMatchObject({ code: 'CONNECTOR_FORBIDDEN' });
    expect(fine.message).toContain('contents=read');
    service.breakNext('/pulls/comments', {
      status: 403,
      headers: { 'x-accepted-oauth-scopes': 'repo', 'x-oauth-scopes': 'gist' },
      body: { message: 'Must have admin rights' },
    });
    const classic = await failureOf(connectGithub(service).test(signal));
    expect(classic.message).toContain('It needs the scope repo and has gist.');
    const body = {
      data: { repository: null },
      errors: [{ type: 'FORBIDDEN', path: ['repository', 'discussions'], message }],
    };
    service.breakNext('repositoryFacts', { status: 200, body });
    const graphql = await failureOf(collectSync(connectGithub(service), emptyFolder()));
    expect(graphql).toMatchObject({ code: 'CONNECTOR_FORBIDDEN' });
    expect(graphql.message).toContain('Discussions: read');
  });

  test('a token that single sign-on holds back is told so', async () => {
    const service = await openGithub();
    const headers = { 'x-github-sso': 'required; url=https://github.com/orgs/octo/sso' };
    service.breakNext('GET ', { status: 403, headers, body: { message: 'Resource protected' } });
    const error = await failureOf(connectGithub(service).test(signal));
    expect(error.message).toContain('single sign-on');
  });

  test('an unknown repository is named, and so is permission that was lost', async () => {
    const service = await openGithub();
    const unknown = await failureOf(
      connectGithub(service, { repository: 'octo/nothing' }).test(signal),
    );
    expect(unknown).toMatchObject({ code: 'CONNECTOR_MISSING' });
    expect(unknown.message).toContain('octo/nothing');
    fillGithub(service);
    const folder = emptyFolder();
    await collectSync(connectGithub(service), folder);
    service.model.fullName = 'hidden/now';
    const lost = await failureOf(collectSync(connectGithub(service), folder));
    expect(lost).toMatchObject({ code: 'CONNECTOR_MISSING' });
    expect(folder.items.size).toBe(10);
  });

  test('a host that is not GitHub is told from one that is', async () => {
    const service = await openGithub();
    service.breakNext('GET ', { status: 200, body: { hello: 'world' } });
    const error = await failureOf(connectGithub(service).test(signal));
    expect(error).toMatchObject({ code: 'CONNECTOR_BAD_ANSWER' });
    expect(error.message).toContain('base_url');
  });

  test('a host that nobody listens on is named', async () => {
    const service = await openGithub();
    await service[Symbol.asyncDispose]();
    const error = await failureOf(connectGithub(service).test(signal));
    expect(error).toMatchObject({ code: 'CONNECTOR_UNREACHABLE' });
    expect(error.message).toContain(new URL(service.url).host);
  });

  test('a limit that is over soon is waited for, a long one ends the sync with its time', async () => {
    const service = await openGithub();
    fillGithub(service);
    const limited = { message: 'You have exceeded a secondary rate limit.' };
    service.breakNext('/issues?', { status: 403, headers: { 'retry-after': '0' }, body: limited });
    service.breakNext('pullRequests', {
      status: 200,
      headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1' },
      body: { errors: [{ type: 'RATE_LIMITED', message: 'API rate limit exceeded' }] },
    });
    const folder = emptyFolder();
    await collectSync(connectGithub(service), folder);
    expect(folder.items.size).toBe(10);
    const reset = String(Math.floor(Date.now() / 1000) + 2000);
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset };
    const body = { message: 'API rate limit exceeded for user ID 1.' };
    service.breakNext('/issues/comments', { status: 403, headers, body }, 9);
    const cut = emptyFolder();
    const error = await failureOf(collectSync(connectGithub(service), cut));
    expect(error).toMatchObject({ code: 'CONNECTOR_RATE_LIMITED' });
    expect(error.message).toMatch(/in (19\d\d|200\d) seconds/);
    expect([...cut.items.keys()]).toEqual(['issues/1', 'pulls/2', 'pulls/2/reviews/106']);
  });

  test('a failing server is asked again; one that keeps failing ends the sync', async () => {
    const service = await openGithub();
    fillGithub(service);
    service.breakNext('/issues?', { status: 502, body: '<html>Bad gateway</html>' }, 2);
    const folder = emptyFolder();
    await collectSync(connectGithub(service), folder);
    expect(folder.items.size).toBe(10);
    service.breakNext('/releases', { status: 500, body: { message: 'Server Error' } }, 99);
    const error = await failureOf(collectSync(connectGithub(service), emptyFolder()));
    expect(error).toMatchObject({ code: 'CONNECTOR_UNREACHABLE' });
  });

  test('a query that GitHub cannot answer in time is asked for fewer at once', async () => {
    const service = await openGithub();
    for (let index = 0; index < 30; index += 1) service.model.addPull(`Pull ${index}`);
    service.breakNext('"size":20', { status: 502, body: { message: 'timeout' } }, 3);
    const folder = emptyFolder();
    await collectSync(connectGithub(service), folder);
    expect(folder.items.size).toBe(30);
    expect(service.asked.filter(({ body }) => body.includes('"size":4'))).toHaveLength(1);
  });

  test('a page that was cut off is asked for again', async () => {
    const service = await openGithub();
    fillGithub(service);
    service.breakNext('/issues?', 'cut');
    service.breakNext('/issues/comments', { status: 200, body: '[{"id": 1, "bo' });
    const folder = emptyFolder();
    await collectSync(connectGithub(service), folder);
    expect(folder.items.size).toBe(10);
    service.breakNext('/issues?', { status: 200, body: '[{"id": 1, "bo' }, 99);
    const error = await failureOf(collectSync(connectGithub(service), emptyFolder()));
    expect(error).toMatchObject({ code: 'CONNECTOR_BAD_ANSWER' });
  });

  test('a server that does not answer is given up after the time limit', async () => {
    const service = await openGithub();
    service.breakNext('GET ', 'hang', 99);
    const error = await failureOf(connectGithub(service, { timeoutMs: 100 }).test(signal));
    expect(error).toMatchObject({ code: 'CONNECTOR_UNREACHABLE' });
  });
});

describe('test', () => {
  test('says what there is to read', async () => {
    const service = await openGithub();
    fillGithub(service);
    service.model.rename('octo/motor');
    const found = await connectGithub(service).test(AbortSignal.timeout(20_000));
    expect(found).toContain('1 issues, 1 pull requests, 1 discussions, 1 releases');
    expect(found).toContain('It is called octo/motor now');
    expect(found).toContain('repo, read:org');
  });
});
