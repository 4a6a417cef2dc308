/**
 * A tracker and two chats through the whole system: added over connector management, found by search, joined by the ticket
 * that they talk about, and synced by a signed webhook.
 */
import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { GENERAL, GUILD, startDiscordService } from '../../support/discord-service.ts';
import { startJiraService } from '../../support/jira-service.ts';
import { startSlackService } from '../../support/slack-service.ts';
import { waitForEnd } from '../../support/start-item-app.ts';
import { createWorkplace, startTestApp } from '../../support/start-test-app.ts';

test('a ticket brings its issue and what two chats say of it', async () => {
  await using jira = await startJiraService();
  await using slack = await startSlackService();
  await using discord = await startDiscordService();
  jira.add('ABC-7', '2026-05-02T10:00:00.000+0000', { summary: 'Retries never stop' });
  slack.say('C0000GENERAL', '2026-05-20T10:00:00Z', 'Who looks at ABC-7, the quixotic retries?');
  discord.begin(GENERAL, '2026-05-19T10:00:00Z', 'Bounded retries', 'ABC-7 hits us as well');
  using place = createWorkplace();
  const env = {
    CONEXUS_SECRET_JIRA: 'secret-token',
    CONEXUS_SECRET_SLACK: 'xoxb-secret-token',
    CONEXUS_SECRET_DISCORD: 'secret-token',
    CONEXUS_SECRET_HOOK: 'hook-secret',
  };
  await using app = await startTestApp(place, {
    env,
    fetchLimits: { backoffMs: 1, attempts: 3 },
    config: { connectorAllowedHosts: ['127.0.0.1'] },
  });
  const add = async (id: string, config: Readonly<Record<string, unknown>>): Promise<void> => {
    const token = { token_env: `CONEXUS_SECRET_${id.toUpperCase()}` };
    const { job_id: jobId } = await app.engine.connectors({
      action: 'add',
      connector_id: id,
      connector_config: { type: id, name: id, ...token, ...config },
      confirm: false,
    });
    expect(await waitForEnd(app, jobId ?? '')).toMatchObject({ state: 'completed' });
  };
  await add('jira', {
    base_url: jira.url,
    projects: ['ABC'],
    username: 'bot@example.com',
    webhook_secret_env: 'CONEXUS_SECRET_HOOK',
  });
  await add('slack', { base_url: `${slack.url}/api`, channels: ['#general'] });
  await add('discord', { base_url: `${discord.url}/api`, channels: [GENERAL], guild_id: GUILD });

  const reply = await app.engine.related({
    ticket_id: 'abc-7',
    relations: [],
    top_k: 50,
    max_tokens: 20_000,
  });
  expect(reply.related_issues).toEqual(['ABC-7']);
  expect(reply.summary).toContain('Retries never stop');
  expect(
    reply.discussions.map(({ channel, summary }) => `${channel} ${summary}`).toSorted(),
  ).toEqual([
    'general #general, 2026-05-19: Bounded retries',
    'general #general, 2026-05-20: Who looks at ABC-7, the quixotic retries?',
  ]);
  const said = await app.search('quixotic', { filters: { source_types: ['slack'] } });
  expect(said.results.map(({ metadata }) => metadata.file_path)).toEqual([
    'channels/C0000GENERAL/2026-05-20/1',
  ]);

  jira.add('ABC-8', '2026-05-20T10:00:00.000+0000', { summary: 'Zygomorphic failures' });
  const body = Buffer.from(JSON.stringify({ webhookEvent: 'jira:issue_created' }));
  const signature = createHmac('sha256', 'hook-secret').update(body).digest('hex');
  const headers = { 'x-hub-signature': `sha256=${signature}` };
  await app.engine.webhook('jira', { headers, body });
  for (;;) {
    const { results } = await app.search('zygomorphic');
    if (results.length > 0) break;
  }
  await expect(app.engine.webhook('jira', { headers: {}, body })).rejects.toMatchObject({
    code: 'WEBHOOK_REJECTED',
  });
});
