/**
 * What goes wrong between the jira connector and a Jira on a real socket, how it says so, and that the next run goes
 * on from there.
 */
import { describe, expect, test } from 'vitest';
import { createJiraRunner, JIRA_BASIC, startJiraService } from '../../support/jira-service.ts';

describe('what goes wrong', () => {
  test.each([
    ['a wrong token', 'username', 'other-token', 'CONNECTOR_AUTH', /token or username is wrong/],
    ['no token', 'username', '', 'CONNECTOR_AUTH', /token_env or token_file/],
    ['Cloud without a user name', undefined, 'secret-token', 'CONNECTOR_AUTH', /needs username/],
  ])('%s is named', async (_case, username, token, code, message) => {
    await using jira = await startJiraService({ authorization: JIRA_BASIC });
    await using runner = createJiraRunner(jira, { username });
    runner.token = token;
    const error = await runner.test().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) as string });
    expect(String(error)).not.toContain('secret-token');
  });

  test('a test that succeeds says who reads what', async () => {
    await using jira = await startJiraService({ authorization: JIRA_BASIC });
    jira.add('ABC-1', '2026-05-01T10:00:00.000+0000');
    await using runner = createJiraRunner(jira);
    expect(await runner.test()).toBe(
      `Index Bot reads Project ABC (ABC) of ${jira.url} (Jira Cloud): about 1 issues.`,
    );
  });

  test('a lacking scope is named', async () => {
    await using jira = await startJiraService();
    await using runner = createJiraRunner(jira);
    jira.failNext('/myself', {
      status: 401,
      json: { message: 'Unauthorized; scope does not match' },
    });
    await expect(runner.test()).rejects.toMatchObject({
      code: 'CONNECTOR_FORBIDDEN',
      message: expect.stringContaining('read:jira-work') as string,
    });
  });

  test('a project that can no longer be read fails the run by name, after the others, and stays', async () => {
    await using jira = await startJiraService();
    jira.projects.add('NEW');
    jira.add('ABC-1', '2026-05-01T10:00:00.000+0000');
    jira.add('NEW-1', '2026-05-01T10:00:00.000+0000');
    await using runner = createJiraRunner(jira, { projects: ['ABC', 'NEW'] });
    await runner.sync();
    jira.projects.delete('NEW');
    jira.add('ABC-2', '2026-05-01T11:00:00.000+0000');

    await expect(runner.sync()).rejects.toMatchObject({
      code: 'CONNECTOR_MISSING',
      message: expect.stringContaining('cannot see NEW of') as string,
    });
    expect([...runner.stored.keys()]).toEqual(['issues/ABC-1', 'issues/NEW-1', 'issues/ABC-2']);

    jira.projects.add('NEW');
    jira.add('NEW-2', '2026-05-01T10:30:00.000+0000');
    await runner.sync();
    expect(runner.stored.size).toBe(4);
  });

  test('a busy and a broken answer are asked for again', async () => {
    await using jira = await startJiraService();
    jira.add('ABC-1', '2026-05-01T10:00:00.000+0000');
    await using runner = createJiraRunner(jira);
    jira.failNext('/search', { status: 429, headers: { 'retry-after': '0' } }, { status: 502 });
    await runner.sync();
    expect(runner.stored.size).toBe(1);
  });

  test('an answer that broke off is asked for again, one that breaks off twice fails the run', async () => {
    await using jira = await startJiraService();
    jira.add('ABC-1', '2026-05-01T10:00:00.000+0000');
    await using runner = createJiraRunner(jira);
    jira.failNext('/search/jql', { json: { issues: [], isLast: true }, fault: 'cut' });
    await runner.sync();
    expect(runner.stored.size).toBe(1);
    jira.failNext('/search/jql', { text: '{"issues": [{"id"' }, { text: '<html>Log in</html>' });
    await expect(runner.sync()).rejects.toMatchObject({ code: 'CONNECTOR_BAD_ANSWER' });
  });

  test.each([
    [
      'a limit that lasts',
      { status: 429, headers: { 'retry-after': '3600' } },
      'CONNECTOR_RATE_LIMITED',
    ],
    [
      'a refusal',
      { status: 403, json: { errorMessages: ['IP not allowed'] } },
      'CONNECTOR_FORBIDDEN',
    ],
  ])('%s ends the run; the next one goes on', async (_case, answer, code) => {
    await using jira = await startJiraService();
    for (let n = 1; n <= 30; n++)
      jira.add(`ABC-${n}`, `2026-05-01T10:${String(n + 10)}:00.000+0000`);
    jira.pageLength = 10;
    await using runner = createJiraRunner(jira);
    await runner.sync({ stopAfterPages: 1 });
    jira.failNext('/search/jql', answer);
    await expect(runner.sync()).rejects.toMatchObject({ code });
    await runner.sync();
    expect(runner.stored.size).toBe(30);
  });

  test('a service that stays broken or silent is unreachable', async () => {
    await using jira = await startJiraService();
    await using runner = createJiraRunner(jira);
    const broken = { status: 503 };
    jira.failNext('/search', broken, broken, broken);
    await expect(runner.sync()).rejects.toMatchObject({ code: 'CONNECTOR_UNREACHABLE' });
    const silent = { fault: 'hang' } as const;
    jira.failNext('/serverInfo', silent, silent, silent);
    await expect(runner.sync()).rejects.toMatchObject({ code: 'CONNECTOR_UNREACHABLE' });
  });

  test('an address without a Jira is named', async () => {
    await using jira = await startJiraService();
    await using runner = createJiraRunner(jira, { base_url: `${jira.url}/wiki/` });
    await expect(runner.test()).rejects.toMatchObject({
      code: 'CONNECTOR_UNREACHABLE',
      message: expect.stringContaining('base_url') as string,
    });
  });

  test.each([
    [{ projects: [] }, /projects/],
    [{ projects: ['ABC', 'not a key'] }, /"NOT A KEY" is none/],
    [{ base_url: 'nowhere' }, /base_url/],
  ])('a configuration that cannot be right is refused: %o', async (config, message) => {
    await using jira = await startJiraService();
    await using runner = createJiraRunner(jira);
    expect(() => runner.create(config)).toThrow(message);
  });
});
