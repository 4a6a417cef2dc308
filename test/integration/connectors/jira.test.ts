/**
 * The jira connector against a Jira on a real socket, through the guarded fetch: what it brings, and how it keeps in
 * step. What goes wrong stands in jira-faults.test.ts.
 */
import { createCloudClient } from 'jira.js';
import { describe, expect, test } from 'vitest';
import {
  createJiraRunner,
  JIRA_BASIC,
  startJiraService,
  type JiraService,
} from '../../support/jira-service.ts';

function makeComment(id: string, body: unknown, more: object = {}): object {
  const created = '2026-05-01T11:00:00.000+0000';
  return { id, author: { displayName: 'Bo' }, body, created, updated: created, ...more };
}

function toDocument(text: string): object {
  return {
    version: 1,
    type: 'doc',
    content: [{ type: 'paragraph', content: [{ type: 'text', text }] }],
  };
}

function minute(n: number): string {
  return new Date(Date.parse('2026-05-01T10:00:00Z') + n * 60_000)
    .toISOString()
    .replace('Z', '+0000');
}

describe('what it brings', () => {
  test('an issue of Cloud with its facts, links, text and comments', async () => {
    await using jira = await startJiraService({ authorization: JIRA_BASIC });
    jira.add('ABC-7', '2026-05-02T10:00:00.000+0200', {
      summary: 'Retries never stop',
      description: toDocument('The loop in retry.ts has no bound.'),
      priority: { name: 'High' },
      labels: ['net', 'retry'],
      reporter: { displayName: 'Ann' },
      assignee: { displayName: 'Cy' },
      parent: { key: 'ABC-1', fields: { summary: 'Network', status: { name: 'Open' } } },
      issuelinks: [
        {
          type: { inward: 'is blocked by', outward: 'blocks' },
          outwardIssue: { key: 'ABC-9', fields: { summary: 'Release' } },
        },
      ],
      attachment: [{ filename: 'trace.log' }],
      comment: { comments: [makeComment('501', toDocument('Seen in ABC-3 too.'))] },
    });
    await using runner = createJiraRunner(jira);

    await runner.sync();

    expect([...runner.stored.keys()]).toEqual(['issues/ABC-7', 'issues/ABC-7/comments/501']);
    expect(runner.stored.get('issues/ABC-7')).toEqual({
      path: 'issues/ABC-7',
      text: [
        '# ABC-7: Retries never stop',
        '',
        'Bug, In Progress, High. Assignee: Cy. Labels: net, retry.  ',
        'Parent: ABC-1 Network (Open)  ',
        'This blocks ABC-9 Release',
        '',
        'The loop in retry.ts has no bound.',
        '',
        'Attachments: trace.log',
      ].join('\n'),
      updatedMs: Date.parse('2026-05-02T08:00:00Z'),
      item: {
        source_type: 'jira',
        kind: 'issue',
        title: 'ABC-7: Retries never stop',
        url: `${jira.url}/browse/ABC-7`,
        ticket: 'ABC-7',
        state: 'In Progress',
        author: 'Ann',
        labels: ['net', 'retry'],
        created_at: '2026-05-02T08:00:00.000Z',
        links: { tickets: ['ABC-1', 'ABC-9'] },
      },
    });
    expect(runner.stored.get('issues/ABC-7/comments/501')).toMatchObject({
      text: '# Bo on ABC-7: Retries never stop\n\nSeen in ABC-3 too.',
      item: {
        kind: 'comment',
        author: 'Bo',
        parent: 'issues/ABC-7',
        links: { tickets: ['ABC-7'] },
      },
    });
  });

  test('an issue of Data Center with wiki text and its epic, by personal access token', async () => {
    await using jira = await startJiraService({
      edition: 'Server',
      authorization: 'Bearer secret-token',
    });
    jira.add('ABC-7', '2026-05-02T10:00:00.000+0000', {
      description: 'h2. Steps\r\n# run {{make}}',
      customfield_10100: 'ABC-2',
    });
    await using runner = createJiraRunner(jira, { username: undefined });

    await runner.sync();

    const issue = runner.stored.get('issues/ABC-7');
    expect(issue?.text).toContain('Epic: ABC-2\n\nh2. Steps\n# run {{make}}');
    expect(issue?.item.links).toEqual({ tickets: ['ABC-2'] });
  });

  test('nothing that only some may see', async () => {
    await using jira = await startJiraService();
    jira.add('ABC-1', '2026-05-01T10:00:00.000+0000', { security: { id: '1', name: 'Board' } });
    jira.add('ABC-2', '2026-05-01T10:01:00.000+0000', {
      comment: {
        comments: [
          makeComment('1', toDocument('for all')),
          makeComment('2', toDocument('for some'), {
            visibility: { type: 'role', value: 'Admins' },
          }),
          makeComment('3', toDocument('inside'), { jsdPublic: false }),
        ],
      },
    });
    await using runner = createJiraRunner(jira);
    await runner.sync();
    expect([...runner.stored.keys()]).toEqual(['issues/ABC-2', 'issues/ABC-2/comments/1']);
  });

  test('all comments of an issue that brings only the first of them', async () => {
    await using jira = await startJiraService();
    const comments = Array.from({ length: 230 }, (_, n) =>
      makeComment(String(n), toDocument(`c${n}`)),
    );
    jira.add('ABC-1', '2026-05-01T10:00:00.000+0000', { comment: { comments } });
    await using runner = createJiraRunner(jira);
    await runner.sync();
    expect(runner.stored.size).toBe(231);
    expect(jira.takeCount('/comment')).toBe(3);
  });
});

test('the service that the tests ask is one that a client of others understands', async () => {
  await using jira = await startJiraService({ authorization: JIRA_BASIC });
  jira.add('ABC-1', '2026-05-01T10:00:00.000+0000', { description: toDocument('text') });
  const client = createCloudClient({
    host: jira.url,
    auth: { type: 'basic', email: 'bot@example.com', apiToken: 'secret-token' },
  });
  const me = await client.myself.getCurrentUser();
  const found = await client.issueSearch.searchAndReconsileIssuesUsingJql({
    jql: 'project in ("ABC") ORDER BY updated ASC',
    fields: ['summary', 'description', 'status', 'comment', 'created', 'updated'],
    maxResults: 10,
  });
  expect(me.timeZone).toBe('Etc/UTC');
  expect(found.issues?.map(({ key }) => key)).toEqual(['ABC-1']);
});

describe.each(['Cloud', 'Server'] as const)('keeping in step with %s', (edition) => {
  async function start(count: number): Promise<JiraService> {
    const jira = await startJiraService({ edition, timeZone: 'America/St_Johns' });
    for (let n = 1; n <= count; n++) jira.add(`ABC-${n}`, minute(n));
    return jira;
  }

  test('a full run brings each issue, over pages', async () => {
    await using jira = await start(25);
    jira.pageLength = 10;
    await using runner = createJiraRunner(jira);
    await runner.sync();
    expect(runner.stored.size).toBe(25);
    expect(new Set(runner.brought).size).toBe(runner.brought.length);
  });

  test('many issues of one and the same minute are brought once each', async () => {
    await using jira = await startJiraService({ edition });
    for (let n = 1; n <= 35; n++) jira.add(`ABC-${n}`, '2026-05-01T10:00:30.000+0000');
    jira.pageLength = 10;
    await using runner = createJiraRunner(jira);
    await runner.sync();
    expect(runner.stored.size).toBe(35);
    expect(runner.brought).toHaveLength(35);
  });

  test('a run without changes brings nothing, and costs one search', async () => {
    await using jira = await start(25);
    await using runner = createJiraRunner(jira);
    await runner.sync();
    jira.takeCount('');
    await runner.sync();
    expect(runner.brought).toEqual([]);
    expect(runner.removed).toEqual([]);
    expect(jira.takeCount('/search')).toBe(1);
  });

  test('an edited issue comes again, without a comment that was deleted', async () => {
    await using jira = await start(25);
    const issue = jira.issues[3];
    if (issue === undefined) throw new Error('no issue');
    issue.fields['comment'] = { comments: [makeComment('1', 'a'), makeComment('2', 'b')] };
    await using runner = createJiraRunner(jira);
    await runner.sync();
    issue.fields['comment'] = { comments: [makeComment('2', 'b, edited')] };
    issue.fields.updated = minute(100);

    await runner.sync();

    expect(runner.brought).toEqual(['issues/ABC-4', 'issues/ABC-4/comments/2']);
    expect([...runner.stored.keys()].filter((path) => path.startsWith('issues/ABC-4/'))).toEqual([
      'issues/ABC-4/comments/2',
    ]);
    expect(runner.stored.get('issues/ABC-4/comments/2')?.text).toContain('b, edited');
  });

  test('an issue that is edited while pages are read is not the reason that another is missed', async () => {
    await using jira = await start(40);
    jira.pageLength = 10;
    await using runner = createJiraRunner(jira);
    await runner.sync({ stopAfterPages: 1 });
    const first = jira.issues[0];
    if (first !== undefined) first.fields.updated = minute(200);
    await runner.sync();
    expect(runner.stored.size).toBe(40);
    expect(runner.stored.get('issues/ABC-1')?.updatedMs).toBe(Date.parse('2026-05-01T13:20:00Z'));
  });

  test('a run that was cut off goes on where it stood', async () => {
    await using jira = await start(60);
    jira.pageLength = 10;
    await using runner = createJiraRunner(jira);
    await runner.sync({ stopAfterPages: 3 });
    const before = new Set(runner.stored.keys());
    await runner.sync();
    expect(runner.stored.size).toBe(60);
    expect(runner.brought.filter((path) => before.has(path))).toEqual([]);
  });

  test('a deleted issue goes with its comments, once the numbers are compared', async () => {
    await using jira = await start(12);
    await using runner = createJiraRunner(jira);
    await runner.sync();
    jira.issues.splice(4, 1);
    runner.nowMs += 2 * 3_600_000;

    await runner.sync();

    expect(runner.removed).toEqual(['issues/ABC-5']);
    expect(runner.stored.size).toBe(11);
  });

  test('an issue that moved between configured projects changes its path and keeps its old key', async () => {
    await using jira = await start(12);
    jira.projects.add('NEW');
    jira.add('NEW-1', minute(5));
    await using runner = createJiraRunner(jira, { projects: ['ABC', 'NEW'] });
    await runner.sync();
    const moved = jira.issues[4];
    if (moved === undefined) throw new Error('no issue');
    moved.formerKeys.push(moved.key);
    moved.key = 'NEW-2';
    moved.fields.updated = minute(90);

    await runner.sync();

    expect(runner.removed).toEqual(['issues/ABC-5']);
    expect(runner.stored.get('issues/NEW-2')?.item).toMatchObject({
      ticket: 'NEW-2',
      links: { tickets: ['ABC-5'] },
    });
    moved.fields.updated = minute(95);
    await runner.sync();
    expect(runner.stored.get('issues/NEW-2')?.text).toContain('Moved from ABC-5');
    expect(runner.stored.size).toBe(13);
  });

  test('an issue that moved out of sight goes', async () => {
    await using jira = await start(3);
    await using runner = createJiraRunner(jira);
    await runner.sync();
    const moved = jira.issues[1];
    if (moved === undefined) throw new Error('no issue');
    moved.formerKeys.push(moved.key);
    moved.key = 'ELSE-1';
    runner.nowMs += 25 * 3_600_000;
    await runner.sync();
    expect(runner.removed).toEqual(['issues/ABC-2']);
  });

  test.each([-48, 48])('a clock of ours that is %i hours off loses nothing', async (hours) => {
    await using jira = await start(5);
    await using runner = createJiraRunner(jira);
    runner.nowMs = Date.parse('2026-05-01T10:06:00Z') + hours * 3_600_000;
    await runner.sync();
    jira.add('ABC-6', minute(6));
    await runner.sync();
    expect(runner.stored.size).toBe(6);
  });

  test('a change that the search shows some minutes late is not missed', async () => {
    await using jira = await start(5);
    await using runner = createJiraRunner(jira);
    await runner.sync();
    jira.add('ABC-6', minute(1));
    await runner.sync();
    expect(runner.brought).toEqual(['issues/ABC-6']);
  });

  test('changes in the hour that the clock of the account shows twice come once', async () => {
    await using jira = await startJiraService({ edition, timeZone: 'Europe/Berlin' });
    // Summer time ended at 01:00 UTC on 25 October 2026.
    for (let n = 1; n <= 30; n++) {
      const time = new Date(Date.parse('2026-10-24T23:30:00Z') + n * 5 * 60_000);
      jira.add(`ABC-${n}`, time.toISOString().replace('Z', '+0000'));
    }
    jira.pageLength = 10;
    await using runner = createJiraRunner(jira);
    await runner.sync();
    expect(runner.stored.size).toBe(30);
  });

  test('a project that is taken out goes, one that is added comes whole', async () => {
    await using jira = await start(2);
    jira.projects.add('OLD');
    jira.add('OLD-1', '2020-01-01T10:00:00.000+0000');
    await using runner = createJiraRunner(jira);
    await runner.sync();
    runner.reconfigure({ projects: ['OLD'] });
    await runner.sync();
    expect(runner.removed).toEqual(['issues/ABC-1', 'issues/ABC-2']);
    expect([...runner.stored.keys()]).toEqual(['issues/OLD-1']);
  });
});
